//! The words of each document in their order: for phrases, for the nearness of words, and to make
//! a new index of an old one. Nothing of what is searched gets lost here.

use super::packed::{push_number, take_number};
use super::postings::Place;
use super::runs::Runs;

/// Words of two texts are this far apart, and so never neighbours.
const GAP: u32 = 8;
/// Marks below this one say that a text of attribute `mark` begins.
const JOINED: u32 = crate::search::Schema::MAX_ATTRIBUTES as u32;
/// The word with number `n` stands as `n + WORDS`.
const WORDS: u32 = JOINED + 1;

/// For each document its texts, packed: a mark for each text that begins, then its words. A word
/// after the mark [`JOINED`] is two words in one (see [`crate::search::fold::tokens`]), and stands
/// where the one before it stands. Words have the numbers in which they were met, so that frequent
/// ones are short.
#[derive(Debug, Default)]
pub(super) struct Forward {
    documents: Runs<u8>,
    /// The number of a word in the dictionary, by the order in which it was met.
    numbers: Vec<u32>,
}

/// A text that is being written or read: its attribute and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) attribute: u8,
    /// Words, and whether each is two words in one that stand where the one before it stands.
    pub(super) words: Vec<(u32, bool)>,
}

/// A word in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occurrence {
    /// Its number in the dictionary.
    pub(super) word: u32,
    /// Where it stands in the document, counted over all texts.
    pub(super) at: u32,
    /// Where it stands in its text.
    pub(super) place: Place,
}

impl Text {
    /// The places of its words.
    pub(super) fn places(&self) -> impl Iterator<Item = (u32, Place)> {
        let length = self.words.iter().filter(|(_, joined)| !joined).count();
        let mut next = 0;
        self.words.iter().map(move |&(word, joined)| {
            let span = if joined { 2 } else { 1 };
            next += usize::from(!joined);
            (word, Place::new(self.attribute, next - 1, span == length))
        })
    }
}

impl Forward {
    /// Appends the next document. Words have the numbers in which they were met.
    pub(super) fn push(&mut self, texts: &[Text]) {
        let mut bytes = Vec::new();
        for text in texts {
            push_number(&mut bytes, u32::from(text.attribute));
            for &(word, joined) in &text.words {
                if joined {
                    push_number(&mut bytes, JOINED);
                }
                push_number(&mut bytes, word + WORDS);
            }
        }
        self.documents.push_all(&bytes);
    }

    /// Ends the writing: from now on words are known by their numbers in the dictionary.
    pub(super) fn finish(&mut self, numbers: Vec<u32>) {
        self.numbers = numbers;
        self.documents.shrink();
    }

    /// The texts of a document, words with the numbers in which they were met.
    pub(super) fn texts(&self, document: u32) -> Vec<Text> {
        texts(self.packed(document))
    }

    /// The same as it is kept: [`texts`] reads it.
    pub(super) fn packed(&self, document: u32) -> &[u8] {
        self.documents.get(document)
    }

    /// How many different words were met.
    pub(super) fn met(&self) -> usize {
        self.numbers.len()
    }

    /// The number in the dictionary of a word that was met.
    pub(super) fn number(&self, met: u32) -> u32 {
        self.numbers.get(met as usize).copied().unwrap_or(u32::MAX)
    }

    /// The words of a document in their order. `found` is emptied first: it is lent so that many
    /// documents can be read without asking for memory again.
    pub(super) fn read(&self, document: u32, found: &mut Vec<Occurrence>) {
        found.clear();
        let (mut attribute, mut at, mut position, mut text) = (0, 0, 0, 0);
        let mut joined = false;
        marks(self.packed(document), |mark| match mark {
            ..JOINED => {
                mark_whole(found.get_mut(text..).unwrap_or(&mut []), attribute, position);
                attribute = mark as u8;
                at += GAP;
                (position, text) = (0, found.len());
            }
            JOINED => joined = true,
            WORDS.. => {
                if !std::mem::take(&mut joined) {
                    at += 1;
                    position += 1;
                }
                let place = Place::new(attribute, usize::saturating_sub(position, 1), false);
                found.push(Occurrence { word: self.number(mark - WORDS), at, place });
            }
        });
        mark_whole(found.get_mut(text..).unwrap_or(&mut []), attribute, position);
    }
}

