//! Filtering and counting by facets. A facet's counts ignore its own choice, so that a visitor
//! sees what choosing a further value would bring.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use roaring::RoaringBitmap;

use super::jagged::Jagged;
use super::key::Candidate;
use super::packed::{push_number, take_number};
use crate::catalogue::text::fold::fold;
use crate::search::{Query, Schema, SearchError, most_frequent};

/// The values of all facets, numbered by facet, then by value.
#[derive(Debug)]
pub(super) struct Facets {
    values: Vec<(usize, String)>,
    /// By facet and folded value, the numbers of the values that fold so.
    folded: HashMap<(usize, String), Vec<u32>>,
    /// For each facet, its numbers.
    ranges: Vec<Range<usize>>,
    /// For each document, the numbers of its values, ascending, packed as distances.
    rows: Jagged<u8>,
    /// For each value, its documents.
    documents: Vec<RoaringBitmap>,
}

/// Facets that are being written, document by document.
pub(super) struct FacetsBuilder {
    /// For each facet its values in the order of meeting, over all facets.
    met: Vec<HashMap<String, u32>>,
    count: u32,
    rows: Jagged<u32>,
    row: Vec<u32>,
}

/// Which values are chosen, and which facets are to be counted.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// For each facet with a choice, the chosen values. Never an empty choice.
    chosen: BTreeMap<usize, BTreeSet<String>>,
    counted: BTreeSet<usize>,
}

/// For each value, how many documents have it.
pub(super) type Counts = Vec<u64>;

impl Choice {
    pub(super) fn of(query: &Query, schema: &Schema) -> Result<Self, SearchError> {
        let mut choice = Self::default();
        for (name, values) in &query.filters {
            let facet = schema.facet(name)?;
            if !values.is_empty() {
                choice.chosen.insert(facet, values.iter().cloned().collect());
            }
        }
        for name in &query.count {
            choice.counted.insert(schema.facet(name)?);
        }
        Ok(choice)
    }

    /// Whether nothing is chosen.
    pub(super) fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }
}

impl FacetsBuilder {
    pub(super) fn new(facets: usize) -> Self {
        let met = vec![HashMap::new(); facets];
        Self { met, count: 0, rows: Jagged::default(), row: Vec::new() }
    }

    /// How many facets there are.
    pub(super) fn count(&self) -> usize {
        self.met.len()
    }

    /// A value of the document that is being written.
    pub(super) fn value(&mut self, facet: usize, value: &str) {
        let Some(met) = self.met.get_mut(facet) else { return };
        let number = match met.get(value) {
            Some(&known) => known,
            None => {
                met.insert(value.to_owned(), self.count);
                self.count += 1;
                self.count - 1
            }
        };
        self.row.push(number);
    }

    pub(super) fn end_document(&mut self) {
        self.rows.push_all(&self.row);
        self.row.clear();
    }

    /// Numbers the values in their order.
    pub(super) fn finish(self) -> Facets {
        let facets = self.met.len();
        let mut values: Vec<(usize, String, u32)> = (0..)
            .zip(self.met)
            .flat_map(|(facet, met)| met.into_iter().map(move |(value, met)| (facet, value, met)))
            .collect();
        values.sort_unstable();
        let mut numbers = vec![0; values.len()];
        for (new, (.., met)) in (0..).zip(&values) {
            if let Some(number) = numbers.get_mut(*met as usize) {
                *number = new;
            }
        }
        let mut documents = vec![RoaringBitmap::new(); values.len()];
        let mut rows = Jagged::default();
        for document in 0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX) {
            let met = self.rows.get(document).iter();
            let mut row: Vec<u32> =
                met.filter_map(|&met| numbers.get(met as usize).copied()).collect();
            row.sort_unstable();
            row.dedup();
            let (mut bytes, mut before) = (Vec::new(), 0);
            for value in row {
                push_number(&mut bytes, value - before);
                before = value;
                if let Some(bitmap) = documents.get_mut(value as usize) {
                    bitmap.insert(document);
                }
            }
            rows.push_all(&bytes);
        }
        rows.shrink();
        let values: Vec<(usize, String)> =
            values.into_iter().map(|(facet, value, _)| (facet, value)).collect();
        let start = |facet| values.partition_point(|&(of, _)| of < facet);
        let ranges = (0..facets).map(|facet| start(facet)..start(facet + 1)).collect();
        let mut folded: HashMap<(usize, String), Vec<u32>> = HashMap::new();
        for (number, (facet, value)) in (0..).zip(&values) {
            folded.entry((*facet, fold(value))).or_default().push(number);
        }
        Facets { ranges, values, folded, rows, documents }
    }
}

