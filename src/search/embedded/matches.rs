//! The documents of a segment that a word of a query matches, each with the best cost.

use roaring::RoaringBitmap;

use super::forward::{Occurrence, phrase_places};
use super::key::Cost;
use super::meaning::{Grade, Meaning};
use super::postings::Place;
use super::segment::Segment;

/// A segment without the documents that are gone from it.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) segment: &'a Segment,
    pub(super) gone: &'a RoaringBitmap,
}

/// A document in the upper half, its cost in the lower: so that sorting puts each document's best
/// cost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match(u64);

impl Match {
    fn new(document: u32, cost: Cost) -> Self {
        Self(u64::from(document) << 32 | u64::from(cost.0))
    }

    pub(super) fn document(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub(super) fn cost(self) -> Cost {
        Cost(self.0 as u32)
    }
}

/// All documents that a word matches, ascending, each once; with `only`, in that attribute.
pub(super) fn matches(meaning: &Meaning, part: Part, only: Option<u8>) -> Vec<Match> {
    let room = usize::try_from(meaning.work(part.segment)).unwrap_or(0);
    let mut found = Found {
        meaning,
        part,
        only,
        matches: Vec::with_capacity(room),
        lists: 0,
        unsure: Vec::new(),
    };
    for &(word, grade) in meaning.words() {
        found.list(part.segment.postings.get(word), grade);
    }
    for (range, grade) in meaning.ranges() {
        match part.segment.heavy.get(range) {
            Some(list) => found.list(list, *grade),
            None => {
                range.clone().for_each(|word| found.list(part.segment.postings.get(word), *grade))
            }
        }
    }
    for (phrase, grade) in meaning.phrases() {
        found.list(documents_with(phrase, part.segment).into_iter(), *grade);
    }
    found.best()
}

/// What has been found so far.
struct Found<'a> {
    meaning: &'a Meaning,
    part: Part<'a>,
    only: Option<u8>,
    matches: Vec<Match>,
    lists: usize,
    /// Documents that match in a more important attribute than the wanted one, and perhaps in the
    /// wanted one too.
    unsure: Vec<u32>,
}

impl Found<'_> {
    /// Adds the documents of a list, which ascend; each comes with its best place.
    fn list(&mut self, documents: impl Iterator<Item = (u32, Place)>, grade: Grade) {
        let before = self.matches.len();
        match self.only {
            None => {
                self.matches.extend(
                    documents.map(|(document, place)| Match::new(document, grade.at(place))),
                );
            }
            Some(only) => {
                for (document, place) in documents {
                    if place.attribute() == only {
                        self.matches.push(Match::new(document, grade.at(place)));
                    } else if place.attribute() < only
                        && self.part.segment.has_text_in(document, only)
                    {
                        self.unsure.push(document);
                    }
                }
            }
        }
        self.lists += usize::from(self.matches.len() > before);
    }

    fn best(mut self) -> Vec<Match> {
        let mut words = Vec::new();
        self.unsure.sort_unstable();
        self.unsure.dedup();
        for &document in &self.unsure {
            self.part.segment.forward.read(document, &mut words);
            let cost = self.meaning.cost(&words, self.only);
            self.matches.extend(cost.map(|cost| Match::new(document, cost)));
        }
        if self.lists > 1 || !self.unsure.is_empty() {
            self.matches.sort_unstable();
            self.matches.dedup_by_key(|found| found.document());
        }
        if !self.part.gone.is_empty() {
            self.matches.retain(|found| !self.part.gone.contains(found.document()));
        }
        self.matches
    }
}

/// The documents that hold a phrase, ascending, each with the best place at which it begins.
fn documents_with(phrase: &[u32], segment: &Segment) -> Vec<(u32, Place)> {
    let mut rarest_first = phrase.to_vec();
    rarest_first.sort_unstable_by_key(|&word| segment.dictionary.frequency(&(word..word + 1)));
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
