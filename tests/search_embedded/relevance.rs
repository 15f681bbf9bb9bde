//! How good the ranking is, on judged queries over a real set of documents.

use std::io::Write;
use std::path::PathBuf;

use serde::Deserialize;

use super::*;

/// What the engine reaches on the judged queries, less a little room for new entries.
const FLOOR: f64 = 0.86;

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

#[test]
fn relevance() {
    let Some(folder) = folder() else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a readable file");
    let entries: Vec<Entry> = read("documents.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an entry"))
        .collect();
    let queries: BTreeMap<String, Judged> =
        serde_json::from_str(&read("queries.json")).expect("judged queries");
    let pairs: BTreeMap<String, Vec<String>> =
        serde_json::from_str(&read("synonyms.json")).expect("synonyms");
    let mut synonyms = Synonyms::default();
    for (from, to) in pairs.iter().flat_map(|(from, all)| all.iter().map(move |to| (from, to))) {
        synonyms.insert(from, to);
    }
    let schema = Schema::new(
        &["name", "replaces", "labels", "summary", "description", "users"],
        &["licence", "country"],
    );
    let engine = Embedded::new(schema.expect("a schema"), synonyms).expect("an empty index");
    let documents = entries.iter().enumerate().map(|(number, entry)| document(number, entry));
    wait(engine.rebuild(documents.collect(), 1)).expect("documents that fit");

    let (mut gains, mut ranks) = (Vec::new(), Vec::new());
    for (query, judged) in &queries {
        let answer = ask(&engine, &Query { text: query.clone(), limit: 10, ..Query::default() });
        let found: Vec<&str> =
            answer.hits.iter().map(|hit| entries[hit.id.as_u128() as usize].id.as_str()).collect();
        let gain = gain(&found, &judged.relevant);
        eprintln!("{gain:.3} {query}: {}", found.join(" "));
        gains.push(gain);
        if let Some(first) = &judged.first {
            let rank = found.iter().position(|id| first.iter().any(|one| one == id));
            ranks.push(rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)));
        }
    }
    let (gain, rank) = (mean(&gains), mean(&ranks));
    // Past the harness, which does not show what passing tests print.
    let line = format!("embedded nDCG@10 {gain:.3} MRR {rank:.3}\n");
    std::io::stdout().write_all(line.as_bytes()).expect("standard output");
    assert!(gain >= FLOOR, "nDCG@10 is {gain:.3}, expected {FLOOR} or more");
    assert!(rank > 0.999, "MRR is {rank:.3}, expected 1");
}

/// The folder with the cases: another one can be named.
fn folder() -> Option<PathBuf> {
    match std::env::var_os("FEDCAT_SEARCH_CONFORMANCE") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => skipped::shared("conformance/search"),
    }
}

fn document(number: usize, entry: &Entry) -> Document {
    let languages = |text: &BTreeMap<String, String>| text.values().cloned().collect();
    Document {
        id: id(number),
        texts: vec![
            [std::slice::from_ref(&entry.name), &entry.aliases].concat(),
            entry.replaces.clone(),
            [&entry.category[..], &entry.function, &entry.tags].concat(),
            languages(&entry.summary),
            languages(&entry.description),
            entry.users.clone(),
        ],
        facets: vec![entry.licence.clone(), entry.country.clone()],
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
