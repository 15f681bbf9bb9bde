//! Merged entries: made from the records of a software, written where they differ.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use serde::Serialize;
use uuid::Uuid;

use super::assigned::Assigned;
use super::shared;
use crate::catalogue::content::Content;
use crate::catalogue::keys::name_key;
use crate::catalogue::merge::{Said, merge};
use crate::digest::Digest;
use crate::store::entity::software::SoftwareState;
use crate::store::entity::{record, software, software_filter};
use crate::store::events::{self, Entity, Kind, NewEvent};
use crate::store::packed::pack_text;
use crate::store::records::{State, read_json, write_json};
use crate::store::tally::Difference;
use crate::store::{Store, StoreError, bulk, chunks, filters, sources};

/// Software merged anew in one transaction.
const REFRESH_BATCH: u64 = 500;
/// The statements of a tombstone.
const NOTHING_STATED: &str = "[]";

/// A record of a software, as far as the merge must know it.
pub(super) struct Member {
    id: Uuid,
    source_id: String,
    external_id: String,
    is_listed: bool,
    says: Says,
}

/// What a record says.
enum Says {
    Content(Arc<Content>),
    /// Content as it is stored, JSON.
    Stored(String),
}

impl Member {
    /// A record that is listed with this content.
    pub fn listed(row: &record::Model, content: Arc<Content>) -> Self {
        Self {
            id: row.id,
            source_id: row.source_id.clone(),
            external_id: row.external_id.clone(),
            is_listed: true,
            says: Says::Content(content),
        }
    }

    fn content(&self) -> Result<Arc<Content>, StoreError> {
        match &self.says {
            Says::Content(content) => Ok(Arc::clone(content)),
            Says::Stored(text) => Ok(Arc::new(read_json("content", &self.id.to_string(), text)?)),
        }
    }
}

/// Software that is to be merged anew, with all that the merge must know.
pub(super) struct Entries {
    /// Rows of software, those that are to come into being among them.
    rows: Vec<software::Model>,
    members: BTreeMap<Uuid, Vec<Member>>,
    priorities: HashMap<String, i32>,
    assigned: Assigned,
    at: DateTime<Utc>,
}

/// Merged software, to be written where it differs.
pub(super) struct Merged {
    created: Vec<software::Model>,
    changed: Vec<software::Model>,
    /// The software that was there before.
    before: Vec<Uuid>,
    listed: BTreeMap<Uuid, BTreeSet<String>>,
    filters: Vec<software_filter::Model>,
    totals: Difference,
    log: Vec<NewEvent>,
}

/// Reads what the affected software is merged of. `fresh` are members that have no row yet, each
/// with its software; `contents` what is known of records without reading it.
pub(super) async fn read(
    tx: &DatabaseTransaction,
    assigned: Assigned,
    fresh: Vec<(Uuid, Member)>,
    contents: HashMap<Uuid, Arc<Content>>,
    at: DateTime<Utc>,
) -> Result<Entries, StoreError> {
    let is_stored = |id: &&Uuid| !assigned.created.contains(*id);
    let stored: Vec<Uuid> = assigned.affected.iter().filter(is_stored).copied().collect();
    let mut rows = software_rows(tx, &stored).await?;
    rows.extend(assigned.created.iter().map(|id| blank(*id, at)));
    rows.sort_unstable_by_key(|row| row.id);
    // Software of which all records are fresh has no stored ones.
    let is_fresh: BTreeSet<Uuid> = fresh.iter().map(|(_, member)| member.id).collect();
    let moved = assigned.moved.iter().filter(|moved| !is_fresh.contains(&moved.record));
    let reached: BTreeSet<Uuid> = moved.map(|moved| moved.to).collect();
    let with_stored = |id: &&Uuid| is_stored(id) || reached.contains(*id);
    let with_stored: Vec<Uuid> = assigned.affected.iter().filter(with_stored).copied().collect();
    let mut members = members(tx, &with_stored, &contents).await?;
    for (software, member) in fresh {
        members.entry(software).or_default().push(member);
    }
    let priorities = sources::priorities(tx).await?;
    Ok(Entries { rows, members, priorities, assigned, at })
}

