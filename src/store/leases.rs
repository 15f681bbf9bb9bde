//! The right to write for a source. Two runs of one source never overlap, also between replicas.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, sea_query::LockType,
};
use uuid::Uuid;

use super::entity::lease;
use super::{Store, StoreError};
use crate::process;

/// How long a lease holds without being renewed.
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
}

/// Takes the lease on a source if it is free, has run out, or its holder has certainly ended.
/// Returns the lease, and the run that held it until then, which has been killed.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn take(
    tx: &DatabaseTransaction,
    source: &str,
    run: Uuid,
    holder: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Lease, Option<Uuid>)>, StoreError> {
    let Some(row) = lock(tx, source).await? else { return Ok(None) };
    if is_held(&row, now) {
        return Ok(None);
    }
    let epoch = row.epoch + 1;
    lease::Entity::update_many()
        .col_expr(lease::Column::RunId, Expr::value(run))
        .col_expr(lease::Column::Holder, Expr::value(holder))
        .col_expr(lease::Column::Epoch, Expr::value(epoch))
        .col_expr(lease::Column::Until, Expr::value(now + TERM))
        .filter(lease::Column::SourceId.eq(source))
        .exec(tx)
        .await?;
    Ok(Some((Lease { source: source.to_owned(), run, epoch }, row.run_id)))
}

/// Locks the row of a source's lease until the transaction ends; it is made where it is missing.
///
/// # Errors
/// [`StoreError`] where the database fails.
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

/// Whether nobody else may have the lease. Should it be given to another too early, the epoch
/// still keeps the first holder from writing.
fn is_held(row: &lease::Model, now: DateTime<Utc>) -> bool {
    row.until > now && !process::has_ended(&row.holder)
}

/// The runs that hold a lease.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn held_by_runs(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<HashSet<Uuid>, StoreError> {
    let rows = lease::Entity::find()
        .filter(lease::Column::RunId.is_not_null())
        .filter(lease::Column::Until.gt(now))
        .all(db)
        .await?;
    Ok(rows.iter().filter(|row| is_held(row, now)).filter_map(|row| row.run_id).collect())
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
        .col_expr(lease::Column::Until, Expr::value(now + TERM))
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

/// Gives the lease back.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn release(tx: &DatabaseTransaction, lease: &Lease) -> Result<(), StoreError> {
    lease::Entity::update_many()
        .col_expr(lease::Column::RunId, Expr::value(Option::<Uuid>::None))
        .col_expr(lease::Column::Until, Expr::value(DateTime::<Utc>::UNIX_EPOCH))
        .filter(lease::Column::SourceId.eq(&lease.source))
        .filter(Expr::col(lease::Column::Epoch).eq(lease.epoch))
        .exec(tx)
        .await?;
    Ok(())
}
