//! A batch of changes with all that follows from them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::assigned::Link;
use super::change::{Batch, Change, Cut, Statement};
use super::entries::{self, Member};
use super::neighbourhood::{Fresh, Surroundings};
use super::rematch;
use super::renamed::{self, Renames};
use crate::catalogue::content::Content;
use crate::catalogue::keys::{Key, keys_of};
use crate::formats::Withdrawal;
use crate::formats::personal::PersonalDatum;
use crate::store::entity::record;
use crate::store::events::{self, Entity, Kind, NewEvent};
use crate::store::packed::pack_text;
use crate::store::records::{self, Outline, State, write_json};
use crate::store::tally::Difference;
use crate::store::{StoreError, bulk, chunks};

/// Applies a batch: all of it, or with the transaction nothing. The number of statements depends
/// on the size of the batch only through the limit of bind variables.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn apply(tx: &DatabaseTransaction, batch: Batch<'_>) -> Result<(), StoreError> {
    events::lock(tx).await?;
    let Batch { source, actor, at, .. } = batch;
    let mut plan = Plan::of(tx, batch).await?;

    let fresh = std::mem::take(&mut plan.fresh);
    let fresh_keys = |row: &record::Model| plan.keys.get(&row.id).cloned().unwrap_or_default();
    let new = Fresh {
        source: source.to_owned(),
        at,
        records: fresh
            .iter()
            .map(|row| (row.id, (row.external_id.clone(), fresh_keys(row))))
            .collect(),
    };
    let mut around = Surroundings::before(tx, &plan.changed, &plan.keys, new).await?;
    around.replaced = plan.renames.replaced();
    plan.write(tx, source, at).await?;

    let mut assigned = rematch::run(tx, around, &plan.changed, at).await?;
    let links = std::mem::take(&mut assigned.fresh);
    let members = members(&fresh, &links, &plan.contents);
    let entries = entries::read(tx, assigned, members, plan.contents, at).await?;
    // Entries are merged while the records are written.
    let merging = tokio::task::spawn_blocking(move || entries.merge());
    insert(tx, source, linked(fresh, links), &plan.keys, &plan.fresh_personal).await?;
    let entries = merging.await??;
    let mut log = plan.log;
    log.extend(entries.write(tx).await?);
    events::append(tx, actor, at, &log).await
}

/// What becomes of the records of a batch.
#[derive(Default)]
struct Plan {
    renames: Renames,
    /// Rows of records that come into being, without software.
    fresh: Vec<record::Model>,
    /// Records that are there and change.
    changed: Vec<Uuid>,
    /// Those of them whose row is written anew.
    rewritten: Vec<record::Model>,
    /// Those of which only the state changes: they are missing from now on.
    absent: Vec<Uuid>,
    /// The keys of fresh and rewritten records; tombstones have none.
    keys: HashMap<Uuid, BTreeSet<Key>>,
    contents: HashMap<Uuid, Arc<Content>>,
    fresh_personal: Vec<(Uuid, Vec<PersonalDatum>)>,
    /// Persons' data in place of those that records have.
    personal: Vec<(Uuid, Vec<PersonalDatum>)>,
    /// Persons' data beside those that records have.
    found: Vec<(Uuid, Vec<PersonalDatum>)>,
    totals: Difference,
    log: Vec<NewEvent>,
}

impl Plan {
    async fn of(tx: &DatabaseTransaction, batch: Batch<'_>) -> Result<Self, StoreError> {
        let external_ids: Vec<String> = batch.changes.iter().flat_map(renamed::ids).collect();
        let mut before = records::outlines(tx, batch.source, &external_ids).await?;
        let renames = Renames::prepare(tx, &batch, &mut before).await?;
        let reread = batch.changes.iter().filter(|(_, one)| matches!(one, Change::Reread { .. }));
        let reread = reread.filter_map(|(id, _)| before.get(id)).map(|row| row.id);
        let mut whole = records::whole(tx, &reread.collect::<Vec<_>>()).await?;

        let mut plan = Self { renames, ..Self::default() };
        let Batch { source, actor, at, changes } = batch;
        let by = By { source, actor, at };
        for (external_id, change) in changes {
            let old = before.remove(&external_id);
            match (plan.renames.statement(&external_id, change), old) {
                (Ok(statement), old) => plan.put(&by, external_id, statement, old.as_ref())?,
                // Without a statement there is nothing to put.
                (Err(_), None) | (Err(Change::Put(_) | Change::Rename { .. }), _) => {}
                (Err(Change::Missing), Some(old)) => plan.missing(&by, &old),
                (Err(Change::Withdraw(withdrawal)), Some(old)) => {
                    plan.withdraw(&by, old, &withdrawal)?;
                }
                (Err(Change::Reread { rules_version, content, cut, fingerprint }), Some(old)) => {
                    let Some(row) = whole.remove(&old.id) else { continue };
                    let row = record::Model { rules_version, fingerprint, ..row };
                    plan.reread(&by, row, *content, cut)?;
                }
            }
        }
        // After the records that take their ids.
        let replaced: Vec<Outline> = plan.renames.replaced_rows().cloned().collect();
        for row in replaced {
            plan.withdraw(&by, row, &renamed::withdrawal(at))?;
        }
        Ok(plan)
    }

