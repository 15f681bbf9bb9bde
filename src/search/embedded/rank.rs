//! Finds the documents of a segment that match the words of a query, and says how well.

use roaring::RoaringBitmap;

use super::best::Best;
use super::config::Tuning;
use super::expansion::{Expansion, QueryTerm};
use super::forward::Occurrence;
use super::key::{Candidate, Cost, Key, Sum};
use super::matches::{Match, costs, matches};
use super::segment::{LiveSegment, Segment};
use crate::search::Query;

/// Words further apart, or not in one text, count as this far apart.
const FAR: u32 = 7;

/// Where words are searched and which documents come first: a [`crate::search::Focus`] in numbers
/// of the schema and of the segment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FieldScope {
    Everywhere,
    /// These documents.
    First(RoaringBitmap),
    /// This attribute.
    Only(u8),
}

/// The words of a query, the rarest first, for one segment.
pub(super) struct Ranking<'a> {
    part: LiveSegment<'a>,
    scope: FieldScope,
    /// For each its number in the query and its expansion.
    words: Vec<(usize, &'a Expansion)>,
    /// See [`Tuning::look`].
    look: u64,
}

impl<'a> Ranking<'a> {
    /// `words` are the rarest first; `number` is that of the segment.
    pub(super) fn new(
        words: &[&'a QueryTerm],
        number: usize,
        part: LiveSegment<'a>,
        scope: FieldScope,
        tuning: &Tuning,
    ) -> Self {
        let words = words.iter().filter_map(|word| Some((word.at, word.expansions.get(number)?)));
        Self { part, scope, words: words.collect(), look: tuning.look as u64 }
    }

    /// The documents that match at least the rarest word, ascending; where [`Query::ENOUGH`] match all
    /// words, these alone. A document that lacks a word
    /// counts as if it had none of the more frequent ones either.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let Some((&(_, rarest), others)) = self.words.split_first() else { return Vec::new() };
        let only = match &self.scope {
            FieldScope::Only(attribute) => Some(*attribute),
            FieldScope::Everywhere | FieldScope::First(_) => None,
        };
        let first = matches(rarest, self.part, only, self.look);
        let candidate = |row: PartialMatch| self.candidate(&row);
        let rows = first.into_iter().map(PartialMatch::new);
        if others.is_empty() {
            return rows.map(candidate).collect();
        }
        let mut rows: Vec<PartialMatch> = rows.collect();
        for (kept, &(_, expansion)) in (1..).zip(others) {
            let left = rows.iter().filter(|row| row.kept == kept);
            let left: Vec<u32> = left.map(|row| row.document).collect();
            if left.is_empty() {
                break;
            }
            if expansion.work(&self.part.segment.dictionary) > self.look * left.len() as u64 {
                look(&mut rows, kept, expansion, self.part.segment, only);
            } else {
                let costs = costs(expansion, self.part.segment, &left, only, self.look);
                intersect(&mut rows, kept, &costs);
                costs.give_back();
            }
        }
        // Where enough match all words, nothing is given up.
        let is_complete = |row: &PartialMatch| usize::from(row.kept) == self.words.len();
        if rows.iter().filter(|row| is_complete(row)).take(Query::ENOUGH).count() == Query::ENOUGH {
            rows.retain(is_complete);
        }
        rows.into_iter().map(candidate).collect()
    }

    fn candidate(&self, row: &PartialMatch) -> Candidate {
        let out = match &self.scope {
            FieldScope::First(first) => !first.contains(row.document),
            FieldScope::Everywhere | FieldScope::Only(_) => false,
        };
        let popularity = self.part.segment.popularity(row.document);
        let dropped = self.words.len() - usize::from(row.kept);
        let is_secondary = self.part.segment.is_secondary(row.document);
        (Key::new(dropped, out, row.sum, is_secondary, popularity), row.document)
    }

    /// The same candidate, whose key has no nearness yet, with the nearness of its words: the sum of the distances between each
    /// two words that follow each other in the query, 1 where they do so in the document.
    pub(super) fn judged(&self, candidate: Candidate, words: &mut Vec<Occurrence>) -> Candidate {
        let (key, document) = candidate;
        let kept = self.words.len() - key.dropped();
        if kept < 2 {
            return candidate;
        }
        self.part.segment.forward.read(document, words);
        let mut in_order: Vec<&(usize, &Expansion)> = self.words.iter().take(kept).collect();
        in_order.sort_by_key(|(at, _)| *at);
        let places: Vec<Vec<u32>> =
            in_order.iter().map(|(_, expansion)| expansion.places(words)).collect();
        let pairs = places.iter().zip(places.iter().skip(1));
        let sum: u32 = pairs.map(|(left, right)| distance(left, right)).sum();
        (key.with_proximity(sum), document)
    }
}

/// A document while the words are looked up one after the other.
struct PartialMatch {
    document: u32,
    /// How many words it matches before the first that it does not.
    kept: u8,
    sum: Sum,
}

impl PartialMatch {
    fn new(found: Match) -> Self {
        let mut row = Self { document: found.document(), kept: 0, sum: Sum::default() };
        row.keep(found.cost());
        row
    }

    fn keep(&mut self, cost: Cost) {
        self.kept += 1;
        self.sum.add(cost);
    }
}

/// Keeps the next word in the documents that it matches.
fn intersect(rows: &mut [PartialMatch], kept: u8, costs: &Best) {
    for row in rows.iter_mut().filter(|row| row.kept == kept) {
        if let Some(cost) = costs.get(row.document) {
            row.keep(Cost(cost));
        }
    }
}

/// The same by looking at the words of each document.
fn look(
    rows: &mut [PartialMatch],
    kept: u8,
    expansion: &Expansion,
    segment: &Segment,
    only: Option<u8>,
) {
    let mut words = Vec::new();
    for row in rows.iter_mut().filter(|row| row.kept == kept) {
        segment.forward.read(row.document, &mut words);
        if let Some(cost) = expansion.cost(&words, only) {
            row.keep(cost);
        }
    }
}

/// The smallest distance; backwards counts one more. One place for both is as near as can be.
/// `right` ascends.
fn distance(left: &[u32], right: &[u32]) -> u32 {
    let nearest = left.iter().flat_map(|&left| {
        let (before, after) = right.split_at(right.partition_point(|&right| right <= left));
        let backwards = before.last().map(|&right| left - right + 1);
        let forwards = after.first().map(|&right| right - left);
        backwards.into_iter().chain(forwards)
    });
    nearest.min().unwrap_or(FAR).min(FAR)
}

/// The `count` smallest, in order.
pub(super) fn smallest<T: Ord>(mut items: Vec<T>, count: usize) -> Vec<T> {
    if items.len() > count {
        items.select_nth_unstable(count);
        items.truncate(count);
        items.shrink_to_fit();
    }
    items.sort_unstable();
    items
}
