//! What a question to the embedded index costs, beside a floor in the same run: looking at every
//! document for a word, without any ranking.
#![allow(clippy::expect_used, reason = "a bench may")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fedcat::publish::index::{FACETS, schema};
use fedcat::search::embedded::Embedded;
use fedcat::search::{Document, Query, SearchIndex, Synonyms};
use tokio::runtime::Runtime;
use uuid::Uuid;

const DOCUMENTS: u32 = 3_000;
const WORDS: &[&str] = &[
    "carte",
    "server",
    "gestion",
    "document",
    "office",
    "messagerie",
    "video",
    "formulaire",
    "security",
    "geographic",
    "calendar",
    "survey",
    "library",
    "school",
    "budget",
    "procurement",
];

/// A document of words that follow from its number.
fn document(number: u32) -> Document {
    let word = |step: u32| {
        let at = (number * 7 + step * 13 + number / 11) as usize % WORDS.len();
        WORDS.get(at).copied().unwrap_or_default()
    };
    let text = |from: u32, to: u32| (from..to).map(word).collect::<Vec<_>>().join(" ");
    Document {
        id: Uuid::from_u128(u128::from(number)),
        texts: vec![
            vec![format!("{}{number} {}", word(0), word(1))],
            vec![],
            vec![text(2, 5)],
            vec![text(5, 15)],
            vec![text(15, 60)],
            vec![],
        ],
        facets: FACETS.iter().map(|_| vec![word(number % 5).to_owned()]).collect(),
        name: format!("{}{number}", word(0)),
        popularity: number % 100,
        fresh: 0,
        added: i64::from(number),
    }
}

fn queries() -> Vec<(&'static str, Query)> {
    let query = |text: &str| Query { text: text.to_owned(), limit: 20, ..Query::default() };
    let mut counted = query("gestion ");
    counted.count = FACETS.iter().map(|facet| (*facet).to_owned()).collect();
    let mut filtered = counted.clone();
    filtered.filters.insert("category".to_owned(), vec!["office".to_owned()]);
    vec![
        ("one word", query("gestion ")),
        ("two words", query("gestion document ")),
        ("prefix", query("ges")),
        ("typing error", query("mesagerie ")),
        ("word and facets", counted),
        ("filter and facets", filtered),
    ]
}

fn search(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let documents: Vec<Document> = (0..DOCUMENTS).map(document).collect();
    let engine =
        Embedded::new(schema().expect("a schema"), Synonyms::default()).expect("an engine");
    runtime.block_on(engine.rebuild(documents.clone(), 1)).expect("built");
    let mut group = criterion.benchmark_group("search of 3000 documents");
    group.bench_function("floor: look at every document", |bench| {
        bench.iter(|| {
            let found = documents
                .iter()
                .filter(|one| one.texts.iter().flatten().any(|text| text.contains("gestion")));
            black_box(found.count())
        });
    });
    for (class, query) in queries() {
        group.bench_function(class, |bench| {
            bench.iter(|| black_box(runtime.block_on(engine.search(&query)).expect("an answer")));
        });
    }
    group.finish();
    criterion.bench_function("rebuild of 3000 documents", |bench| {
        bench.iter(|| runtime.block_on(engine.rebuild(documents.clone(), 1)).expect("built"));
    });
}

criterion_group!(benches, search);
criterion_main!(benches);
