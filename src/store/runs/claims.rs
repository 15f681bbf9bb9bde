//! Who carries out which run: claimed under a lease while there is room, aborted when its process
//! was killed.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::items::forget_staged;
use super::{State, end, get};
use crate::store::entity::run;
use crate::store::leases::{self, Holder, Lease};
use crate::store::{Store, StoreError};

/// Whether fewer than `most` runs are being carried out, by whatever process. Until the
/// transaction ends nobody else gets an answer, so that two cannot take the last place.
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
        .filter(run::Column::State.eq(State::Running))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(running.iter().filter(|id| held.contains(id)).count() < most as usize)
}

/// Why a run is aborted whose process no longer has the lease.
fn reason(holder: Holder) -> &'static str {
    match holder {
        Holder::Ended => "the process that ran it was killed",
        Holder::Silent | Holder::Lives => "the process that ran it was not heard of for too long",
    }
}

/// Takes the lease on a source for a run. A run that held it and did not end is marked aborted.
/// `None` where another run holds the lease.
pub async fn take_over(
    tx: &DatabaseTransaction,
    source: &str,
    id: Uuid,
    holder: &str,
    term: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<Lease>, StoreError> {
    let Some((lease, gone)) = leases::take(tx, source, id, holder, term, now).await? else {
        return Ok(None);
    };
    if let Some((run, before)) = gone {
        abort(tx, run, reason(before), now).await?;
    }
    Ok(Some(lease))
}

/// Takes the lease on the run's source and starts the run; see [`take_over`]. `None` where another
/// run holds the lease, or the run is no longer queued.
pub async fn claim(
    tx: &DatabaseTransaction,
    id: Uuid,
    holder: &str,
    term: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<(run::Model, Lease)>, StoreError> {
    let row = get(tx, id).await?;
    if row.state != State::Queued {
        return Ok(None);
    }
    let Some(lease) = take_over(tx, &row.source_id, id, holder, term, now).await? else {
        return Ok(None);
    };
    // Another process may have carried it out between the first look and the lease.
    if get(tx, id).await?.state != State::Queued {
        leases::release(tx, &lease).await?;
        return Ok(None);
    }
    run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(State::Running))
        .col_expr(run::Column::StartedAt, Expr::value(now))
        .filter(run::Column::Id.eq(id))
        .exec(tx)
        .await?;
    let row = run::Model { state: State::Running, started_at: Some(now), ..row };
    Ok(Some((row, lease)))
}

/// Checks inside a write transaction that a run may still write: its lease holds and it is
/// running. Both stay so until the transaction ends. The lease is renewed.
///
/// # Errors
/// [`StoreError::LeaseLost`] where the run was given up for dead or another has taken over;
/// [`StoreError::WrongState`] where the run is no longer running.
pub async fn check(
    tx: &DatabaseTransaction,
    lease: &Lease,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    leases::check(tx, lease, now).await?;
    let row = get(tx, lease.run).await?;
    if row.state == State::Running {
        return Ok(());
    }
    Err(StoreError::WrongState {
        what: "run",
        id: lease.run.to_string(),
        state: row.state.to_string(),
        expected: "only a running run writes",
    })
}

/// Marks a running run as aborted, says how far it came, drops what it staged, and takes its
/// lease: should its process only have stood still, nothing of what it writes later counts.
pub async fn abort(
    tx: &DatabaseTransaction,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let find = || run::Entity::find_by_id(id).one(tx);
    let Some(row) = find().await? else { return Ok(()) };
    // The lease first: whoever checks it waits here, and then sees that the run has ended.
    leases::revoke(tx, &row.source_id, id).await?;
    let Some(row) = find().await? else { return Ok(()) };
    let reason = match row.applied {
        0 => reason.to_owned(),
        applied => format!("{reason}; {applied} of {} staged changes were applied", row.staged),
    };
    let aborted = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(State::Aborted))
        .col_expr(run::Column::EndedAt, Expr::value(now))
        .col_expr(run::Column::Reason, Expr::value(reason))
        .filter(run::Column::Id.eq(id))
        .filter(run::Column::State.eq(State::Running))
        .exec(tx)
        .await?;
    if aborted.rows_affected > 0 {
        forget_staged(tx, id).await?;
    }
    Ok(())
}

/// Marks as aborted every running run that holds no lease any more: what a process left that was
/// killed, or stands still for longer than its lease holds. Returns how many.
pub async fn abort_orphans(store: &Store, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let db = store.read();
    let mut suspects: Vec<run::Model> =
        run::Entity::find().filter(run::Column::State.eq(State::Running)).all(db).await?;
    let held = leases::held_by_runs(db, now).await?;
    suspects.retain(|row| !held.contains(&row.id));
    let mut aborted = 0;
    for row in suspects {
        let tx = store.write().await?;
        // It may have come back to life, or have ended, since it was looked at.
        let holder = leases::holder(&tx, &row.source_id, row.id, now).await?;
        if holder != Holder::Lives {
            abort(&tx, row.id, reason(holder), now).await?;
            aborted += 1;
        }
        tx.commit().await?;
    }
    Ok(aborted)
}

/// Rejects held and accepted runs of a source other than the run `by`, which has looked at the
/// source later, whenever it was queued: that has made them void.
pub async fn supersede_held(
    tx: &DatabaseTransaction,
    source: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let held = run::Entity::find()
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::State.is_in([State::Held, State::Accepted]))
        .filter(run::Column::Id.ne(by))
        .all(tx)
        .await?;
    for row in held {
        forget_staged(tx, row.id).await?;
        let reason = format!("{}; superseded by run {by}", row.reason.as_deref().unwrap_or(""));
        let row =
            run::Model { state: State::Rejected, ended_at: Some(now), reason: Some(reason), ..row };
        end(tx, row).await?;
    }
    Ok(())
}
