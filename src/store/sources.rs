//! Sources: what the seeds say about them, what the operator decided, and how they do.

mod overlap;
mod sizes;
mod status;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

pub use overlap::{overlap, shared};
use serde::Deserialize;
pub use sizes::{Size, sizes};
pub use status::{SourceStatus, status, statuses};

use super::StoreError;
use super::entity::source;
use super::records::read_json;

/// Puts a source in, or brings the facts of one that is there up to date. What the operator
/// decided (enabled or not) stays, and so does what runs left (validators), unless something else
/// is asked now.
pub async fn put(tx: &DatabaseTransaction, facts: source::Model) -> Result<(), StoreError> {
    let Some(old) = source::Entity::find_by_id(facts.id.clone()).one(tx).await? else {
        facts.into_active_model().insert(tx).await?;
        return Ok(());
    };
    let (enabled, disabled_reason) = if old.enabled_by_operator {
        (old.enabled, old.disabled_reason.clone())
    } else {
        (facts.enabled, facts.disabled_reason.clone())
    };
    let url = if old.url_by_operator { old.url.clone() } else { facts.url.clone() };
    let facts = source::Model { url, ..facts };
    let new = source::Model {
        enabled,
        disabled_reason,
        enabled_by_operator: old.enabled_by_operator,
        url_by_operator: old.url_by_operator,
        removed_at: old.removed_at,
        hold_reason: old.hold_reason.clone(),
        validators: old.validators.clone().filter(|_| asks_the_same(&facts, &old)),
        last_complete_at: old.last_complete_at,
        added_at: old.added_at,
        ..facts
    };
    if new != old {
        new.into_active_model().reset_all().update(tx).await?;
    }
    Ok(())
}

/// Whether what a server confirmed for the one counts for the other.
fn asks_the_same(one: &source::Model, other: &source::Model) -> bool {
    let asked = |row: &source::Model| (row.connector.clone(), row.url.clone(), row.options.clone());
    asked(one) == asked(other)
}

/// The connectors whose sources list nothing of their own and only add to what others list.
pub const ADDING_CONNECTORS: &[&str] = &["wikidata"];

/// The sources that list nothing of their own and only add to what others list.
pub async fn that_only_add(db: &impl ConnectionTrait) -> Result<HashSet<String>, StoreError> {
    let ids: Vec<String> = source::Entity::find()
        .select_only()
        .column(source::Column::Id)
        .filter(source::Column::Connector.is_in(ADDING_CONNECTORS.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().collect())
}

/// The connectors whose sources list code, whoever it is for, unless the option `inventory` of a
/// source says otherwise.
pub const INVENTORY_CONNECTORS: &[&str] = &[
    "code-json",
    "codemeta",
    "forgejo-org",
    "github-org",
    "gitlab-group",
    "json-list",
    "oss-register",
];

/// The option of a source that says whether it is an inventory of code.
#[derive(Deserialize)]
struct Inventory {
    inventory: Option<bool>,
}

/// The sources that are inventories of code: a repository is in them because somebody published it,
/// not because it is for others to use. Those that only add to others list nothing either way.
pub async fn inventories(db: &impl ConnectionTrait) -> Result<HashSet<String>, StoreError> {
    let rows: Vec<(String, String, String)> = source::Entity::find()
        .select_only()
        .columns([source::Column::Id, source::Column::Connector, source::Column::Options])
        .into_tuple()
        .all(db)
        .await?;
    let mut inventories = HashSet::new();
    for (id, connector, options) in rows {
        let Inventory { inventory } = read_json("options", &id, &options)?;
        let connector = connector.as_str();
        if inventory.unwrap_or_else(|| INVENTORY_CONNECTORS.contains(&connector))
            || ADDING_CONNECTORS.contains(&connector)
        {
            inventories.insert(id);
        }
    }
    Ok(inventories)
}

/// All sources, by id.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<source::Model>, StoreError> {
    Ok(source::Entity::find().order_by_asc(source::Column::Id).all(db).await?)
}

