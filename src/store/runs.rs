//! Runs: queued by the scheduler or by hand, claimed under a lease, ended with a state and counts.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::{run, run_item};
use super::leases::{self, Lease};
use super::{StoreError, chunks};

/// State of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits for a worker.
    Queued,
    Running,
    /// Complete and applied.
    Succeeded,
    /// The listing was not complete: what was read is applied, nothing was taken as absent.
    Incomplete,
    /// Waits for the operator and has applied nothing.
    Held,
    /// Was held, and the operator accepted it: waits for a worker that applies it.
    Accepted,
    /// Nothing could be read.
    Failed,
    /// Ended before its time: killed, shut down, or another took the lease.
    Aborted,
    /// Was held, and the operator refused it.
    Rejected,
}

impl State {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Incomplete => "incomplete",
            Self::Held => "held",
            Self::Accepted => "accepted",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::Rejected => "rejected",
        }
    }
}

/// What a run counted. Every item read is added, updated, unchanged, skipped or failed, or is
/// withdrawn by the source's own word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// Findings open after the run.
    pub findings: i64,
}

/// One row of a run about one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub external_id: String,
    /// `added`, `updated`, `unchanged`, `skipped`, `failed`, `missing` or `withdrawn`.
    pub status: &'static str,
    pub reasons: Vec<String>,
    /// The change to apply, JSON.
    pub staged: Option<String>,
}

/// Queues a run. With a slot: only if the source has no run for that slot yet; `None` otherwise.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn queue(
    tx: &DatabaseTransaction,
    source: &str,
    slot: Option<&str>,
    input: Option<&str>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    let id = Uuid::now_v7();
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

/// Frees a slot whose run came to nothing, so that it can be queued again.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn free_slot(
    tx: &DatabaseTransaction,
    source: &str,
    slot: &str,
) -> Result<(), StoreError> {
    let to_nothing = [State::Aborted.as_str(), State::Failed.as_str()];
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
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn queued(db: &impl ConnectionTrait) -> Result<Vec<run::Model>, StoreError> {
    Ok(run::Entity::find()
        .filter(run::Column::State.is_in([State::Queued.as_str(), State::Accepted.as_str()]))
        .order_by_asc(run::Column::QueuedAt)
        .order_by_asc(run::Column::Id)
        .all(db)
        .await?)
}

/// Whether fewer than `most` runs are being carried out, by whatever process. Until the
/// transaction ends nobody else gets an answer, so that two cannot take the last place.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn has_room(
    tx: &DatabaseTransaction,
    most: u32,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    leases::lock(tx, leases::EVERYTHING).await?;
    let held = leases::held_by_runs(tx, now).await?;
    let running: Vec<Uuid> = run::Entity::find()
        .select_only()
        .column(run::Column::Id)
        .filter(run::Column::State.eq(State::Running.as_str()))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(running.iter().filter(|id| held.contains(id)).count() < most as usize)
}

/// Takes the lease on the run's source and starts the run. A run that held the lease and did not
/// end is marked aborted and its staged changes are dropped. `None` where another run holds the
/// lease, or the run is no longer queued.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn claim(
    tx: &DatabaseTransaction,
    id: Uuid,
    holder: &str,
    now: DateTime<Utc>,
) -> Result<Option<(run::Model, Lease)>, StoreError> {
    let row = get(tx, id).await?;
    if row.state != State::Queued.as_str() {
        return Ok(None);
    }
    let Some((lease, killed)) = leases::take(tx, &row.source_id, id, holder, now).await? else {
        return Ok(None);
    };
    // Another process may have carried it out between the first look and the lease.
    if get(tx, id).await?.state != State::Queued.as_str() {
        leases::release(tx, &lease).await?;
        return Ok(None);
    }
    if let Some(killed) = killed {
        abort(tx, killed, "the process that ran it was killed", now).await?;
    }
    run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(State::Running.as_str()))
        .col_expr(run::Column::StartedAt, Expr::value(now))
        .filter(run::Column::Id.eq(id))
        .exec(tx)
        .await?;
    let row =
        run::Model { state: State::Running.as_str().to_owned(), started_at: Some(now), ..row };
    Ok(Some((row, lease)))
}

/// Marks a running run as aborted and drops what it staged.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn abort(
    tx: &DatabaseTransaction,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let aborted = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(State::Aborted.as_str()))
        .col_expr(run::Column::EndedAt, Expr::value(now))
        .col_expr(run::Column::Reason, Expr::value(reason))
        .filter(run::Column::Id.eq(id))
        .filter(run::Column::State.eq(State::Running.as_str()))
        .exec(tx)
        .await?;
    if aborted.rows_affected > 0 {
        forget_staged(tx, id).await?;
    }
    Ok(())
}

/// Marks as aborted every running run that holds no lease any more: what a killed process left.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn abort_orphans(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    // The runs first: one that another process claims in between is not among them, and one that
    // ends in between is not aborted any more.
    let mut orphans: Vec<run::Model> =
        run::Entity::find().filter(run::Column::State.eq(State::Running.as_str())).all(tx).await?;
    let held = leases::held_by_runs(tx, now).await?;
    orphans.retain(|row| !held.contains(&row.id));
    for orphan in &orphans {
        abort(tx, orphan.id, "the process that ran it was killed", now).await?;
    }
    Ok(orphans.len())
}