    /// The source lists it: a new record, or one that is there with new content.
    fn put(
        &mut self,
        by: &By<'_>,
        external_id: String,
        statement: Statement,
        old: Option<&Outline>,
    ) -> Result<(), StoreError> {
        let row = by.row(&external_id, &statement, old)?;
        let renamed = self.renames.from(&external_id).map(|from| (from.to_owned(), external_id));
        let kind = match (&renamed, &old) {
            (Some(_), _) => Kind::Renamed,
            (None, Some(_)) => Kind::Update,
            (None, None) => Kind::Create,
        };
        let before = old.map(|old| old.digest.clone());
        self.log.push(NewEvent { renamed, ..event(&row.id, kind, before, Some(&row.digest)) });
        let state = old.map(|old| old.state);
        self.totals.record(by.source, state, State::Active);
        let Statement { content, personal, .. } = statement;
        self.keys.insert(row.id, keys_of(&content));
        self.contents.insert(row.id, Arc::new(content));
        if old.is_some() {
            self.personal.push((row.id, personal));
            self.changed.push(row.id);
            self.rewritten.push(row);
        } else {
            self.fresh_personal.push((row.id, personal));
            self.fresh.push(row);
        }
        Ok(())
    }

    /// A complete listing does not hold it: nothing but its state changes.
    fn missing(&mut self, by: &By<'_>, old: &Outline) {
        self.totals.record(by.source, Some(old.state), State::Missing);
        let before = Some(old.digest.clone());
        self.log.push(event(&old.id, Kind::Update, before, Some(&old.digest)));
        self.changed.push(old.id);
        self.absent.push(old.id);
    }

    /// What remains of a record is id, date and reason: what the source took back is not kept.
    fn withdraw(
        &mut self,
        by: &By<'_>,
        old: Outline,
        withdrawal: &Withdrawal,
    ) -> Result<(), StoreError> {
        self.totals.record(by.source, Some(old.state), State::Withdrawn);
        self.log.push(event(&old.id, Kind::Withdraw, Some(old.digest.clone()), None));
        self.personal.push((old.id, Vec::new()));
        self.changed.push(old.id);
        self.rewritten.push(record::Model {
            id: old.id,
            source_id: by.source.to_owned(),
            external_id: old.external_id,
            state: State::Withdrawn,
            digest: old.digest,
            rules_version: old.rules_version,
            raw: "null".to_owned(),
            content: write_json("content", &Content::default())?,
            actor: old.actor,
            first_seen: old.first_seen,
            changed_at: by.at,
            missing_since: old.missing_since,
            withdrawn_at: Some(by.at),
            withdrawal: Some(write_json("withdrawal", withdrawal)?),
            software_id: old.software_id,
            join_reason: None,
            raw_packed: None,
            fingerprint: None,
        });
        Ok(())
    }

    /// Its stored item says something else by other rules.
    fn reread(
        &mut self,
        by: &By<'_>,
        mut row: record::Model,
        content: Content,
        cut: Option<Box<Cut>>,
    ) -> Result<(), StoreError> {
        let state = row.state;
        self.totals.record(by.source, Some(state), state);
        row.content = write_json("content", &content)?;
        row.changed_at = by.at;
        if let Some(cut) = cut {
            row.raw = String::new();
            row.raw_packed = Some(pack_text("raw item", cut.raw.as_str())?);
            self.found.push((row.id, cut.personal));
        }
        let before = Some(row.digest.clone());
        self.log.push(event(&row.id, Kind::Update, before, Some(&row.digest)));
        self.changed.push(row.id);
        if state == State::Withdrawn {
            self.personal.push((row.id, Vec::new()));
        } else {
            self.keys.insert(row.id, keys_of(&content));
            self.contents.insert(row.id, Arc::new(content));
        }
        self.rewritten.push(row);
        Ok(())
    }

