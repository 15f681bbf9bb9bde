//! What every engine behind the trait does alike. Each case asks one index of the same documents;
//! where engines may differ, `Engine` says so.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "the lints spare test functions, but not the functions that they share"
)]

#[path = "search_index/changing.rs"]
mod changing;
#[path = "search_index/finding.rs"]
mod finding;
#[path = "search_index/narrowing.rs"]
mod narrowing;
#[path = "search_index/shelf.rs"]
mod shelf;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use changing::*;
use fedcat::catalogue::text::fold::fold;
use fedcat::search::{
    Answer, Cursor, Document, Focus, MAX_VALUES, Query, Schema, SearchError, SearchIndex, Sort,
    Synonyms,
};
use finding::*;
use narrowing::*;
use shelf::*;
use support::engines::{embedded, on_meilisearch};
use uuid::Uuid;

const ATTRIBUTES: [&str; 3] = ["name", "replaces", "summary"];
const FACETS: [&str; 2] = ["kind", "country"];

/// An engine, and what it may do otherwise than another.
struct Engine<'a> {
    index: &'a dyn SearchIndex,
    /// Whether facet values that differ by case alone are two.
    tells_case: bool,
    /// Whether a wrong letter beside a digit is told from a wrong digit.
    tells_digits: bool,
    /// Whether a longer end of a word is forgiven too where a query is lenient.
    forgives_ends: bool,
}

#[tokio::test]
async fn the_embedded_engine_conforms() {
    let index = embedded(&schema(), &synonyms());
    conforms(&Engine { index: &index, tells_case: true, tells_digits: true, forgives_ends: false })
        .await;
}

#[tokio::test]
async fn meilisearch_conforms() {
    on_meilisearch(&schema(), &synonyms(), async |index| {
        conforms(&Engine { index, tells_case: false, tells_digits: false, forgives_ends: true })
            .await;
    })
    .await;
}

/// All cases, in an order in which each leaves the index as the next one expects it.
async fn conforms(engine: &Engine<'_>) {
    let cursor = engine.index.cursor().await.expect("a cursor");
    assert_eq!(cursor, Cursor::default(), "before the first build");
    an_empty_index_finds_nothing(engine).await;
    engine.build(&shelf(), 3).await;
    what_people_type(engine).await;
    typed_letter_by_letter(engine).await;
    an_empty_text_finds_everything_and_signs_nothing(engine).await;
    long_queries_are_cut(engine).await;
    words_are_given_up_where_hits_are_few(engine).await;
    orders_and_their_ties(engine).await;
    pages_put_together_are_the_whole(engine).await;
    choices_widen_and_narrow(engine).await;
    one_value_or_attribute_in_focus(engine).await;
    what_is_marked(engine).await;
    what_does_not_fit_is_refused(engine).await;
    a_lenient_query_finds_no_less(engine).await;
    signs_and_digits(engine).await;
    values_are_hostile(engine).await;
    most_values_are_cut(engine).await;
    changes(engine).await;
    a_rebuild_swaps(engine).await;
    what_is_secondary_comes_after(engine).await;
}

fn at(seq: i64) -> Cursor {
    Cursor { seq, mark: format!("of {seq}") }
}

impl Engine<'_> {
    async fn build(&self, documents: &[Document], cursor: i64) {
        self.index
            .rebuild(documents.to_vec().into(), at(cursor))
            .await
            .expect("documents that fit");
        assert_eq!(self.index.cursor().await.expect("a cursor"), at(cursor));
    }

    async fn ask(&self, query: &Query) -> Answer {
        self.index.search(query).await.expect("an answer")
    }

    async fn names(&self, query: &Query) -> Vec<&'static str> {
        names(&self.ask(query).await)
    }
}
