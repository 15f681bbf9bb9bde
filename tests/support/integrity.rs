//! What must hold of every database, whatever happened to the processes that wrote to it; and all
//! that it says, in words that two databases can be compared by.
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

use std::collections::BTreeMap;

use fedcat::store::Store;
use fedcat::store::entity::{event, finding, personal, record, record_key, software, source};
use fedcat::store::packed::{provenance_of, raw_of};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::totals::WRONG;

/// What never may be, and a query that finds it.
const NEVER: [(&str, &str); 14] = [
    (
        "a record without software",
        "SELECT external_id AS what FROM record WHERE software_id IS NULL",
    ),
    (
        "a record of a software that is not there, or became another",
        "SELECT external_id AS what FROM record r WHERE NOT EXISTS
         (SELECT 1 FROM software s WHERE s.id = r.software_id AND s.state <> 'merged')",
    ),
    (
        "an active software without records",
        "SELECT slug AS what FROM software s WHERE s.state = 'active' AND NOT EXISTS
         (SELECT 1 FROM record r WHERE r.software_id = s.id AND r.state <> 'withdrawn')",
    ),
    (
        "a withdrawn software with records",
        "SELECT slug AS what FROM software s WHERE s.state = 'withdrawn' AND EXISTS
         (SELECT 1 FROM record r WHERE r.software_id = s.id AND r.state <> 'withdrawn')",
    ),
    (
        "a software that became none",
        "SELECT slug AS what FROM software s WHERE (s.state = 'merged') <> EXISTS
         (SELECT 1 FROM software t WHERE t.id = s.merged_into)",
    ),
    (
        "a key of a record that is withdrawn, or of another source",
        "SELECT k.value AS what FROM record_key k WHERE NOT EXISTS
         (SELECT 1 FROM record r WHERE r.id = k.record_id AND r.state <> 'withdrawn'
          AND r.source_id = k.source_id)",
    ),
    (
        "persons' data of a record that is withdrawn",
        "SELECT p.path AS what FROM personal p WHERE NOT EXISTS
         (SELECT 1 FROM record r WHERE r.id = p.record_id AND r.state <> 'withdrawn')",
    ),
    (
        "candidates that are not there",
        "SELECT c.reason AS what FROM candidate c WHERE NOT EXISTS
         (SELECT 1 FROM record r WHERE r.id = c.record_a)
         OR NOT EXISTS (SELECT 1 FROM record r WHERE r.id = c.record_b)",
    ),
    (
        "a gap in the numbers of events",
        "SELECT 'the log' AS what FROM (SELECT COUNT(*) AS number, COALESCE(MIN(seq), 1) AS first,
         COALESCE(MAX(seq), 0) AS last FROM event) log WHERE number <> last OR first <> 1
         OR last <> (SELECT value FROM counter WHERE name = 'event')",
    ),
    (
        "a record that no event told of",
        "SELECT r.external_id AS what FROM record r WHERE NOT EXISTS
         (SELECT 1 FROM event e WHERE e.entity_id = r.id AND e.kind = 'create')",
    ),
    (
        "a software that no event told of",
        "SELECT s.slug AS what FROM software s WHERE NOT EXISTS
         (SELECT 1 FROM event e WHERE e.entity_id = s.id OR e.target_id = s.id)",
    ),
    (
        "a missing record that is missing since never, or the other way round",
        "SELECT external_id AS what FROM record
         WHERE (state = 'missing') <> (missing_since IS NOT NULL)
         AND state <> 'withdrawn'",
    ),
    (
        "the same problem twice",
        "SELECT code AS what FROM finding WHERE closed_at IS NULL
         GROUP BY source_id, external_id, code, path HAVING COUNT(*) > 1",
    ),
    (
        "a run that ended before it began",
        "SELECT state AS what FROM run WHERE ended_at < started_at",
    ),
];

/// What may be only while a run is running.
const NEVER_AT_REST: [(&str, &str); 3] = [
    ("a run that is running", "SELECT source_id AS what FROM run WHERE state = 'running'"),
    (
        "a change that waits although its run is not held",
        "SELECT i.external_id AS what FROM staged i JOIN run r ON r.id = i.run_id
         WHERE r.state <> 'held'",
    ),
    ("a lease of a run", "SELECT source_id AS what FROM lease WHERE run_id IS NOT NULL"),
];

