//! The documents of a segment that a word of a query matches, each with the best cost.

use super::best::Best;
use super::expansion::{Expansion, Grade};
use super::field_position::FieldPosition;
use super::forward::{Occurrence, phrase_places};
use super::key::Cost;
use super::postings::Postings;
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
    let mut reader = Reader { expansion, segment, only, look, wanted: None, unsure: Vec::new() };
    let mut found = match (expansion.words(), expansion.ranges(), expansion.phrases()) {
        // A single list is in order.
        (&[(word, grade)], [], []) => reader.in_order((&segment.postings, word), grade),
        ([], [(range, grade)], []) if let Some(list) = segment.prefix_postings.get(range) => {
            reader.in_order(list, *grade)
        }
        _ => reader.best().drain(matched),
    };
    if !part.deleted.is_empty() {
        found.retain(|found| !part.deleted.contains(found.document()));
    }
    found
}

/// The best cost of each of some documents that a word matches. Others may be among them.
pub(super) fn costs(
    expansion: &Expansion,
    segment: &Segment,
    wanted: &[u32],
    only: Option<u8>,
    look: u64,
) -> Best {
    let wanted = Some(wanted);
    Reader { expansion, segment, only, look, wanted, unsure: Vec::new() }.best()
}

fn matched(document: u32, cost: u32) -> Match {
    Match::new(document, Cost(cost))
}

/// Reads the postings of an expansion.
struct Reader<'a> {
    expansion: &'a Expansion,
    segment: &'a Segment,
    only: Option<u8>,
    look: u64,
    /// The documents of interest; all where it is not said.
    wanted: Option<&'a [u32]>,
    /// Documents that match in a more important attribute than the wanted one, and perhaps in the
    /// wanted one too.
    unsure: Vec<u32>,
}

impl Reader<'_> {
    fn in_order(&mut self, list: (&Postings, u32), grade: Grade) -> Vec<Match> {
        let mut found = Vec::new();
        self.read(list, grade, |document, cost| found.push(Match::new(document, cost)));
        if self.unsure.is_empty() {
            return found;
        }
        let mut best = Best::borrowed(self.segment.len());
        found.into_iter().for_each(|found| best.note(found.document(), found.cost().0));
        self.settle_unsure(&mut best);
        best.drain(matched)
    }

    /// The best cost of each document over all lists.
    fn best(&mut self) -> Best {
        let (expansion, segment) = (self.expansion, self.segment);
        let postings = &segment.postings;
        let mut best = Best::borrowed(segment.len());
        let mut note = |document: u32, cost: Cost| best.note(document, cost.0);
        for &(word, grade) in expansion.words() {
            self.read((postings, word), grade, &mut note);
        }
        for (range, grade) in expansion.ranges() {
            match segment.prefix_postings.get(range) {
                Some(merged) => self.read(merged, *grade, &mut note),
                None => {
                    for word in range.clone() {
                        self.read((postings, word), *grade, &mut note);
                    }
                }
            }
        }
        for (phrase, grade) in expansion.phrases() {
            for (document, place) in documents_with(phrase, segment, self.look) {
                self.take(document, place, *grade, &mut note);
            }
        }
        self.settle_unsure(&mut best);
        best
    }

    /// Reads a list of documents, each with its best place.
    fn read(
        &mut self,
        (postings, list): (&Postings, u32),
        grade: Grade,
        mut each: impl FnMut(u32, Cost),
    ) {
        let wanted = self.wanted;
        let take = |document, place| match self.only {
            None => each(document, grade.at(place)),
            Some(_) => self.take(document, place, grade, &mut each),
        };
        match wanted {
            Some(wanted) => postings.each_of(list, wanted, take),
            None => postings.each(list, take),
        }
    }

    /// Takes a document where the place counts; only the best place in it is known.
    fn take(
        &mut self,
        document: u32,
        place: FieldPosition,
        grade: Grade,
        each: &mut impl FnMut(u32, Cost),
    ) {
        match self.only {
            Some(only) if place.attribute() < only => {
                if self.segment.has_text_in(document, only) {
                    self.unsure.push(document);
                }
            }
            Some(only) if place.attribute() > only => {}
            _ => each(document, grade.at(place)),
        }
    }

    fn settle_unsure(&mut self, best: &mut Best) {
        let mut words = Vec::new();
        self.unsure.sort_unstable();
        self.unsure.dedup();
        for &document in &self.unsure {
            self.segment.forward.read(document, &mut words);
            if let Some(cost) = self.expansion.cost(&words, self.only) {
                best.note(document, cost.0);
            }
        }
    }
}

/// The documents that hold a phrase, ascending, each with the best place at which it begins.
fn documents_with(phrase: &[u32], segment: &Segment, look: u64) -> Vec<(u32, FieldPosition)> {
    let frequency = |word: u32| segment.dictionary.frequency(&(word..word + 1));
    let mut rarest_first = phrase.to_vec();
    rarest_first.sort_unstable_by_key(|&word| frequency(word));
    rarest_first.dedup();
    let mut words = rarest_first.into_iter();
    let mut documents: Vec<u32> = Vec::new();
    if let Some(first) = words.next() {
        segment.postings.each(first, |document, _| documents.push(document));
    }
    for word in words {
        // Where few are left, looking into them is faster than reading a long list.
        if frequency(word) > look * documents.len() as u64 {
            break;
        }
        let mut holders = Vec::with_capacity(documents.len());
        segment.postings.each_of(word, &documents, |document, _| holders.push(document));
        let mut rest = holders.as_slice();
        documents.retain(|document| {
            let before = rest.iter().take_while(|holder| *holder < document).count();
            rest = rest.get(before..).unwrap_or(&[]);
            rest.first() == Some(document)
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
