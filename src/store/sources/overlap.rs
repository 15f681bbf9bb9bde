//! What sources have in common: software that several of them list.

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::store::StoreError;
use crate::store::entity::shared;
use crate::store::tally::{self, What};

/// How many entries of a source each other source lists too, the most first.
pub async fn overlap(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(tally::summed(tally::of(db, &[What::Shared], Some(source)).await?, |row| row.part))
}

/// The software that both sources list, in the order of ids, after `after`.
pub async fn shared(
    db: &impl ConnectionTrait,
    source: &str,
    other: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Uuid>, StoreError> {
    let listed_by_other = Query::select()
        .column(shared::Column::SoftwareId)
        .from(shared::Entity)
        .and_where(Expr::col(shared::Column::SourceId).eq(other))
        .to_owned();
    let mut query = shared::Entity::find()
        .select_only()
        .column(shared::Column::SoftwareId)
        .filter(shared::Column::SourceId.eq(source))
        .filter(shared::Column::SoftwareId.in_subquery(listed_by_other));
    if let Some(after) = after {
        query = query.filter(shared::Column::SoftwareId.gt(after));
    }
    Ok(query.order_by_asc(shared::Column::SoftwareId).limit(limit).into_tuple().all(db).await?)
}
