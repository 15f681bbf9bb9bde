//! An event of the log.

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

/// An event as it is read.
#[derive(ToSchema)]
pub struct Event {
    /// Its number. Numbers rise without a gap, and become visible in order.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// `create`, `update`, `withdraw`, `merged-into`, `split` or `renamed`.
    pub kind: String,
    /// `record`, `software` or `organisation`.
    pub entity: String,
    pub id: Uuid,
    /// Who caused it, such as `harvest:fr-sill`.
    pub actor: String,
    /// Digest before the change.
    pub before: Option<String>,
    /// Digest after the change.
    pub after: Option<String>,
    /// The software that it was merged into, or that split off.
    pub target: Option<Uuid>,
    /// Of a record that was renamed: its id at its source before.
    pub renamed_from: Option<String>,
    /// Of a record that was renamed: its id at its source from now on.
    pub renamed_to: Option<String>,
}
