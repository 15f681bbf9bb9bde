//! Rows of records, their keys and the persons' data kept apart from them.

mod holding;
mod named;
mod read;
mod refs;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, JoinType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, Iterable, PaginatorTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use holding::{Holding, decided, first_seen, holding};
pub(crate) use named::name_of;
pub use named::{Named, find, named, named_of};
pub use read::{Record, RecordContent, contents, get, list, of_software, stored};
pub use refs::{
    Gone, Identity, RecordRef, RecordSource, gone, identities, refs, software_of, sources_of,
};

pub use super::entity::record::RecordState as State;
use super::entity::{personal, record, record_key};
use super::{StoreError, chunks};
use crate::catalogue::content::Content;
use crate::catalogue::keys::{Key, KeyKind};
use crate::catalogue::matching::CROWD;
use crate::formats::personal::PersonalDatum;

/// What a run must know of a record that is there already.
#[derive(Debug, Clone)]
pub struct Known {
    pub state: State,
    pub digest: String,
    pub rules_version: String,
}

impl Known {
    /// Whether the record is listed with this item, read by these rules.
    pub fn is_same(&self, digest: &str, rules: &str) -> bool {
        self.state == State::Active && self.digest == digest && self.rules_version == rules
    }
}

/// What a record has that a worse version of it would lose.
#[derive(Debug, Clone, Copy)]
pub struct Worth {
    pub has_name: bool,
    /// One that we understand.
    pub has_licence: bool,
}

/// Makes a source's records such that no rules have read, so that they are read again.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn forget_rules(tx: &DatabaseTransaction, source: &str) -> Result<(), StoreError> {
    record::Entity::update_many()
        .col_expr(record::Column::RulesVersion, Expr::value(""))
        .filter(record::Column::SourceId.eq(source))
        .exec(tx)
        .await?;
    Ok(())
}

/// The number of active records of a source.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn count_active(db: &impl ConnectionTrait, source: &str) -> Result<u64, StoreError> {
    Ok(record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.eq(State::Active))
        .count(db)
        .await?)
}

/// The known records of a source among `external_ids`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn known(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, Known>, StoreError> {
    type Row = (String, State, String, String);
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<Row> = record::Entity::find()
            .select_only()
            .columns([
                record::Column::ExternalId,
                record::Column::State,
                record::Column::Digest,
                record::Column::RulesVersion,
            ])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        for (external_id, state, digest, rules_version) in rows {
            let known = Known { state, digest, rules_version };
            all.insert(external_id, known);
        }
    }
    Ok(all)
}

/// What the records of a source among `external_ids` have to lose.
///
/// # Errors
/// [`StoreError`] where the database fails or a stored content is corrupt.
pub async fn worth(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, Worth>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<(String, String)> = record::Entity::find()
            .select_only()
            .columns([record::Column::ExternalId, record::Column::Content])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        for (external_id, content) in rows {
            let content: Content = read_json("content", &external_id, &content)?;
            let has_licence =
                content.licences.iter().any(|one| one.normalised.expression().is_some());
            all.insert(external_id, Worth { has_name: !content.name.is_empty(), has_licence });
        }
    }
    Ok(all)
}

/// What of the catalogue stands on a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reliance {
    /// Its records that are active or missing.
    pub records: u64,
    /// Entries that only it describes.
    pub alone: u64,
    /// Entries that others describe too.
    pub with_others: u64,
}

/// What of the catalogue stands on a source.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn reliance(db: &impl ConnectionTrait, source: &str) -> Result<Reliance, StoreError> {
    let live = [State::Active, State::Missing];
    let own = record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.is_in(live));
    let described = own.clone().select_only().column(record::Column::SoftwareId).distinct();
    let shared = record::Entity::find()
        .select_only()
        .column(record::Column::SoftwareId)
        .distinct()
        .filter(record::Column::SourceId.ne(source))
        .filter(record::Column::State.is_in(live))
        .filter(record::Column::SoftwareId.in_subquery(described.clone().into_query()));
    let with_others = shared.count(db).await?;
    let entries = described.count(db).await?;
    Ok(Reliance {
        records: own.count(db).await?,
        alone: entries.saturating_sub(with_others),
        with_others,
    })
}

/// A record that a listing may no longer hold: its external id, its state, and since when it is
/// missing.
pub type Listed = (String, State, Option<DateTime<Utc>>);

/// At most `limit` of a source's records in these states, in the order of their external ids,
/// after this one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn listed(
    db: &impl ConnectionTrait,
    source: &str,
    states: &[State],
    after: &str,
    limit: u64,
) -> Result<Vec<Listed>, StoreError> {
    let rows: Vec<Listed> = record::Entity::find()
        .select_only()
        .columns([record::Column::ExternalId, record::Column::State, record::Column::MissingSince])
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.is_in(states.iter().copied()))
        .filter(record::Column::ExternalId.gt(after))
        .order_by_asc(record::Column::ExternalId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows)
}