impl Entries {
    /// Merges. Takes no database: other work may be done meanwhile.
    pub(super) fn merge(self) -> Result<Merged, StoreError> {
        let Self { rows, members, priorities, assigned, at } = self;
        let redirects: HashMap<Uuid, Uuid> = assigned.merged.iter().copied().collect();
        let mut merged = Merged {
            created: Vec::new(),
            changed: Vec::new(),
            before: assigned.affected.difference(&assigned.created).copied().collect(),
            listed: listed(&members),
            filters: Vec::new(),
            totals: Difference::default(),
            log: Vec::new(),
        };
        let none = Vec::new();
        for row in rows {
            let is_new = assigned.created.contains(&row.id);
            let before = (!is_new).then(|| row.digest.clone());
            let state = (!is_new).then_some(row.state);
            let id = row.id;
            let target = redirects.get(&id).copied();
            let (next, filters) = match target {
                Some(survivor) => (redirect(row, survivor, at)?, Vec::new()),
                None => entry(row, members.get(&id).unwrap_or(&none), &priorities, at)?,
            };
            if before.as_deref() == Some(next.digest.as_str()) {
                continue;
            }
            let kind = match next.state {
                SoftwareState::Merged => Kind::MergedInto,
                SoftwareState::Withdrawn => Kind::Withdraw,
                _ if is_new => Kind::Create,
                _ => Kind::Update,
            };
            merged.totals.software(state, next.state);
            merged.log.push(NewEvent {
                kind,
                entity: Entity::Software,
                entity_id: id,
                before,
                after: (next.state == SoftwareState::Active).then(|| next.digest.clone()),
                target,
                renamed: None,
            });
            merged.filters.extend(filters);
            if is_new { &mut merged.created } else { &mut merged.changed }.push(next);
        }
        merged.log.extend(assigned.split.iter().map(|(from, to)| NewEvent {
            kind: Kind::Split,
            entity: Entity::Software,
            entity_id: *from,
            before: None,
            after: None,
            target: Some(*to),
            renamed: None,
        }));
        Ok(merged)
    }
}

impl Merged {
    /// Writes what differs; returns the events, to be appended by the caller.
    pub(super) async fn write(
        mut self,
        tx: &DatabaseTransaction,
    ) -> Result<Vec<NewEvent>, StoreError> {
        shared::update(tx, &self.before, self.listed, &mut self.totals).await?;
        let written: Vec<Uuid> = self.changed.iter().map(|row| row.id).collect();
        let created = self.created.into_iter().map(IntoActiveModel::into_active_model);
        bulk::insert::<software::ActiveModel>(tx, created.collect()).await?;
        let changed = self.changed.into_iter().map(|row| row.into_active_model().reset_all());
        bulk::upsert::<software::ActiveModel>(tx, changed.collect()).await?;
        filters::replace(tx, &written, self.filters).await?;
        self.totals.write(tx).await?;
        Ok(self.log)
    }
}

/// The row of a software that comes into being, to be filled by the merge.
fn blank(id: Uuid, at: DateTime<Utc>) -> software::Model {
    software::Model {
        id,
        state: SoftwareState::Active,
        merged_into: None,
        slug: String::new(),
        content: "{}".to_owned(),
        provenance: "[]".to_owned(),
        licence: String::new(),
        digest: String::new(),
        created_at: at,
        changed_at: at,
        next_change_at: None,
        provenance_packed: None,
    }
}

/// The sources that list each software.
fn listed(members: &BTreeMap<Uuid, Vec<Member>>) -> BTreeMap<Uuid, BTreeSet<String>> {
    let listed = |rows: &[Member]| -> BTreeSet<String> {
        rows.iter().filter(|row| row.is_listed).map(|row| row.source_id.clone()).collect()
    };
    members.iter().map(|(id, rows)| (*id, listed(rows))).collect()
}

/// Merges anew what changes by itself at `now`: entries with an expired statement. Returns how
/// many were looked at.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn refresh_due(store: &Store, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let mut seen = 0;
    loop {
        let tx = store.write().await?;
        events::lock(&tx).await?;
        let due: Vec<Uuid> = software::Entity::find()
            .select_only()
            .column(software::Column::Id)
            .filter(software::Column::NextChangeAt.lte(now))
            .limit(REFRESH_BATCH)
            .into_tuple()
            .all(&tx)
            .await?;
        if due.is_empty() {
            return Ok(seen);
        }
        seen += due.len();
        let assigned = Assigned { affected: due.into_iter().collect(), ..Assigned::default() };
        let entries = read(&tx, assigned, Vec::new(), HashMap::new(), now).await?;
        let log = entries.merge()?.write(&tx).await?;
        events::append(&tx, "calendar", now, &log).await?;
        tx.commit().await?;
    }
}

