//! The words of each document in their order: for phrases, for the nearness of words, and to make
//! a new index of an old one. Nothing of what is searched gets lost here.

use super::field_position::FieldPosition;
use super::jagged::Jagged;
use super::packed::{push_number, take_number};

/// Words of two texts are this far apart, and so never neighbours.
const GAP: u32 = 8;
/// Marks below this one say that a text of attribute `mark` begins.
const JOINED: u32 = crate::search::Schema::MAX_ATTRIBUTES as u32;
const WHOLE: u32 = JOINED + 1;
const SIGNLESS: u32 = WHOLE + 1;
/// The word with number `n` stands as `n + WORDS`.
const WORDS: u32 = SIGNLESS + 1;

/// For each document its texts, packed: a mark for each text that begins, then its words, each
/// after the marks that say what it is (see [`Written`]). Words have the numbers in which they were
/// met, so that frequent ones are short.
#[derive(Debug, Default)]
pub(super) struct Forward {
    documents: Jagged<u8>,
    /// The number of a word in the dictionary, by the order in which it was met.
    numbers: Vec<u32>,
}

/// A text that is being written or read: its attribute and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) attribute: u8,
    pub(super) words: Vec<Written>,
}

/// A word that is being written or read, see [`crate::catalogue::text::fold::Token`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) word: u32,
    /// Whether it stands where the one before it stands.
    pub(super) beside: bool,
    pub(super) whole: bool,
    pub(super) signless: bool,
}

/// A word in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occurrence {
    /// Its number in the dictionary.
    pub(super) word: u32,
    /// Where it stands in the document, counted over all texts.
    pub(super) at: u32,
    /// Where it stands in its text.
    pub(super) place: FieldPosition,
}

impl Written {
    fn place(self, attribute: u8, position: usize) -> FieldPosition {
        FieldPosition::new(attribute, position, self.whole, self.signless)
    }
}

impl Forward {
    /// Appends the next document. Words have the numbers in which they were met.
    pub(super) fn push(&mut self, texts: &[Text]) {
        let mut bytes = Vec::new();
        for text in texts {
            push_number(&mut bytes, u32::from(text.attribute));
            for written in &text.words {
                let marks = [
                    (written.beside, JOINED),
                    (written.whole, WHOLE),
                    (written.signless, SIGNLESS),
                ];
                for (_, mark) in marks.iter().filter(|(is_so, _)| *is_so) {
                    push_number(&mut bytes, *mark);
                }
                push_number(&mut bytes, written.word + WORDS);
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
        let (mut attribute, mut at, mut position) = (0, 0, 0);
        written(self.packed(document), |mark| match mark {
            Mark::Text(next) => {
                attribute = next;
                at += GAP;
                position = 0;
            }
            Mark::Word(written) => {
                if !written.beside {
                    at += 1;
                    position += 1;
                }
                let place = written.place(attribute, usize::saturating_sub(position, 1));
                found.push(Occurrence { word: self.number(written.word), at, place });
            }
        });
    }
}

/// The texts of a document, of what [`Forward::packed`] gives.
pub(super) fn texts(packed: &[u8]) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    written(packed, |mark| match mark {
        Mark::Text(attribute) => texts.push(Text { attribute, words: Vec::new() }),
        Mark::Word(word) => {
            if let Some(text) = texts.last_mut() {
                text.words.push(word);
            }
        }
    });
    texts
}

/// What stands in a packed document.
enum Mark {
    /// A text of this attribute begins.
    Text(u8),
    Word(Written),
}

fn written(packed: &[u8], mut each: impl FnMut(Mark)) {
    let mut next = Written::default();
    marks(packed, |mark| match mark {
        ..JOINED => each(Mark::Text(mark as u8)),
        JOINED => next.beside = true,
        WHOLE => next.whole = true,
        SIGNLESS => next.signless = true,
        WORDS.. => {
            next.word = mark - WORDS;
            each(Mark::Word(std::mem::take(&mut next)));
        }
    });
}

fn marks(mut packed: &[u8], mut each: impl FnMut(u32)) {
    while let Some(mark) = take_number(&mut packed) {
        each(mark);
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
    use super::*;

    /// Each word with its marks: `b`eside, `w`hole, `s`ignless.
    fn text(attribute: u8, words: &[(u32, &str)]) -> Text {
        let words = words.iter().map(|&(word, marks)| Written {
            word,
            beside: marks.contains('b'),
            whole: marks.contains('w'),
            signless: marks.contains('s'),
        });
        Text { attribute, words: words.collect() }
    }

    #[test]
    fn words_come_back_with_their_places() {
        let mut forward = Forward::default();
        let texts = [
            text(0, &[(5, ""), (6, "bw"), (7, "")]),
            text(2, &[(5, "w")]),
            text(2, &[(9, "s"), (5, "")]),
        ];
        forward.push(&texts);
        forward.push(&[]);
        forward.finish((100..110).collect());
        let mut words = Vec::new();
        forward.read(0, &mut words);
        let found = |word, at, attribute, position, whole| Occurrence {
            word,
            at,
            place: FieldPosition::new(attribute, position, whole, word == 109),
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
}