impl Facets {
    /// The values of a document, each with its facet.
    pub(super) fn values_of(&self, document: u32) -> impl Iterator<Item = (usize, &str)> {
        let values = self.row(document).filter_map(|value| self.values.get(value as usize));
        values.map(|(facet, value)| (*facet, value.as_str()))
    }

    /// Keeps the candidates that fit the choice, and counts. `many` candidates or more are counted
    /// by bitmaps, fewer by looking at each.
    pub(super) fn count(&self, found: &mut Vec<Candidate>, choice: &Choice, many: usize) -> Counts {
        if choice.is_empty() && choice.counted.is_empty() {
            return vec![0; self.values.len()];
        }
        if found.len() < many {
            return self.count_by_rows(found, choice);
        }
        // Candidates ascend, so that no document is refused.
        let all = RoaringBitmap::from_sorted_iter(found.iter().map(|&(_, document)| document));
        let all = all.unwrap_or_default();
        let (fitting, counts) = self.count_set(&all, choice);
        if !choice.is_empty() {
            found.retain(|&(_, document)| fitting.contains(document));
        }
        counts
    }

    /// The documents of a set that fit all choices, and the counts: for each facet, what the other
    /// choices leave, cut with each value.
    pub(super) fn count_set(
        &self,
        all: &RoaringBitmap,
        choice: &Choice,
    ) -> (RoaringBitmap, Counts) {
        let filters: Vec<(usize, RoaringBitmap)> = self
            .filters(choice)
            .into_iter()
            .map(|(facet, values)| (facet, self.documents_with_any(&values)))
            .collect();
        let left = |without: Option<usize>| {
            let mut left = all.clone();
            for (_, fitting) in filters.iter().filter(|(facet, _)| Some(*facet) != without) {
                left &= fitting;
            }
            left
        };
        let fitting = left(None);
        let mut counts = vec![0; self.values.len()];
        for &facet in &choice.counted {
            let own = choice.chosen.contains_key(&facet).then(|| left(Some(facet)));
            let set = own.as_ref().unwrap_or(&fitting);
            self.each_value(facet, &mut counts, |documents| documents.intersection_len(set));
        }
        (fitting, counts)
    }

    /// The counts of all documents but those that are deleted, where nothing is chosen.
    pub(super) fn count_all(&self, deleted: &RoaringBitmap, choice: &Choice) -> Counts {
        let mut counts = vec![0; self.values.len()];
        for &facet in &choice.counted {
            self.each_value(facet, &mut counts, |documents| {
                documents.len() - documents.intersection_len(deleted)
            });
        }
        counts
    }

