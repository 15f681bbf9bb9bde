//! Organisations: loaded from directories under ids that stay, and read as one directory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::entity::{organisation, organisation_identifier};
use super::events::{self, Entity, Kind, NewEvent};
use super::records::read_json;
use super::{StoreError, chunks};
use crate::catalogue::organisation::{Identifier, Organisation};
use crate::digest::sha256_hex;
use crate::formats::json::canonical;

/// What loading a directory did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Those that the directory does not list any more. They stay, and are still recognised.
    pub missing: u64,
    /// Those that were left out, because they have no identifier, or one that belongs to another
    /// organisation too, or to one of another directory.
    pub contradictory: u64,
}

/// Loads what a directory lists now. An organisation is the one that holds one of its identifiers.
pub async fn load(
    tx: &DatabaseTransaction,
    directory: &str,
    organisations: &[Organisation],
    now: DateTime<Utc>,
) -> Result<Loaded, StoreError> {
    let known = in_directory(tx, directory).await?;
    let known: HashMap<Uuid, organisation::Model> =
        known.into_iter().map(|row| (row.id, row)).collect();
    let holders = holders(tx, organisations).await?;
    let mut loaded = Loaded::default();
    let mut listed = BTreeSet::new();
    let shared = shared(organisations);
    let mut log = Vec::new();
    for one in organisations {
        let is_sure = !one.identifiers.is_empty() && one.identifiers.is_disjoint(&shared);
        let ids: BTreeSet<Uuid> =
            one.identifiers.iter().filter_map(|id| holders.get(&id.to_string()).copied()).collect();
        let holder = match (ids.first(), ids.len()) {
            (None, _) if is_sure => None,
            (Some(id), 1) if is_sure && known.contains_key(id) => known.get(id),
            _ => {
                // Whoever it is, the directory lists it.
                listed.extend(ids);
                loaded.contradictory += 1;
                continue;
            }
        };
        let mut next = row(directory, one, now)?;
        let Some(before) = holder else {
            log.push(event(Kind::Create, next.id, None, Some(&next.digest)));
            listed.insert(next.id);
            put(tx, next, None, &one.identifiers).await?;
            loaded.added += 1;
            continue;
        };
        listed.insert(before.id);
        if next.digest == before.digest && before.missing_since.is_none() {
            loaded.unchanged += 1;
            continue;
        }
        (next.id, next.added_at) = (before.id, before.added_at);
        log.push(event(Kind::Update, next.id, Some(&before.digest), Some(&next.digest)));
        put(tx, next, Some(before), &one.identifiers).await?;
        loaded.updated += 1;
    }
    let gone: Vec<&organisation::Model> = known
        .values()
        .filter(|row| !listed.contains(&row.id) && row.missing_since.is_none())
        .collect();
    for row in gone {
        organisation::Entity::update_many()
            .col_expr(organisation::Column::MissingSince, Expr::value(now))
            .filter(organisation::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
        log.push(event(Kind::Update, row.id, Some(&row.digest), Some(&row.digest)));
        loaded.missing += 1;
    }
    events::append(tx, &format!("directory:{directory}"), now, &log).await?;
    Ok(loaded)
}

/// All organisations with their ids, by their names.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<(Uuid, Organisation)>, StoreError> {
    let rows = organisation::Entity::find()
        .order_by_asc(organisation::Column::Name)
        .order_by_asc(organisation::Column::Id)
        .all(db)
        .await?;
    let content = |row: organisation::Model| {
        let content = read_json("organisation", &row.id.to_string(), &row.content)?;
        Ok((row.id, content))
    };
    rows.into_iter().map(content).collect()
}

/// How many organisations of a directory are listed.
pub async fn listed(db: &impl ConnectionTrait, directory: &str) -> Result<u64, StoreError> {
    let rows = in_directory(db, directory).await?;
    Ok(rows.iter().filter(|row| row.missing_since.is_none()).count() as u64)
}

async fn in_directory(
    db: &impl ConnectionTrait,
    directory: &str,
) -> Result<Vec<organisation::Model>, StoreError> {
    let of_directory = organisation::Column::Directory.eq(directory);
    Ok(organisation::Entity::find().filter(of_directory).all(db).await?)
}

/// The organisations that hold the identifiers now.
async fn holders(
    db: &impl ConnectionTrait,
    organisations: &[Organisation],
) -> Result<BTreeMap<String, Uuid>, StoreError> {
    let identifiers: BTreeSet<String> =
        organisations.iter().flat_map(|one| &one.identifiers).map(ToString::to_string).collect();
    let identifiers: Vec<String> = identifiers.into_iter().collect();
    let mut holders = BTreeMap::new();
    for part in chunks(&identifiers, 1) {
        let rows = organisation_identifier::Entity::find()
            .filter(organisation_identifier::Column::Identifier.is_in(part.iter().cloned()))
            .all(db)
            .await?;
        holders.extend(rows.into_iter().map(|row| (row.identifier, row.organisation_id)));
    }
    Ok(holders)
}

/// The identifiers that several of the organisations have: they identify neither.
fn shared(organisations: &[Organisation]) -> BTreeSet<Identifier> {
    let mut seen = BTreeSet::new();
    let identifiers = organisations.iter().flat_map(|one| &one.identifiers);
    identifiers.filter(|identifier| !seen.insert(*identifier)).cloned().collect()
}

/// Writes an organisation in place of what it was before, and its identifiers, of which none is
/// that of another.
async fn put(
    tx: &DatabaseTransaction,
    row: organisation::Model,
    before: Option<&organisation::Model>,
    identifiers: &BTreeSet<Identifier>,
) -> Result<(), StoreError> {
    let id = row.id;
    if before.is_some() {
        row.into_active_model().reset_all().update(tx).await?;
        organisation_identifier::Entity::delete_many()
            .filter(organisation_identifier::Column::OrganisationId.eq(id))
            .exec(tx)
            .await?;
    } else {
        row.into_active_model().insert(tx).await?;
    }
    let rows = identifiers.iter().map(|identifier| {
        let identifier = identifier.to_string();
        organisation_identifier::Model { identifier, organisation_id: id }.into_active_model()
    });
    organisation_identifier::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

fn row(
    directory: &str,
    one: &Organisation,
    now: DateTime<Utc>,
) -> Result<organisation::Model, StoreError> {
    let content = serde_json::to_value(one)
        .map_err(|error| StoreError::NotJson { what: "an organisation", error })?;
    let content = canonical(&content);
    Ok(organisation::Model {
        id: Uuid::now_v7(),
        directory: directory.to_owned(),
        name: one.name.best("en").map(|(_, name)| name.to_owned()).unwrap_or_default(),
        digest: sha256_hex(content.as_bytes()),
        content,
        added_at: now,
        changed_at: now,
        missing_since: None,
    })
}

fn event(kind: Kind, id: Uuid, before: Option<&str>, after: Option<&str>) -> NewEvent {
    NewEvent {
        kind,
        entity: Entity::Organisation,
        entity_id: id,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        target: None,
        renamed: None,
    }
}
