//! Entries by what is said about them. What has no column of its own, licences and countries, has
//! rows beside the entry, written in the transaction that writes it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{OnConflict, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::entity::record::RecordState;
use super::entity::software::SoftwareState;
use super::entity::{counter, record, record_key, software, software_filter};
use super::records::read_json;
use super::software::Software;
use super::{Store, StoreError, bulk, chunks, events};
use crate::catalogue::content::Content;
use crate::catalogue::keys::Key;
use crate::catalogue::merge::licence::Concluded;
use crate::licence::facts::identifiers;

/// Rises when [`of`] makes other rows of the same entry: all are made anew then.
const VERSION: i64 = 1;
/// The counter that keeps the version of the rows.
const COUNTER: &str = "filters";
/// Entries of which the rows are made in one transaction.
const BATCH: u64 = 500;

/// An SPDX identifier that somebody states.
const LICENCE: &str = "licence";
/// A country of use.
const COUNTRY: &str = "country";

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// That this source lists.
    pub source: Option<&'a str>,
    /// That were changed then or later.
    pub changed_since: Option<DateTime<Utc>>,
    /// For which somebody states this SPDX identifier.
    pub licence: Option<&'a str>,
    /// That somebody in this country uses.
    pub country: Option<&'a str>,
    pub named: Option<Named>,
}

/// By what one entry is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// By a key that one of its records has.
    Key(Key),
    /// By the id that it has at a source.
    At { source: String, external_id: String },
}

/// At most `limit` active entries with an id after `after`, in the order of ids.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn page(
    db: &impl ConnectionTrait,
    wanted: &Wanted<'_>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Software>, StoreError> {
    let mut query =
        software::Entity::find().filter(software::Column::State.eq(SoftwareState::Active));
    if let Some(after) = after {
        query = query.filter(software::Column::Id.gt(after));
    }
    for of_entries in wanted.queries() {
        query = query.filter(software::Column::Id.in_subquery(of_entries));
    }
    let rows = query.order_by_asc(software::Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Software::read).collect()
}

impl Wanted<'_> {
    /// For each condition a query for the ids of the entries, each read off an index.
    fn queries(&self) -> Vec<SelectStatement> {
        let source = self
            .source
            .map(|source| records().filter(record::Column::SourceId.eq(source)).into_query());
        let changed = self.changed_since.map(|since| {
            software::Entity::find()
                .select_only()
                .column(software::Column::Id)
                .filter(software::Column::State.eq(SoftwareState::Active))
                .filter(software::Column::ChangedAt.gte(since))
                .into_query()
        });
        let licence = self.licence.map(|id| valued(LICENCE, id));
        let country = self.country.map(|code| valued(COUNTRY, code));
        let named = self.named.as_ref().map(Named::query);
        [source, changed, licence, country, named].into_iter().flatten().collect()
    }
}

impl Named {
    fn query(&self) -> SelectStatement {
        match self {
            Self::Key(key) => {
                let holders = record_key::Entity::find()
                    .select_only()
                    .column(record_key::Column::RecordId)
                    .filter(record_key::Column::Kind.eq(key.kind.as_str()))
                    .filter(record_key::Column::Value.eq(key.value.as_str()))
                    .into_query();
                records().filter(record::Column::Id.in_subquery(holders)).into_query()
            }
            Self::At { source, external_id } => records()
                .filter(record::Column::SourceId.eq(source.as_str()))
                .filter(record::Column::ExternalId.eq(external_id.as_str()))
                .into_query(),
        }
    }
}

/// The entries of records that are listed.
fn records() -> sea_orm::Select<record::Entity> {
    record::Entity::find()
        .select_only()
        .column(record::Column::SoftwareId)
        .filter(record::Column::SoftwareId.is_not_null())
        .filter(record::Column::State.ne(RecordState::Withdrawn))
}

fn valued(kind: &str, value: &str) -> SelectStatement {
    software_filter::Entity::find()
        .select_only()
        .column(software_filter::Column::SoftwareId)
        .filter(software_filter::Column::Kind.eq(kind))
        .filter(software_filter::Column::Value.eq(value))
        .into_query()
}

/// The rows of a stored entry that is active.
fn of_row(row: &software::Model) -> Result<Vec<software_filter::Model>, StoreError> {
    let id = row.id.to_string();
    let licence: Concluded = read_json("licence", &id, &row.licence)?;
    let content: Content = read_json("content", &id, &row.content)?;
    Ok(of(row.id, &licence, &content))
}

/// The rows of an entry.
pub(super) fn of(
    software_id: Uuid,
    licence: &Concluded,
    content: &Content,
) -> Vec<software_filter::Model> {
    let licences: BTreeSet<String> = licence.stated().into_iter().flat_map(identifiers).collect();
    let licences = licences.into_iter().map(|value| (LICENCE, value));
    let countries = content.countries_of_use().into_iter().map(|code| (COUNTRY, code.to_owned()));
    let of_kind = |(kind, value): (&str, String)| software_filter::Model {
        kind: kind.to_owned(),
        value,
        software_id,
    };
    licences.chain(countries).map(of_kind).collect()
}

/// Replaces the rows of entries.
pub(super) async fn replace(
    tx: &DatabaseTransaction,
    entries: &[Uuid],
    rows: Vec<software_filter::Model>,
) -> Result<(), StoreError> {
    for chunk in chunks(entries, 1) {
        software_filter::Entity::delete_many()
            .filter(software_filter::Column::SoftwareId.is_in(chunk.iter().copied()))
            .exec(tx)
            .await?;
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    bulk::insert::<software_filter::ActiveModel>(tx, rows.collect()).await
}

/// Makes the rows of all entries where those that are there are of another version.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub(super) async fn complete(store: &Store) -> Result<(), StoreError> {
    let kept = counter::Entity::find_by_id(COUNTER).one(store.read()).await?;
    if kept.is_some_and(|row| row.value == VERSION) {
        return Ok(());
    }
    let mut after: Option<Uuid> = None;
    loop {
        let tx = store.write().await?;
        events::lock(&tx).await?;
        let mut query =
            software::Entity::find().filter(software::Column::State.eq(SoftwareState::Active));
        if let Some(after) = after {
            query = query.filter(software::Column::Id.gt(after));
        }
        let entries = query.order_by_asc(software::Column::Id).limit(BATCH).all(&tx).await?;
        let ids: Vec<Uuid> = entries.iter().map(|row| row.id).collect();
        let Some(last) = ids.last().copied() else {
            set_version(&tx).await?;
            tx.commit().await?;
            return Ok(());
        };
        let mut rows = Vec::new();
        for entry in &entries {
            rows.extend(of_row(entry)?);
        }
        replace(&tx, &ids, rows).await?;
        tx.commit().await?;
        after = Some(last);
    }
}

async fn set_version(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    let row = counter::Model { name: COUNTER.to_owned(), value: VERSION };
    counter::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(counter::Column::Name)
                .update_column(counter::Column::Value)
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
