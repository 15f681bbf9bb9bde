//! What became of the items of a run, and what waits to be applied for them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use super::{State, get};
use crate::store::entity::run_item::ItemStatus;
use crate::store::entity::{run, run_item, staged};
use crate::store::records::write_json;
use crate::store::{StoreError, bulk, chunks};

/// One row of a run about one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub external_id: String,
    pub status: ItemStatus,
    pub reasons: Vec<String>,
    /// The change to apply, packed.
    pub staged: Option<Vec<u8>>,
    /// Of `renamed`: the id that the record had.
    pub renamed_from: Option<String>,
}

/// What became of one item, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub external_id: String,
    pub status: ItemStatus,
    /// Reason codes, JSON.
    pub reasons: String,
    pub renamed_from: Option<String>,
    /// Whether its change waits to be applied.
    pub waiting: bool,
}

/// Stages items of a run, and counts them in it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn stage(tx: &DatabaseTransaction, run: Uuid, items: &[Item]) -> Result<(), StoreError> {
    let mut rows: Vec<run_item::ActiveModel> = Vec::with_capacity(items.len());
    let mut waiting: Vec<staged::ActiveModel> = Vec::with_capacity(items.len());
    for item in items {
        let row = run_item::Model {
            run_id: run,
            external_id: item.external_id.clone(),
            status: item.status,
            reasons: write_json("reasons", &item.reasons)?,
            renamed_from: item.renamed_from.clone(),
        };
        rows.push(row.into_active_model());
        if let Some(change) = item.staged.clone() {
            let external_id = item.external_id.clone();
            let row = staged::Model { run_id: run, external_id, change };
            waiting.push(row.into_active_model());
        }
    }
    let more = waiting.len() as u64;
    bulk::insert(tx, rows).await?;
    bulk::insert(tx, waiting).await?;
    count(tx, run, run::Column::Staged, signed(more)).await
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
        let ids = || chunk.iter().copied();
        let waiting = waiting_ids(run).filter(staged::Column::ExternalId.is_in(ids()));
        run_item::Entity::delete_many()
            .filter(run_item::Column::RunId.eq(run))
            .filter(run_item::Column::ExternalId.in_subquery(waiting.into_query()))
            .exec(tx)
            .await?;
        let deleted = staged::Entity::delete_many()
            .filter(staged::Column::RunId.eq(run))
            .filter(staged::Column::ExternalId.is_in(ids()))
            .exec(tx)
            .await?;
        dropped += deleted.rows_affected;
    }
    count(tx, run, run::Column::Staged, -signed(dropped)).await?;
    stage(tx, run, items).await
}

/// The external ids of what waits to be applied.
fn waiting_ids(run: Uuid) -> Select<staged::Entity> {
    staged::Entity::find()
        .select_only()
        .column(staged::Column::ExternalId)
        .filter(staged::Column::RunId.eq(run))
}

/// The staged items among these: each with the status with which it was counted.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn staged_among(
    db: &impl ConnectionTrait,
    run: Uuid,
    external_ids: &[String],
) -> Result<HashMap<String, (ItemStatus, staged::Model)>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let statuses: Vec<(String, ItemStatus)> = run_item::Entity::find()
            .select_only()
            .columns([run_item::Column::ExternalId, run_item::Column::Status])
            .filter(run_item::Column::RunId.eq(run))
            .filter(run_item::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        let mut statuses: HashMap<String, ItemStatus> = statuses.into_iter().collect();
        let rows = staged::Entity::find()
            .filter(staged::Column::RunId.eq(run))
            .filter(staged::Column::ExternalId.is_in(chunk))
            .all(db)
            .await?;
        all.extend(rows.into_iter().filter_map(|row| {
            let status = statuses.remove(&row.external_id)?;
            Some((row.external_id.clone(), (status, row)))
        }));
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
) -> Result<Vec<staged::Model>, StoreError> {
    Ok(staged::Entity::find()
        .filter(staged::Column::RunId.eq(run))
        .filter(staged::Column::ExternalId.gt(after))
        .order_by_asc(staged::Column::ExternalId)
        .limit(limit)
        .all(db)
        .await?)
}

/// Drops staged items that have been applied, and counts them in the run.
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
        let dropped = staged::Entity::delete_many()
            .filter(staged::Column::RunId.eq(run))
            .filter(staged::Column::ExternalId.is_in(chunk))
            .exec(tx)
            .await?;
        applied += dropped.rows_affected;
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
    let waiting = staged::Entity::find().filter(staged::Column::RunId.eq(run)).count(tx).await?;
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
        .filter(run_item::Column::ExternalId.in_subquery(waiting_ids(run).into_query()))
        .exec(tx)
        .await?;
    staged::Entity::delete_many().filter(staged::Column::RunId.eq(run)).exec(tx).await?;
    Ok(())
}

/// What became of the items of a run, in the order of external ids.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn items(
    db: &impl ConnectionTrait,
    run: Uuid,
    after: &str,
    limit: u64,
) -> Result<Vec<Outcome>, StoreError> {
    let rows = run_item::Entity::find()
        .filter(run_item::Column::RunId.eq(run))
        .filter(run_item::Column::ExternalId.gt(after))
        .order_by_asc(run_item::Column::ExternalId)
        .limit(limit)
        .all(db)
        .await?;
    let mut waiting: HashSet<String> = HashSet::new();
    let ids: Vec<&String> = rows.iter().map(|row| &row.external_id).collect();
    for chunk in chunks(&ids, 1) {
        let some = waiting_ids(run)
            .filter(staged::Column::ExternalId.is_in(chunk.iter().copied()))
            .into_tuple::<String>();
        waiting.extend(some.all(db).await?);
    }
    let outcome = |row: run_item::Model| Outcome {
        waiting: waiting.contains(&row.external_id),
        external_id: row.external_id,
        status: row.status,
        reasons: row.reasons,
        renamed_from: row.renamed_from,
    };
    Ok(rows.into_iter().map(outcome).collect())
}

/// Forgets what became of the items of runs of a source that ended before this time. What the runs
/// counted stays for ever.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn forget_items(
    tx: &DatabaseTransaction,
    source: &str,
    before: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ended = run::Entity::find()
        .select_only()
        .column(run::Column::Id)
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::EndedAt.lt(before))
        .filter(run::Column::State.is_not_in([State::Held, State::Accepted]));
    run_item::Entity::delete_many()
        .filter(run_item::Column::RunId.in_subquery(ended.into_query()))
        .exec(tx)
        .await?;
    Ok(())
}
