//! The engine of this process, with the page around it: marks in the texts, and JSON.

use std::hint::black_box;
use std::time::{Duration, Instant};

use fedcat::search::embedded::Embedded;
use fedcat::search::{Cursor, Document, Documents, Highlighter, Query, SearchIndex};
use futures_util::stream;
use tokio::runtime::Runtime;

use crate::documents::{SCHEMA, attribute, number_of};
use crate::measure::{Engine, Page, Shown};
use crate::vocabulary::synonyms;

/// Documents that are handed over at a time, as many as the follower of the log reads.
const PAGE: usize = 500;

/// An index and the texts that its hits show.
pub struct InProcess {
    runtime: Runtime,
    index: Box<dyn SearchIndex>,
    texts: Vec<Texts>,
}

/// What a hit shows of a document.
pub struct Texts {
    name: Vec<String>,
    summary: Vec<String>,
}

impl Texts {
    pub fn of(document: &Document) -> Self {
        let text = |name| document.texts[attribute(name)].clone();
        Self { name: text("name"), summary: text("summary") }
    }
}

impl InProcess {
    /// Builds an index of the documents and says how long that took.
    pub fn build(documents: impl Iterator<Item = Document> + Send) -> (Self, Duration) {
        let runtime = Runtime::new().expect("a runtime");
        let index = Embedded::new(SCHEMA.clone(), synonyms()).expect("an empty index");
        let start = Instant::now();
        let pages = stream::unfold(documents, |mut documents| async {
            let page: Vec<Document> = documents.by_ref().take(PAGE).collect();
            (!page.is_empty()).then_some((Ok(page), documents))
        });
        let documents = Documents::pages(pages);
        runtime.block_on(index.rebuild(documents, Cursor::default())).expect("an index");
        let took = start.elapsed();
        (Self { runtime, index: Box::new(index), texts: Vec::new() }, took)
    }

    /// Says what hits show, by the numbers of the documents.
    pub fn show(&mut self, texts: Vec<Texts>) {
        self.texts = texts;
    }
}

impl Engine for InProcess {
    fn page(&self, query: &Query) -> Page {
        let answer = self.runtime.block_on(self.index.search(query)).expect("an answer");
        let shown = |number: usize| {
            let texts = &self.texts[number];
            let marked = |texts: &[String]| {
                texts.iter().map(|text| marked(&answer.highlighter, text)).collect()
            };
            Shown { number, name: marked(&texts.name), summary: marked(&texts.summary) }
        };
        let page = Page {
            hits: answer.hits.iter().map(|hit| shown(number_of(hit.id))).collect(),
            facets: answer.facets.into_iter().collect(),
        };
        black_box(serde_json::to_vec(&page).expect("JSON"));
        page
    }

    fn put(&self, document: Document) {
        let applied = self.index.apply(vec![document], Vec::new(), Cursor::default());
        self.runtime.block_on(applied).expect("a changed index");
    }
}

fn marked(highlighter: &Highlighter, text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + 16);
    for piece in highlighter.pieces(text) {
        if piece.marked {
            marked.extend(["<em>", piece.text, "</em>"]);
        } else {
            marked.push_str(piece.text);
        }
    }
    marked
}
