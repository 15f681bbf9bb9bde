//! Which sources failed how often in a row, and when each is asked again. A source whose last run
//! went well has no row.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::StoreError;
use super::entity::circuit;

/// What is known of a source's failures; `None` where its last run went well.
pub async fn get(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Option<circuit::Model>, StoreError> {
    Ok(circuit::Entity::find_by_id(source.to_owned()).one(db).await?)
}

/// All sources that failed.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<circuit::Model>, StoreError> {
    Ok(circuit::Entity::find().all(db).await?)
}

/// The sources that failed and whose pause is over at `now`.
pub async fn due(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<circuit::Model>, StoreError> {
    let due = circuit::Column::NotBefore.lte(now);
    Ok(circuit::Entity::find().filter(due).all(db).await?)
}

/// Remembers a failure.
pub async fn put(tx: &DatabaseTransaction, row: circuit::Model) -> Result<(), StoreError> {
    circuit::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(circuit::Column::SourceId)
                .update_columns([circuit::Column::Failures, circuit::Column::NotBefore])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Forgets the failures of a source that answered again.
pub async fn close(tx: &DatabaseTransaction, source: &str) -> Result<(), StoreError> {
    circuit::Entity::delete_by_id(source.to_owned()).exec(tx).await?;
    Ok(())
}