/// The sources with records that were read by other rules than those of this version.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn sources_read_by_other_rules(
    db: &impl ConnectionTrait,
    rules: &str,
) -> Result<Vec<String>, StoreError> {
    let ids = record::Entity::find()
        .select_only()
        .column(record::Column::SourceId)
        .distinct()
        .filter(record::Column::State.ne(State::Withdrawn))
        .filter(record::Column::RulesVersion.ne(rules))
        .order_by_asc(record::Column::SourceId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids)
}

/// At most `limit` records of a source that were read by other rules, in the order of their
/// external ids, after this one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn read_by_other_rules(
    db: &impl ConnectionTrait,
    source: &str,
    rules: &str,
    after: &str,
    limit: u64,
) -> Result<Vec<record::Model>, StoreError> {
    let rows = record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.ne(State::Withdrawn))
        .filter(record::Column::RulesVersion.ne(rules))
        .filter(record::Column::ExternalId.gt(after))
        .order_by_asc(record::Column::ExternalId)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows)
}

/// Records of a source among `external_ids`, by external id.
pub(crate) async fn by_external_ids(
    tx: &DatabaseTransaction,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, record::Model>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows = record::Entity::find()
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .all(tx)
            .await?;
        all.extend(rows.into_iter().map(|row| (row.external_id.clone(), row)));
    }
    Ok(all)
}

/// Writes rows, replacing those with the same primary key.
pub(crate) async fn upsert<A>(tx: &DatabaseTransaction, rows: Vec<A>) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Clone,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    type Column<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;
    type Key<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::PrimaryKey;
    let keys: Vec<String> =
        Key::<A>::iter().map(|key| format!("{:?}", key.into_column())).collect();
    let rest: Vec<Column<A>> =
        Column::<A>::iter().filter(|column| !keys.contains(&format!("{column:?}"))).collect();
    let conflict = OnConflict::columns(Key::<A>::iter().map(PrimaryKeyToColumn::into_column))
        .update_columns(rest)
        .to_owned();
    for chunk in chunks(&rows, Column::<A>::iter().count()) {
        A::Entity::insert_many(chunk.to_vec())
            .on_conflict(conflict.clone())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Replaces the keys of records. A record without an entry in `keys` keeps none.
pub(crate) async fn replace_keys(
    tx: &DatabaseTransaction,
    source: &str,
    records: &[Uuid],
    keys: &HashMap<Uuid, BTreeSet<Key>>,
) -> Result<(), StoreError> {
    for chunk in chunks(records, 1) {
        record_key::Entity::delete_many()
            .filter(record_key::Column::RecordId.is_in(chunk.iter().copied()))
            .exec(tx)
            .await?;
    }
    let rows: Vec<record_key::ActiveModel> = keys
        .iter()
        .flat_map(|(record, keys)| keys.iter().map(move |key| (record, key)))
        .map(|(record, key)| {
            record_key::Model {
                record_id: *record,
                source_id: source.to_owned(),
                kind: key.kind.as_str().to_owned(),
                value: key.value.clone(),
            }
            .into_active_model()
        })
        .collect();
    for chunk in chunks(&rows, 4) {
        record_key::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
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
pub(crate) fn key_of(row: &record_key::Model) -> Option<Key> {
    Some(Key { kind: KeyKind::parse(&row.kind)?, value: row.value.clone() })
}

/// Replaces the persons' data of records.
pub(crate) async fn replace_personal(
    tx: &DatabaseTransaction,
    records: &[Uuid],
    data: &[(Uuid, &[PersonalDatum])],
) -> Result<(), StoreError> {
    for chunk in chunks(records, 1) {
        personal::Entity::delete_many()
            .filter(personal::Column::RecordId.is_in(chunk.iter().copied()))
            .exec(tx)
            .await?;
    }
    insert_personal(tx, data.iter().map(|(record, data)| (*record, 0, *data))).await
}

/// Adds persons' data to those that records have.
pub(crate) async fn add_personal(
    tx: &DatabaseTransaction,
    data: &[(Uuid, &[PersonalDatum])],
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
    insert_personal(tx, data.iter().map(|(record, data)| (*record, first(record), *data))).await
}

/// Inserts persons' data of records, each from a position on.
async fn insert_personal<'a>(
    tx: &DatabaseTransaction,
    data: impl Iterator<Item = (Uuid, i32, &'a [PersonalDatum])>,
) -> Result<(), StoreError> {
    let rows: Vec<personal::ActiveModel> = data
        .flat_map(|(record, first, data)| {
            (first..).zip(data).map(move |(position, datum)| personal::Model {
                record_id: record,
                position,
                path: datum.path.clone(),
                value: datum.value.clone(),
            })
        })
        .map(IntoActiveModel::into_active_model)
        .collect();
    for chunk in chunks(&rows, 4) {
        personal::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
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

/// Reads a stored JSON text.
pub(crate) fn read_json<T: DeserializeOwned>(
    what: &'static str,
    id: &str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt {
        what,
        id: id.to_owned(),
        problem: error.to_string(),
    })
}

/// Writes a value as the JSON text to store.
pub(crate) fn write_json<T: Serialize>(
    what: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::NotJson { what, error })
}
