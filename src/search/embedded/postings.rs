//! In which documents a word stands, and where at best.

use super::runs::Runs;

/// Where a word stands in a document: attribute (most important first), then position in its
/// text, then whether it is the whole text. The smaller, the better; so that the minimum of two
/// places is the better one, "whole" is stored as 0 and "part" as 1, in the lowest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u16);

impl Place {
    /// Later positions all count as this one.
    pub(super) const LAST_POSITION: u8 = u8::MAX;

    pub(super) fn new(attribute: u8, position: usize, whole: bool) -> Self {
        let position = u8::try_from(position).unwrap_or(Self::LAST_POSITION);
        Self(u16::from(attribute) << 9 | u16::from(position) << 1 | u16::from(!whole))
    }

    pub(super) fn attribute(self) -> u8 {
        (self.0 >> 9) as u8
    }

    pub(super) fn position(self) -> u8 {
        (self.0 >> 1) as u8
    }

    pub(super) fn is_whole(self) -> bool {
        self.0 & 1 == 0
    }
}

/// For each word, the documents that hold it, ascending: the distance to the one before as a
/// variable-length number, then the place.
#[derive(Debug, Default)]
pub(super) struct Postings(Runs<u8>);

impl Postings {
    /// Appends the list of the next word; `list` ascends by document.
    pub(super) fn push(&mut self, list: &[(u32, Place)]) {
        let mut bytes = Vec::with_capacity(list.len() * 3);
        let mut previous = 0;
        for &(document, place) in list {
            push_number(&mut bytes, document - previous);
            bytes.extend(place.0.to_le_bytes());
            previous = document;
        }
        self.0.push(bytes);
    }

    /// The documents that hold a word.
    pub(super) fn get(&self, word: u32) -> impl Iterator<Item = (u32, Place)> {
        let mut bytes = self.0.get(word);
        let mut document = 0;
        std::iter::from_fn(move || {
            document += take_number(&mut bytes)?;
            let (place, rest) = bytes.split_first_chunk()?;
            bytes = rest;
            Some((document, Place(u16::from_le_bytes(*place))))
        })
    }
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_better_place_is_the_smaller() {
        let worse_and_worse = [
            Place::new(0, 0, true),
            Place::new(0, 0, false),
            Place::new(0, 1, false),
            Place::new(0, 300, false),
            Place::new(1, 0, true),
            Place::new(7, 9999, false),
        ];
        assert!(worse_and_worse.is_sorted());
        let last = Place::new(7, 9999, false);
        assert_eq!((last.attribute(), last.position(), last.is_whole()), (7, 255, false));
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read(
            lists in proptest::collection::vec(
                proptest::collection::btree_map(any::<u32>(), (0u8..8, 0usize..300, any::<bool>()), 0..5),
                0..5,
            )
        ) {
            let lists: Vec<Vec<(u32, Place)>> = lists
                .into_iter()
                .map(|list: BTreeMap<u32, (u8, usize, bool)>| {
                    list.into_iter().map(|(document, (a, p, w))| (document, Place::new(a, p, w))).collect()
                })
                .collect();
            let mut postings = Postings::default();
            for list in &lists {
                postings.push(list);
            }
            for (word, list) in lists.iter().enumerate() {
                prop_assert_eq!(&postings.get(word as u32).collect::<Vec<_>>(), list);
            }
        }
    }
}
