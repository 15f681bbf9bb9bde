//! The reading side: what the API, the pages, the index and the dumps show. Each function is a
//! fixed number of queries, however many rows it returns.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::entity::{circuit, record, run, software, source, tally};
use super::packed::provenance_of;
use super::records::{State, read_json};
use super::tally::{What, number};
use super::{StoreError, chunks, circuits, runs};
use crate::catalogue::content::Content;
use crate::catalogue::merge::Statement;
use crate::catalogue::merge::licence::Concluded;
use crate::formats::Withdrawal;

/// A merged entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Software {
    pub id: Uuid,
    /// `active`, `withdrawn` or `merged`.
    pub state: String,
    pub merged_into: Option<Uuid>,
    pub slug: String,
    pub content: Content,
    pub provenance: Vec<Statement>,
    pub licence: Concluded,
    pub digest: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

/// What one source says.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: Uuid,
    pub source_id: String,
    pub external_id: String,
    /// `active`, `missing` or `withdrawn`.
    pub state: String,
    pub content: Content,
    pub first_seen: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub missing_since: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawal: Option<Withdrawal>,
    pub software_id: Option<Uuid>,
    pub join_reason: Option<String>,
}

/// What an id leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    Here(Box<Software>),
    /// The software is another by now.
    Moved(Uuid),
    Unknown,
}

/// A source with what can be said about it.
#[derive(Debug, Clone)]
pub struct SourceStatus {
    pub source: source::Model,
    pub active: i64,
    pub missing: i64,
    pub withdrawn: i64,
    pub open_findings: u64,
    /// Its last runs, newest first.
    pub runs: Vec<run::Model>,
    /// There where its last runs failed.
    pub circuit: Option<circuit::Model>,
}

/// The catalogue in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    pub software: u64,
    pub withdrawn_software: u64,
    pub records: u64,
    pub sources: u64,
    /// Software that more than one source lists.
    pub in_several_sources: u64,
    pub last_event: i64,
}

/// The software with this id, following redirects to their end.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn lookup(db: &impl ConnectionTrait, id: Uuid) -> Result<Lookup, StoreError> {
    let mut current = id;
    // A chain of redirects is as long as the history of merges; a circle cannot come up, since
    // the older software always survives.
    loop {
        let Some(row) = software::Entity::find_by_id(current).one(db).await? else {
            return Ok(Lookup::Unknown);
        };
        match row.merged_into {
            Some(next) => current = next,
            None if current == id => return Ok(Lookup::Here(Box::new(Software::read(row)?))),
            None => return Ok(Lookup::Moved(current)),
        }
    }
}

/// All records that describe a software, the most trusted first.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn records_of(
    db: &impl ConnectionTrait,
    software: Uuid,
) -> Result<Vec<Record>, StoreError> {
    let rows = record::Entity::find()
        .filter(record::Column::SoftwareId.eq(software))
        .order_by_asc(record::Column::SourceId)
        .order_by_asc(record::Column::ExternalId)
        .all(db)
        .await?;
    let order = super::sources::priorities(db).await?;
    let mut records: Vec<Record> = rows.into_iter().map(Record::read).collect::<Result<_, _>>()?;
    records.sort_by_key(|record| order.get(&record.source_id).copied().unwrap_or(i32::MAX));
    Ok(records)
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
///
/// # Errors
/// [`StoreError`] where the database fails.
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

/// One record.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn record(db: &impl ConnectionTrait, id: Uuid) -> Result<Record, StoreError> {
    let row = record::Entity::find_by_id(id).one(db).await?;
    Record::read(row.ok_or_else(|| StoreError::NotFound { what: "record", id: id.to_string() })?)
}

/// At most `limit` records with an id after `after`, in the order of ids: of a source, with an id
/// that it has there, in one of the states.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn records(
    db: &impl ConnectionTrait,
    source: Option<&str>,
    external_id: Option<&str>,
    states: &[State],
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Record>, StoreError> {
    let mut query = record::Entity::find()
        .filter(record::Column::State.is_in(states.iter().map(|state| state.as_str())));
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

/// Entries by id; unknown ids are left out.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Software>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(ids, 1) {
        let rows = software::Entity::find()
            .filter(software::Column::Id.is_in(chunk.iter().copied()))
            .all(db)
            .await?;
        for row in rows {
            all.insert(row.id, Software::read(row)?);
        }
    }
    Ok(all)
}

