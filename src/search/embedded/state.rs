//! What the answers contain at one time: a large segment, the documents that are deleted from it, and
//! a small segment of what has changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::build::{delta, merged_base, merged_delta};
use super::config::{IndexConfig, Tuning};
use super::precomputed_top::PrecomputedTop;
use super::segment::{LiveSegment, Segment};
use super::vocabulary::{BySegment, Vocabulary};
use crate::search::{Cursor, Document};

/// Where one in so many documents has changed, the segments are made one again.
const SHARE: usize = 20;

pub(super) struct State {
    pub(super) cursor: Cursor,
    base: Arc<Segment>,
    /// What is typed first, answered beforehand from the base.
    top: Arc<PrecomputedTop>,
    /// Documents of the base that have been removed or replaced.
    deleted: RoaringBitmap,
    /// For words of the base, in how many documents that are deleted they stand.
    deleted_words: BTreeMap<u32, u32>,
    delta: Segment,
    /// Nothing is deleted from the delta: it is made anew with each change.
    nothing: RoaringBitmap,
}

impl State {
    /// A state of one segment.
    pub(super) fn of(
        config: &IndexConfig,
        base: Segment,
        cursor: Cursor,
    ) -> Result<Self, fst::Error> {
        Ok(Self {
            cursor,
            top: Arc::new(PrecomputedTop::of(&base, &config.synonyms, &config.tuning)),
            base: Arc::new(base),
            deleted: RoaringBitmap::new(),
            deleted_words: BTreeMap::new(),
            delta: delta(&config.schema, &[])?,
            nothing: RoaringBitmap::new(),
        })
    }

    /// The state after a change.
    pub(super) fn changed(
        &self,
        config: &IndexConfig,
        put: &[Document],
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<Self, fst::Error> {
        let put_ids = put.iter().map(|document| document.id);
        let touched: BTreeSet<Uuid> = put_ids.chain(removed).collect();
        let numbers_in = |segment: &Segment| -> RoaringBitmap {
            touched.iter().filter_map(|&id| segment.number(id)).collect()
        };
        let newly_deleted = numbers_in(&self.base) - &self.deleted;
        let mut deleted_words = self.deleted_words.clone();
        let mut words = Vec::new();
        for document in &newly_deleted {
            self.base.forward.read(document, &mut words);
            let different: BTreeSet<u32> = words.iter().map(|found| found.word).collect();
            for word in different {
                *deleted_words.entry(word).or_insert(0) += 1;
            }
        }
        let fresh = delta(&config.schema, put)?;
        let replaced = numbers_in(&self.delta);
        let parts = [(&self.delta, &replaced), (&fresh, &self.nothing)];
        Ok(Self {
            cursor,
            base: Arc::clone(&self.base),
            top: Arc::clone(&self.top),
            deleted: &self.deleted | newly_deleted,
            deleted_words,
            delta: merged_delta(&config.schema, parts)?,
            nothing: RoaringBitmap::new(),
        })
    }

    /// Whether so much has changed that one segment would answer faster.
    pub(super) fn is_worn(&self, tuning: &Tuning) -> bool {
        let changed = self.deleted.len() as usize + self.delta.documents.len();
        changed > tuning.delta.max(self.base.documents.len() / SHARE)
    }

    /// The same in one segment.
    pub(super) fn renewed(&self, config: &IndexConfig) -> Result<Self, fst::Error> {
        let parts = [(&*self.base, &self.deleted), (&self.delta, &self.nothing)];
        Self::of(config, merged_base(config, parts)?, self.cursor.clone())
    }

    /// The segment, where there is nothing beside it.
    pub(super) fn only_segment(&self) -> Option<&Segment> {
        (self.deleted.is_empty() && self.delta.documents.is_empty()).then_some(&*self.base)
    }

    pub(super) fn vocabulary(&self) -> Vocabulary<'_> {
        let dictionaries = [&self.base.dictionary, &self.delta.dictionary];
        Vocabulary { dictionaries, deleted: &self.deleted_words }
    }

    pub(super) fn parts(&self) -> BySegment<LiveSegment<'_>> {
        [
            LiveSegment { segment: &self.base, deleted: &self.deleted },
            LiveSegment { segment: &self.delta, deleted: &self.nothing },
        ]
    }

    pub(super) fn precomputed_top(&self) -> &PrecomputedTop {
        &self.top
    }

    /// How many documents can be found.
    pub(super) fn len(&self) -> usize {
        self.base.documents.len() - self.deleted.len() as usize + self.delta.documents.len()
    }
}