/// Rejects held and accepted runs of a source other than the run `by`, which has looked at the
/// source later, whenever it was queued: that has made them void.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn supersede_held(
    tx: &DatabaseTransaction,
    source: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let held = run::Entity::find()
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::State.is_in([State::Held.as_str(), State::Accepted.as_str()]))
        .filter(run::Column::Id.ne(by))
        .all(tx)
        .await?;
    for row in held {
        forget_staged(tx, row.id).await?;
        let reason = format!("{}; superseded by run {by}", row.reason.as_deref().unwrap_or(""));
        let row = run::Model {
            state: State::Rejected.as_str().to_owned(),
            ended_at: Some(now),
            reason: Some(reason),
            ..row
        };
        end(tx, row).await?;
    }
    Ok(())
}

/// Takes a run out of a state in which it waits: of several who do so at once, one succeeds.
///
/// # Errors
/// [`StoreError::WrongState`] where the run is not in the state `from`.
pub async fn leave(
    tx: &DatabaseTransaction,
    id: Uuid,
    from: State,
    to: State,
) -> Result<run::Model, StoreError> {
    let left = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(to.as_str()))
        .filter(run::Column::Id.eq(id))
        .filter(run::Column::State.eq(from.as_str()))
        .exec(tx)
        .await?;
    let row = get(tx, id).await?;
    if left.rows_affected == 1 {
        return Ok(row);
    }
    Err(StoreError::WrongState {
        what: "run",
        id: id.to_string(),
        state: row.state,
        expected: "only a held run can be accepted or rejected, and only once",
    })
}

/// A run of the source that is queued, running or accepted.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn going_on(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Option<run::Model>, StoreError> {
    let going_on = [State::Queued, State::Running, State::Accepted].map(State::as_str);
    Ok(run::Entity::find()
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::State.is_in(going_on))
        .order_by_desc(run::Column::Id)
        .one(db)
        .await?)
}

/// Writes down how far a running run is: so many items read, so many changes applied.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn is_at(
    tx: &DatabaseTransaction,
    id: Uuid,
    read: i64,
    applied: i64,
) -> Result<(), StoreError> {
    run::Entity::update_many()
        .col_expr(run::Column::ItemsRead, Expr::value(read))
        .col_expr(run::Column::Applied, Expr::value(applied))
        .filter(run::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a run with its counts.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn end(tx: &DatabaseTransaction, row: run::Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}

/// Stages items of a run.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn stage(tx: &DatabaseTransaction, run: Uuid, items: &[Item]) -> Result<(), StoreError> {
    let mut rows: Vec<run_item::ActiveModel> = Vec::with_capacity(items.len());
    for item in items {
        let row = run_item::Model {
            run_id: run,
            external_id: item.external_id.clone(),
            status: item.status.to_owned(),
            reasons: super::records::write_json("reasons", &item.reasons)?,
            staged: item.staged.clone(),
        };
        rows.push(row.into_active_model());
    }
    for chunk in chunks(&rows, 5) {
        run_item::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// At most `limit` staged items whose external id is after `after`, in the order of external ids.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn staged(
    db: &impl ConnectionTrait,
    run: Uuid,
    after: &str,
    limit: u64,
) -> Result<Vec<run_item::Model>, StoreError> {
    Ok(run_item::Entity::find()
        .filter(run_item::Column::RunId.eq(run))
        .filter(run_item::Column::Staged.is_not_null())
        .filter(run_item::Column::ExternalId.gt(after))
        .order_by_asc(run_item::Column::ExternalId)
        .limit(limit)
        .all(db)
        .await?)
}

/// Marks staged items as applied.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn applied(
    tx: &DatabaseTransaction,
    run: Uuid,
    external_ids: &[String],
) -> Result<(), StoreError> {
    for chunk in chunks(external_ids, 1) {
        run_item::Entity::update_many()
            .col_expr(run_item::Column::Staged, Expr::value(Option::<String>::None))
            .filter(run_item::Column::RunId.eq(run))
            .filter(run_item::Column::ExternalId.is_in(chunk))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Drops what a run staged and did not apply.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn forget_staged(tx: &DatabaseTransaction, run: Uuid) -> Result<(), StoreError> {
    run_item::Entity::delete_many()
        .filter(run_item::Column::RunId.eq(run))
        .filter(run_item::Column::Staged.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Rows about items of a run, in the order of external ids.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn items(
    db: &impl ConnectionTrait,
    run: Uuid,
    after: &str,
    limit: u64,
) -> Result<Vec<run_item::Model>, StoreError> {
    Ok(run_item::Entity::find()
        .filter(run_item::Column::RunId.eq(run))
        .filter(run_item::Column::ExternalId.gt(after))
        .order_by_asc(run_item::Column::ExternalId)
        .limit(limit)
        .all(db)
        .await?)
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
///
/// # Errors
/// [`StoreError`] where the database fails.
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
    // Ids are UUIDv7: their order is the order in which runs were queued.
    Ok(query.order_by_desc(run::Column::Id).limit(limit).all(db).await?)
}

impl run::Model {
    /// Whether nobody works at it any more: it is over, or waits for a decision.
    pub fn has_ended(&self) -> bool {
        let goes_on = [State::Queued, State::Running, State::Accepted];
        !goes_on.iter().any(|state| state.as_str() == self.state)
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
            findings: counts.findings,
            ..self
        }
    }
}
