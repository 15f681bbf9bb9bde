//! Whatever somebody types: searching never panics, finds no more than it counts, and marks
//! without changing a text.
#![no_main]

use std::sync::LazyLock;

use fedcat::search::embedded::Embedded;
use fedcat::search::{Document, Focus, Query, Schema, SearchIndex, Synonyms};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

const TEXTS: [&str; 6] = [
    "LibreOffice",
    "e-mail for the école",
    "big blue button",
    "BigBlueButton – l'outil de visioconférence",
    "文書管理 GED",
    "a b c de del della",
];

static ENGINE: LazyLock<(Runtime, Embedded)> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let schema = Schema::new(&["name", "summary"], &["kind"]).expect("a small schema");
    let synonyms = Synonyms::of_groups([["ged", "document management"].map(str::to_owned)]);
    let engine = Embedded::new(schema, synonyms).expect("an empty index");
    let documents = (0..).zip(TEXTS).map(|(number, text)| Document {
        id: Uuid::from_u128(number),
        texts: vec![vec![text.to_owned()], TEXTS.map(str::to_owned).to_vec()],
        facets: vec![vec![text.to_owned()]],
        ..Document::default()
    });
    runtime.block_on(engine.rebuild(documents.collect(), 1)).expect("documents that fit");
    (runtime, engine)
});

fuzz_target!(|input: (&str, bool, u8, u16)| {
    let (text, lenient, focus, offset) = input;
    let focus = match focus % 3 {
        0 => Focus::Everywhere,
        1 => Focus::First { facet: "kind".to_owned(), value: TEXTS[0].to_owned() },
        _ => Focus::Only("summary".to_owned()),
    };
    let query = Query {
        text: text.to_owned(),
        focus,
        lenient,
        count: vec!["kind".to_owned()],
        offset: usize::from(offset % 8),
        limit: 3,
        ..Query::default()
    };
    let (runtime, engine) = &*ENGINE;
    let answer = runtime.block_on(engine.search(&query)).expect("an answer");
    assert!(answer.hits.len() as u64 <= answer.total && answer.in_focus <= answer.total);
    for shown in TEXTS.iter().chain([&text]) {
        let pieces = answer.highlighter.pieces(shown);
        let whole: String = pieces.iter().map(|piece| piece.text).collect();
        assert_eq!(whole, *shown);
    }
});
