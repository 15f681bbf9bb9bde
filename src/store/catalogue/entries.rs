//! Merged entries: made from the records of a software, written where they differ.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::rematch::Assigned;
use super::shared;
use crate::catalogue::content::Content;
use crate::catalogue::keys::name_key;
use crate::catalogue::merge::{Said, merge};
use crate::digest::sha256_hex;
use crate::formats::json::canonical;
use crate::store::entity::software::SoftwareState;
use crate::store::entity::{record, software};
use crate::store::events::{self, Entity, Kind, NewEvent};
use crate::store::records::{self, State, read_json, write_json};
use crate::store::tally::Difference;
use crate::store::{Store, StoreError, chunks, filters, sources};

/// Software merged anew in one transaction.
const REFRESH_BATCH: u64 = 500;

/// A record of a software, as far as the merge must know it.
#[derive(Debug, FromQueryResult)]
struct Member {
    id: Uuid,
    source_id: String,
    external_id: String,
    state: State,
    content: String,
    software_id: Option<Uuid>,
}

/// Merges the affected software anew; returns the events, to be appended by the caller.
pub(super) async fn update(
    tx: &DatabaseTransaction,
    assigned: Assigned,
    at: DateTime<Utc>,
) -> Result<Vec<NewEvent>, StoreError> {
    let ids: Vec<Uuid> = assigned.affected.iter().copied().collect();
    let rows = software_rows(tx, &ids).await?;
    let members = members(tx, &ids).await?;
    let priorities = sources::priorities(tx).await?;
    let merged: HashMap<Uuid, Uuid> = assigned.merged.iter().copied().collect();
    let created: BTreeSet<Uuid> = assigned.created.iter().copied().collect();

    let mut totals = Difference::default();
    shared::update(tx, &ids, listed(&members), &mut totals).await?;
    let mut changed: Vec<software::ActiveModel> = Vec::new();
    let mut rows_of_filters = Vec::new();
    let mut log: Vec<NewEvent> = Vec::new();
    for row in rows {
        let before = (!row.digest.is_empty()).then(|| row.digest.clone());
        let state = before.as_ref().map(|_| row.state);
        let id = row.id;
        let none = Vec::new();
        let (next, kind, target) = if let Some(survivor) = merged.get(&id) {
            (redirect(row, *survivor, at)?, Kind::MergedInto, Some(*survivor))
        } else {
            let records = members.get(&id).unwrap_or(&none);
            let next = entry(row, records, &priorities, at)?;
            let kind = match next.state {
                SoftwareState::Withdrawn => Kind::Withdraw,
                _ if created.contains(&id) => Kind::Create,
                _ => Kind::Update,
            };
            (next, kind, None)
        };
        if before.as_deref() == Some(next.digest.as_str()) {
            continue;
        }
        totals.software(state, next.state);
        log.push(NewEvent {
            kind,
            entity: Entity::Software,
            entity_id: id,
            before,
            after: (next.state == SoftwareState::Active).then(|| next.digest.clone()),
            target,
            renamed: None,
        });
        rows_of_filters.extend(filters::of(&next)?);
        changed.push(software::ActiveModel::from(next).reset_all());
    }
    let written: Vec<Uuid> = log.iter().map(|event| event.entity_id).collect();
    records::upsert(tx, changed).await?;
    filters::replace(tx, &written, rows_of_filters).await?;
    totals.write(tx).await?;
    log.extend(assigned.split.iter().map(|(from, to)| NewEvent {
        kind: Kind::Split,
        entity: Entity::Software,
        entity_id: *from,
        before: None,
        after: None,
        target: Some(*to),
        renamed: None,
    }));
    Ok(log)
}

/// The sources that list each software.
fn listed(members: &BTreeMap<Uuid, Vec<Member>>) -> BTreeMap<Uuid, BTreeSet<String>> {
    let is_listed = |row: &&Member| row.state != State::Withdrawn;
    let sources =
        |rows: &[Member]| rows.iter().filter(is_listed).map(|row| row.source_id.clone()).collect();
    members.iter().map(|(id, rows)| (*id, sources(rows))).collect()
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
        let log = update(&tx, assigned, now).await?;
        events::append(&tx, "calendar", now, &log).await?;
        tx.commit().await?;
    }
}

/// The entry as its records make it; a tombstone where none of them is left.
fn entry(
    row: software::Model,
    members: &[Member],
    priorities: &HashMap<String, i32>,
    at: DateTime<Utc>,
) -> Result<software::Model, StoreError> {
    let alive: Vec<&Member> = members.iter().filter(|row| row.state != State::Withdrawn).collect();
    if alive.is_empty() {
        return tombstone(row, at);
    }
    let contents: Vec<Content> = alive
        .iter()
        .map(|row| read_json("content", &row.id.to_string(), &row.content))
        .collect::<Result<_, _>>()?;
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
    let merged = merge(&said, at);
    seal(software::Model {
        state: SoftwareState::Active,
        merged_into: None,
        slug: slug(&merged.content),
        content: write_json("content", &merged.content)?,
        provenance: write_json("provenance", &merged.provenance)?,
        licence: write_json("licence", &merged.licence)?,
        next_change_at: merged.next_change_at,
        changed_at: at,
        ..row
    })
}

/// What remains of a software that nobody lists any more: its id, its name and the date.
fn tombstone(row: software::Model, at: DateTime<Utc>) -> Result<software::Model, StoreError> {
    let content: Content = read_json("content", &row.id.to_string(), &row.content)?;
    let name = Content { name: content.name, ..Content::default() };
    seal(software::Model {
        state: SoftwareState::Withdrawn,
        content: write_json("content", &name)?,
        provenance: "[]".to_owned(),
        licence: r#"{"state":"unknown"}"#.to_owned(),
        next_change_at: None,
        changed_at: at,
        ..row
    })
}

/// What remains of a software that is another: its id redirects for ever.
fn redirect(
    row: software::Model,
    survivor: Uuid,
    at: DateTime<Utc>,
) -> Result<software::Model, StoreError> {
    let tombstone = tombstone(row, at)?;
    seal(software::Model { state: SoftwareState::Merged, merged_into: Some(survivor), ..tombstone })
}

/// Sets the digest: two rows of the same digest say the same, provenance included.
fn seal(row: software::Model) -> Result<software::Model, StoreError> {
    let what = json!({
        "state": row.state, "merged_into": row.merged_into, "content": row.content,
        "provenance": row.provenance, "licence": row.licence,
    });
    Ok(software::Model { digest: sha256_hex(canonical(&what).as_bytes()), ..row })
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

async fn members(
    tx: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<Member>>, StoreError> {
    let mut all: BTreeMap<Uuid, Vec<Member>> = BTreeMap::new();
    for chunk in chunks(ids, 1) {
        let rows = record::Entity::find()
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
            .into_model::<Member>()
            .all(tx)
            .await?;
        for row in rows {
            if let Some(software) = row.software_id {
                all.entry(software).or_default().push(row);
            }
        }
    }
    Ok(all)
}
