//! What the answers contain at one time: a large segment, the documents that are gone from it, and
//! a small segment of what has changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::Tuning;
use super::build::Making;
use super::matches::Part;
use super::segment::Segment;
use super::vocabulary::{BySegment, Vocabulary};
use crate::search::{Cursor, Document};

/// Where one in so many documents has changed, the segments are made one again.
const SHARE: usize = 20;

pub(super) struct State {
    pub(super) cursor: Cursor,
    base: Arc<Segment>,
    /// Documents of the base that have been removed or replaced.
    gone: RoaringBitmap,
    /// For words of the base, in how many documents that are gone they stand.
    gone_words: BTreeMap<u32, u32>,
    delta: Segment,
    /// Nothing is gone from the delta: it is made anew with each change.
    nothing: RoaringBitmap,
}

impl State {
    /// A state of these documents and nothing else.
    pub(super) fn build(
        making: &Making,
        documents: Vec<Document>,
        cursor: Cursor,
    ) -> Result<Self, fst::Error> {
        Self::of(making, making.base(documents)?, cursor)
    }

    /// A state of one segment.
    pub(super) fn of(making: &Making, base: Segment, cursor: Cursor) -> Result<Self, fst::Error> {
        Ok(Self {
            cursor,
            base: Arc::new(base),
            gone: RoaringBitmap::new(),
            gone_words: BTreeMap::new(),
            delta: making.delta(Vec::new())?,
            nothing: RoaringBitmap::new(),
        })
    }

    /// The state after a change.
    pub(super) fn changed(
        &self,
        making: &Making,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<Self, fst::Error> {
        let put_ids = put.iter().map(|document| document.id);
        let touched: BTreeSet<Uuid> = put_ids.chain(removed).collect();
        let numbers_in = |segment: &Segment| -> RoaringBitmap {
            touched.iter().filter_map(|&id| segment.number(id)).collect()
        };
        let newly_gone = numbers_in(&self.base) - &self.gone;
        let mut gone_words = self.gone_words.clone();
        let mut words = Vec::new();
        for document in &newly_gone {
            self.base.forward.read(document, &mut words);
            let different: BTreeSet<u32> = words.iter().map(|found| found.word).collect();
            for word in different {
                *gone_words.entry(word).or_insert(0) += 1;
            }
        }
        let fresh = making.delta(put)?;
        let replaced = numbers_in(&self.delta);
        let parts = [(&self.delta, &replaced), (&fresh, &self.nothing)];
        Ok(Self {
            cursor,
            base: Arc::clone(&self.base),
            gone: &self.gone | newly_gone,
            gone_words,
            delta: making.merged_delta(parts)?,
            nothing: RoaringBitmap::new(),
        })
    }

    /// Whether so much has changed that one segment would answer faster.
    pub(super) fn is_worn(&self, tuning: &Tuning) -> bool {
        let changed = self.gone.len() as usize + self.delta.documents.len();
        changed > tuning.delta.max(self.base.documents.len() / SHARE)
    }

    /// The same in one segment.
    pub(super) fn renewed(&self, making: &Making) -> Result<Self, fst::Error> {
        let parts = [(&*self.base, &self.gone), (&self.delta, &self.nothing)];
        Self::of(making, making.merged_base(parts)?, self.cursor.clone())
    }

    /// The segment, where there is nothing beside it.
    pub(super) fn only_segment(&self) -> Option<&Segment> {
        (self.gone.is_empty() && self.delta.documents.is_empty()).then_some(&*self.base)
    }

    pub(super) fn vocabulary(&self) -> Vocabulary<'_> {
        let dictionaries = [&self.base.dictionary, &self.delta.dictionary];
        Vocabulary { dictionaries, gone: &self.gone_words }
    }

    pub(super) fn parts(&self) -> BySegment<Part<'_>> {
        [
            Part { segment: &self.base, gone: &self.gone },
            Part { segment: &self.delta, gone: &self.nothing },
        ]
    }

    /// How many documents can be found.
    pub(super) fn len(&self) -> usize {
        self.base.documents.len() - self.gone.len() as usize + self.delta.documents.len()
    }
}
