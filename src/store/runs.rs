//! Runs: queued by the scheduler or by hand, claimed under a lease, ended with a state and counts.

mod claims;
mod items;
mod summary;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use claims::{abort, abort_orphans, check, claim, has_room, supersede_held, take_over};
pub use items::{
    Item, Outcome, all_applied, applied, forget_items, forget_staged, items, restage, stage,
    staged, staged_among,
};
pub use summary::{items_by_status, taken_away};

use super::entity::run;
pub use super::entity::run::RunState as State;
pub use super::entity::run_item::ItemStatus;
use super::{MAX_SELECTS, StoreError, ids, union_all};

/// What a run counted. Every item read is added, updated, unchanged, renamed, skipped or failed, or
/// is withdrawn by the source's own word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(default)]
    pub renamed: i64,
    /// Findings open after the run.
    pub findings: i64,
}

/// Queues a run. With a slot: only if the source has no run for that slot yet; `None` otherwise.
pub async fn queue(
    tx: &DatabaseTransaction,
    source: &str,
    slot: Option<&str>,
    input: Option<&str>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    let id = ids::after(greatest(tx).await?);
    let row = run::Model {
        slot: slot.map(str::to_owned),
        input: input.map(str::to_owned),
        ..run::Model::queued(id, source, at, now)
    };
    let inserted = run::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([run::Column::SourceId, run::Column::Slot]).do_nothing().to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok((inserted == 1).then_some(id))
}

/// Whether a source has a run for a scheduled time.
pub async fn has_slot(
    db: &impl ConnectionTrait,
    source: &str,
    slot: &str,
) -> Result<bool, StoreError> {
    let runs = run::Entity::find()
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::Slot.eq(slot));
    Ok(runs.count(db).await? > 0)
}

async fn greatest(tx: &DatabaseTransaction) -> Result<Option<Uuid>, StoreError> {
    let last = run::Entity::find().select_only().column(run::Column::Id);
    Ok(last.order_by_desc(run::Column::Id).into_tuple().one(tx).await?)
}

/// Frees a slot whose run came to nothing, so that it can be queued again.
pub async fn free_slot(
    tx: &DatabaseTransaction,
    source: &str,
    slot: &str,
) -> Result<(), StoreError> {
    let to_nothing = [State::Aborted, State::Failed];
    run::Entity::update_many()
        .col_expr(run::Column::Slot, Expr::value(None::<String>))
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::Slot.eq(slot))
        .filter(run::Column::State.is_in(to_nothing))
        .exec(tx)
        .await?;
    Ok(())
}

/// The runs that wait for a worker, queued and accepted ones, longest waiting first.
pub async fn queued(db: &impl ConnectionTrait) -> Result<Vec<run::Model>, StoreError> {
    Ok(run::Entity::find()
        .filter(run::Column::State.is_in([State::Queued, State::Accepted]))
        .order_by_asc(run::Column::QueuedAt)
        .order_by_asc(run::Column::Id)
        .all(db)
        .await?)
}

/// Brings a run that waits from one state to the next: of several who do so at once, one succeeds.
///
/// # Errors
/// [`StoreError::WrongState`] where the run is not in the state `from`.
pub async fn transition(
    tx: &DatabaseTransaction,
    id: Uuid,
    from: State,
    to: State,
) -> Result<run::Model, StoreError> {
    let left = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(to))
        .filter(run::Column::Id.eq(id))
        .filter(run::Column::State.eq(from))
        .exec(tx)
        .await?;
    let row = get(tx, id).await?;
    if left.rows_affected == 1 {
        return Ok(row);
    }
    Err(StoreError::WrongState {
        what: "run",
        id: id.to_string(),
        state: row.state.to_string(),
        expected: "only a held run can be accepted or rejected, and only once",
    })
}

/// A run of the source that is queued, running or accepted.
pub async fn going_on(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Option<run::Model>, StoreError> {
    let going_on = [State::Queued, State::Running, State::Accepted];
    Ok(run::Entity::find()
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::State.is_in(going_on))
        .order_by_desc(run::Column::Id)
        .one(db)
        .await?)
}

/// Writes down how many items a running run has read.
pub async fn set_progress(tx: &DatabaseTransaction, id: Uuid, read: i64) -> Result<(), StoreError> {
    run::Entity::update_many()
        .col_expr(run::Column::ItemsRead, Expr::value(read))
        .filter(run::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a run with its counts. What it staged and applied was counted when that was done.
pub async fn end(tx: &DatabaseTransaction, row: run::Model) -> Result<(), StoreError> {
    let row = run::ActiveModel {
        staged: ActiveValue::NotSet,
        applied: ActiveValue::NotSet,
        ..row.into_active_model().reset_all()
    };
    row.update(tx).await?;
    Ok(())
}

/// One run.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<run::Model, StoreError> {
    run::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| StoreError::NotFound { what: "run", id: id.to_string() })
}

/// Runs, newest first: of one source or of all, before the run `before` in that order.
pub async fn list(
    db: &impl ConnectionTrait,
    source: Option<&str>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<run::Model>, StoreError> {
    let mut query = run::Entity::find();
    if let Some(source) = source {
        query = query.filter(run::Column::SourceId.eq(source));
    }
    if let Some(before) = before {
        query = query.filter(run::Column::Id.lt(before));
    }
    // The order of their ids is the order in which runs were queued.
    Ok(query.order_by_desc(run::Column::Id).limit(limit).all(db).await?)
}

/// The last `limit` runs of each of the sources, newest first.
pub async fn latest<S: AsRef<str>>(
    db: &impl ConnectionTrait,
    sources: &[S],
    limit: u64,
) -> Result<HashMap<String, Vec<run::Model>>, StoreError> {
    let mut all: HashMap<String, Vec<run::Model>> = HashMap::new();
    for some in sources.chunks(MAX_SELECTS) {
        let last = some.iter().map(|source| {
            run::Entity::find()
                .select_only()
                .column(run::Column::Id)
                .filter(run::Column::SourceId.eq(source.as_ref()))
                .order_by_desc(run::Column::Id)
                .limit(limit)
                .into_query()
        });
        let Some(ids) = union_all(last) else { continue };
        let rows = run::Entity::find()
            .filter(run::Column::Id.in_subquery(ids))
            .order_by_desc(run::Column::Id)
            .all(db)
            .await?;
        for row in rows {
            all.entry(row.source_id.clone()).or_default().push(row);
        }
    }
    Ok(all)
}

impl run::Model {
    /// Whether nobody works at it any more: it is over, or waits for a decision.
    pub fn has_ended(&self) -> bool {
        !matches!(self.state, State::Queued | State::Running | State::Accepted)
    }

    /// The counts of the row.
    pub fn counts(&self) -> Counts {
        Counts {
            read: self.items_read,
            added: self.added,
            updated: self.updated,
            unchanged: self.unchanged,
            skipped: self.skipped,
            failed: self.failed,
            missing: self.missing,
            withdrawn: self.withdrawn,
            renamed: self.renamed,
            findings: self.findings,
        }
    }

    /// The row with other counts.
    #[must_use]
    pub fn with_counts(self, counts: Counts) -> Self {
        Self {
            items_read: counts.read,
            added: counts.added,
            updated: counts.updated,
            unchanged: counts.unchanged,
            skipped: counts.skipped,
            failed: counts.failed,
            missing: counts.missing,
            withdrawn: counts.withdrawn,
            renamed: counts.renamed,
            findings: counts.findings,
            ..self
        }
    }
}
