//! The search index as a follower of the event log, while a server runs.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use fedcat::catalogue::content::Content;
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::publish::index::{Follower, schema};
use fedcat::search::embedded::{Embedded, Tuning};
use fedcat::search::{Query, SearchIndex, Synonyms};
use fedcat::store::catalogue::{self, Batch, Change, Statement};
use fedcat::store::events;
use support::app::App;
use support::at;

async fn put(app: &App, id: &str, name: &str) {
    let content =
        Content { name: LocalizedText::single(Lang::unknown(), name), ..Content::default() };
    let statement = Statement {
        digest: name.to_owned(),
        rules_version: "test".to_owned(),
        raw: serde_json::Value::Null,
        content,
        personal: vec![],
    };
    let changes = vec![(id.to_owned(), Change::Put(Box::new(statement)))];
    let batch = Batch { source: "starter", actor: "test", at: at("2026-05-01T00:00:00Z"), changes };
    let tx = app.store.write().await.unwrap();
    catalogue::apply(&tx, &batch).await.unwrap();
    tx.commit().await.unwrap();
}

async fn total(app: &App, query: &str) -> u64 {
    let answer = app.json(&format!("/api/v1/search?q={query}")).await;
    answer["total"].as_u64().unwrap()
}

/// Waits until a search finds `expected` entries; fails after ten seconds.
async fn found(app: &App, query: &str, expected: u64) {
    for _ in 0..200 {
        if total(app, query).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(total(app, query).await, expected, "{query}");
}

#[tokio::test]
async fn a_change_is_found_soon_and_a_rebuild_can_be_asked_for() {
    let app = App::seeded().await;
    let following = app.following();
    assert_eq!(total(&app, "zyxomatic").await, 0);
    put(&app, "new", "Zyxomatic").await;
    following.wake();
    found(&app, "zyxomatic", 1).await;

    put(&app, "new", "Quuxomatic").await;
    following.wake();
    found(&app, "quuxomatic", 1).await;
    found(&app, "zyxomatic", 0).await;

    let tx = app.store.write().await.unwrap();
    events::request_reindex(&tx).await.unwrap();
    tx.commit().await.unwrap();
    following.wake();
    assert_eq!(app.get("/readyz").await.status, StatusCode::OK, "the old index serves meanwhile");
    found(&app, "quuxomatic", 1).await;
    following.end().await;
}

#[tokio::test]
async fn following_and_rebuilding_give_the_same_answers() {
    let app = App::seeded().await;
    for n in 0..5 {
        put(&app, &format!("n{n}"), &format!("Zyxomatic {n}")).await;
    }
    app.follower.catch_up().await.unwrap();
    let followed = app.json("/api/v1/search?q=zyxomatic").await;
    app.follower.rebuild().await.unwrap();
    assert_eq!(followed, app.json("/api/v1/search?q=zyxomatic").await);
}

#[tokio::test]
async fn a_start_takes_up_what_was_kept_and_what_has_changed_since() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |about: &str| -> Arc<dyn SearchIndex> {
        let tuning = Tuning { keep: 0, ..Tuning::default() };
        let engine = Embedded::tuned(schema().unwrap(), Synonyms::default(), tuning).unwrap();
        Arc::new(engine.kept_in(folder.path().join("search.index"), about.to_owned()))
    };
    let app = App::seeded_with(kept("this database")).await;
    app.follower.start().await.unwrap();
    assert_eq!(total(&app, "zyxomatic").await, 0);
    put(&app, "new", "Zyxomatic").await;

    let start = async |about: &str| {
        let (store, labels) = (app.store.clone(), Arc::clone(&app.follower.labels));
        let next = Follower { store, index: kept(about), labels };
        let is_there = next.index.restore().await.unwrap();
        next.start().await.unwrap();
        let query = Query { text: "zyxomatic".to_owned(), limit: 9, ..Query::default() };
        (is_there, next.index.search(&query).await.unwrap().total)
    };
    assert_eq!(start("this database").await, (true, 1));
    assert_eq!(start("another database").await, (false, 1));
}
