//! CodeMeta files that a source names one by one: each is asked for with a condition, and none that
//! cannot be had takes anything from the others or from what is known.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use fedcat::store::entity::{record, source};
use fedcat::store::{Store, findings};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{harvest, put_source, source, told};

fn software(name: &str) -> Reply {
    let file = json!({"@context": "https://w3id.org/codemeta/3.0", "@type": "SoftwareSourceCode",
                      "name": name, "license": "https://spdx.org/licenses/EUPL-1.2"});
    Reply::json(file.to_string())
}

async fn fresh(store: &Store, files: Value) -> Fixture {
    let fixture = Fixture::start().await;
    let facts = source("ex-files", "codemeta", &format!("{}/list/", fixture.url), &fixture.host);
    let options = json!({"allow": [fixture.host], "files": files});
    put_source(store, source::Model { options: options.to_string(), ..facts }).await;
    fixture
}

async fn codes(store: &Store) -> Vec<String> {
    let found = findings::by_code(store.read(), Some("ex-files")).await.expect("findings");
    let mut codes: Vec<String> = found.into_iter().map(|(code, n)| format!("{code} {n}")).collect();
    codes.sort();
    codes
}

#[tokio::test]
async fn each_file_stands_for_itself() {
    on_each(|store| async move {
        let files = json!(["one.json", "two.json", "/other/three.json", "four.json", "one.json"]);
        let fixture = fresh(&store, files).await;
        fixture.set("/list/one.json", software("One").with_etag("1"));
        fixture.set("/list/two.json", software("Two"));
        fixture.set("/other/three.json", software("Three"));
        let row = harvest(&store, "ex-files", "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 3 added 3 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
            "{:?}",
            row.reason
        );
        assert_eq!(codes(&store).await, ["file-absent 1"]);
        let records = record::Entity::find().all(store.read()).await.expect("records");
        let url = format!("{}/other/three.json", fixture.url);
        assert!(records.iter().any(|record| record.external_id == url), "{url}");

        fixture.set("/list/two.json", Reply::html("<html>"));
        fixture.set("/other/three.json", Reply::status(500));
        fixture.set("/list/four.json", Reply::json(r#"{"@context": "x", "@graph": []}"#));
        let row = harvest(&store, "ex-files", "2026-01-02T00:00:00Z").await;
        assert_eq!(
            (row.counts().unchanged, row.counts().failed, row.counts().missing),
            (1, 3, 0),
            "{}: {:?}",
            told(&row),
            row.reason
        );
        assert_eq!(codes(&store).await, ["file-not-of-the-format 2", "file-unreachable 1"]);

        fixture.set("/list/two.json", software("Two again"));
        fixture.set("/other/three.json", Reply::status(410));
        fixture.set("/list/four.json", software("Four"));
        let row = harvest(&store, "ex-files", "2026-01-03T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 3 added 1 updated 1 unchanged 1 skipped 0 failed 0 missing 1 withdrawn 0"
        );
    })
    .await;
}

#[tokio::test]
async fn a_registry_is_one_document() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let url = format!("{}/registry.json", fixture.url);
        put_source(&store, source("ex-files", "codemeta", &url, &fixture.host)).await;
        fixture.set("/registry.json", Reply::json(include_str!("fixtures/codemeta/registry.json")));
        let row = harvest(&store, "ex-files", "2026-01-01T00:00:00Z").await;
        assert_eq!((row.complete, row.counts().added, row.counts().failed), (true, 2, 1));
    })
    .await;
}
