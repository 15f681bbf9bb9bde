//! Questions that officials ask, to one store of the documents and all recorded catalogues: whether
//! one of the first three hits is an answer.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use fedcat::catalogue::content::{Content, Related, Usage, UsageEvidence};
use fedcat::catalogue::needs;
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::catalogue::vocabulary::is_category;
use fedcat::digest::Digest;
use fedcat::publish::index::{Follower, schema};
use fedcat::search::embedded::Embedded;
use fedcat::search::meilisearch::Meilisearch;
use fedcat::search::question::Question;
use fedcat::search::{Query, SearchIndex, Synonyms};
use fedcat::seeds;
use fedcat::store::catalogue::{Batch, Change, Raw, Statement, apply};
use fedcat::store::{Store, software};
use serde::Deserialize;

use super::support::engines::server;
use super::support::fixture::Fixture;
use super::support::recorded::{recorded, take_in};
use super::support::skipped::shared;
use super::support::stores::sqlite;
use super::support::{at, put_source, source};
use super::{Entry, folder, json, text};

/// Hits among which an answer has to be.
const FIRST: usize = 3;
/// Documents that are put into the store at a time.
const BATCH: usize = 500;
/// Questions of our own, in all six languages.
const NEIGHBOURS: &str = include_str!("neighbours.json");

#[derive(Debug, Deserialize)]
struct Asked {
    lang: String,
    q: String,
    /// Parts of the names of right answers, in lower case.
    any_of: Vec<String>,
}

#[tokio::test]
async fn officials() {
    let (Some(folder), Some(data)) = (folder(), shared("data")) else { return };
    if !folder.join("officials.json").exists() {
        return;
    }
    let questions: Vec<Asked> = json(&folder, "officials.json");
    let neighbours: Vec<Asked> = serde_json::from_str(NEIGHBOURS).expect("questions");
    let (store, _folder) = sqlite().await;
    fill(&store, &folder, &data).await;
    let mut synonyms = Synonyms::of_groups(seeds::synonyms().expect("synonyms"));
    synonyms.insert_needs(needs::vocabulary());
    let embedded = Embedded::new(schema().expect("a schema"), synonyms.clone());
    let embedded = Arc::new(embedded.expect("an engine"));
    ask_all(&store, embedded, "embedded", &questions, &neighbours).await;
    if let Some(connection) = server() {
        let engine = Meilisearch::new(schema().expect("a schema"), synonyms, &connection);
        let engine = Arc::new(engine.expect("an engine"));
        ask_all(&store, engine.clone(), "meilisearch", &questions, &neighbours).await;
        engine.remove().await.expect("removed");
    }
}

/// Asks an engine the questions of both lists: nine of ten, or 19 of 21, must find an answer.
async fn ask_all(
    store: &Store,
    index: Arc<dyn SearchIndex>,
    name: &str,
    questions: &[Asked],
    neighbours: &[Asked],
) {
    let labels = Arc::new(needs::labels().expect("labels"));
    let follower = Follower { store: store.clone(), index: Arc::clone(&index), labels };
    follower.rebuild().await.expect("an index");
    let officials = ask(store, index.as_ref(), name, "officials", questions).await;
    let ours = ask(store, index.as_ref(), name, "neighbours", neighbours).await;
    assert!(officials * 21 >= questions.len() * 19, "{name}: {officials} of {}", questions.len());
    assert!(ours * 10 >= neighbours.len() * 9, "{name}: {ours}");
}

async fn ask(
    store: &Store,
    index: &dyn SearchIndex,
    name: &str,
    list: &str,
    all: &[Asked],
) -> usize {
    let mut right = 0;
    let mut lines = String::new();
    for asked in all {
        let question = Question::read(&asked.q);
        let query = Query {
            focus: question.focus(),
            text: question.text.clone(),
            limit: 10,
            ..Query::default()
        };
        let answer = index.search(&query).await.expect("an answer");
        let ids: Vec<_> = answer.hits.iter().map(|hit| hit.id).collect();
        let entries = software::by_ids(store.read(), &ids).await.expect("entries");
        let names: Vec<String> = ids
            .iter()
            .filter_map(|id| entries.get(id)?.content.name.best(&asked.lang))
            .map(|(_, name)| name.to_lowercase())
            .collect();
        let is_answer =
            |name: &String| asked.any_of.iter().any(|part| name.contains(part.as_str()));
        let is_right = names.iter().take(FIRST).any(is_answer);
        right += usize::from(is_right);
        let sign = if is_right { ' ' } else { '!' };
        let needs = question.needs.join(" ");
        let names = names.join(" | ");
        lines += &format!(
            "{sign} {name} {} {:?} [{needs}] {}: {names}\n",
            asked.lang, asked.q, answer.total
        );
    }
    eprint!("{lines}");
    // Past the harness, which does not show what passing tests print.
    let line = format!("{name} {list} {right}/{}\n", all.len());
    std::io::stdout().write_all(line.as_bytes()).expect("standard output");
    right
}

/// Puts everything into one store.
async fn fill(store: &Store, folder: &Path, data: &Path) {
    let fixture = Fixture::start().await;
    for one in recorded(data) {
        take_in(store, &fixture, &one).await;
    }
    let documents = text(folder, "documents.jsonl");
    let entries = documents.lines().map(|line| serde_json::from_str(line).expect("an entry"));
    let entries: Vec<Entry> = entries.collect();
    let source = source("documents", "comptoir-du-libre", "https://example.org/", "example.org");
    put_source(store, source).await;
    for batch in entries.chunks(BATCH) {
        let changes = batch.iter().map(|entry| (entry.id.clone(), change(entry))).collect();
        let tx = store.write().await.expect("a transaction");
        let at = at("2026-01-01T00:00:00Z");
        let batch = Batch { source: "documents", actor: "test", at, changes };
        apply(&tx, batch).await.expect("applied");
        tx.commit().await.expect("committed");
    }
}

fn change(entry: &Entry) -> Change {
    Change::Put(Box::new(Statement {
        digest: Digest::of(&entry.id),
        rules_version: "1".to_owned(),
        raw: Raw::of(&serde_json::json!({ "id": entry.id })),
        content: content(entry),
        personal: Vec::new(),
        fingerprint: None,
    }))
}

/// The document as an entry of a catalogue.
fn content(entry: &Entry) -> Content {
    let texts = |all: &std::collections::BTreeMap<String, String>| -> LocalizedText {
        let tagged = all.iter().filter_map(|(tag, text)| Some((Lang::parse(tag)?, text.clone())));
        tagged.collect()
    };
    let (categories, others): (Vec<String>, Vec<String>) =
        entry.category.iter().cloned().partition(|category| is_category(category));
    let tags = others.into_iter().chain(entry.function.iter().cloned());
    Content {
        name: texts(&[("und".to_owned(), entry.name.clone())].into()),
        aliases: entry.aliases.iter().cloned().collect(),
        summary: texts(&entry.summary),
        description: texts(&entry.description),
        categories: categories.into_iter().collect(),
        tags: tags.chain(entry.tags.iter().cloned()).collect(),
        replaces: entry
            .replaces
            .iter()
            .map(|name| Related { name: name.clone(), wikidata: None })
            .collect(),
        usages: entry.users.iter().map(|name| usage(name)).collect(),
        ..Content::default()
    }
}

fn usage(organisation: &str) -> Usage {
    Usage {
        organisation: organisation.to_owned(),
        country: None,
        evidence: UsageEvidence::Catalogue,
        users: None,
        referents: None,
        since: None,
        expires_on: None,
    }
}
