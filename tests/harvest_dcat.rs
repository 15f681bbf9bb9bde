//! Harvests of a catalogue in RDF: pages, conditions, and pages that cannot be trusted.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use axum::http::header;
use fedcat::store::{Store, findings};
use serde_json::json;
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{harvest, put_source, source, told};

/// Where the fixture server serves the catalogue.
const PATH: &str = "/catalogue";

async fn fresh(store: &Store) -> Fixture {
    let fixture = Fixture::start().await;
    let url = format!("{}{PATH}", fixture.url);
    let mut facts = source("es-test", "dcat", &url, &fixture.host);
    facts.options = json!({"allow": [fixture.host], "all_are_software": true}).to_string();
    put_source(store, facts).await;
    fixture
}

/// A page with entries of these numbers, out of `total`.
fn page(entries: &[u32], total: u32, next: Option<&str>) -> String {
    let mut text = format!(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
         @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
         <c> a dcat:Catalog, hydra:Collection ; hydra:totalItems {total} .\n"
    );
    for n in entries {
        text +=
            &format!("<e/{n}> a dcat:Dataset ; dct:title \"Entry {n}\" ; dct:license \"MIT\" .\n");
    }
    if let Some(next) = next {
        text += &format!("<> a hydra:PartialCollectionView ; hydra:next <{next}> .\n");
    }
    text
}

fn turtle(body: String) -> Reply {
    Reply::json(body).with(header::CONTENT_TYPE, "text/turtle")
}

async fn codes(store: &Store) -> Vec<String> {
    let found = findings::by_code(store.read(), Some("es-test")).await.expect("findings");
    found.into_iter().map(|(code, _)| code).collect()
}

#[tokio::test]
async fn one_document_is_asked_for_with_a_condition() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, turtle(page(&[1, 2], 2, None)).with_etag("a"));
        let row = harvest(&store, "es-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(row.counts().added, 2, "{:?}", row.reason);
        let row = harvest(&store, "es-test", "2026-01-03T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().read), ("succeeded", 0), "{:?}", row.reason);
        assert_eq!(row.counts().missing, 0);
    })
    .await;
}

#[tokio::test]
async fn a_first_page_that_did_not_change_hides_no_change_of_the_second() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let second = format!("{PATH}?page=2");
        fixture.set(PATH, turtle(page(&[1, 2], 3, Some("catalogue?page=2"))).with_etag("a"));
        fixture.set(&second, turtle(page(&[3], 3, None)).with_etag("b"));
        let row = harvest(&store, "es-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(row.counts().added, 3, "{:?}", row.reason);
        fixture.set(&second, turtle(page(&[3, 4], 3, None)).with_etag("c"));
        let row = harvest(&store, "es-test", "2026-01-03T00:00:00Z").await;
        let expected = "succeeded: read 4 added 1 updated 0 unchanged 3 skipped 0 failed 0 missing 0 withdrawn 0";
        assert_eq!(told(&row), expected, "{:?}", row.reason);
    })
    .await;
}

/// What a second listing leaves after a complete one of three entries.
async fn after(first: String, second: Option<Reply>, code: &str) {
    let code = code.to_owned();
    let second = second.map(std::sync::Arc::new);
    on_each(move |store| {
        let (first, second, code) = (first.clone(), second.clone(), code.clone());
        async move {
            let fixture = fresh(&store).await;
            fixture.set(PATH, turtle(page(&[1, 2, 3], 3, None)));
            harvest(&store, "es-test", "2026-01-02T00:00:00Z").await;
            fixture.set(PATH, turtle(first));
            if let Some(second) = second {
                fixture.set(&format!("{PATH}?page=2"), (*second).clone());
            }
            let row = harvest(&store, "es-test", "2026-01-03T00:00:00Z").await;
            assert_eq!(row.counts().missing, 0, "{:?}", row.reason);
            assert!(codes(&store).await.contains(&code), "{:?}", codes(&store).await);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_complete_makes_nothing_missing() {
    let first = || page(&[1], 3, Some("catalogue?page=2"));
    after(first(), Some(turtle(first())), "listing-pages-repeat").await;
    after(first(), Some(turtle(page(&[2], 3, None))), "listing-count-differs").await;
    after(first(), Some(Reply::status(500)), "listing-http-status").await;
    after(first(), Some(Reply::html("<html>Error</html>")), "listing-html").await;
    after(first(), Some(turtle(page(&[2, 3], 3, None) + "<a>")), "listing-truncated").await;
    let elsewhere = page(&[1], 3, Some("https://elsewhere.example.org/catalogue"));
    after(elsewhere, None, "listing-refused-address").await;
    after("{\"error\": \"busy\"}".to_owned(), None, "listing-not-of-the-format").await;
}
