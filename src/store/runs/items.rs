//! What became of the items of a run, and what waits to be applied for them.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::get;
use crate::store::entity::run_item::ItemStatus;
use crate::store::entity::{run, run_item};
use crate::store::records::write_json;
use crate::store::{StoreError, chunks};

/// One row of a run about one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub external_id: String,
    pub status: ItemStatus,
    pub reasons: Vec<String>,
    /// The change to apply, JSON.
    pub staged: Option<String>,
    /// Of `renamed`: the id that the record had.
    pub renamed_from: Option<String>,
}

/// Stages items of a run, and counts them in it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn stage(tx: &DatabaseTransaction, run: Uuid, items: &[Item]) -> Result<(), StoreError> {
    let mut rows: Vec<run_item::ActiveModel> = Vec::with_capacity(items.len());
    for item in items {
        let row = run_item::Model {
            run_id: run,
            external_id: item.external_id.clone(),
            status: item.status,
            reasons: write_json("reasons", &item.reasons)?,
            staged: item.staged.clone(),
            renamed_from: item.renamed_from.clone(),
        };
        rows.push(row.into_active_model());
    }
    for chunk in chunks(&rows, 6) {
        run_item::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    let waiting = items.iter().filter(|item| item.staged.is_some()).count();
    count(tx, run, run::Column::Staged, signed(waiting as u64)).await
}

/// Stages other rows in place of those of the same items, of which some may have none.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn restage(
    tx: &DatabaseTransaction,
    run: Uuid,
    items: &[Item],
) -> Result<(), StoreError> {
    let ids: Vec<&String> = items.iter().map(|item| &item.external_id).collect();
    let mut dropped = 0;
    for chunk in chunks(&ids, 1) {
        let deleted = run_item::Entity::delete_many()
            .filter(run_item::Column::RunId.eq(run))
            .filter(run_item::Column::ExternalId.is_in(chunk.iter().copied()))
            .filter(run_item::Column::Staged.is_not_null())
            .exec(tx)
            .await?;
        dropped += deleted.rows_affected;
    }
    count(tx, run, run::Column::Staged, -signed(dropped)).await?;
    stage(tx, run, items).await
}

/// The staged items among these.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn staged_among(
    db: &impl ConnectionTrait,
    run: Uuid,
    external_ids: &[String],
) -> Result<Vec<run_item::Model>, StoreError> {
    let mut all = Vec::new();
    for chunk in chunks(external_ids, 1) {
        all.extend(
            run_item::Entity::find()
                .filter(run_item::Column::RunId.eq(run))
                .filter(run_item::Column::Staged.is_not_null())
                .filter(run_item::Column::ExternalId.is_in(chunk))
                .all(db)
                .await?,
        );
    }
    Ok(all)
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

/// Marks staged items as applied, and counts them in the run.
///
/// # Errors
/// [`StoreError::Unapplied`] where not all of them were waiting.
pub async fn applied(
    tx: &DatabaseTransaction,
    run: Uuid,
    external_ids: &[String],
) -> Result<(), StoreError> {
    let mut applied = 0;
    for chunk in chunks(external_ids, 1) {
        let marked = run_item::Entity::update_many()
            .col_expr(run_item::Column::Staged, Expr::value(Option::<String>::None))
            .filter(run_item::Column::RunId.eq(run))
            .filter(run_item::Column::ExternalId.is_in(chunk))
            .filter(run_item::Column::Staged.is_not_null())
            .exec(tx)
            .await?;
        applied += marked.rows_affected;
    }
    let expected = external_ids.len() as u64;
    if applied != expected {
        return Err(StoreError::Unapplied { run, staged: expected, applied });
    }
    count(tx, run, run::Column::Applied, signed(applied)).await
}

/// Checks that a run has applied all that it staged, and returns how much that was.
///
/// # Errors
/// [`StoreError::Unapplied`] where it has not.
pub async fn all_applied(tx: &DatabaseTransaction, run: Uuid) -> Result<(i64, i64), StoreError> {
    let row = get(tx, run).await?;
    let waiting = run_item::Entity::find()
        .filter(run_item::Column::RunId.eq(run))
        .filter(run_item::Column::Staged.is_not_null())
        .count(tx)
        .await?;
    if row.staged == row.applied && waiting == 0 {
        return Ok((row.staged, row.applied));
    }
    let (staged, applied) = (row.staged.unsigned_abs(), row.applied.unsigned_abs());
    Err(StoreError::Unapplied { run, staged, applied })
}

async fn count(
    tx: &DatabaseTransaction,
    run: Uuid,
    column: run::Column,
    more: i64,
) -> Result<(), StoreError> {
    run::Entity::update_many()
        .col_expr(column, Expr::col(column).add(more))
        .filter(run::Column::Id.eq(run))
        .exec(tx)
        .await?;
    Ok(())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
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