/// The texts of a document, of what [`Forward::packed`] gives.
pub(super) fn texts(packed: &[u8]) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    let mut joined = false;
    marks(packed, |mark| match mark {
        ..JOINED => texts.push(Text { attribute: mark as u8, words: Vec::new() }),
        JOINED => joined = true,
        WORDS.. => {
            if let Some(text) = texts.last_mut() {
                text.words.push((mark - WORDS, std::mem::take(&mut joined)));
            }
        }
    });
    texts
}

fn marks(mut packed: &[u8], mut each: impl FnMut(u32)) {
    while let Some(mark) = take_number(&mut packed) {
        each(mark);
    }
}

/// A text of one word is that word as a whole; a text of two words with a hyphen between them is
/// also the joined word as a whole.
fn mark_whole(text: &mut [Occurrence], attribute: u8, length: usize) {
    match (length, text) {
        (1, [word]) => word.place = Place::new(attribute, 0, true),
        (2, [_, joined, _]) => joined.place = Place::new(attribute, 0, true),
        _ => {}
    }
}

/// Where a phrase begins among the words of a document, which are in their order.
pub(super) fn phrase_places(words: &[Occurrence], phrase: &[u32]) -> Vec<Occurrence> {
    let Some((first, rest)) = phrase.split_first() else { return Vec::new() };
    let stands = |word: u32, at: u32| {
        let here = words.partition_point(|other| other.at < at);
        words.iter().skip(here).take_while(|other| other.at == at).any(|other| other.word == word)
    };
    words
        .iter()
        .filter(|begin| begin.word == *first)
        .filter(|begin| (begin.at + 1..).zip(rest).all(|(at, &word)| stands(word, at)))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(attribute: u8, words: &[(u32, bool)]) -> Text {
        Text { attribute, words: words.to_vec() }
    }

    #[test]
    fn words_come_back_with_their_places() {
        let mut forward = Forward::default();
        let texts = [
            text(0, &[(5, false), (6, true), (7, false)]),
            text(2, &[(5, false)]),
            text(2, &[(9, false), (5, false)]),
        ];
        forward.push(&texts);
        forward.push(&[]);
        forward.finish((100..110).collect());
        let mut words = Vec::new();
        forward.read(0, &mut words);
        let found = |word, at, attribute, position, whole| Occurrence {
            word,
            at,
            place: Place::new(attribute, position, whole),
        };
        assert_eq!(
            words,
            [
                found(105, 9, 0, 0, false),
                found(106, 9, 0, 0, true),
                found(107, 10, 0, 1, false),
                found(105, 19, 2, 0, true),
                found(109, 28, 2, 0, false),
                found(105, 29, 2, 1, false),
            ]
        );
        assert_eq!(forward.texts(0), texts);
        assert_eq!(phrase_places(&words, &[105, 107]).len(), 1);
        assert_eq!(phrase_places(&words, &[106, 107]).len(), 1);
        assert_eq!(phrase_places(&words, &[107, 105]).len(), 0);
        assert_eq!(phrase_places(&words, &[105]).len(), 3);
        assert_eq!(phrase_places(&words, &[]).len(), 0);
        forward.read(1, &mut words);
        assert_eq!(words, []);
    }

    proptest! {
        #[test]
        fn the_places_of_a_text_are_those_that_are_read_back(
            lengths in proptest::collection::vec((0u8..8, 0usize..4, any::<bool>()), 0..4)
        ) {
            let texts: Vec<Text> = lengths
                .into_iter()
                .map(|(attribute, length, hyphen)| {
                    let mut words: Vec<(u32, bool)> = (0..length as u32).map(|n| (n, false)).collect();
                    if hyphen && length > 1 {
                        words.insert(1, (9, true));
                    }
                    Text { attribute, words }
                })
                .collect();
            let mut forward = Forward::default();
            forward.push(&texts);
            forward.finish((0..10).collect());
            let mut read = Vec::new();
            forward.read(0, &mut read);
            let read: Vec<(u32, Place)> = read.iter().map(|word| (word.word, word.place)).collect();
            let written: Vec<(u32, Place)> = texts.iter().flat_map(Text::places).collect();
            prop_assert_eq!(read, written);
        }
    }
}
