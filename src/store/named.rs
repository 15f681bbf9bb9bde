//! Records and entries as people name them and want to see them.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use uuid::Uuid;

use super::entity::{record, software};
use super::records::{State, read_json};
use super::{StoreError, chunks};
use crate::catalogue::text::LocalizedText;

/// A record with what a person knows it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: Uuid,
    pub source: String,
    pub external_id: String,
    pub state: State,
    pub software: Option<Uuid>,
    /// Empty where nothing of it is kept.
    pub name: String,
}

/// The columns that a [`Named`] is made of.
type Columns = (Uuid, String, String, State, Option<Uuid>, String);

impl Named {
    fn read(
        (id, source, external_id, state, software, content): Columns,
    ) -> Result<Self, StoreError> {
        let name = name(id, &content)?.plain().unwrap_or_default().to_owned();
        Ok(Self { id, source, external_id, state, software, name })
    }

    /// How the command line and the API name it: `source:external-id`.
    pub fn handle(&self) -> String {
        format!("{}:{}", self.source, self.external_id)
    }
}

/// The record that is named by its id or as `source:external-id`.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none.
pub async fn record(db: &impl ConnectionTrait, named: &str) -> Result<Named, StoreError> {
    let query = match (named.parse::<Uuid>(), named.split_once(':')) {
        (Ok(id), _) => Some(record::Entity::find_by_id(id)),
        // PostgreSQL refuses the character 0 in texts, so nothing is called so.
        _ if named.contains('\0') => None,
        // A source's id holds no colon; what comes after the first one is the source's affair.
        (_, Some((source, external_id))) => Some(
            record::Entity::find()
                .filter(record::Column::SourceId.eq(source))
                .filter(record::Column::ExternalId.eq(external_id)),
        ),
        _ => None,
    };
    let row = match query {
        Some(query) => columns(query).into_tuple::<Columns>().one(db).await?,
        None => None,
    };
    let row = row.ok_or_else(|| StoreError::NotFound { what: "record", id: named.to_owned() })?;
    Named::read(row)
}

/// Records by id.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn records(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Named>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(ids, 1) {
        let query = record::Entity::find().filter(record::Column::Id.is_in(chunk.iter().copied()));
        for row in columns(query).into_tuple::<Columns>().all(db).await? {
            all.insert(row.0, Named::read(row)?);
        }
    }
    Ok(all)
}

/// The records of an entry that count, in the order of source and external id.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn records_of(
    db: &impl ConnectionTrait,
    software: Uuid,
) -> Result<Vec<Named>, StoreError> {
    let query = record::Entity::find()
        .filter(record::Column::SoftwareId.eq(software))
        .filter(record::Column::State.ne(State::Withdrawn))
        .order_by_asc(record::Column::SourceId)
        .order_by_asc(record::Column::ExternalId);
    let rows = columns(query).into_tuple::<Columns>().all(db).await?;
    rows.into_iter().map(Named::read).collect()
}

/// What an entry is called, and its slug.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    pub name: LocalizedText,
    pub slug: String,
}

/// What entries are called, without reading the rest of them.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn entries(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Called>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(ids, 1) {
        let rows: Vec<(Uuid, String, String)> = software::Entity::find()
            .select_only()
            .columns([software::Column::Id, software::Column::Slug, software::Column::Content])
            .filter(software::Column::Id.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        for (id, slug, content) in rows {
            all.insert(id, Called { name: name(id, &content)?, slug });
        }
    }
    Ok(all)
}

fn columns(query: sea_orm::Select<record::Entity>) -> sea_orm::Select<record::Entity> {
    query.select_only().columns([
        record::Column::Id,
        record::Column::SourceId,
        record::Column::ExternalId,
        record::Column::State,
        record::Column::SoftwareId,
        record::Column::Content,
    ])
}

/// The name in a content.
fn name(id: Uuid, content: &str) -> Result<LocalizedText, StoreError> {
    #[derive(Deserialize)]
    struct Title {
        #[serde(default)]
        name: LocalizedText,
    }
    let title: Title = read_json("content", &id.to_string(), content)?;
    Ok(title.name)
}
