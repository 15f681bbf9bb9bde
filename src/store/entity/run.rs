//! One harvest of one source.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// State of a run.
    RunState of run.state {
        /// Waits for a worker.
        Queued = "queued",
        Running = "running",
        /// Complete and applied.
        Succeeded = "succeeded",
        /// The listing was not complete: what was read is applied, nothing was taken as absent.
        Incomplete = "incomplete",
        /// Waits for the operator and has applied nothing.
        Held = "held",
        /// Was held, and the operator accepted it: waits for a worker that applies it.
        Accepted = "accepted",
        /// Nothing could be read.
        Failed = "failed",
        /// Ended before its time: killed, shut down, or another took the lease.
        Aborted = "aborted",
        /// Was held, and the operator refused it.
        Rejected = "rejected",
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub source_id: String,
    /// The scheduled time that this run serves; unique per source.
    #[sea_orm(column_type = "Text", nullable)]
    pub slot: Option<String>,
    pub state: RunState,
    /// A file or address given instead of the source's own.
    #[sea_orm(column_type = "Text", nullable)]
    pub input: Option<String>,
    /// The run's clock.
    pub at: DateTimeUtc,
    pub queued_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub complete: bool,
    pub not_modified: bool,
    pub items_read: i64,
    pub added: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
    pub failed: i64,
    pub missing: i64,
    pub withdrawn: i64,
    /// Records that are listed under another id.
    pub renamed: i64,
    pub findings: i64,
    /// Changes that were staged.
    pub staged: i64,
    /// Of these, those that have been applied so far.
    pub applied: i64,
    /// Active records of the source after the run; none where it did not come so far.
    pub entries: Option<i64>,
    /// Why it is not a plain success, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Validators that a complete run brings, JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub validators: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// A run that has not begun.
    pub fn queued(id: Uuid, source: &str, at: DateTimeUtc, queued_at: DateTimeUtc) -> Self {
        Self {
            id,
            source_id: source.to_owned(),
            slot: None,
            state: RunState::Queued,
            input: None,
            at,
            queued_at,
            started_at: None,
            ended_at: None,
            complete: false,
            not_modified: false,
            items_read: 0,
            added: 0,
            updated: 0,
            unchanged: 0,
            skipped: 0,
            failed: 0,
            missing: 0,
            withdrawn: 0,
            renamed: 0,
            findings: 0,
            staged: 0,
            applied: 0,
            entries: None,
            reason: None,
            validators: None,
        }
    }
}
