//! The documents of a segment that a word of a query matches, each with the best cost.

use std::sync::Mutex;

use super::expansion::{Expansion, Grade};
use super::forward::{Occurrence, phrase_places};
use super::key::Cost;
use super::postings::FieldPosition;
use super::segment::{LiveSegment, Segment};

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

/// All documents that a word matches, ascending, each once; with `only`, in that attribute. For
/// `look` see [`super::config::Tuning::look`].
pub(super) fn matches(
    expansion: &Expansion,
    part: LiveSegment,
    only: Option<u8>,
    look: u64,
) -> Vec<Match> {
    let segment = part.segment;
    let mut reader = Reader { expansion, segment, only, look, unsure: Vec::new() };
    let mut found = match (expansion.words(), expansion.ranges(), expansion.phrases()) {
        // A single list is in order.
        (&[(word, grade)], [], []) => reader.in_order(segment.postings.get(word), grade),
        ([], [(range, grade)], []) if let Some(list) = segment.prefix_postings.get(range) => {
            reader.in_order(list, *grade)
        }
        _ => reader.merged(),
    };
    if !part.deleted.is_empty() {
        found.retain(|found| !part.deleted.contains(found.document()));
    }
    found
}

/// Reads the postings of an expansion.
struct Reader<'a> {
    expansion: &'a Expansion,
    segment: &'a Segment,
    only: Option<u8>,
    look: u64,
    /// Documents that match in a more important attribute than the wanted one, and perhaps in the
    /// wanted one too.
    unsure: Vec<u32>,
}

impl Reader<'_> {
    fn in_order(
        &mut self,
        list: impl Iterator<Item = (u32, FieldPosition)>,
        grade: Grade,
    ) -> Vec<Match> {
        let mut found = Vec::new();
        self.read(list, grade, |document, cost| found.push(Match::new(document, cost)));
        if self.unsure.is_empty() {
            return found;
        }
        let mut best = Best::borrowed(self.segment.len());
        found.into_iter().for_each(|found| best.note(found.document(), found.cost()));
        self.settle_unsure(&mut best);
        best.give_back()
    }

    fn merged(&mut self) -> Vec<Match> {
        let (expansion, segment) = (self.expansion, self.segment);
        let mut best = Best::borrowed(segment.len());
        for &(word, grade) in expansion.words() {
            self.read(segment.postings.get(word), grade, |document, cost| {
                best.note(document, cost);
            });
        }
        for (range, grade) in expansion.ranges() {
            if let Some(list) = segment.prefix_postings.get(range) {
                self.read(list, *grade, |document, cost| best.note(document, cost));
                continue;
            }
            for word in range.clone() {
                let list = segment.postings.get(word);
                self.read(list, *grade, |document, cost| best.note(document, cost));
            }
        }
        for (phrase, grade) in expansion.phrases() {
            let list = documents_with(phrase, segment, self.look).into_iter();
            self.read(list, *grade, |document, cost| best.note(document, cost));
        }
        self.settle_unsure(&mut best);
        best.give_back()
    }

    /// Reads a list of documents, each with its best place.
    fn read(
        &mut self,
        list: impl Iterator<Item = (u32, FieldPosition)>,
        grade: Grade,
        mut each: impl FnMut(u32, Cost),
    ) {
        let Some(only) = self.only else {
            list.for_each(|(document, place)| each(document, grade.at(place)));
            return;
        };
        for (document, place) in list {
            if place.attribute() == only {
                each(document, grade.at(place));
            } else if place.attribute() < only && self.segment.has_text_in(document, only) {
                self.unsure.push(document);
            }
        }
    }

    fn settle_unsure(&mut self, best: &mut Best) {
        let mut words = Vec::new();
        self.unsure.sort_unstable();
        self.unsure.dedup();
        for &document in &self.unsure {
            self.segment.forward.read(document, &mut words);
            if let Some(cost) = self.expansion.cost(&words, self.only) {
                best.note(document, cost);
            }
        }
    }
}

/// The best cost of each document, over many lists in any order.
#[derive(Default)]
struct Best {
    /// By document; holds what it likes where the document was not seen.
    costs: Vec<u32>,
    /// A bit for each document that was seen; clean when lent.
    seen: Vec<u64>,
}

/// Room for [`Best`], lent to one search after the other: it grows with the index, and asking the
/// system for it takes longer than a search. What a search that panics has borrowed is lost, so
/// that nobody gets it unclean.
static LENT: Mutex<Vec<Best>> = Mutex::new(Vec::new());
/// Most that is kept for lending.
const MOST_LENT: usize = 8;

impl Best {
    fn borrowed(documents: u32) -> Self {
        let mut best = LENT.lock().ok().and_then(|mut lent| lent.pop()).unwrap_or_default();
        let documents = documents as usize;
        if best.costs.len() < documents {
            best.costs.resize(documents, 0);
            best.seen.resize(documents.div_ceil(64), 0);
        }
        best
    }

    #[inline]
    fn note(&mut self, document: u32, Cost(cost): Cost) {
        let (at, bit) = (document as usize / 64, 1 << (document % 64));
        if let (Some(seen), Some(best)) =
            (self.seen.get_mut(at), self.costs.get_mut(document as usize))
        {
            *best = if *seen & bit == 0 { cost } else { cost.min(*best) };
            *seen |= bit;
        }
    }

    /// The documents that were seen, ascending.
    fn give_back(mut self) -> Vec<Match> {
        let count = self.seen.iter().map(|bits| bits.count_ones() as usize).sum();
        let mut found = Vec::with_capacity(count);
        for (at, bits) in (0..).zip(&mut self.seen) {
            let mut left = std::mem::take(bits);
            while left != 0 {
                let document = at * 64 + left.trailing_zeros();
                left &= left - 1;
                let cost = self.costs.get(document as usize).copied().unwrap_or(0);
                found.push(Match::new(document, Cost(cost)));
            }
        }
        if let Ok(mut lent) = LENT.lock()
            && lent.len() < MOST_LENT
        {
            lent.push(self);
        }
        found
    }
}

/// The documents that hold a phrase, ascending, each with the best place at which it begins.
fn documents_with(phrase: &[u32], segment: &Segment, look: u64) -> Vec<(u32, FieldPosition)> {
    let frequency = |word: u32| segment.dictionary.frequency(&(word..word + 1));
    let mut rarest_first = phrase.to_vec();
    rarest_first.sort_unstable_by_key(|&word| frequency(word));
    rarest_first.dedup();
    let mut words = rarest_first.into_iter();
    let first = words.next().map(|word| segment.postings.get(word));
    let mut documents: Vec<u32> =
        first.into_iter().flatten().map(|(document, _)| document).collect();
    for word in words {
        // Where few are left, looking into them is faster than reading a long list.
        if frequency(word) > look * documents.len() as u64 {
            break;
        }
        let mut list = segment.postings.get(word).map(|(document, _)| document);
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
