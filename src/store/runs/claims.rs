//! Who carries out which run: claimed under a lease while there is room, aborted when its process
//! was killed.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{State, forget_staged, get};
use crate::store::StoreError;
use crate::store::entity::run;
use crate::store::leases::{self, Lease};

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
