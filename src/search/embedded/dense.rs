//! Postings of a word that many documents hold, as a bitmap with ranks and the places in the order of
//! the documents. So a document is looked up without reading the list, and where one in eight holds
//! the word this takes no more room than a packed list.

use super::field_position::FieldPosition;

/// Bits of a word of the bitmap.
const BITS: u32 = u64::BITS;

/// The documents and their places.
#[derive(Debug, Default)]
pub(super) struct DenseList {
    bits: Vec<u64>,
    /// For each word of the bitmap, how many documents stand before it.
    ranks: Vec<u32>,
    places: Vec<FieldPosition>,
}

impl DenseList {
    /// Whether so many of these documents are enough.
    pub(super) fn fits(length: u32, documents: usize) -> bool {
        length > 0 && length as usize * 8 >= documents
    }

    /// An empty list of at most so many documents, with numbers up to `end`.
    pub(super) fn new(length: u32, end: u32) -> Self {
        Self {
            bits: vec![0; end.div_ceil(BITS) as usize],
            ranks: Vec::new(),
            places: Vec::with_capacity(length as usize),
        }
    }

    /// Notes a place in a document: the last one or a later one; the best is kept.
    pub(super) fn note(&mut self, document: u32, place: FieldPosition) {
        let Some(bits) = self.bits.get_mut((document / BITS) as usize) else { return };
        let bit = 1 << (document % BITS);
        match self.places.last_mut() {
            Some(best) if *bits & bit != 0 => *best = place.min(*best),
            _ => {
                *bits |= bit;
                self.places.push(place);
            }
        }
    }

    /// Ends the noting.
    pub(super) fn finish(&mut self) {
        let mut rank = 0;
        let before = |bits: &u64| {
            let before = rank;
            rank += bits.count_ones();
            before
        };
        self.ranks = self.bits.iter().map(before).collect();
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The best place in a document, where it is there.
    #[inline]
    pub(super) fn get(&self, document: u32) -> Option<FieldPosition> {
        let at = (document / BITS) as usize;
        let (bits, bit) = (self.bits.get(at)?, document % BITS);
        let is_there = bits >> bit & 1 == 1;
        let rank = self.ranks.get(at)? + (bits & ((1 << bit) - 1)).count_ones();
        self.places.get(rank as usize).copied().filter(|_| is_there)
    }

    /// The documents, ascending, each with its best place.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, FieldPosition)> {
        let documents = (0..).zip(&self.bits).flat_map(|(at, bits)| {
            let mut left = *bits;
            std::iter::from_fn(move || {
                let next = (left != 0).then(|| left.trailing_zeros());
                left &= left.wrapping_sub(1);
                next.map(|bit| at * BITS + bit)
            })
        });
        documents.zip(self.places.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_noted_is_found(noted in proptest::collection::btree_map(0u32..300, 0usize..300, 0..99)) {
            let expected: BTreeMap<u32, FieldPosition> = noted
                .iter()
                .map(|(&document, &at)| (document, FieldPosition::new(1, at, false, false)))
                .collect();
            let mut list = DenseList::new(expected.len() as u32, 300);
            for (&document, &place) in &expected {
                list.note(document, FieldPosition::new(2, 0, false, false));
                list.note(document, place);
            }
            list.finish();
            prop_assert_eq!(list.iter().collect::<BTreeMap<_, _>>(), expected.clone());
            for document in 0..310 {
                prop_assert_eq!(list.get(document), expected.get(&document).copied());
            }
        }
    }
}
