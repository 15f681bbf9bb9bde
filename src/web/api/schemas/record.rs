//! What is told of records and runs.

use chrono::NaiveDate;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// A source's explicit withdrawal of an entry.
#[derive(ToSchema)]
pub struct Withdrawal {
    /// The source's words.
    pub reason: Option<String>,
    /// The source's date.
    pub on: Option<NaiveDate>,
    /// The last version that the source recommended.
    pub last_version: Option<String>,
}

/// One value of one field and the records that state it.
#[derive(ToSchema)]
pub struct Statement {
    /// The field of [`Content`].
    pub field: String,
    /// The language or the element that the value is for; none for a single value.
    pub part: Option<String>,
    pub value: Value,
    /// Whether this is the value that the entry shows.
    pub chosen: bool,
    /// The records that state it, the most trusted first.
    pub records: Vec<Uuid>,
}

/// What a run counted. Every item read is added, updated, unchanged, renamed, skipped or failed, or
/// is withdrawn by the source's own word.
#[derive(ToSchema)]
pub struct Counts {
    /// Items in the listing.
    pub read: i64,
    pub added: i64,
    pub updated: i64,
    pub unchanged: i64,
    /// Not for the catalogue, for a reason that each item's row names.
    pub skipped: i64,
    /// Could not be taken; findings say why.
    pub failed: i64,
    /// Records that the complete listing no longer held.
    pub missing: i64,
    /// Records that became tombstones.
    pub withdrawn: i64,
    /// Records that are listed under another id than before.
    #[schema(required = false)]
    pub renamed: i64,
    /// Findings open after the run.
    pub findings: i64,
}