/// The priorities of all sources: the lower number wins a merge.
pub async fn priorities(db: &impl ConnectionTrait) -> Result<HashMap<String, i32>, StoreError> {
    let rows: Vec<(String, i32)> = source::Entity::find()
        .select_only()
        .columns([source::Column::Id, source::Column::Priority])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// One source.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn get(db: &impl ConnectionTrait, id: &str) -> Result<source::Model, StoreError> {
    source::Entity::find_by_id(id.to_owned())
        .one(db)
        .await?
        .ok_or_else(|| StoreError::NotFound { what: "source", id: id.to_owned() })
}

/// One source, locked until the end of the transaction: of several who decide about it at once, one
/// comes after the other.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn lock(tx: &DatabaseTransaction, id: &str) -> Result<source::Model, StoreError> {
    source::Entity::find_by_id(id.to_owned())
        .lock(LockType::Update)
        .one(tx)
        .await?
        .ok_or_else(|| StoreError::NotFound { what: "source", id: id.to_owned() })
}

/// Enables or disables a source by the operator's word, which the seeds no longer override.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn set_enabled(
    tx: &DatabaseTransaction,
    id: &str,
    enabled: bool,
    reason: Option<String>,
) -> Result<(), StoreError> {
    let mut row = get(tx, id).await?.into_active_model();
    row.enabled = ActiveValue::Set(enabled);
    row.enabled_by_operator = ActiveValue::Set(true);
    row.disabled_reason = ActiveValue::Set(reason);
    row.update(tx).await?;
    Ok(())
}

/// Gives a source an address by the operator's word, which the seeds no longer override; or its
/// own again.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn set_address(
    tx: &DatabaseTransaction,
    id: &str,
    url: Option<&str>,
    by_operator: bool,
) -> Result<(), StoreError> {
    let old = get(tx, id).await?;
    let is_same = old.url.as_deref() == url;
    let mut row = old.into_active_model();
    row.url = ActiveValue::Set(url.map(str::to_owned));
    row.url_by_operator = ActiveValue::Set(by_operator);
    if !is_same {
        // What one server confirmed says nothing about another.
        row.validators = ActiveValue::Set(None);
    }
    row.update(tx).await?;
    Ok(())
}

/// Takes a source off the schedule and out of lists, for good.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn remove(
    tx: &DatabaseTransaction,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut row = lock(tx, id).await?.into_active_model();
    row.enabled = ActiveValue::Set(false);
    row.enabled_by_operator = ActiveValue::Set(true);
    row.disabled_reason = ActiveValue::Set(Some("removed by the operator".to_owned()));
    row.removed_at = ActiveValue::Set(Some(now));
    row.validators = ActiveValue::Set(None);
    row.update(tx).await?;
    Ok(())
}

/// Takes back that a source was removed: it is as if the operator had never decided about it.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn bring_back(tx: &DatabaseTransaction, id: &str) -> Result<(), StoreError> {
    let old = get(tx, id).await?;
    if old.removed_at.is_none() {
        return Ok(());
    }
    let mut row = old.into_active_model();
    row.enabled_by_operator = ActiveValue::Set(false);
    row.removed_at = ActiveValue::Set(None);
    row.update(tx).await?;
    Ok(())
}

/// Lets every run of a source wait for the operator, with a reason, or no longer.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn set_hold(
    tx: &DatabaseTransaction,
    id: &str,
    reason: Option<String>,
) -> Result<(), StoreError> {
    let mut row = get(tx, id).await?.into_active_model();
    row.hold_reason = ActiveValue::Set(reason);
    row.update(tx).await?;
    Ok(())
}

/// Remembers when a source's listing was last read to its end.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn completed(
    tx: &DatabaseTransaction,
    id: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut row = get(tx, id).await?.into_active_model();
    row.last_complete_at = ActiveValue::Set(Some(at));
    row.update(tx).await?;
    Ok(())
}

/// Keeps the validators for the next request, or none: then the whole listing is asked for.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no source with this id.
pub async fn set_validators(
    tx: &DatabaseTransaction,
    id: &str,
    validators: Option<String>,
) -> Result<(), StoreError> {
    let mut row = get(tx, id).await?.into_active_model();
    row.validators = ActiveValue::Set(validators);
    row.update(tx).await?;
    Ok(())
}
