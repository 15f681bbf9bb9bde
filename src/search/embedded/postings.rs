//! Which documents hold a word, and where best. A place is two bytes; lists are packed.

use super::jagged::Jagged;
use super::packed::{push_number, take_number};

/// Where a word stands best in a document: the attribute first (the smaller number is the more
/// important one), then whether the text has signs there that the word lacks, then position in its
/// text, then whether it is the whole text. The smaller, the better; so that the minimum of two
/// places is the better one, "whole" is stored as 0 and "part" as 1, in the lowest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FieldPosition(u16);

impl FieldPosition {
    /// Later positions all count as this one.
    pub(super) const LAST_POSITION: u8 = u8::MAX;

    pub(super) fn new(attribute: u8, position: usize, whole: bool, signless: bool) -> Self {
        let position = u8::try_from(position).unwrap_or(Self::LAST_POSITION);
        let attribute = u16::from(attribute) << 10 | u16::from(signless) << 9;
        Self(attribute | u16::from(position) << 1 | u16::from(!whole))
    }

    pub(super) fn attribute(self) -> u8 {
        (self.0 >> 10) as u8
    }

    pub(super) fn position(self) -> u8 {
        (self.0 >> 1) as u8
    }

    pub(super) fn is_whole(self) -> bool {
        self.0 & 1 == 0
    }

    /// Whether the text has signs there that the word lacks.
    pub(super) fn is_signless(self) -> bool {
        self.0 >> 9 & 1 == 1
    }
}

/// Lists of documents, ascending, each with a place: the distance to the document before as a
/// packed number, then the place.
#[derive(Debug, Default)]
pub(super) struct Postings(Jagged<u8>);

/// A list that is being written.
#[derive(Debug, Default, Clone)]
pub(super) struct List {
    bytes: Vec<u8>,
    /// The last document but one.
    written: u32,
    /// The last document, whose place may still get better.
    last: Option<(u32, FieldPosition)>,
    length: u32,
}

impl List {
    /// Notes a place in a document: the last one or a later one.
    pub(super) fn note(&mut self, document: u32, place: FieldPosition) {
        match &mut self.last {
            Some((last, best)) if *last == document => *best = place.min(*best),
            _ => {
                self.write_last();
                self.last = Some((document, place));
                self.length += 1;
            }
        }
    }

    /// In how many documents the word stands.
    pub(super) fn length(&self) -> u32 {
        self.length
    }

    fn write_last(&mut self) {
        if let Some((document, place)) = self.last.take() {
            push_number(&mut self.bytes, document - self.written);
            self.bytes.extend(place.0.to_le_bytes());
            self.written = document;
        }
    }
}

impl Postings {
    /// Appends a list; its number is the count of those before.
    pub(super) fn push(&mut self, mut list: List) {
        list.write_last();
        self.0.push_all(&list.bytes);
    }

    /// Gives back what was set aside for growing.
    pub(super) fn shrink(&mut self) {
        self.0.shrink();
    }

    /// The documents of a list, ascending.
    pub(super) fn get(&self, number: u32) -> impl Iterator<Item = (u32, FieldPosition)> {
        let mut bytes = self.0.get(number);
        let mut document = 0;
        std::iter::from_fn(move || {
            document += take_number(&mut bytes)?;
            let (place, rest) = bytes.split_first_chunk()?;
            bytes = rest;
            Some((document, FieldPosition(u16::from_le_bytes(*place))))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_better_place_is_the_smaller() {
        let worse_and_worse = [
            FieldPosition::new(0, 0, true, false),
            FieldPosition::new(0, 0, false, false),
            FieldPosition::new(0, 1, false, false),
            FieldPosition::new(0, 300, false, false),
            FieldPosition::new(0, 0, false, true),
            FieldPosition::new(1, 0, true, false),
            FieldPosition::new(7, 9999, false, false),
        ];
        assert!(worse_and_worse.is_sorted());
        let last = FieldPosition::new(7, 9999, false, true);
        assert_eq!((last.attribute(), last.position(), last.is_whole()), (7, 255, false));
    }

    #[test]
    fn of_several_places_in_a_document_the_best_is_kept() {
        let (good, better) =
            (FieldPosition::new(1, 0, false, false), FieldPosition::new(0, 5, false, false));
        let mut list = List::default();
        for (document, place) in [(3, good), (3, better), (3, good), (9, good)] {
            list.note(document, place);
        }
        assert_eq!(list.length(), 2);
        let mut postings = Postings::default();
        postings.push(list);
        assert_eq!(postings.get(0).collect::<Vec<_>>(), [(3, better), (9, good)]);
        assert_eq!(postings.get(1).count(), 0);
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read(
            lists in proptest::collection::vec(
                proptest::collection::btree_map(any::<u32>(), (0u8..8, 0usize..300, any::<bool>()), 0..5),
                0..5,
            )
        ) {
            let lists: Vec<Vec<(u32, FieldPosition)>> = lists
                .into_iter()
                .map(|list: BTreeMap<u32, (u8, usize, bool)>| {
                    list.into_iter().map(|(document, (a, p, w))| (document, FieldPosition::new(a, p, w, !w))).collect()
                })
                .collect();
            let mut postings = Postings::default();
            for places in &lists {
                let mut list = List::default();
                places.iter().for_each(|&(document, place)| list.note(document, place));
                postings.push(list);
            }
            for (word, list) in lists.iter().enumerate() {
                prop_assert_eq!(&postings.get(word as u32).collect::<Vec<_>>(), list);
            }
        }
    }
}
