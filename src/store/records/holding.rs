//! What names the records of a source: read where a listing is compared with the one before.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{State, key_of};
use crate::catalogue::keys::Key;
use crate::store::entity::{record, record_key, verdict};
use crate::store::{StoreError, chunks, packed};

/// A record with what names it.
#[derive(Debug)]
pub struct Holding {
    pub external_id: String,
    pub first_seen: DateTime<Utc>,
    /// The stored item, JSON.
    pub raw: String,
    pub keys: BTreeSet<Key>,
}

/// The records of a source with these external ids, and what names them.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn holding(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<Vec<Holding>, StoreError> {
    let mut all: HashMap<Uuid, Holding> = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        type Row = (Uuid, String, DateTime<Utc>, String, Option<Vec<u8>>);
        let rows: Vec<Row> = record::Entity::find()
            .select_only()
            .columns([record::Column::Id, record::Column::ExternalId, record::Column::FirstSeen])
            .columns([record::Column::Raw, record::Column::RawPacked])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        for (id, external_id, first_seen, raw, raw_packed) in rows {
            let raw = packed::text_of("raw item", &external_id, &raw, raw_packed.as_deref())?;
            all.insert(id, Holding { external_id, first_seen, raw, keys: BTreeSet::new() });
        }
    }
    let ids: Vec<Uuid> = all.keys().copied().collect();
    for chunk in chunks(&ids, 1) {
        let rows = record_key::Entity::find()
            .filter(record_key::Column::RecordId.is_in(chunk.iter().copied()))
            .all(db)
            .await?;
        for row in rows {
            if let Some(one) = all.get_mut(&row.record_id) {
                one.keys.insert(key_of(row)?);
            }
        }
    }
    Ok(all.into_values().collect())
}

/// When each record of a source that is not withdrawn was first seen, by external id.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn first_seen(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
    Ok(record::Entity::find()
        .select_only()
        .columns([record::Column::ExternalId, record::Column::FirstSeen])
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.ne(State::Withdrawn))
        .into_tuple()
        .all(db)
        .await?)
}

/// The records of a source that a person decided about, by external id.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn decided(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<HashSet<String>, StoreError> {
    let named_as =
        |column: verdict::Column| Query::select().column(column).from(verdict::Entity).to_owned();
    let named = Condition::any()
        .add(record::Column::Id.in_subquery(named_as(verdict::Column::RecordA)))
        .add(record::Column::Id.in_subquery(named_as(verdict::Column::RecordB)));
    let ids: Vec<String> = record::Entity::find()
        .select_only()
        .column(record::Column::ExternalId)
        .filter(record::Column::SourceId.eq(source))
        .filter(named)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().collect())
}
