//! Rows of the keys of records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::sea_query::JoinType;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use crate::catalogue::keys::{Key, KeyKind};
use crate::catalogue::matching::CROWD;
use crate::store::entity::record::RecordState as State;
use crate::store::entity::{record, record_key};
use crate::store::{StoreError, bulk, chunks};

/// Writes the keys of records that have none yet.
pub(crate) async fn insert_keys<'a>(
    tx: &DatabaseTransaction,
    source: &str,
    keys: impl Iterator<Item = (&'a Uuid, &'a BTreeSet<Key>)>,
) -> Result<(), StoreError> {
    let rows = keys.flat_map(|(record, keys)| keys.iter().map(move |key| (record, key)));
    let rows = rows.map(|(record, key)| {
        record_key::Model {
            record_id: *record,
            source_id: source.to_owned(),
            kind: key.kind.as_str().to_owned(),
            value: key.value.clone(),
        }
        .into_active_model()
    });
    bulk::insert(tx, rows.collect::<Vec<record_key::ActiveModel>>()).await
}

/// Takes the keys of records away.
pub(crate) async fn delete_keys(
    tx: &DatabaseTransaction,
    records: &[Uuid],
) -> Result<(), StoreError> {
    for chunk in chunks(records, 1) {
        record_key::Entity::delete_many()
            .filter(record_key::Column::RecordId.is_in(chunk.iter().copied()))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// The keys of a kind by which a record of this source would join an active record of another one:
/// what a source that only adds to others may be asked for. A key that several records of one
/// source hold joins none of them, and a crowded one nobody (see [`matching`](crate::catalogue::matching)).
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn keys_of_others(
    db: &impl ConnectionTrait,
    source: &str,
    kind: KeyKind,
) -> Result<BTreeSet<String>, StoreError> {
    let to_record = record_key::Entity::belongs_to(record::Entity)
        .from(record_key::Column::RecordId)
        .to(record::Column::Id);
    let rows: Vec<(String, String, State)> = record_key::Entity::find()
        .join(JoinType::InnerJoin, to_record.into())
        .select_only()
        .columns([record_key::Column::Value, record_key::Column::SourceId])
        .column(record::Column::State)
        .filter(record_key::Column::Kind.eq(kind.as_str()))
        .filter(record_key::Column::SourceId.ne(source))
        .into_tuple()
        .all(db)
        .await?;
    // The holders of each key, by source.
    let mut holders: BTreeMap<String, HashMap<String, Vec<State>>> = BTreeMap::new();
    for (value, source, state) in rows {
        let of_key = holders.entry(value).or_default();
        of_key.entry(source).or_default().push(state);
    }
    holders.retain(|_, sources| {
        sources.values().all(|states| states.len() <= CROWD)
            && sources.values().any(|states| states.as_slice() == [State::Active])
    });
    Ok(holders.into_keys().collect())
}

/// The key of a stored row.
///
/// # Errors
/// [`StoreError::Corrupt`] where its kind is none.
pub(crate) fn key_of(row: record_key::Model) -> Result<Key, StoreError> {
    Ok(Key { kind: kind_of(&row.kind, &row.value)?, value: row.value })
}

/// A stored kind of a key.
///
/// # Errors
/// [`StoreError::Corrupt`] where it is none.
pub(crate) fn kind_of(kind: &str, value: &str) -> Result<KeyKind, StoreError> {
    KeyKind::parse(kind).ok_or_else(|| StoreError::Corrupt {
        what: "key",
        id: format!("{kind} {value}"),
        problem: format!("{kind:?} is no kind of keys"),
    })
}
