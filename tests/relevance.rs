//! How good the ranking is, on judged queries over a real set of documents: of the embedded engine,
//! and of a Meilisearch beside it where there is one.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

#[path = "relevance/officials.rs"]
mod officials;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use fedcat::catalogue::content::Related;
use fedcat::catalogue::products::PRODUCTS;
use fedcat::catalogue::text::fold::fold;
use fedcat::search::question::Question;
use fedcat::search::{Cursor, Document, Query, Schema, SearchIndex, Synonyms};
use fedcat::seeds;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use support::engines::{embedded, on_meilisearch};
use support::skipped;
use uuid::Uuid;

/// What the embedded engine has to reach on the judged queries.
const FLOOR: f64 = 0.88;

#[derive(Deserialize)]
struct Entry {
    id: String,
    name: String,
    aliases: Vec<String>,
    replaces: Vec<String>,
    category: Vec<String>,
    function: Vec<String>,
    tags: Vec<String>,
    summary: BTreeMap<String, String>,
    description: BTreeMap<String, String>,
    users: Vec<String>,
    licence: Vec<String>,
    country: Vec<String>,
    stars: u32,
}

#[derive(Deserialize)]
struct Judged {
    first: Option<Vec<String>>,
    relevant: BTreeSet<String>,
}

/// The documents, the queries and what a search for each should find.
struct Cases {
    entries: Vec<Entry>,
    queries: BTreeMap<String, Judged>,
    synonyms: Synonyms,
}

/// Means over the judged queries.
struct Quality {
    /// Normalised discounted cumulative gain of the first ten hits.
    gain: f64,
    /// Mean reciprocal rank, of the queries that name one software.
    rank: f64,
}

#[tokio::test]
async fn relevance() {
    let Some(folder) = folder() else { return };
    let cases = Cases::read(&folder);
    let schema = schema();
    let engine = embedded(&schema, &cases.synonyms);
    let reached = cases.judge("embedded", &engine).await;
    on_meilisearch(&schema, &cases.synonyms, async |engine| {
        cases.judge("meilisearch", engine).await;
    })
    .await;
    let Quality { gain, rank } = reached;
    assert!(gain >= FLOOR, "nDCG@10 is {gain:.3}, expected {FLOOR} or more");
    assert!(rank > 0.999, "MRR is {rank:.3}, expected 1");
}

impl Cases {
    fn read(folder: &Path) -> Self {
        let entries = text(folder, "documents.jsonl");
        let entries = entries.lines().map(|line| serde_json::from_str(line).expect("an entry"));
        let pairs: BTreeMap<String, Vec<String>> = json(folder, "synonyms.json");
        // As in the product, and those that the queries were judged with.
        let mut synonyms = Synonyms::of_groups(seeds::synonyms().expect("synonyms"));
        for (from, to) in pairs.iter().flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
        {
            synonyms.insert(from, to);
        }
        Self { entries: entries.collect(), queries: json(folder, "queries.json"), synonyms }
    }

    /// Asks an engine everything and prints how well it did.
    async fn judge(&self, name: &str, engine: &dyn SearchIndex) -> Quality {
        let documents = self.entries.iter().enumerate();
        let documents: Vec<_> = documents.map(|(number, entry)| document(number, entry)).collect();
        engine.rebuild(documents.into(), Cursor::default()).await.expect("documents that fit");
        let (mut gains, mut ranks) = (Vec::new(), Vec::new());
        for (query, judged) in &self.queries {
            let question = Question::read(query);
            let query = Query {
                focus: question.focus(),
                text: question.text,
                limit: 10,
                ..Query::default()
            };
            let answer = engine.search(&query).await.expect("an answer");
            let hits = answer.hits.iter().map(|hit| &self.entries[hit.id.as_u128() as usize]);
            let found: Vec<&str> = hits.map(|entry| entry.id.as_str()).collect();
            let gain = gain(&found, &judged.relevant);
            eprintln!("{name} {gain:.3} {}: {}", query.text, found.join(" "));
            gains.push(gain);
            if let Some(first) = &judged.first {
                let rank = found.iter().position(|id| first.iter().any(|one| one == id));
                ranks.push(rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)));
            }
        }
        let (gain, rank) = (mean(&gains), mean(&ranks));
        // Past the harness, which does not show what passing tests print.
        let line = format!("{name} nDCG@10 {gain:.3} MRR {rank:.3}\n");
        std::io::stdout().write_all(line.as_bytes()).expect("standard output");
        Quality { gain, rank }
    }
}

/// The folder with the cases: another one can be named.
fn folder() -> Option<PathBuf> {
    match std::env::var_os("FEDCAT_SEARCH_CONFORMANCE") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => skipped::shared("conformance/search"),
    }
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a readable file")
}

fn json<T: DeserializeOwned>(folder: &Path, name: &str) -> T {
    serde_json::from_str(&text(folder, name)).expect("JSON of the expected form")
}

fn schema() -> Schema {
    let attributes = ["name", "replaces", "labels", "summary", "description", "users"];
    Schema::new(&attributes, &["licence", "country", "replaces"]).expect("a schema")
}

fn document(number: usize, entry: &Entry) -> Document {
    let related = |name: &String| Related { name: name.clone(), wikidata: None };
    let replaces: Vec<Related> = entry.replaces.iter().map(related).collect();
    let languages = |text: &BTreeMap<String, String>| text.values().cloned().collect();
    Document {
        id: Uuid::from_u128(number as u128),
        texts: vec![
            [std::slice::from_ref(&entry.name), &entry.aliases].concat(),
            PRODUCTS.texts(&replaces),
            [&entry.category[..], &entry.function, &entry.tags].concat(),
            languages(&entry.summary),
            languages(&entry.description),
            entry.users.clone(),
        ],
        facets: vec![entry.licence.clone(), entry.country.clone(), PRODUCTS.values(&replaces)],
        name: fold(&entry.name),
        popularity: entry.stars,
        ..Document::default()
    }
}

/// Normalised discounted cumulative gain of the first ten: 1 where all of them are relevant, or
/// all relevant ones stand first.
fn gain(found: &[&str], relevant: &BTreeSet<String>) -> f64 {
    let discount = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let gained = found.iter().enumerate().filter(|(_, id)| relevant.contains(**id));
    let gained: f64 = gained.map(|(rank, _)| discount(rank)).sum();
    gained / (0..relevant.len().min(10)).map(discount).sum::<f64>()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