/// The entry as its records make it, with the rows by which it is filtered; a tombstone where none
/// of them is left.
fn entry(
    row: software::Model,
    members: &[Member],
    priorities: &HashMap<String, i32>,
    at: DateTime<Utc>,
) -> Result<(software::Model, Vec<software_filter::Model>), StoreError> {
    let alive: Vec<&Member> = members.iter().filter(|row| row.is_listed).collect();
    if alive.is_empty() {
        return Ok((tombstone(row, at)?, Vec::new()));
    }
    let contents: Vec<Arc<Content>> =
        alive.iter().map(|row| row.content()).collect::<Result<_, _>>()?;
    let said: Vec<Said<'_>> = alive
        .iter()
        .zip(&contents)
        .map(|(row, content)| Said {
            record: row.id,
            source: &row.source_id,
            external_id: &row.external_id,
            priority: priorities.get(&row.source_id).copied().unwrap_or(i32::MAX),
            content,
        })
        .collect();
    let corrupt = |error| StoreError::NotJson { what: "entry", error };
    let merged = merge(&said, at).map_err(corrupt)?;
    let filters = filters::of(row.id, &merged.licence, &merged.content);
    let provenance = write_json("provenance", &merged.provenance)?;
    let row = software::Model {
        state: SoftwareState::Active,
        merged_into: None,
        slug: slug(&merged.content),
        content: write_json("content", &merged.content)?,
        provenance: String::new(),
        licence: write_json("licence", &merged.licence)?,
        next_change_at: merged.next_change_at,
        changed_at: at,
        provenance_packed: Some(pack_text("provenance", &provenance)?),
        ..row
    };
    Ok((seal(row, &provenance)?, filters))
}

/// What remains of a software that nobody lists any more: its id, its name and the date.
fn tombstone(row: software::Model, at: DateTime<Utc>) -> Result<software::Model, StoreError> {
    let content: Content = read_json("content", &row.id.to_string(), &row.content)?;
    let name = Content { name: content.name, ..Content::default() };
    let row = software::Model {
        state: SoftwareState::Withdrawn,
        content: write_json("content", &name)?,
        provenance: NOTHING_STATED.to_owned(),
        licence: r#"{"state":"unknown"}"#.to_owned(),
        next_change_at: None,
        changed_at: at,
        provenance_packed: None,
        ..row
    };
    seal(row, NOTHING_STATED)
}

/// What remains of a software that is another: its id redirects for ever.
fn redirect(
    row: software::Model,
    survivor: Uuid,
    at: DateTime<Utc>,
) -> Result<software::Model, StoreError> {
    let tombstone = tombstone(row, at)?;
    let row =
        software::Model { state: SoftwareState::Merged, merged_into: Some(survivor), ..tombstone };
    seal(row, NOTHING_STATED)
}

/// What the digest of an entry is of, in the order of canonical JSON.
#[derive(Serialize)]
struct Sealed<'a> {
    content: &'a str,
    licence: &'a str,
    merged_into: Option<Uuid>,
    provenance: &'a str,
    state: &'a str,
}

/// Sets the digest: two rows of the same digest say the same, provenance included.
fn seal(row: software::Model, provenance: &str) -> Result<software::Model, StoreError> {
    let software::Model { content, licence, merged_into, state, .. } = &row;
    let sealed =
        Sealed { content, licence, merged_into: *merged_into, provenance, state: state.as_str() };
    let digest = Digest::of(write_json("entry", &sealed)?).to_string();
    Ok(software::Model { digest, ..row })
}

/// The name as a part of an address; it only decorates.
fn slug(content: &Content) -> String {
    let name = content.plain_name().unwrap_or_default();
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| name_key(word).chars().filter(char::is_ascii_alphanumeric).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    words.join("-").chars().take(60).collect()
}

async fn software_rows(
    tx: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<Vec<software::Model>, StoreError> {
    let mut all = Vec::new();
    for chunk in chunks(ids, 1) {
        all.extend(
            software::Entity::find()
                .filter(software::Column::Id.is_in(chunk.iter().copied()))
                .all(tx)
                .await?,
        );
    }
    Ok(all)
}

/// The records of software, by software.
async fn members(
    tx: &DatabaseTransaction,
    ids: &[Uuid],
    contents: &HashMap<Uuid, Arc<Content>>,
) -> Result<BTreeMap<Uuid, Vec<Member>>, StoreError> {
    type Row = (Uuid, String, String, State, String, Option<Uuid>);
    let mut all: BTreeMap<Uuid, Vec<Member>> = BTreeMap::new();
    for chunk in chunks(ids, 1) {
        let rows: Vec<Row> = record::Entity::find()
            .select_only()
            .columns([
                record::Column::Id,
                record::Column::SourceId,
                record::Column::ExternalId,
                record::Column::State,
                record::Column::Content,
                record::Column::SoftwareId,
            ])
            .filter(record::Column::SoftwareId.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(tx)
            .await?;
        for (id, source_id, external_id, state, content, software) in rows {
            let Some(software) = software else { continue };
            let says = match contents.get(&id) {
                Some(content) => Says::Content(Arc::clone(content)),
                None => Says::Stored(content),
            };
            let is_listed = state != State::Withdrawn;
            all.entry(software).or_default().push(Member {
                id,
                source_id,
                external_id,
                is_listed,
                says,
            });
        }
    }
    Ok(all)
}
