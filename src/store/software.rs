//! Software: the merged entries, read. They are written by [`catalogue`](super::catalogue).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::entity::software;
pub use super::entity::software::SoftwareState as State;
use super::packed::provenance_of;
use super::records::{name_of, read_json};
use super::{StoreError, chunks};
use crate::catalogue::content::Content;
use crate::catalogue::merge::Statement;
use crate::catalogue::merge::licence::Concluded;
use crate::catalogue::recommended::{StatedRecommendation, stated};
use crate::catalogue::text::LocalizedText;

/// A merged entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Software {
    pub id: Uuid,
    pub state: State,
    pub merged_into: Option<Uuid>,
    pub slug: String,
    pub content: Content,
    pub provenance: Vec<Statement>,
    /// The verdicts of governments among the statements.
    pub recommendations: Vec<StatedRecommendation>,
    pub licence: Concluded,
    pub digest: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

/// What an id leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    Here(Box<Software>),
    /// The software is another by now.
    Moved(Uuid),
    Unknown,
}

/// The software with this id, following redirects to their end.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn lookup(db: &impl ConnectionTrait, id: Uuid) -> Result<Lookup, StoreError> {
    let mut current = id;
    // A chain of redirects is as long as the history of merges; a circle cannot come up, since
    // the older software always survives.
    loop {
        let Some(row) = software::Entity::find_by_id(current).one(db).await? else {
            return match current == id {
                true => Ok(Lookup::Unknown),
                false => Err(no_redirect(id, format!("there is no software {current}"))),
            };
        };
        match (row.merged_into, row.state) {
            (Some(next), _) => current = next,
            (None, State::Merged) => {
                return Err(no_redirect(id, format!("{current} does not say into what")));
            }
            (None, _) if current == id => return Ok(Lookup::Here(Box::new(Software::read(row)?))),
            (None, _) => return Ok(Lookup::Moved(current)),
        }
    }
}

fn no_redirect(id: Uuid, problem: String) -> StoreError {
    StoreError::Corrupt { what: "redirect", id: id.to_string(), problem }
}

/// Entries by id; unknown ids are left out.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
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
pub async fn called(
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
            all.insert(id, Called { name: name_of(id, &content)?, slug });
        }
    }
    Ok(all)
}

/// At most `limit` active entries with an id after `after`, in the order of ids.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn page(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Software>, StoreError> {
    let mut query = software::Entity::find().filter(software::Column::State.eq(State::Active));
    if let Some(after) = after {
        query = query.filter(software::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(software::Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Software::read).collect()
}

/// Id, slug and day of the last change of active entries in the order of ids: what a site map
/// needs.
pub async fn addresses(
    db: &impl ConnectionTrait,
    offset: u64,
    limit: u64,
) -> Result<Vec<(Uuid, String, DateTime<Utc>)>, StoreError> {
    // What stands before the first of them is passed over in the index, without its rows.
    let wanted = software::Entity::find()
        .select_only()
        .column(software::Column::Id)
        .filter(software::Column::State.eq(State::Active))
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

impl Software {
    pub(super) fn read(row: software::Model) -> Result<Self, StoreError> {
        let id = row.id.to_string();
        let provenance: Vec<Statement> = read_json("provenance", &id, &provenance_of(&row)?)?;
        let recommendations = stated(&provenance).map_err(|error| StoreError::Corrupt {
            what: "provenance",
            id: id.clone(),
            problem: error.to_string(),
        })?;
        Ok(Self {
            content: read_json("content", &id, &row.content)?,
            provenance,
            recommendations,
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
