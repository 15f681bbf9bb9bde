//! Which documents hold a word, and where best: lists of documents, ascending, each with a place.

use std::collections::HashMap;

use super::dense::DenseList;
use super::field_position::FieldPosition;
use super::jagged::Jagged;
use super::packed::{number_length, push_number, take_number, write_number};

/// Bytes of a place.
const PLACE: usize = FieldPosition::BYTES;

/// The lists, numbered.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// For each document the distance to the one before as a packed number, then the place. Lists
    /// that are dense are empty here.
    packed: Jagged<u8>,
    dense: HashMap<u32, DenseList>,
}

impl Postings {
    /// Appends a list of ascending documents, of which there are so many in all; its number is the
    /// count of those before.
    pub(super) fn push(&mut self, list: &[(u32, FieldPosition)], documents: u32) {
        let length = u32::try_from(list.len()).unwrap_or(u32::MAX);
        let mut bytes = Vec::new();
        if DenseList::fits(length, documents as usize) {
            let mut dense = DenseList::new(length, documents);
            list.iter().for_each(|&(document, place)| dense.note(document, place));
            dense.finish();
            self.dense.insert(u32::try_from(self.packed.len()).unwrap_or(u32::MAX), dense);
        } else {
            let mut before = 0;
            for &(document, place) in list {
                push_number(&mut bytes, document - before);
                bytes.extend(place.to_bytes());
                before = document;
            }
        }
        self.packed.push_all(&bytes);
    }

    /// Gives back what was set aside for growing.
    pub(super) fn shrink(&mut self) {
        self.packed.shrink();
    }

    /// Reads a list: its documents, ascending.
    pub(super) fn each(&self, number: u32, mut each: impl FnMut(u32, FieldPosition)) {
        match self.dense(number) {
            Some(dense) => dense.iter().for_each(|(document, place)| each(document, place)),
            None => packed(self.packed.get(number)).for_each(|(document, place)| {
                each(document, place);
            }),
        }
    }

    /// The same, or only those of `wanted` where looking these up is faster.
    pub(super) fn each_of(
        &self,
        number: u32,
        wanted: &[u32],
        mut each: impl FnMut(u32, FieldPosition),
    ) {
        match self.dense(number).filter(|dense| wanted.len() < dense.len()) {
            Some(dense) => wanted.iter().for_each(|&document| {
                if let Some(place) = dense.get(document) {
                    each(document, place);
                }
            }),
            None => self.each(number, each),
        }
    }

    fn dense(&self, number: u32) -> Option<&DenseList> {
        self.packed.get(number).is_empty().then(|| self.dense.get(&number)).flatten()
    }
}

fn packed(mut bytes: &[u8]) -> impl Iterator<Item = (u32, FieldPosition)> {
    let mut document = 0;
    std::iter::from_fn(move || {
        document += take_number(&mut bytes)?;
        let (place, rest) = bytes.split_first_chunk()?;
        bytes = rest;
        Some((document, FieldPosition::from_bytes(*place)))
    })
}

/// Postings of as many lists as wanted, and how many documents each holds. `read` tells for each of
/// the documents `0..documents` each list and where in the document its word stands; of several
/// places in a document the best is kept. Documents are read twice: the lists are counted first and
/// then written where they stay, so that none has to grow.
pub(super) fn inverted(
    lists: usize,
    documents: u32,
    mut read: impl FnMut(u32, &mut dyn FnMut(u32, FieldPosition)),
) -> (Postings, Vec<u32>) {
    let mut counted = vec![Counted::default(); lists];
    for document in 0..documents {
        read(document, &mut |list, _| {
            if let Some(list) = counted.get_mut(list as usize) {
                list.count(document);
            }
        });
    }
    let is_dense = |list: &Counted| DenseList::fits(list.length, documents as usize);
    let bytes = |list: &Counted| if is_dense(list) { 0 } else { list.bytes };
    let mut packed = Jagged::zeroed(counted.iter().map(bytes));
    let mut lists: Vec<WrittenList> = counted
        .iter()
        .map(|list| match is_dense(list) {
            true => WrittenList::Dense(DenseList::new(list.length, documents)),
            false => WrittenList::Packed { last: None, end: 0 },
        })
        .collect();
    for document in 0..documents {
        read(document, &mut |number, place| match lists.get_mut(number as usize) {
            Some(WrittenList::Dense(list)) => list.note(document, place),
            Some(WrittenList::Packed { last, end }) => {
                write(packed.get_mut(number), (last, end), document, place);
            }
            None => {}
        });
    }
    let dense = (0..).zip(lists).filter_map(|(number, list)| match list {
        WrittenList::Dense(mut list) => {
            list.finish();
            Some((number, list))
        }
        WrittenList::Packed { .. } => None,
    });
    let postings = Postings { packed, dense: dense.collect() };
    (postings, counted.iter().map(|list| list.length).collect())
}

