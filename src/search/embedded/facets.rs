//! Filtering and counting by facets. A facet's counts ignore its own choice, so that a visitor
//! sees what choosing a further value would bring.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use roaring::RoaringBitmap;

use super::runs::Runs;
use crate::search::{Document, MAX_VALUES, Query, Schema, SearchError};

/// From this many documents on, counting intersects bitmaps instead of reading rows.
const MANY: usize = 20_000;

/// The values of all facets, numbered by facet, then by value.
#[derive(Debug)]
pub(super) struct Facets {
    values: Vec<(usize, String)>,
    /// For each facet, its numbers.
    ranges: Vec<Range<usize>>,
    /// For each document, the numbers of its values, ascending.
    rows: Runs<u32>,
    /// For each value, its documents.
    documents: Vec<RoaringBitmap>,
}

/// Which values are chosen, and which facets are to be counted.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// For each facet with a choice, the chosen values. Never an empty choice.
    chosen: BTreeMap<usize, BTreeSet<String>>,
    counted: BTreeSet<usize>,
}

/// What a choice leaves, and the counts.
#[derive(Debug, PartialEq)]
pub(super) struct Counted {
    /// The documents that fit all choices, in the order in which they came.
    pub(super) passing: Vec<u32>,
    counts: Vec<u64>,
}

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
}

impl Facets {
    pub(super) fn build(facets: usize, documents: &[&Document]) -> Self {
        let mut numbers: BTreeMap<(usize, &str), u32> = BTreeMap::new();
        for document in documents {
            for value in valued(document) {
                numbers.insert(value, 0);
            }
        }
        for (number, next) in numbers.values_mut().zip(0..) {
            *number = next;
        }
        let mut bitmaps = vec![RoaringBitmap::new(); numbers.len()];
        let mut rows = Runs::default();
        for (document, content) in (0..).zip(documents) {
            let row: BTreeSet<u32> =
                valued(content).filter_map(|value| numbers.get(&value).copied()).collect();
            for &value in &row {
                if let Some(bitmap) = bitmaps.get_mut(value as usize) {
                    bitmap.insert(document);
                }
            }
            rows.push(row);
        }
        let values: Vec<(usize, String)> =
            numbers.into_keys().map(|(facet, value)| (facet, value.to_owned())).collect();
        let start = |facet| values.partition_point(|&(of, _)| of < facet);
        let ranges = (0..facets).map(|facet| start(facet)..start(facet + 1)).collect();
        Self { ranges, values, rows, documents: bitmaps }
    }

    /// Filters and counts by the cheaper of two ways.
    pub(super) fn count(&self, found: Vec<u32>, choice: &Choice) -> Counted {
        if found.len() > MANY {
            self.count_by_bitmaps(found, choice)
        } else {
            self.count_by_rows(found, choice)
        }
    }

    /// The counts of the facets that the choice wants counted: most frequent first, then by value.
    pub(super) fn named(
        &self,
        counted: &Counted,
        choice: &Choice,
        schema: &Schema,
    ) -> BTreeMap<String, Vec<(String, u64)>> {
        let counts_of = |&facet: &usize| {
            let chosen = choice.chosen.get(&facet);
            let is_chosen = |value: &str| chosen.is_some_and(|chosen| chosen.contains(value));
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            for number in self.range(facet) {
                if let (Some((_, value)), Some(&count @ 1..)) =
                    (self.values.get(number), counted.counts.get(number))
                {
                    counts.insert(value.clone(), count);
                }
            }
            for value in chosen.into_iter().flatten() {
                counts.entry(value.clone()).or_insert(0);
            }
            let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
            counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
            let mut left = MAX_VALUES;
            counts.retain(|(value, _)| {
                let is_kept = left > 0 || is_chosen(value);
                left = left.saturating_sub(1);
                is_kept
            });
            Some((schema.facets().get(facet)?.clone(), counts))
        };
        choice.counted.iter().filter_map(counts_of).collect()
    }

