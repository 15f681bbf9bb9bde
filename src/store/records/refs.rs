//! By what records are known, without what they say: source, external id, software, state.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::State;
use super::read::Record;
use crate::store::entity::record;
use crate::store::{StoreError, chunks};

/// The record that a finding or an item of a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRef {
    pub id: Uuid,
    pub software: Option<Uuid>,
    pub state: State,
}

/// By what a record is known.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Identity {
    pub id: Uuid,
    pub source_id: String,
    pub external_id: String,
    pub software_id: Option<Uuid>,
}

/// By what records are known; unknown ids are left out.
pub async fn identities(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Identity>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(ids, 1) {
        let rows = record::Entity::find()
            .select_only()
            .columns([
                record::Column::Id,
                record::Column::SourceId,
                record::Column::ExternalId,
                record::Column::SoftwareId,
            ])
            .filter(record::Column::Id.is_in(chunk.iter().copied()))
            .into_model::<Identity>()
            .all(db)
            .await?;
        all.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(all)
}

/// The records of a source with these external ids.
pub async fn refs(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, RecordRef>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<(String, Uuid, Option<Uuid>, State)> = record::Entity::find()
            .select_only()
            .columns([
                record::Column::ExternalId,
                record::Column::Id,
                record::Column::SoftwareId,
                record::Column::State,
            ])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        all.extend(rows.into_iter().map(|(external_id, id, software, state)| {
            (external_id, RecordRef { id, software, state })
        }));
    }
    Ok(all)
}

/// The software that the records of a source with these external ids describe.
pub async fn software_of(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, Uuid>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<(String, Option<Uuid>)> = record::Entity::find()
            .select_only()
            .columns([record::Column::ExternalId, record::Column::SoftwareId])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        all.extend(rows.into_iter().filter_map(|(id, software)| Some((id, software?))));
    }
    Ok(all)
}

/// Which source a record is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSource {
    pub record: Uuid,
    pub source: String,
    pub external_id: String,
}

impl From<&Record> for RecordSource {
    fn from(record: &Record) -> Self {
        Self {
            record: record.id,
            source: record.source_id.clone(),
            external_id: record.external_id.clone(),
        }
    }
}

/// The sources of the records of each software in `ids`, without those that are withdrawn.
pub async fn sources_of(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<RecordSource>>, StoreError> {
    let mut all: HashMap<Uuid, Vec<RecordSource>> = HashMap::new();
    for chunk in chunks(ids, 1) {
        let rows: Vec<(Option<Uuid>, Uuid, String, String)> = record::Entity::find()
            .select_only()
            .columns([
                record::Column::SoftwareId,
                record::Column::Id,
                record::Column::SourceId,
                record::Column::ExternalId,
            ])
            .filter(record::Column::SoftwareId.is_in(chunk.iter().copied()))
            .filter(record::Column::State.ne(State::Withdrawn))
            .order_by_asc(record::Column::SourceId)
            .order_by_asc(record::Column::ExternalId)
            .into_tuple()
            .all(db)
            .await?;
        for (software, record, source, external_id) in rows {
            if let Some(software) = software {
                all.entry(software).or_default().push(RecordSource { record, source, external_id });
            }
        }
    }
    Ok(all)
}

/// A record that its source no longer lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    pub external_id: String,
    pub software: Option<Uuid>,
    pub state: State,
    pub since: Option<DateTime<Utc>>,
}

/// The records that a source no longer lists, those that are missing first, then the newest.
pub async fn gone(
    db: &impl ConnectionTrait,
    source: &str,
    limit: u64,
) -> Result<Vec<Gone>, StoreError> {
    let mut all = Vec::new();
    for (state, since) in [
        (State::Missing, record::Column::MissingSince),
        (State::Withdrawn, record::Column::WithdrawnAt),
    ] {
        let rows: Vec<(String, Option<Uuid>, Option<DateTime<Utc>>)> = record::Entity::find()
            .select_only()
            .columns([record::Column::ExternalId, record::Column::SoftwareId, since])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::State.eq(state))
            .filter(since.is_not_null())
            .order_by_desc(since)
            .order_by_asc(record::Column::ExternalId)
            .limit(limit.saturating_sub(all.len() as u64))
            .into_tuple()
            .all(db)
            .await?;
        all.extend(rows.into_iter().map(|(external_id, software, since)| Gone {
            external_id,
            software,
            state,
            since,
        }));
    }
    Ok(all)
}