    /// Takes the values of a document off the counts of all facets.
    pub(super) fn take_off(&self, document: u32, counts: &mut Counts) {
        for value in self.row(document) {
            if let Some(count) = counts.get_mut(value as usize) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// A choice that counts all facets.
    pub(super) fn count_everything(&self) -> Choice {
        Choice { chosen: BTreeMap::new(), counted: (0..self.ranges.len()).collect() }
    }

    /// One pass over the documents: one that fits all choices counts for every facet, one that
    /// fits all but one counts for that one.
    fn count_by_rows(&self, found: &mut Vec<Candidate>, choice: &Choice) -> Counts {
        let filters = self.filters(choice);
        let bit = |facet: usize| 1u32 << facet;
        let wanted = filters.iter().fold(0, |wanted, (facet, _)| wanted | bit(*facet));
        let counted = choice.counted.iter().fold(0, |counted, &facet| counted | bit(facet));
        let mut is_chosen = vec![false; self.values.len()];
        for value in filters.iter().flat_map(|(_, values)| values) {
            if let Some(chosen) = is_chosen.get_mut(*value as usize) {
                *chosen = true;
            }
        }
        let mut counts = vec![0; self.values.len()];
        let mut row: Vec<(u32, u32)> = Vec::new();
        found.retain(|&(_, document)| {
            let mut got = 0;
            row.clear();
            for value in self.row(document) {
                let facet = self.values.get(value as usize).map_or(0, |(facet, _)| bit(*facet));
                let chosen = is_chosen.get(value as usize).is_some_and(|&chosen| chosen);
                got |= if chosen { facet } else { 0 };
                row.push((value, facet));
            }
            let failed = wanted & !got;
            let counts_for = match failed.count_ones() {
                0 => counted,
                1 => counted & failed,
                _ => 0,
            };
            for &(value, _) in row.iter().filter(|(_, facet)| facet & counts_for != 0) {
                if let Some(count) = counts.get_mut(value as usize) {
                    *count += 1;
                }
            }
            failed == 0
        });
        counts
    }

    /// The values of a document as they are kept: [`row`] reads them.
    pub(super) fn packed(&self, document: u32) -> &[u8] {
        self.rows.get(document)
    }

    /// All values, each with its facet.
    pub(super) fn values(&self) -> &[(usize, String)] {
        &self.values
    }

    fn row(&self, document: u32) -> impl Iterator<Item = u32> {
        row(self.packed(document))
    }

    fn each_value(&self, facet: usize, counts: &mut Counts, count: impl Fn(&RoaringBitmap) -> u64) {
        let range = self.ranges.get(facet).cloned().unwrap_or_default();
        let documents = self.documents.get(range.clone()).unwrap_or(&[]);
        for (slot, documents) in counts.get_mut(range).unwrap_or(&mut []).iter_mut().zip(documents)
        {
            *slot = count(documents);
        }
    }

    /// For each facet with a choice, the numbers of the chosen values that exist.
    fn filters(&self, choice: &Choice) -> Vec<(usize, BTreeSet<u32>)> {
        let chosen = choice.chosen.iter();
        chosen
            .map(|(&facet, values)| {
                let numbers = values.iter().flat_map(|value| self.numbers(facet, value));
                (facet, numbers.copied().collect())
            })
            .collect()
    }

    /// The numbers of the values that fold as this one does.
    fn numbers(&self, facet: usize, value: &str) -> &[u32] {
        self.folded.get(&(facet, fold(value))).map_or(&[], Vec::as_slice)
    }

    /// The documents that have a value, in any spelling that folds so.
    pub(super) fn documents_with(&self, facet: usize, value: &str) -> RoaringBitmap {
        self.documents_with_any(&self.numbers(facet, value).iter().copied().collect())
    }

    fn documents_with_any(&self, values: &BTreeSet<u32>) -> RoaringBitmap {
        let mut any = RoaringBitmap::new();
        for documents in values.iter().filter_map(|&value| self.documents.get(value as usize)) {
            any |= documents;
        }
        any
    }

    /// The values of a facet that were counted at least once, in their order.
    fn counted(&self, facet: usize, counts: &Counts) -> Vec<(&str, u64)> {
        let range = self.ranges.get(facet).cloned().unwrap_or_default();
        let values = self.values.get(range.clone()).unwrap_or(&[]).iter();
        let counts = counts.get(range).unwrap_or(&[]).iter();
        values
            .zip(counts)
            .filter(|(_, count)| **count > 0)
            .map(|((_, value), &count)| (value.as_str(), count))
            .collect()
    }
}

/// The numbers of the values of a document, of what [`Facets::packed`] gives.
pub(super) fn row(mut packed: &[u8]) -> impl Iterator<Item = u32> {
    let mut value = 0;
    std::iter::from_fn(move || {
        value += take_number(&mut packed)?;
        Some(value)
    })
}

/// The counts of several segments by name, as an answer holds them.
pub(super) fn named(
    parts: &[(&Facets, Counts)],
    choice: &Choice,
    schema: &Schema,
) -> BTreeMap<String, Vec<(String, u64)>> {
    let mut named = BTreeMap::new();
    for &facet in &choice.counted {
        let Some(name) = schema.facets().get(facet) else { continue };
        let chosen = choice.chosen.get(&facet);
        let mut counts: Vec<(&str, u64)> =
            parts.iter().flat_map(|(facets, counts)| facets.counted(facet, counts)).collect();
        counts.extend(chosen.into_iter().flatten().map(|value| (value.as_str(), 0)));
        counts.sort_by_key(|(value, _)| *value);
        counts.dedup_by(|(value, count), (same, sum)| {
            let is_same = value == same;
            *sum += if is_same { *count } else { 0 };
            is_same
        });
        let counts = counts.into_iter().map(|(value, count)| (value.to_owned(), count));
        let is_chosen = |value: &str| chosen.is_some_and(|chosen| chosen.contains(value));
        named.insert(name.clone(), most_frequent(counts.collect(), is_chosen));
    }
    named
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::key::{Key, Sum};
    use super::*;

    fn values() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[a-d]", 0..3)
    }

    fn built(documents: &[[Vec<String>; 3]]) -> Facets {
        let mut builder = FacetsBuilder::new(3);
        for facets in documents {
            for (facet, values) in facets.iter().enumerate() {
                values.iter().for_each(|value| builder.value(facet, value));
            }
            builder.end_document();
        }
        builder.finish()
    }

    fn candidate(document: u32) -> Candidate {
        (Key::new(0, false, Sum::default(), false, 0), document)
    }

    #[test]
    fn more_values_than_two_bytes_can_number() {
        const VALUES: usize = 70_000;
        let mut builder = FacetsBuilder::new(3);
        for document in 0..VALUES {
            builder.value(1, &format!("{document:05}"));
            builder.value(2, "all");
            builder.end_document();
        }
        let facets = builder.finish();
        let last =
            Choice { chosen: [(1, ["69999".to_owned()].into())].into(), counted: [1, 2].into() };
        for many in [0, usize::MAX] {
            let mut found: Vec<Candidate> = (0..VALUES as u32).map(candidate).collect();
            let counts = facets.count(&mut found, &last, many);
            assert_eq!(found, [candidate(69_999)]);
            assert_eq!(counts.iter().sum::<u64>(), VALUES as u64 + 1);
            assert_eq!(facets.counted(2, &counts), [("all", 1)]);
        }
    }

    proptest! {
        #[test]
        fn all_ways_of_counting_agree(
            documents in proptest::collection::vec([values(), values(), values()], 0..20),
            chosen in proptest::collection::btree_map(0usize..3, proptest::collection::btree_set("[a-e]", 1..3), 0..3),
            counted in proptest::collection::btree_set(0usize..3, 0..3),
            deleted in proptest::collection::btree_set(0u32..20, 0..20),
        ) {
            let facets = built(&documents);
            let choice = Choice { chosen, counted };
            let all = 0..documents.len() as u32;
            let found: Vec<Candidate> =
                all.clone().filter(|document| !deleted.contains(document)).map(candidate).collect();
            let (mut by_rows, mut by_bitmaps) = (found.clone(), found.clone());
            let counts = facets.count(&mut by_rows, &choice, usize::MAX);
            prop_assert_eq!(&counts, &facets.count(&mut by_bitmaps, &choice, 0));
            prop_assert_eq!(by_rows, by_bitmaps);

            let choice = Choice { chosen: BTreeMap::new(), ..choice };
            let counts = facets.count(&mut found.clone(), &choice, usize::MAX);
            let deleted: RoaringBitmap = deleted.into_iter().filter(|one| all.contains(one)).collect();
            prop_assert_eq!(&counts, &facets.count_all(&deleted, &choice));
            let mut taken_off = facets.count_all(&RoaringBitmap::new(), &facets.count_everything());
            deleted.iter().for_each(|document| facets.take_off(document, &mut taken_off));
            prop_assert_eq!(facets.count_all(&deleted, &facets.count_everything()), taken_off);
        }
    }
}