    /// One pass over the documents: one that fits all choices counts for every facet, one that
    /// fits all but one counts for that one.
    fn count_by_rows(&self, found: Vec<u32>, choice: &Choice) -> Counted {
        let filters = self.filters(choice);
        let mut counts = vec![0; self.values.len()];
        let mut passing = found;
        passing.retain(|&document| {
            let row = self.rows.get(document);
            let fits = |values: &BTreeSet<u32>| row.iter().any(|value| values.contains(value));
            let mut failed = filters.iter().filter(|(_, values)| !fits(values));
            let (first, second) = (failed.next(), failed.next());
            match (first, second) {
                (None, _) => choice.counted.iter().for_each(|&of| self.add(of, row, &mut counts)),
                (Some((facet, _)), None) if choice.counted.contains(facet) => {
                    self.add(*facet, row, &mut counts);
                }
                _ => (),
            }
            first.is_none()
        });
        Counted { passing, counts }
    }

    fn add(&self, facet: usize, row: &[u32], counts: &mut [u64]) {
        let range = self.range(facet);
        for &value in row {
            if range.contains(&(value as usize))
                && let Some(count) = counts.get_mut(value as usize)
            {
                *count += 1;
            }
        }
    }

    /// The same by bitmaps: for each facet, what the other choices leave, cut with each value.
    fn count_by_bitmaps(&self, found: Vec<u32>, choice: &Choice) -> Counted {
        let all: RoaringBitmap = found.iter().copied().collect();
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
        let fitting_all = left(None);
        let mut counts = vec![0; self.values.len()];
        for &facet in &choice.counted {
            let chosen = choice.chosen.contains_key(&facet);
            let own = chosen.then(|| left(Some(facet)));
            let set = own.as_ref().unwrap_or(&fitting_all);
            let range = self.range(facet);
            let documents = self.documents.get(range.clone()).unwrap_or(&[]);
            let counts = counts.get_mut(range).unwrap_or(&mut []);
            for (count, documents) in counts.iter_mut().zip(documents) {
                *count = documents.intersection_len(set);
            }
        }
        let mut passing = found;
        if !filters.is_empty() {
            passing.retain(|&document| fitting_all.contains(document));
        }
        Counted { passing, counts }
    }

    /// For each facet with a choice, the numbers of the chosen values that exist.
    fn filters(&self, choice: &Choice) -> Vec<(usize, BTreeSet<u32>)> {
        let number = |facet: usize, value: &str| {
            let at = self
                .values
                .binary_search_by(|(of, known)| (*of, known.as_str()).cmp(&(facet, value)));
            at.ok().and_then(|at| u32::try_from(at).ok())
        };
        choice
            .chosen
            .iter()
            .map(|(&facet, values)| {
                (facet, values.iter().filter_map(|value| number(facet, value)).collect())
            })
            .collect()
    }

    fn documents_with_any(&self, values: &BTreeSet<u32>) -> RoaringBitmap {
        let mut any = RoaringBitmap::new();
        for documents in values.iter().filter_map(|&value| self.documents.get(value as usize)) {
            any |= documents;
        }
        any
    }

    fn range(&self, facet: usize) -> Range<usize> {
        self.ranges.get(facet).cloned().unwrap_or_default()
    }
}

fn valued(document: &Document) -> impl Iterator<Item = (usize, &str)> {
    let facets = document.facets.iter().enumerate();
    facets.flat_map(|(facet, values)| values.iter().map(move |value| (facet, value.as_str())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[a-d]", 0..3)
    }

    proptest! {
        #[test]
        fn both_ways_of_counting_agree(
            documents in proptest::collection::vec([values(), values(), values()], 0..20),
            chosen in proptest::collection::btree_map(0usize..3, proptest::collection::btree_set("[a-e]", 1..3), 0..3),
            counted in proptest::collection::btree_set(0usize..3, 0..3),
        ) {
            let documents: Vec<Document> = documents
                .into_iter()
                .map(|facets| Document { facets: facets.to_vec(), ..Document::default() })
                .collect();
            let facets = Facets::build(3, &documents.iter().collect::<Vec<_>>());
            let choice = Choice { chosen, counted };
            let found: Vec<u32> = (0..documents.len() as u32).step_by(2).collect();
            prop_assert_eq!(
                facets.count_by_rows(found.clone(), &choice),
                facets.count_by_bitmaps(found, &choice)
            );
        }
    }
}
