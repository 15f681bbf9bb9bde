//! What goes into a merge, and what is told of every value that came out or lost.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::catalogue::content::Content;

/// One record as the merge sees it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub record: Uuid,
    pub source: &'a str,
    pub external_id: &'a str,
    /// The source's priority: the lower number wins.
    pub priority: i32,
    pub content: &'a Content,
}

/// One value of one field and the records that state it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The field of [`Content`].
    pub field: String,
    /// The language or the element that the value is for; none for a single value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    pub value: Value,
    /// Whether this is the value that the entry shows.
    pub chosen: bool,
    /// The records that state it, the most trusted first.
    pub records: Vec<Uuid>,
}
