//! What an index is made and searched with, the same for its whole life.

use crate::search::{Schema, Synonyms};

/// From so many documents on, an index that has a file is kept in it.
const KEEP: usize = 100_000;

/// The configuration of an index.
pub(super) struct IndexConfig {
    pub(super) schema: Schema,
    pub(super) synonyms: Synonyms,
    pub(super) tuning: Tuning,
}

/// From which sizes on faster ways are taken. The answers are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// So many documents are many: postings of prefixes are merged and words answered beforehand,
    /// facets counted by bitmaps.
    pub many: usize,
    /// So many changed documents are kept beside the rest before all are made one again; more
    /// where the index is large.
    pub delta: usize,
    /// Where the postings of a word are so many times longer than the documents that are left are
    /// many, the words of each document are looked at instead.
    pub look: usize,
    /// From so many documents on, an index that has a file is kept in it.
    pub keep: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { many: 10_000, delta: 1_000, look: 100, keep: KEEP }
    }
}