    /// Writes what changes of records that are there.
    async fn write(
        &mut self,
        tx: &DatabaseTransaction,
        source: &str,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), StoreError> {
        self.renames.make_room(tx).await?;
        let ids: Vec<Uuid> = self.rewritten.iter().map(|row| row.id).collect();
        let rows = std::mem::take(&mut self.rewritten).into_iter();
        let rows = rows.map(|row| row.into_active_model().reset_all());
        bulk::upsert::<record::ActiveModel>(tx, rows.collect()).await?;
        for chunk in chunks(&self.absent, 1) {
            record::Entity::update_many()
                .col_expr(record::Column::State, Expr::value(State::Missing))
                .col_expr(record::Column::MissingSince, Expr::value(at))
                .col_expr(record::Column::ChangedAt, Expr::value(at))
                .filter(record::Column::Id.is_in(chunk.iter().copied()))
                .exec(tx)
                .await?;
        }
        records::delete_keys(tx, &ids).await?;
        let keys = ids.iter().filter_map(|id| self.keys.get_key_value(id));
        records::insert_keys(tx, source, keys).await?;
        let personal: Vec<Uuid> = self.personal.iter().map(|(id, _)| *id).collect();
        records::delete_personal(tx, &personal).await?;
        records::insert_personal(tx, &self.personal).await?;
        records::add_personal(tx, &self.found).await?;
        std::mem::take(&mut self.totals).write(tx).await
    }
}

/// What all rows of a batch bear.
struct By<'a> {
    source: &'a str,
    actor: &'a str,
    at: chrono::DateTime<chrono::Utc>,
}

impl By<'_> {
    /// The row of a record that is listed.
    fn row(
        &self,
        external_id: &str,
        statement: &Statement,
        old: Option<&Outline>,
    ) -> Result<record::Model, StoreError> {
        Ok(record::Model {
            id: old.map_or_else(Uuid::now_v7, |row| row.id),
            source_id: self.source.to_owned(),
            external_id: external_id.to_owned(),
            state: State::Active,
            digest: statement.digest.to_string(),
            rules_version: statement.rules_version.clone(),
            raw: String::new(),
            content: write_json("content", &statement.content)?,
            actor: self.actor.to_owned(),
            first_seen: old.map_or(self.at, |row| row.first_seen),
            changed_at: self.at,
            missing_since: None,
            withdrawn_at: None,
            withdrawal: None,
            software_id: old.and_then(|row| row.software_id),
            join_reason: old.and_then(|row| row.join_reason.clone()),
            raw_packed: Some(pack_text("raw item", statement.raw.as_str())?),
            fingerprint: statement.fingerprint,
        })
    }
}

fn event(record: &Uuid, kind: Kind, before: Option<String>, after: Option<&String>) -> NewEvent {
    NewEvent {
        kind,
        entity: Entity::Record,
        entity_id: *record,
        before,
        after: after.cloned(),
        target: None,
        renamed: None,
    }
}

/// Fresh records as members of their software.
fn members(
    fresh: &[record::Model],
    links: &[Link],
    contents: &HashMap<Uuid, Arc<Content>>,
) -> Vec<(Uuid, Member)> {
    let software: HashMap<Uuid, Uuid> =
        links.iter().map(|link| (link.record, link.software)).collect();
    let member = |row: &record::Model| {
        let content = contents.get(&row.id)?;
        Some((*software.get(&row.id)?, Member::listed(row, Arc::clone(content))))
    };
    fresh.iter().filter_map(member).collect()
}

/// Rows of fresh records with their software.
fn linked(fresh: Vec<record::Model>, links: Vec<Link>) -> Vec<record::Model> {
    let mut of_record: HashMap<Uuid, Link> =
        links.into_iter().map(|link| (link.record, link)).collect();
    let linked = |row: record::Model| match of_record.remove(&row.id) {
        Some(Link { software, reason, .. }) => {
            record::Model { software_id: Some(software), join_reason: reason, ..row }
        }
        None => row,
    };
    fresh.into_iter().map(linked).collect()
}

/// Inserts fresh records.
async fn insert(
    tx: &DatabaseTransaction,
    source: &str,
    rows: Vec<record::Model>,
    keys: &HashMap<Uuid, BTreeSet<Key>>,
    personal: &[(Uuid, Vec<PersonalDatum>)],
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    bulk::insert::<record::ActiveModel>(tx, rows.collect()).await?;
    let keys = ids.iter().filter_map(|id| keys.get_key_value(id));
    records::insert_keys(tx, source, keys).await?;
    records::insert_personal(tx, personal).await
}
