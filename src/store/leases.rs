//! The right to write for a source. Two runs of one source never overlap, also between replicas.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, sea_query::LockType,
};
use tracing::warn;
use uuid::Uuid;

use super::entity::lease;
use super::{Store, StoreError};
use crate::{clock, process};

/// How long a lease holds without being renewed, unless the settings say otherwise.
pub const TERM: TimeDelta = TimeDelta::minutes(2);

/// In place of a source's id: the row that is locked by whoever counts all leases.
pub(super) const EVERYTHING: &str = "";

/// A held lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub source: String,
    pub run: Uuid,
    /// Of two holders the one with the higher epoch is the rightful one.
    pub epoch: i64,
    /// How long it holds without being renewed.
    pub term: TimeDelta,
}

/// What is known of whoever was given a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Nobody else may have the lease.
    Lives,
    /// Its process has certainly ended.
    Ended,
    /// It has not renewed the lease in time: it was killed, stands still, or cannot reach the
    /// database.
    Silent,
}

/// Takes the lease on a source if it is free, has run out, or its holder has certainly ended.
/// Returns the lease, and the run that held it until then and did not give it back.
pub async fn take(
    tx: &DatabaseTransaction,
    source: &str,
    run: Uuid,
    name: &str,
    term: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<(Lease, Option<(Uuid, Holder)>)>, StoreError> {
    let Some(row) = lock(tx, source).await? else { return Ok(None) };
    let before = holder_of(&row, now);
    if before == Holder::Lives {
        return Ok(None);
    }
    let epoch = row.epoch + 1;
    lease::Entity::update_many()
        .col_expr(lease::Column::RunId, Expr::value(run))
        .col_expr(lease::Column::Holder, Expr::value(name))
        .col_expr(lease::Column::Epoch, Expr::value(epoch))
        .col_expr(lease::Column::Until, Expr::value(now + term))
        .filter(lease::Column::SourceId.eq(source))
        .exec(tx)
        .await?;
    let gone = row.run_id.map(|run| (run, before));
    Ok(Some((Lease { source: source.to_owned(), run, epoch, term }, gone)))
}

/// Locks the row of a source's lease until the transaction ends; it is made where it is missing.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    source: &str,
) -> Result<Option<lease::Model>, StoreError> {
    let free = lease::Model {
        source_id: source.to_owned(),
        run_id: None,
        holder: String::new(),
        epoch: 0,
        until: DateTime::UNIX_EPOCH,
    };
    lease::Entity::insert(free.into_active_model())
        .on_conflict(OnConflict::column(lease::Column::SourceId).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(lease::Entity::find_by_id(source.to_owned()).lock(LockType::Update).one(tx).await?)
}

/// What is known of the process of a run. Until the transaction ends nobody else can take, renew
/// or revoke the lease on its source.
pub(super) async fn holder(
    tx: &DatabaseTransaction,
    source: &str,
    run: Uuid,
    now: DateTime<Utc>,
) -> Result<Holder, StoreError> {
    let row = lock(tx, source).await?.filter(|row| row.run_id == Some(run));
    Ok(row.map_or(Holder::Silent, |row| holder_of(&row, now)))
}

/// Takes the lease from a run that is given up for dead: whatever it still tries to write is
/// refused, also where nobody has taken the lease since. Does nothing where another run has it.
pub(super) async fn revoke(
    tx: &DatabaseTransaction,
    source: &str,
    run: Uuid,
) -> Result<(), StoreError> {
    lease::Entity::update_many()
        .col_expr(lease::Column::Epoch, Expr::col(lease::Column::Epoch).add(1))
        .col_expr(lease::Column::RunId, Expr::value(Option::<Uuid>::None))
        .col_expr(lease::Column::Until, Expr::value(DateTime::<Utc>::UNIX_EPOCH))
        .filter(lease::Column::SourceId.eq(source))
        .filter(lease::Column::RunId.eq(run))
        .exec(tx)
        .await?;
    Ok(())
}

/// Should a lease be given to another too early, the epoch still keeps the first holder from
/// writing.
fn holder_of(row: &lease::Model, now: DateTime<Utc>) -> Holder {
    if process::has_ended(&row.holder) {
        Holder::Ended
    } else if row.until > now {
        Holder::Lives
    } else {
        Holder::Silent
    }
}

/// The runs that hold a lease.
pub async fn held_by_runs(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<HashSet<Uuid>, StoreError> {
    let rows = lease::Entity::find()
        .filter(lease::Column::RunId.is_not_null())
        .filter(lease::Column::Until.gt(now))
        .all(db)
        .await?;
    let living = rows.iter().filter(|row| holder_of(row, now) == Holder::Lives);
    Ok(living.filter_map(|row| row.run_id).collect())
}

/// Checks inside a write transaction that the lease still holds, locks it until the commit, and
/// renews it.
///
/// # Errors
/// [`StoreError::LeaseLost`] where another run has taken over.
pub async fn check(
    tx: &DatabaseTransaction,
    lease: &Lease,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let renewed = lease::Entity::update_many()
        .col_expr(lease::Column::Until, Expr::value(now + lease.term))
        .filter(lease::Column::SourceId.eq(&lease.source))
        .filter(lease::Column::Epoch.eq(lease.epoch))
        .filter(lease::Column::RunId.eq(lease.run))
        .exec(tx)
        .await?;
    if renewed.rows_affected == 1 {
        Ok(())
    } else {
        Err(StoreError::LeaseLost { source_id: lease.source.clone() })
    }
}

/// Renews the lease outside of other work, so that a long download does not lose it.
///
/// # Errors
/// [`StoreError::LeaseLost`] where another run has taken over.
pub async fn renew(store: &Store, lease: &Lease, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = store.write().await?;
    check(&tx, lease, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps a lease while something long is done: renews it several times in each term, and ends
/// only when it is lost. A renewal that fails is tried again for as long as the lease holds, for a
/// database may be away for a moment.
pub async fn keep(store: &Store, lease: &Lease) -> StoreError {
    let pause = (lease.term / 4).to_std().unwrap_or_default();
    let mut until = clock::now() + lease.term;
    loop {
        tokio::time::sleep(pause).await;
        let now = clock::now();
        match renew(store, lease, now).await {
            Ok(()) => until = now + lease.term,
            Err(error @ StoreError::Db(_)) if clock::now() < until => {
                warn!(source = lease.source, %error, "cannot renew a lease; trying again");
            }
            Err(error) => return error,
        }
    }
}

/// Gives the lease back. Says whether it was still held.
pub async fn release(tx: &DatabaseTransaction, lease: &Lease) -> Result<bool, StoreError> {
    let released = lease::Entity::update_many()
        .col_expr(lease::Column::RunId, Expr::value(Option::<Uuid>::None))
        .col_expr(lease::Column::Until, Expr::value(DateTime::<Utc>::UNIX_EPOCH))
        .filter(lease::Column::SourceId.eq(&lease.source))
        .filter(lease::Column::Epoch.eq(lease.epoch))
        .exec(tx)
        .await?;
    Ok(released.rows_affected == 1)
}
