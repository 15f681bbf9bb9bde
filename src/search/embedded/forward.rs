//! The words of each document in their order, for phrases and for the nearness of words.

use super::postings::Place;
use super::runs::Runs;

/// Words of two texts are this far apart, and so never neighbours.
const GAP: u32 = 8;
/// A mark, not a word: a text of attribute `mark - BEGIN` begins.
const BEGIN: u32 = u32::MAX - 0xf;
/// A word with this bit stands where the one before it stands.
const SAME: u32 = 1 << 31;

/// A text: its attribute, its words with their positions, ascending.
pub(super) type Text = (u8, Vec<(u32, usize)>);

/// For each document, its words; of a text those up to [`Place::LAST_POSITION`].
#[derive(Debug, Default)]
pub(super) struct Forward(Runs<u32>);

/// A word in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occurrence {
    pub(super) word: u32,
    /// Where it stands in the document, counted over all texts.
    pub(super) at: u32,
    /// Where it stands in its text.
    pub(super) place: Place,
}

impl Forward {
    /// Appends the texts of the next document.
    pub(super) fn push(&mut self, texts: &[Text]) {
        let mut slots = Vec::new();
        for (attribute, words) in texts {
            slots.push(BEGIN + u32::from(*attribute));
            let mut next = 0;
            for &(word, position) in words {
                if position < usize::from(Place::LAST_POSITION) {
                    slots.push(if position < next { word | SAME } else { word });
                    next = position + 1;
                }
            }
        }
        self.0.push(slots);
    }

    /// The words of a document in their order.
    pub(super) fn get(&self, document: u32) -> impl Iterator<Item = Occurrence> {
        let (mut attribute, mut at, mut position) = (0, 0, 0);
        self.0.get(document).iter().filter_map(move |&slot| {
            if slot >= BEGIN {
                attribute = (slot - BEGIN) as u8;
                at += GAP;
                position = 0;
                return None;
            }
            if slot & SAME == 0 {
                at += 1;
                position += 1;
            }
            let place = Place::new(attribute, usize::saturating_sub(position, 1), false);
            Some(Occurrence { word: slot & !SAME, at, place })
        })
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

    #[test]
    fn words_come_back_with_their_places() {
        let mut forward = Forward::default();
        forward.push(&[(0, vec![(5, 0), (6, 0), (7, 1)]), (2, vec![(5, 0), (9, 300)])]);
        forward.push(&[]);
        let words: Vec<Occurrence> = forward.get(0).collect();
        let found = |word, at, attribute, position| Occurrence {
            word,
            at,
            place: Place::new(attribute, position, false),
        };
        assert_eq!(
            words,
            [found(5, 9, 0, 0), found(6, 9, 0, 0), found(7, 10, 0, 1), found(5, 19, 2, 0)]
        );
        assert_eq!(forward.get(1).count(), 0);
        assert_eq!(phrase_places(&words, &[5, 7]).len(), 1);
        assert_eq!(phrase_places(&words, &[6, 7]).len(), 1);
        assert_eq!(phrase_places(&words, &[7, 5]).len(), 0);
        assert_eq!(phrase_places(&words, &[5]).len(), 2);
        assert_eq!(phrase_places(&words, &[]).len(), 0);
    }
}