/// How long a list becomes.
#[derive(Debug, Default, Clone)]
struct Counted {
    last: Option<u32>,
    length: u32,
    bytes: usize,
}

impl Counted {
    fn count(&mut self, document: u32) {
        if self.last != Some(document) {
            let distance = document - self.last.unwrap_or(0);
            self.bytes += number_length(distance) + PLACE;
            self.length += 1;
            self.last = Some(document);
        }
    }
}

/// A list that is being written.
enum WrittenList {
    Dense(DenseList),
    /// The last document, and where the next one is written.
    Packed {
        last: Option<u32>,
        end: usize,
    },
}

/// Writes a place in a document, the last one or a later one, to a packed list.
fn write(
    bytes: &mut [u8],
    (last, end): (&mut Option<u32>, &mut usize),
    document: u32,
    place: FieldPosition,
) {
    let mut best = place;
    if *last == Some(document) {
        *end -= PLACE;
        let before = bytes.get(*end..).and_then(|bytes| bytes.first_chunk());
        best = before.map_or(place, |before| place.min(FieldPosition::from_bytes(*before)));
    } else {
        let distance = document - last.unwrap_or(0);
        *end += write_number(bytes.get_mut(*end..).unwrap_or(&mut []), distance);
        *last = Some(document);
    }
    if let Some(room) = bytes.get_mut(*end..*end + PLACE) {
        room.copy_from_slice(&best.to_bytes());
    }
    *end += PLACE;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// For each list its documents with the places of a word there.
    type Lists = Vec<BTreeMap<u32, Vec<FieldPosition>>>;

    fn postings(lists: &Lists, documents: u32) -> (Postings, Vec<u32>) {
        inverted(lists.len(), documents, |document, note| {
            for (number, list) in (0..).zip(lists) {
                list.get(&document).into_iter().flatten().for_each(|place| note(number, *place));
            }
        })
    }

    fn all(postings: &Postings, list: u32) -> BTreeMap<u32, FieldPosition> {
        let mut all = BTreeMap::new();
        postings.each(list, |document, place| assert!(all.insert(document, place).is_none()));
        all
    }

    #[test]
    fn a_list_that_is_not_there_is_empty() {
        let (postings, lengths) = postings(&Lists::new(), 9);
        assert_eq!((all(&postings, 0).len(), lengths), (0, vec![]));
    }

    proptest! {
        /// Packed lists, dense ones, and both ways of making them.
        #[test]
        fn what_is_stored_is_read(
            lists in proptest::collection::vec(
                proptest::collection::btree_map(
                    0u32..400,
                    proptest::collection::vec((0u8..8, 0usize..300, any::<bool>()), 1..3),
                    0..90,
                ),
                0..5,
            ),
            wanted in proptest::collection::btree_set(0u32..400, 0..99),
        ) {
            let place = |(a, p, w): (u8, usize, bool)| FieldPosition::new(a, p, w, !w);
            let lists: Lists = lists
                .into_iter()
                .map(|list| {
                    let places = |all: Vec<_>| all.into_iter().map(place).collect();
                    list.into_iter().map(|(document, all)| (document, places(all))).collect()
                })
                .collect();
            let (inverted, lengths) = postings(&lists, 400);
            let mut pushed = Postings::default();
            let wanted: Vec<u32> = wanted.into_iter().collect();
            for (number, list) in (0..).zip(&lists) {
                let best: BTreeMap<u32, FieldPosition> =
                    list.iter().map(|(document, all)| (*document, *all.iter().min().expect("one"))).collect();
                prop_assert_eq!(lengths[number as usize] as usize, best.len());
                pushed.push(&best.clone().into_iter().collect::<Vec<_>>(), 400);
                for postings in [&inverted, &pushed] {
                    prop_assert_eq!(&all(postings, number), &best);
                    let mut of_wanted = BTreeMap::new();
                    postings.each_of(number, &wanted, |document, place| {
                        of_wanted.insert(document, place);
                    });
                    for document in &wanted {
                        prop_assert_eq!(of_wanted.get(document), best.get(document));
                    }
                }
            }
        }
    }
}
