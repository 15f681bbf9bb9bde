//! What matching gives: which records describe which software.

use std::collections::BTreeSet;

use uuid::Uuid;

/// A record that goes from one entry to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    pub record: Uuid,
    /// `None` for a record that had none.
    pub from: Option<Uuid>,
    pub to: Uuid,
}

/// The new links between records and software.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    /// Software whose records may have changed.
    pub affected: BTreeSet<Uuid>,
    /// Software that came into being; it has no row yet.
    pub created: BTreeSet<Uuid>,
    /// Software that was found to be the same as another, which survives.
    pub merged: Vec<(Uuid, Uuid)>,
    /// Software that records left, and the new software that they went to.
    pub split: Vec<(Uuid, Uuid)>,
    /// Records that have another software now.
    pub moved: Vec<Moved>,
    /// Records without a row yet, with their software and why they are joined to others.
    pub fresh: Vec<Link>,
    /// Decisions that two records are the same, by those records, that do not hold because others
    /// were told apart.
    pub overruled: Vec<(Uuid, Uuid)>,
}

/// A record, its software, and why it is joined to other records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub record: Uuid,
    pub software: Uuid,
    pub reason: Option<String>,
}
