//! The documents of a segment that a word of a query matches, each with the best cost.

use roaring::RoaringBitmap;

use super::forward::{Occurrence, phrase_places};
use super::meaning::{Cost, Meaning};
use super::postings::Place;
use super::segment::Segment;

/// A segment without the documents that are gone from it.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) segment: &'a Segment,
    pub(super) gone: &'a RoaringBitmap,
}

/// Documents ascending, each with its cost.
pub(super) type Matches = Vec<(u32, Cost)>;

/// A document in the upper half, its cost in the lower: so that sorting puts each document's best
/// cost first.
type Packed = Vec<u64>;

/// All documents that a word matches; with `only`, in that attribute.
pub(super) fn matches(meaning: &Meaning, part: Part, only: Option<u8>) -> Matches {
    let mut found = Found { packed: Vec::new(), lists: 0 };
    for &(word, grade) in meaning.words() {
        found.list(
            part.segment.postings.get(word).map(|(document, place)| (document, grade.at(place))),
        );
    }
    for (range, grade) in meaning.ranges() {
        match part.segment.heavy.get(range) {
            Some(list) => found.list(list.map(|(document, place)| (document, grade.at(place)))),
            None => range.clone().for_each(|word| {
                let list = part.segment.postings.get(word);
                found.list(list.map(|(document, place)| (document, grade.at(place))));
            }),
        }
    }
    for (phrase, grade) in meaning.phrases() {
        let documents = documents_with(phrase, part.segment).into_iter();
        found.list(documents.map(|(document, place)| (document, grade.at(place))));
    }
    let mut matches = found.best();
    if !part.gone.is_empty() {
        matches.retain(|&(document, _)| !part.gone.contains(document));
    }
    match only {
        Some(attribute) => in_attribute(matches, meaning, part.segment, attribute),
        None => matches,
    }
}

struct Found {
    packed: Packed,
    lists: usize,
}

impl Found {
    fn list(&mut self, documents: impl Iterator<Item = (u32, Cost)>) {
        let before = self.packed.len();
        self.packed.extend(
            documents.map(|(document, cost)| u64::from(document) << 32 | u64::from(cost.0)),
        );
        self.lists += usize::from(self.packed.len() > before);
    }

    fn best(mut self) -> Matches {
        if self.lists > 1 {
            self.packed.sort_unstable();
            self.packed.dedup_by_key(|packed| *packed >> 32);
        }
        self.packed.into_iter().map(|packed| ((packed >> 32) as u32, Cost(packed as u32))).collect()
    }
}

/// A document whose best place is in another attribute may match in the wanted one too; its words
/// tell.
fn in_attribute(matches: Matches, meaning: &Meaning, segment: &Segment, wanted: u8) -> Matches {
    let mut words = Vec::new();
    let mut cost_in = |document: u32, best: Cost| match best.attribute() {
        same if same == wanted => Some(best),
        _ if !segment.has_text_in(document, wanted) => None,
        _ => {
            segment.forward.read(document, &mut words);
            meaning.cost(&words, Some(wanted))
        }
    };
    matches
        .into_iter()
        .filter_map(|(document, best)| Some((document, cost_in(document, best)?)))
        .collect()
}

/// The documents that hold a phrase, ascending, each with the best place at which it begins.
fn documents_with(phrase: &[u32], segment: &Segment) -> Vec<(u32, Place)> {
    let frequency = |word: u32| segment.dictionary.frequency(&(word..word + 1));
    let mut rarest_first = phrase.to_vec();
    rarest_first.sort_unstable_by_key(|&word| frequency(word));
    rarest_first.dedup();
    let mut lists =
        rarest_first.iter().map(|&word| segment.postings.get(word).map(|(number, _)| number));
    let mut documents: Vec<u32> = lists.next().into_iter().flatten().collect();
    for mut list in lists {
        if documents.is_empty() {
            break;
        }
        let mut next = list.next();
        documents.retain(|&document| {
            while next.is_some_and(|other| other < document) {
                next = list.next();
            }
            next == Some(document)
        });
    }
    let mut words: Vec<Occurrence> = Vec::new();
    let best = |document: u32| {
        segment.forward.read(document, &mut words);
        let begins = phrase_places(&words, phrase);
        Some((document, begins.iter().map(|begin| begin.place).min()?))
    };
    documents.into_iter().filter_map(best).collect()
}
