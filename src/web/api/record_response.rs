//! A record, as the API says it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::schemas;
use crate::catalogue::content::Content;
use crate::formats::Withdrawal;
use crate::store::records::Record;

/// What one source says.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordResponse {
    pub id: Uuid,
    #[schema(example = "fr-sill")]
    pub source: String,
    /// The entry's id at the source.
    #[schema(example = "42")]
    pub external_id: String,
    /// The entry that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software: Option<Uuid>,
    /// `active`, `missing` or `withdrawn`.
    #[schema(example = "active")]
    pub state: String,
    pub first_seen: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schemas::record::Withdrawal>)]
    pub withdrawal: Option<Withdrawal>,
    /// Why it is taken to describe the same software as other records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_reason: Option<String>,
    #[schema(value_type = schemas::content::Content)]
    pub content: Content,
}

impl From<Record> for RecordResponse {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            source: record.source_id,
            external_id: record.external_id,
            software: record.software_id,
            state: record.state.to_string(),
            first_seen: record.first_seen,
            changed_at: record.changed_at,
            missing_since: record.missing_since,
            withdrawn_at: record.withdrawn_at,
            withdrawal: record.withdrawal,
            join_reason: record.join_reason,
            content: record.content,
        }
    }
}
