//! Changes to records, and all that follows from them, in one transaction: the rows and keys of
//! the records, which records now describe the same software, the merged entries, and the events.

mod decided;
mod entries;
mod neighbourhood;
mod rematch;
mod renamed;
mod shared;
mod successors;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, IntoActiveModel};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::StoreError;
use super::entity::record;
use super::events::{self, Entity, Kind, NewEvent};
use super::records::{self, State, write_json};
use super::tally::Difference;
use crate::catalogue::content::Content;
use crate::catalogue::keys::{Key, keys_of};
use crate::formats::Withdrawal;
use crate::formats::json::canonical;
use crate::formats::personal::PersonalDatum;

pub use decided::{Decision, Effect, Moved, decide};
pub use entries::refresh_due;
use renamed::Renames;

/// A change to one record of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The source lists it, with this content.
    Put(Box<Statement>),
    /// The source lists it under the external id of the change, with this content; it was known
    /// as `from`. Without a statement: what a younger record of this id says, which it replaces.
    Rename {
        from: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        statement: Option<Box<Statement>>,
    },
    /// Its stored item says this by the rules of this version. Its state stays.
    Reread {
        rules_version: String,
        content: Box<Content>,
        /// What was cut out of the item meanwhile.
        #[serde(default)]
        cut: Option<Box<Cut>>,
    },
    /// A complete listing does not hold it.
    Missing,
    /// The source withdrew it, or it has been missing for long enough.
    Withdraw(Withdrawal),
}

/// A stored item out of which more was cut: what is left of it, and what is a person's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    pub raw: Value,
    pub personal: Vec<PersonalDatum>,
}

/// What a source says about one software, ready to be stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub digest: String,
    pub rules_version: String,
    pub raw: Value,
    pub content: Content,
    pub personal: Vec<PersonalDatum>,
}

/// Changes of one source that are applied together.
#[derive(Debug)]
pub struct Batch<'a> {
    pub source: &'a str,
    /// Who causes the changes, such as `harvest:fr-sill`.
    pub actor: &'a str,
    /// The time that the changes bear.
    pub at: DateTime<Utc>,
    /// Changes by external id; each id at most once.
    pub changes: Vec<(String, Change)>,
}

/// Applies a batch: all of it, or with the transaction nothing. The number of statements depends
/// on the size of the batch only through the limit of bind variables.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn apply(tx: &DatabaseTransaction, batch: &Batch<'_>) -> Result<(), StoreError> {
    events::lock(tx).await?;
    let external_ids: Vec<String> = batch.changes.iter().flat_map(renamed::ids).collect();
    let mut before = records::by_external_ids(tx, batch.source, &external_ids).await?;
    let renames = Renames::prepare(tx, batch, &mut before).await?;

    let mut rows: Vec<record::Model> = Vec::new();
    let mut keys: HashMap<Uuid, BTreeSet<Key>> = HashMap::new();
    let mut personal: Vec<(Uuid, &[PersonalDatum])> = Vec::new();
    let mut found: Vec<(Uuid, &[PersonalDatum])> = Vec::new();
    let mut log: Vec<NewEvent> = Vec::new();
    let mut totals = Difference::default();
    for (external_id, change) in &batch.changes {
        let old = before.remove(external_id);
        let state = old.as_ref().map(|row| row.state);
        let statement = renames.statement(external_id, change);
        let changed = changed_row(batch, external_id, change, statement, old)?;
        let Some((row, mut event)) = changed else { continue };
        if let Some(from) = renames.from(external_id) {
            event.kind = Kind::Renamed;
            event.renamed = Some((from.to_owned(), external_id.clone()));
        }
        totals.record(batch.source, state, row.state);
        if let Some(statement) = statement {
            keys.insert(row.id, keys_of(&statement.content));
            personal.push((row.id, &statement.personal));
        } else if row.state == State::Withdrawn {
            personal.push((row.id, &[]));
        } else {
            if let Change::Reread { cut: Some(cut), .. } = change {
                found.push((row.id, &cut.personal));
            }
            let content: Content = records::read_json("content", external_id, &row.content)?;
            keys.insert(row.id, keys_of(&content));
        }
        log.push(event);
        rows.push(row);
    }
    // After the records that take their ids.
    for row in renames.replaced_rows() {
        totals.record(batch.source, Some(row.state), State::Withdrawn);
        let (row, event) = withdrawn(batch, row.clone(), &renamed::withdrawal(batch.at))?;
        personal.push((row.id, &[]));
        log.push(event);
        rows.push(row);
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut around = neighbourhood::Surroundings::before(tx, &ids, &keys).await?;
    around.replaced = renames.replaced();
    renames.make_room(tx).await?;
    records::upsert::<record::ActiveModel>(
        tx,
        rows.into_iter().map(|row| row.into_active_model().reset_all()).collect(),
    )
    .await?;
    records::replace_keys(tx, batch.source, &ids, &keys).await?;
    let with_personal: Vec<Uuid> = personal.iter().map(|(id, _)| *id).collect();
    records::replace_personal(tx, &with_personal, &personal).await?;
    records::add_personal(tx, &found).await?;
    totals.write(tx).await?;

    let assigned = rematch::run(tx, around, &ids, batch.at).await?;
    log.extend(entries::update(tx, assigned, batch.at).await?);
    events::append(tx, batch.actor, batch.at, &log).await
}

