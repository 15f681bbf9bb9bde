//! What matching takes in and gives out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::catalogue::keys::Key;

/// A key that more than this many records of one source hold is no key: it names an organisation
/// page or a monorepo.
pub const CROWD: usize = 3;

/// A record as matching sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matchable {
    /// The record.
    pub id: Uuid,
    /// Its source and its id there. They order the records, so that the result does not depend
    /// on when a record arrived.
    pub source: String,
    pub external_id: String,
    /// Its keys.
    pub keys: BTreeSet<Key>,
    /// Whether its source lists nothing of its own and only adds to what others list, as Wikidata
    /// does. Such a record ties others as a key does, not as a third one.
    pub only_adds: bool,
}

/// A person's decision about two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub a: Uuid,
    pub b: Uuid,
    pub same: bool,
    /// Of two verdicts that cannot both hold, the later one counts.
    pub at: DateTime<Utc>,
}

/// The result: every record is in exactly one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clustering {
    pub clusters: Vec<Cluster>,
    pub candidates: BTreeSet<Candidate>,
}

/// Records that describe one software, in the order of source and external id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    pub members: Vec<Uuid>,
    /// For each member that a rule or a verdict joined to another: why.
    pub reasons: BTreeMap<Uuid, String>,
}

/// Two records that may describe the same software.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    pub a: Uuid,
    pub b: Uuid,
    /// The key that they share.
    pub reason: String,
}