/// What is wrong with the database, also while a run is running or after it was killed.
pub async fn violations(store: &Store) -> Vec<String> {
    let mut found = Vec::new();
    if store.is_sqlite() {
        let checked = texts(store, "PRAGMA integrity_check", "integrity_check").await;
        found.extend(checked.into_iter().filter(|line| line != "ok"));
        found.extend(texts(store, "PRAGMA foreign_key_check", "table").await);
    }
    found.extend(queries(store, &NEVER).await);
    found.extend(queries(store, &WRONG).await);
    found
}

/// What is wrong with the database where no run is running.
pub async fn violations_at_rest(store: &Store) -> Vec<String> {
    let mut found = violations(store).await;
    found.extend(queries(store, &NEVER_AT_REST).await);
    found
}

async fn queries(store: &Store, queries: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (what, query) in queries {
        let rows = texts(store, query, "what").await;
        if let Some(first) = rows.first() {
            found.push(format!("{what}: {first} and {} more", rows.len() - 1));
        }
    }
    found
}

async fn texts(store: &Store, query: &str, column: &str) -> Vec<String> {
    let backend = if store.is_sqlite() { DbBackend::Sqlite } else { DbBackend::Postgres };
    let rows = store.read().query_all_raw(Statement::from_string(backend, query)).await;
    let rows = rows.unwrap_or_else(|error| panic!("{error}: {query}"));
    rows.iter().map(|row| row.try_get("", column).expect("a text")).collect()
}

/// All that the database says of its catalogue: one line a fact, sorted. Ids are left out or
/// spoken of by what they mean, since they differ from one database to the other.
pub async fn said(store: &Store) -> Vec<String> {
    let db = store.read();
    let records = record::Entity::find().all(db).await.expect("records");
    let named: BTreeMap<Uuid, String> = records
        .iter()
        .map(|one| (one.id, format!("{}/{}", one.source_id, one.external_id)))
        .collect();
    let mut members: BTreeMap<Uuid, Vec<&str>> = BTreeMap::new();
    for one in &records {
        members.entry(one.software_id.expect("a software")).or_default().push(&named[&one.id]);
    }
    for one in members.values_mut() {
        one.sort_unstable();
    }
    // In JSON the ids of records stand as texts.
    let readable = |text: &str| {
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        name_ids(&mut value, &named);
        value
    };
    let mut lines: Vec<Value> = Vec::new();
    for one in &records {
        lines.push(json!([
            "record",
            named[&one.id],
            one.state,
            one.digest,
            one.rules_version,
            raw_of(one).expect("an item"),
            one.content,
            one.actor,
            one.first_seen,
            one.changed_at,
            one.missing_since,
            one.withdrawn_at,
            one.withdrawal,
            one.join_reason,
            members[&one.software_id.expect("a software")],
        ]));
    }
    for one in software::Entity::find().all(db).await.expect("software") {
        lines.push(json!([
            "software",
            members.get(&one.id),
            one.state,
            one.slug,
            readable(&one.content),
            readable(&provenance_of(&one).expect("statements")),
            readable(&one.licence),
            one.next_change_at,
        ]));
    }
    for one in record_key::Entity::find().all(db).await.expect("keys") {
        lines.push(json!(["key", named[&one.record_id], one.kind, one.value]));
    }
    for one in personal::Entity::find().all(db).await.expect("personal data") {
        lines.push(json!(["personal", named[&one.record_id], one.path, one.value]));
    }
    for one in finding::Entity::find().all(db).await.expect("findings") {
        lines.push(json!([
            "finding",
            one.source_id,
            one.external_id,
            one.code,
            one.severity,
            one.path,
            one.message,
            one.line,
            one.column,
            one.first_seen,
            one.closed_at,
        ]));
    }
    for one in source::Entity::find().all(db).await.expect("sources") {
        lines.push(json!(["source", one.id, one.validators, one.last_complete_at]));
    }
    let events = event::Entity::find().order_by_asc(event::Column::Seq).all(db).await;
    for one in events.expect("events").iter().filter(|one| one.entity.as_str() == "record") {
        lines.push(json!(["event", named[&one.entity_id], one.kind, one.at, one.actor]));
    }
    let mut lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    lines.sort_unstable();
    lines
}

fn name_ids(value: &mut Value, named: &BTreeMap<Uuid, String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.parse().ok().and_then(|id: Uuid| named.get(&id)) {
                text.clone_from(name);
            }
        }
        Value::Array(items) => {
            for item in items.iter_mut() {
                name_ids(item, named);
            }
            // Where ids stand in the order of ids, that order says nothing.
            if items.iter().all(|item| item.is_string()) {
                items.sort_by_key(ToString::to_string);
            }
        }
        Value::Object(map) => map.values_mut().for_each(|item| name_ids(item, named)),
        _ => {}
    }
}
