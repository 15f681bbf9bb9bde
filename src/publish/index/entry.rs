//! An entry of the catalogue as documents are made of it.

use std::collections::HashSet;

use crate::catalogue::content::Content;
use crate::catalogue::needs::{self, Labels, Met};
use crate::licence::facts::Facts;
use crate::store::views::{RecordSource, Software};

/// An entry with all that its document says.
pub(super) struct Entry<'a> {
    pub(super) software: &'a Software,
    pub(super) content: &'a Content,
    /// The records of which it is made.
    pub(super) sources: &'a [RecordSource],
    pub(super) needs: Vec<Met<'static>>,
    /// What holds whichever of its licences does.
    pub(super) facts: Facts,
    /// What needs are called.
    pub(super) labels: &'a Labels,
}

impl<'a> Entry<'a> {
    pub(super) fn new(
        software: &'a Software,
        sources: &'a [RecordSource],
        labels: &'a Labels,
    ) -> Self {
        let content = &software.content;
        Self {
            software,
            content,
            sources,
            needs: needs::vocabulary().of(content),
            facts: software.licence.facts().unwrap_or_else(Facts::nothing),
            labels,
        }
    }

    /// Whether nothing says that it is for use: only `inventories` of code list it, and nobody is
    /// known to use it.
    pub(super) fn is_only_inventoried(&self, inventories: &HashSet<String>) -> bool {
        self.content.usages.is_empty()
            && !self.sources.is_empty()
            && self.sources.iter().all(|one| inventories.contains(&one.source))
    }
}
