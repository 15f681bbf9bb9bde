//! Rows of the persons' data that were cut out of records. Never published.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::formats::personal::PersonalDatum;
use crate::store::entity::personal;
use crate::store::{StoreError, bulk, chunks};

/// Takes the persons' data of records away.
pub(crate) async fn delete_personal(
    tx: &DatabaseTransaction,
    records: &[Uuid],
) -> Result<(), StoreError> {
    for chunk in chunks(records, 1) {
        personal::Entity::delete_many()
            .filter(personal::Column::RecordId.is_in(chunk.iter().copied()))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Writes the persons' data of records that have none yet.
pub(crate) async fn insert_personal(
    tx: &DatabaseTransaction,
    data: &[(Uuid, Vec<PersonalDatum>)],
) -> Result<(), StoreError> {
    insert_from(tx, data.iter().map(|(record, data)| (*record, 0, data.as_slice()))).await
}

/// Adds persons' data to those that records have.
pub(crate) async fn add_personal(
    tx: &DatabaseTransaction,
    data: &[(Uuid, Vec<PersonalDatum>)],
) -> Result<(), StoreError> {
    let mut next: HashMap<Uuid, i32> = HashMap::new();
    let records: Vec<Uuid> = data.iter().map(|(record, _)| *record).collect();
    for chunk in chunks(&records, 1) {
        let last: Vec<(Uuid, Option<i32>)> = personal::Entity::find()
            .select_only()
            .column(personal::Column::RecordId)
            .column_as(personal::Column::Position.max(), "last")
            .filter(personal::Column::RecordId.is_in(chunk.iter().copied()))
            .group_by(personal::Column::RecordId)
            .into_tuple()
            .all(tx)
            .await?;
        next.extend(last.into_iter().map(|(record, last)| (record, last.map_or(0, |n| n + 1))));
    }
    let first = |record: &Uuid| next.get(record).copied().unwrap_or(0);
    insert_from(tx, data.iter().map(|(record, data)| (*record, first(record), data.as_slice())))
        .await
}

/// Inserts persons' data of records, each from a position on.
async fn insert_from<'a>(
    tx: &DatabaseTransaction,
    data: impl Iterator<Item = (Uuid, i32, &'a [PersonalDatum])>,
) -> Result<(), StoreError> {
    let rows = data
        .flat_map(|(record, first, data)| {
            (first..).zip(data).map(move |(position, datum)| personal::Model {
                record_id: record,
                position,
                path: datum.path.clone(),
                value: datum.value.clone(),
            })
        })
        .map(IntoActiveModel::into_active_model);
    bulk::insert(tx, rows.collect::<Vec<personal::ActiveModel>>()).await
}

/// The persons' data of a record.
pub(crate) async fn personal_of(
    tx: &DatabaseTransaction,
    record: Uuid,
) -> Result<Vec<PersonalDatum>, StoreError> {
    let rows = personal::Entity::find()
        .filter(personal::Column::RecordId.eq(record))
        .order_by_asc(personal::Column::Position)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| PersonalDatum { path: row.path, value: row.value }).collect())
}