/// At most `limit` active entries with an id after `after`, in the order of ids.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn page(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Software>, StoreError> {
    let mut query = software::Entity::find().filter(software::Column::State.eq("active"));
    if let Some(after) = after {
        query = query.filter(software::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(software::Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Software::read).collect()
}

/// Id, slug and day of the last change of active entries in the order of ids: what a site map
/// needs.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn addresses(
    db: &impl ConnectionTrait,
    offset: u64,
    limit: u64,
) -> Result<Vec<(Uuid, String, DateTime<Utc>)>, StoreError> {
    // What stands before the first of them is passed over in the index, without its rows.
    let wanted = software::Entity::find()
        .select_only()
        .column(software::Column::Id)
        .filter(software::Column::State.eq("active"))
        .order_by_asc(software::Column::Id)
        .offset(offset)
        .limit(limit)
        .into_query();
    Ok(software::Entity::find()
        .select_only()
        .columns([software::Column::Id, software::Column::Slug, software::Column::ChangedAt])
        .filter(software::Column::Id.in_subquery(wanted))
        .order_by_asc(software::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// The software that the records of a source with these external ids describe.
///
/// # Errors
/// [`StoreError`] where the database fails.
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

/// Source and state of the records of each software in `ids`.
///
/// # Errors
/// [`StoreError`] where the database fails.
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
            .filter(record::Column::State.ne(State::Withdrawn.as_str()))
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

/// What at most `limit` records say that are not withdrawn, with an id after `after`, in the order
/// of ids.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn contents(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<RecordContent>, StoreError> {
    let mut query = record::Entity::find()
        .select_only()
        .columns([record::Column::Id, record::Column::SourceId, record::Column::Content])
        .filter(record::Column::State.ne(State::Withdrawn.as_str()));
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

/// What a record says.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordContent {
    pub record: Uuid,
    pub source: String,
    pub content: Content,
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

/// Every source that was not removed, with its counts and its last `runs` runs.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn source_statuses(
    db: &impl ConnectionTrait,
    runs: u64,
) -> Result<Vec<SourceStatus>, StoreError> {
    let all = super::sources::all(db).await?;
    let sources: Vec<_> = all.into_iter().filter(|one| one.removed_at.is_none()).collect();
    let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    let mut latest = runs::latest(db, &ids, runs).await?;
    let mut circuits: HashMap<String, circuit::Model> =
        circuits::all(db).await?.into_iter().map(|row| (row.source_id.clone(), row)).collect();
    let mut totals: HashMap<String, Vec<tally::Model>> = HashMap::new();
    for row in super::tally::of(db, &[What::Record, What::Finding], None).await? {
        totals.entry(row.source_id.clone()).or_default().push(row);
    }
    Ok(sources
        .into_iter()
        .map(|source| {
            let totals = totals.remove(&source.id).unwrap_or_default();
            let runs = latest.remove(&source.id).unwrap_or_default();
            let circuit = circuits.remove(&source.id);
            SourceStatus::new(source, &totals, runs, circuit)
        })
        .collect())
}

/// One source with its counts and its last `runs` runs.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn source_status(
    db: &impl ConnectionTrait,
    id: &str,
    runs: u64,
) -> Result<SourceStatus, StoreError> {
    let source = super::sources::get(db, id).await?;
    let totals = super::tally::of(db, &[What::Record, What::Finding], Some(id)).await?;
    let runs = runs::list(db, Some(id), None, runs).await?;
    Ok(SourceStatus::new(source, &totals, runs, circuits::get(db, id).await?))
}

/// The catalogue in numbers.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn totals(db: &impl ConnectionTrait) -> Result<Totals, StoreError> {
    let rows = super::tally::of(db, &[What::Software, What::Record, What::Several], None).await?;
    let sum = |what: What, is_meant: fn(&str) -> bool| {
        rows.iter().filter(|row| row.what == what.as_str() && is_meant(&row.part)).map(number).sum()
    };
    Ok(Totals {
        software: sum(What::Software, |state| state == "active"),
        withdrawn_software: sum(What::Software, |state| state == "withdrawn"),
        records: sum(What::Record, |state| state != State::Withdrawn.as_str()),
        sources: source::Entity::find().count(db).await?,
        in_several_sources: sum(What::Several, |_| true),
        last_event: super::events::last(db).await?,
    })
}

impl SourceStatus {
    fn new(
        source: source::Model,
        totals: &[tally::Model],
        runs: Vec<run::Model>,
        circuit: Option<circuit::Model>,
    ) -> Self {
        let of = |what: What| totals.iter().filter(move |row| row.what == what.as_str());
        let records = |state: State| {
            of(What::Record).find(|row| row.part == state.as_str()).map_or(0, |row| row.count)
        };
        Self {
            active: records(State::Active),
            missing: records(State::Missing),
            withdrawn: records(State::Withdrawn),
            open_findings: of(What::Finding).map(number).sum(),
            runs,
            circuit,
            source,
        }
    }
}

impl Software {
    pub(super) fn read(row: software::Model) -> Result<Self, StoreError> {
        let id = row.id.to_string();
        Ok(Self {
            content: read_json("content", &id, &row.content)?,
            provenance: read_json("provenance", &id, &provenance_of(&row)?)?,
            licence: read_json("licence", &id, &row.licence)?,
            id: row.id,
            state: row.state,
            merged_into: row.merged_into,
            slug: row.slug,
            digest: row.digest,
            created_at: row.created_at,
            changed_at: row.changed_at,
        })
    }
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