/// The row after the change, and its event. `None` where there is nothing to change.
fn changed_row(
    batch: &Batch<'_>,
    external_id: &str,
    change: &Change,
    statement: Option<&Statement>,
    old: Option<record::Model>,
) -> Result<Option<(record::Model, NewEvent)>, StoreError> {
    let before = old.as_ref().map(|row| row.digest.clone());
    if let Some(statement) = statement {
        let kind = if old.is_some() { Kind::Update } else { Kind::Create };
        let row = put(batch, external_id, statement, old.as_ref())?;
        return Ok(Some(logged(batch, row, before, kind)));
    }
    let (row, kind) = match (change, old) {
        // Without a statement there is nothing to put.
        (_, None) | (Change::Put(_) | Change::Rename { .. }, Some(_)) => return Ok(None),
        (Change::Reread { rules_version, content, cut }, Some(mut row)) => {
            row.content = write_json("content", content)?;
            if let Some(cut) = cut {
                row.raw = canonical(&cut.raw);
            }
            row.rules_version.clone_from(rules_version);
            (row, Kind::Update)
        }
        (Change::Missing, Some(mut row)) => {
            row.state = State::Missing;
            row.missing_since = Some(batch.at);
            (row, Kind::Update)
        }
        (Change::Withdraw(withdrawal), Some(row)) => {
            return withdrawn(batch, row, withdrawal).map(Some);
        }
    };
    Ok(Some(logged(batch, row, before, kind)))
}

/// The tombstone of a record, and its event.
fn withdrawn(
    batch: &Batch<'_>,
    mut row: record::Model,
    withdrawal: &Withdrawal,
) -> Result<(record::Model, NewEvent), StoreError> {
    let before = Some(row.digest.clone());
    row.state = State::Withdrawn;
    row.withdrawn_at = Some(batch.at);
    row.withdrawal = Some(write_json("withdrawal", withdrawal)?);
    row.join_reason = None;
    // A tombstone is id, date and reason: what the source took back is not kept.
    row.content = write_json("content", &Content::default())?;
    Value::Null.to_string().clone_into(&mut row.raw);
    Ok(logged(batch, row, before, Kind::Withdraw))
}

/// A changed row with its event.
fn logged(
    batch: &Batch<'_>,
    mut row: record::Model,
    before: Option<String>,
    kind: Kind,
) -> (record::Model, NewEvent) {
    row.changed_at = batch.at;
    let event = NewEvent {
        kind,
        entity: Entity::Record,
        entity_id: row.id,
        before,
        after: (kind != Kind::Withdraw).then(|| row.digest.clone()),
        target: None,
        renamed: None,
    };
    (row, event)
}

/// The row of a record that is listed: a new one, or the old one with new content.
fn put(
    batch: &Batch<'_>,
    external_id: &str,
    statement: &Statement,
    kept: Option<&record::Model>,
) -> Result<record::Model, StoreError> {
    let content = write_json("content", &statement.content)?;
    let raw = canonical(&statement.raw);
    Ok(record::Model {
        id: kept.map_or_else(Uuid::now_v7, |row| row.id),
        source_id: batch.source.to_owned(),
        external_id: external_id.to_owned(),
        state: State::Active,
        digest: statement.digest.clone(),
        rules_version: statement.rules_version.clone(),
        raw,
        content,
        actor: batch.actor.to_owned(),
        first_seen: kept.map_or(batch.at, |row| row.first_seen),
        changed_at: batch.at,
        missing_since: None,
        withdrawn_at: None,
        withdrawal: None,
        software_id: kept.and_then(|row| row.software_id),
        join_reason: kept.and_then(|row| row.join_reason.clone()),
    })
}
