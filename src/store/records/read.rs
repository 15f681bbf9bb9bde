//! Records as they are read: what each source says about one software.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{State, read_json};
use crate::catalogue::content::Content;
use crate::formats::Withdrawal;
use crate::store::entity::record;
use crate::store::{StoreError, sources};

/// What one source says.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: Uuid,
    pub source_id: String,
    pub external_id: String,
    pub state: State,
    pub content: Content,
    pub first_seen: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub missing_since: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawal: Option<Withdrawal>,
    pub software_id: Option<Uuid>,
    pub join_reason: Option<String>,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordContent {
    pub record: Uuid,
    pub source: String,
    pub content: Content,
}

/// One record.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Record, StoreError> {
    let row = record::Entity::find_by_id(id).one(db).await?;
    Record::read(row.ok_or_else(|| StoreError::NotFound { what: "record", id: id.to_string() })?)
}

/// One record, with its item as it was received, without persons' data.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn stored(db: &impl ConnectionTrait, id: Uuid) -> Result<record::Model, StoreError> {
    record::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| StoreError::NotFound { what: "record", id: id.to_string() })
}

/// At most `limit` records with an id after `after`, in the order of ids: of a source, with an id
/// that it has there, in one of the states.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn list(
    db: &impl ConnectionTrait,
    source: Option<&str>,
    external_id: Option<&str>,
    states: &[State],
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Record>, StoreError> {
    let mut query =
        record::Entity::find().filter(record::Column::State.is_in(states.iter().copied()));
    if let Some(source) = source {
        query = query.filter(record::Column::SourceId.eq(source));
    }
    if let Some(external_id) = external_id {
        query = query.filter(record::Column::ExternalId.eq(external_id));
    }
    if let Some(after) = after {
        query = query.filter(record::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(record::Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Record::read).collect()
}

/// All records that describe a software, the most trusted first.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn of_software(
    db: &impl ConnectionTrait,
    software: Uuid,
) -> Result<Vec<Record>, StoreError> {
    let rows = record::Entity::find()
        .filter(record::Column::SoftwareId.eq(software))
        .order_by_asc(record::Column::SourceId)
        .order_by_asc(record::Column::ExternalId)
        .all(db)
        .await?;
    let order = sources::priorities(db).await?;
    let mut records: Vec<Record> = rows.into_iter().map(Record::read).collect::<Result<_, _>>()?;
    records.sort_by_key(|record| order.get(&record.source_id).copied().unwrap_or(i32::MAX));
    Ok(records)
}

/// What at most `limit` records say that are not withdrawn, with an id after `after`, in the order
/// of ids.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn contents(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<RecordContent>, StoreError> {
    let mut query = record::Entity::find()
        .select_only()
        .columns([record::Column::Id, record::Column::SourceId, record::Column::Content])
        .filter(record::Column::State.ne(State::Withdrawn));
    if let Some(after) = after {
        query = query.filter(record::Column::Id.gt(after));
    }
    let rows: Vec<(Uuid, String, String)> =
        query.order_by_asc(record::Column::Id).limit(limit).into_tuple().all(db).await?;
    rows.into_iter()
        .map(|(record, source, content)| {
            let content = read_json("content", &record.to_string(), &content)?;
            Ok(RecordContent { record, source, content })
        })
        .collect()
}

impl Record {
    fn read(row: record::Model) -> Result<Self, StoreError> {
        let id = row.id.to_string();
        let withdrawal =
            row.withdrawal.as_deref().map(|text| read_json("withdrawal", &id, text)).transpose()?;
        Ok(Self {
            content: read_json("content", &id, &row.content)?,
            id: row.id,
            source_id: row.source_id,
            external_id: row.external_id,
            state: row.state,
            first_seen: row.first_seen,
            changed_at: row.changed_at,
            missing_since: row.missing_since,
            withdrawn_at: row.withdrawn_at,
            withdrawal,
            software_id: row.software_id,
            join_reason: row.join_reason,
        })
    }
}
