//! The search index as a follower of the event log, while a server runs.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use fedcat::catalogue::content::Content;
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::digest::Digest;
use fedcat::publish::index::{Follower, IndexError, Unusable, schema};
use fedcat::search::embedded::{Embedded, Tuning};
use fedcat::search::{Query, SearchIndex, Synonyms};
use fedcat::store::catalogue::{self, Batch, Change, Raw, Statement};
use fedcat::store::{Store, events};
use sea_orm::ConnectionTrait;
use support::app::App;
use support::at;

async fn put(app: &App, id: &str, name: &str) {
    put_into(&app.store, id, name).await;
}

async fn put_into(store: &Store, id: &str, name: &str) {
    let content =
        Content { name: LocalizedText::single(Lang::unknown(), name), ..Content::default() };
    let statement = Statement {
        digest: Digest::of(name),
        rules_version: "test".to_owned(),
        raw: Raw::of(&serde_json::Value::Null),
        content,
        personal: vec![],
        fingerprint: None,
    };
    let changes = vec![(id.to_owned(), Change::Put(Box::new(statement)))];
    let batch = Batch { source: "starter", actor: "test", at: at("2026-05-01T00:00:00Z"), changes };
    let tx = store.write().await.unwrap();
    catalogue::apply(&tx, batch).await.unwrap();
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

/// A backup is restored and goes on past the event at which the index stands: the numbers are the
/// same, the events are not.
#[tokio::test]
async fn an_index_of_a_future_that_was_lost_is_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let kept = || -> Arc<dyn SearchIndex> {
        let tuning = Tuning { keep: 0, ..Tuning::default() };
        let engine = Embedded::tuned(schema().unwrap(), Synonyms::default(), tuning).unwrap();
        Arc::new(engine.kept_in(folder.path().join("search.index"), "this database".to_owned()))
    };
    let app = App::seeded_with(kept()).await;
    let backup = folder.path().join("backup.db");
    let copy = format!("VACUUM INTO '{}'", backup.display());
    app.store.read().execute_unprepared(&copy).await.unwrap();
    put(&app, "lost", "Zyxomatic").await;
    app.follower.start().await.unwrap();
    assert_eq!(total(&app, "zyxomatic").await, 1);

    let restored = Store::open(&format!("sqlite://{}", backup.display())).await.unwrap();
    let stands_at = app.follower.index.cursor().await.unwrap().seq;
    for number in 0..3 {
        put_into(&restored, &format!("new {number}"), "Quuxomatic").await;
    }
    assert!(events::last(restored.read()).await.unwrap() > stands_at, "past the index's cursor");
    let labels = Arc::clone(&app.follower.labels);
    let start = |index| Follower { store: restored.clone(), index, labels: Arc::clone(&labels) };
    let found = async |index: &Arc<dyn SearchIndex>, text: &str| {
        let query = Query { text: text.to_owned(), limit: 9, ..Query::default() };
        index.search(&query).await.unwrap().total
    };

    // One that runs while that happens notices it too.
    let running = start(Arc::clone(&app.follower.index));
    let refused = running.catch_up().await;
    let why = Unusable::OtherLog;
    assert!(matches!(refused, Err(IndexError::Unusable { why: found, .. }) if found == why));
    assert_eq!(found(&app.follower.index, "zyxomatic").await, 1, "nothing was mixed");

    let next = start(kept());
    next.start().await.unwrap();
    assert_eq!(found(&next.index, "zyxomatic").await, 0);
    assert_eq!(found(&next.index, "quuxomatic").await, 3);
}

/// What `fedcat reindex` asked for while no server ran is done at the next start.
#[tokio::test]
async fn a_rebuild_that_was_asked_for_is_not_forgotten_over_a_restart() {
    let app = App::seeded().await;
    app.follower.start().await.unwrap();
    let before = app.follower.index.cursor().await.unwrap();
    let tx = app.store.write().await.unwrap();
    events::request_reindex(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let refused = app.follower.catch_up().await;
    assert!(matches!(refused, Err(IndexError::Unusable { why: Unusable::Asked, .. })));
    app.follower.start().await.unwrap();
    let after = app.follower.index.cursor().await.unwrap();
    assert_eq!(after.seq, before.seq);
    assert_ne!(after.mark, before.mark);
}
