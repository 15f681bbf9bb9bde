//! What the items of a run come to: how many there are of each status, and which records it takes
//! away.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::store::StoreError;
use crate::store::entity::run_item::{self, ItemStatus};

/// The numbers of a run's items by status.
pub async fn items_by_status(
    db: &impl ConnectionTrait,
    run: Uuid,
) -> Result<BTreeMap<ItemStatus, i64>, StoreError> {
    let rows: Vec<(ItemStatus, i64)> = run_item::Entity::find()
        .select_only()
        .column(run_item::Column::Status)
        .column_as(run_item::Column::ExternalId.count(), "n")
        .filter(run_item::Column::RunId.eq(run))
        .group_by(run_item::Column::Status)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The external ids of the first items that a run takes away.
pub async fn taken_away(
    db: &impl ConnectionTrait,
    run: Uuid,
    limit: u64,
) -> Result<Vec<String>, StoreError> {
    Ok(run_item::Entity::find()
        .select_only()
        .column(run_item::Column::ExternalId)
        .filter(run_item::Column::RunId.eq(run))
        .filter(run_item::Column::Status.is_in([ItemStatus::Missing, ItemStatus::Withdrawn]))
        .order_by_asc(run_item::Column::ExternalId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}
