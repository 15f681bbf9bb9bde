//! What people decided about pairs of records.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::bulk::upsert;
use super::entity::verdict;
use super::{StoreError, ids};

/// Two records in the order in which they are stored.
pub fn ordered(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    (one.min(other), one.max(other))
}

/// Writes a decision, in place of the one about the same two records.
pub(super) async fn put(tx: &DatabaseTransaction, row: verdict::Model) -> Result<(), StoreError> {
    upsert(tx, vec![row.into_active_model().reset_all()]).await
}

/// The id of the next decision: the list of them is in the order in which they were made.
pub async fn next_id(tx: &DatabaseTransaction) -> Result<Uuid, StoreError> {
    let last = verdict::Entity::find().select_only().column(verdict::Column::Id);
    Ok(ids::after(last.order_by_desc(verdict::Column::Id).into_tuple().one(tx).await?))
}

/// Takes a decision out.
pub(super) async fn remove(tx: &DatabaseTransaction, id: Uuid) -> Result<(), StoreError> {
    verdict::Entity::delete_many().filter(verdict::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// One decision.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<verdict::Model, StoreError> {
    let row = verdict::Entity::find().filter(verdict::Column::Id.eq(id)).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound { what: "verdict", id: id.to_string() })
}

/// What was decided about two records.
pub async fn about(
    db: &impl ConnectionTrait,
    one: Uuid,
    other: Uuid,
) -> Result<Option<verdict::Model>, StoreError> {
    Ok(verdict::Entity::find_by_id(ordered(one, other)).one(db).await?)
}

/// Decisions, newest first, before the one with the id `before`.
pub async fn list(
    db: &impl ConnectionTrait,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<verdict::Model>, StoreError> {
    let mut query = verdict::Entity::find();
    if let Some(before) = before {
        query = query.filter(verdict::Column::Id.lt(before));
    }
    Ok(query.order_by_desc(verdict::Column::Id).limit(limit).all(db).await?)
}
