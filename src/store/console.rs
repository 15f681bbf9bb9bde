//! What the page of a source shows beside how it does: how it grew, what a held run would do, what
//! is gone, what it shares with other sources, what it sent.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Order, Query, SelectStatement, WindowStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::entity::{record, run, run_item};
use super::records::State;
use super::{StoreError, chunks};

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

/// How the sources grew: the sizes after their last `limit` runs that came to an end, oldest
/// first; of one source or all.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn sizes(
    db: &impl ConnectionTrait,
    source: Option<&str>,
    limit: u64,
) -> Result<HashMap<String, Vec<Size>>, StoreError> {
    let mut ranked = Query::select()
        .column(run::Column::Id)
        .expr_window_as(
            Expr::cust("ROW_NUMBER()"),
            WindowStatement::partition_by(run::Column::SourceId)
                .order_by(run::Column::Id, Order::Desc)
                .take(),
            "rank",
        )
        .from(run::Entity)
        .and_where(Expr::col(run::Column::Entries).is_not_null())
        .to_owned();
    if let Some(source) = source {
        ranked.and_where(Expr::col(run::Column::SourceId).eq(source));
    }
    let wanted = Query::select()
        .column("id")
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col("rank").lte(i64::try_from(limit).unwrap_or(i64::MAX)))
        .to_owned();
    let rows: Vec<(String, DateTime<Utc>, Option<i64>)> = run::Entity::find()
        .select_only()
        .columns([run::Column::SourceId, run::Column::At, run::Column::Entries])
        .filter(run::Column::Id.in_subquery(wanted))
        .order_by_asc(run::Column::At)
        .order_by_asc(run::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let mut all: HashMap<String, Vec<Size>> = HashMap::new();
    for (source, at, entries) in rows {
        all.entry(source).or_default().extend(entries.map(|entries| (at, entries)));
    }
    Ok(all)
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
    let mut all: Vec<(String, i64)> = record::Entity::find()
        .select_only()
        .column(record::Column::SourceId)
        .column_as(record::Column::SoftwareId.into_expr().count_distinct(), "n")
        .filter(record::Column::SourceId.ne(source))
        .filter(record::Column::State.ne(State::Withdrawn.as_str()))
        .filter(record::Column::SoftwareId.in_subquery(software_of(source)))
        .group_by(record::Column::SourceId)
        .into_tuple()
        .all(db)
        .await?;
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(all)
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
    let mut query = record::Entity::find()
        .select_only()
        .column(record::Column::SoftwareId)
        .distinct()
        .filter(record::Column::SourceId.eq(other))
        .filter(record::Column::State.ne(State::Withdrawn.as_str()))
        .filter(record::Column::SoftwareId.in_subquery(software_of(source)));
    if let Some(after) = after {
        query = query.filter(record::Column::SoftwareId.gt(after));
    }
    let rows: Vec<Option<Uuid>> =
        query.order_by_asc(record::Column::SoftwareId).limit(limit).into_tuple().all(db).await?;
    Ok(rows.into_iter().flatten().collect())
}

fn software_of(source: &str) -> SelectStatement {
    Query::select()
        .column(record::Column::SoftwareId)
        .from(record::Entity)
        .and_where(Expr::col(record::Column::SourceId).eq(source))
        .and_where(Expr::col(record::Column::State).ne(State::Withdrawn.as_str()))
        .and_where(Expr::col(record::Column::SoftwareId).is_not_null())
        .to_owned()
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
