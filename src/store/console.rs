//! What the page of a source shows beside how it does: how it grew, what a held run would do, what
//! is gone, what it shares with other sources, what it sent.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::entity::{record, run, run_item, shared};
use super::records::State;
use super::tally::{self, What};
use super::{MAX_SELECTS, StoreError, chunks, each};

/// How many entries a source had, and when.
pub type Size = (DateTime<Utc>, i64);

/// A record by which a finding or an item of a run is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRef {
    pub id: Uuid,
    pub software: Option<Uuid>,
    pub state: State,
}

/// A record that its source no longer lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    pub external_id: String,
    pub software: Option<Uuid>,
    pub state: State,
    pub since: Option<DateTime<Utc>>,
}

/// How sources grew: the sizes after their last `limit` runs that came to an end, oldest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn sizes<S: AsRef<str>>(
    db: &impl ConnectionTrait,
    sources: &[S],
    limit: u64,
) -> Result<HashMap<String, Vec<Size>>, StoreError> {
    let mut all: HashMap<String, Vec<Size>> = HashMap::new();
    for some in sources.chunks(MAX_SELECTS) {
        let last = some.iter().map(|source| sized_runs(source.as_ref(), limit));
        let Some(last) = each(last) else { continue };
        let last = db.get_database_backend().build(&last);
        for row in SizedRun::find_by_statement(last).all(db).await? {
            all.entry(row.source_id).or_default().push((row.at, row.entries));
        }
    }
    all.values_mut().for_each(|sizes| sizes.sort_by_key(|(at, _)| *at));
    Ok(all)
}

/// A run that came to an end.
#[derive(FromQueryResult)]
struct SizedRun {
    source_id: String,
    at: DateTime<Utc>,
    entries: i64,
}

/// The last runs of a source that came to an end, off an index that has all that is asked for.
fn sized_runs(source: &str, limit: u64) -> SelectStatement {
    run::Entity::find()
        .select_only()
        .columns([run::Column::SourceId, run::Column::At, run::Column::Entries])
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::Entries.is_not_null())
        .order_by_desc(run::Column::Id)
        .limit(limit)
        .into_query()
}

/// The numbers of a run's items by status.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn items_by_status(
    db: &impl ConnectionTrait,
    run: Uuid,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let rows: Vec<(String, i64)> = run_item::Entity::find()
        .select_only()
        .column(run_item::Column::Status)
        .column_as(run_item::Column::ExternalId.count(), "n")
        .filter(run_item::Column::RunId.eq(run))
        .group_by(run_item::Column::Status)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The external ids of the first items that a run takes away.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn taken_away(
    db: &impl ConnectionTrait,
    run: Uuid,
    limit: u64,
) -> Result<Vec<String>, StoreError> {
    Ok(run_item::Entity::find()
        .select_only()
        .column(run_item::Column::ExternalId)
        .filter(run_item::Column::RunId.eq(run))
        .filter(run_item::Column::Status.is_in(["missing", "withdrawn"]))
        .order_by_asc(run_item::Column::ExternalId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// The records of a source with these external ids.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn records(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, RecordRef>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<(String, Uuid, Option<Uuid>, String)> = record::Entity::find()
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
            (external_id, RecordRef { id, software, state: State::parse(&state) })
        }));
    }
    Ok(all)
}

/// The records that a source no longer lists, those that are missing first, then the newest.
///
/// # Errors
/// [`StoreError`] where the database fails.
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
            .filter(record::Column::State.eq(state.as_str()))
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

/// How many entries of a source each other source lists too, the most first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn overlap(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(tally::summed(tally::of(db, &[What::Shared], Some(source)).await?, |row| row.part))
}

/// The software that both sources list, in the order of ids, after `after`.
///
/// # Errors
/// [`StoreError`] where the database fails.
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

/// One record, with its item as it was received, without persons' data.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn record(db: &impl ConnectionTrait, id: Uuid) -> Result<record::Model, StoreError> {
    record::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| StoreError::NotFound { what: "record", id: id.to_string() })
}
