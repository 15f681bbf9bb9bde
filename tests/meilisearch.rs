//! What becomes of the search, and of everything else, when Meilisearch misbehaves. The server is
//! a small one of the test's own, which does as it is told.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use fedcat::clock;
use fedcat::publish::index;
use fedcat::search::meilisearch::{Connection, Meilisearch};
use fedcat::search::{Cursor, Document, Query, Schema, SearchError, SearchIndex, Synonyms};
use fedcat::store::{events, leases};
use serde_json::{Value, json};
use support::app::App;
use support::fake_meilisearch::{Fake, Mood};
use uuid::Uuid;

/// A connection with little patience and two keys.
fn connection(url: &str) -> Connection {
    Connection {
        url: url.to_owned(),
        index: "fedcat".to_owned(),
        origin: "a test".to_owned(),
        admin_key: Some("writer".to_owned()),
        search_key: Some("reader".to_owned()),
        timeout: Duration::from_millis(500),
        patience: Duration::from_millis(500),
    }
}

fn engine(url: &str) -> Meilisearch {
    let schema = Schema::new(&["name"], &["kind"]).expect("a small schema");
    Meilisearch::new(schema, Synonyms::default(), &connection(url)).expect("an engine")
}

fn catalogue(url: &str) -> Arc<dyn SearchIndex> {
    let schema = index::schema().expect("a schema");
    let engine = Meilisearch::new(schema, Synonyms::default(), &connection(url));
    Arc::new(engine.expect("an engine"))
}

fn document(number: usize, name: &str) -> Document {
    Document {
        id: Uuid::from_u128(number as u128),
        texts: vec![vec![name.to_owned()]],
        facets: vec![vec![]],
        ..Document::default()
    }
}

fn cursor(seq: i64) -> Cursor {
    Cursor { seq, mark: format!("of {seq}") }
}

fn cause<T>(ended: Result<T, SearchError>) -> String {
    match ended {
        Ok(_) => "no error".to_owned(),
        Err(SearchError::Unavailable(cause)) => cause,
        Err(other) => format!("another error: {other}"),
    }
}

#[tokio::test]
async fn every_way_of_failing_is_an_error_that_says_why() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    engine.rebuild(vec![document(1, "one")].into(), cursor(5)).await.expect("built");
    let check = async |mood: Mood, expected: &str| {
        fake.be(mood);
        let found =
            cause(engine.search(&Query { text: "one".to_owned(), ..Query::default() }).await);
        assert!(found.contains(expected), "{mood:?}, searching: {found}");
        // JSON of another form is a state of another version: nothing to go on with.
        if mood == Mood::Nonsense {
            assert_eq!(engine.cursor().await.expect("a cursor").seq, 0);
        } else {
            let found = cause(engine.cursor().await);
            assert!(found.contains(expected), "{mood:?}, the cursor: {found}");
        }
        let found = cause(engine.apply(vec![document(2, "two")], vec![], cursor(6)).await);
        assert!(found.contains(expected), "{mood:?}, writing: {found}");
    };
    check(Mood::Silent, "timed out").await;
    check(Mood::Status(500), "as told").await;
    check(Mood::Status(401), "as told").await;
    check(Mood::Html, "JSON").await;
    check(Mood::Nonsense, "JSON").await;
    check(Mood::Endless, "longer than").await;
    check(Mood::Elsewhere, "307").await;
    let asked = fake.asked();
    assert!(!asked.iter().any(|(request, _)| request.ends_with("/elsewhere")), "{asked:?}");

    fake.be(Mood::Well);
    assert_eq!(engine.cursor().await.expect("a cursor").seq, 5, "nothing was written");
}

#[tokio::test]
async fn signs_are_asked_for_and_given_up_where_nobody_writes_them() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    let names = ["Skizze++", "Skizze", "Rechnung", "FreePlan"];
    let documents = (1..).zip(names).map(|(number, name)| document(number, name));
    engine.rebuild(documents.collect::<Vec<_>>().into(), cursor(5)).await.expect("built");
    let found = async |typed: &str| {
        let query = Query { text: typed.to_owned(), limit: 9, ..Query::default() };
        let hits = engine.search(&query).await.expect("an answer").hits;
        hits.iter().map(|hit| hit.id.as_u128()).collect::<Vec<u128>>()
    };
    assert_eq!(found("Skizze++").await, [1]);
    assert_eq!(found("Rechnung+").await, [3]);
    assert_eq!(
        found("free plan").await,
        [4],
        "a name that is written as one word stands apart too"
    );
    fake.asked();
    assert_eq!(found("\u{1f680}").await, [0_u128; 0]);
    assert_eq!(fake.asked(), [], "nothing to ask for");
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let engine = engine(&format!("http://{address}"));
    let found = cause(engine.search(&Query::default()).await);
    assert!(found.contains("refused"), "{found}");
}

#[tokio::test]
async fn a_task_that_is_not_carried_out_moves_no_cursor() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    engine.rebuild(vec![document(1, "one")].into(), cursor(5)).await.expect("built");
    let check = async |mood: Mood, expected: &str| {
        fake.be(mood);
        for written in [
            engine.apply(vec![document(2, "two")], vec![], cursor(6)).await,
            engine.apply(vec![], vec![Uuid::nil()], cursor(6)).await,
            engine.rebuild(vec![document(2, "two")].into(), cursor(6)).await,
        ] {
            let found = cause(written);
            assert!(found.contains(expected), "{mood:?}: {found}");
        }
        assert_eq!(engine.cursor().await.expect("a cursor").seq, 5);
    };
    check(Mood::FailsTasks, "the disk is full (no_space_left)").await;
    check(Mood::CancelsTasks, "cancelled").await;
    check(Mood::ForgetsTasks, "has not carried out").await;

    fake.be(Mood::Well);
    engine.apply(vec![document(2, "two")], vec![], cursor(6)).await.expect("applied");
    assert_eq!(engine.cursor().await.expect("a cursor").seq, 6);
    assert_eq!(fake.count("fedcat"), Some(2));
}

/// Meilisearch makes an index of whatever is written to one that is gone.
#[tokio::test]
async fn a_change_to_an_index_that_was_removed_is_noticed() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    let ten = || (0..10).map(|number| document(number, "one")).collect::<Vec<_>>();
    engine.rebuild(ten().into(), cursor(5)).await.expect("built");
    engine.apply(ten(), vec![Uuid::from_u128(99)], cursor(6)).await.expect("the same again");
    fake.lose_index("fedcat");
    let found = cause(engine.apply(vec![document(1, "two")], vec![], cursor(7)).await);
    assert!(found.contains("holds 1 documents, expected 10 to 11"), "{found}");
    assert_eq!(engine.cursor().await.expect("a cursor"), Cursor::default());
    engine.rebuild(ten().into(), cursor(7)).await.expect("built");
    fake.lose_index("fedcat");
    assert_eq!(engine.cursor().await.expect("a cursor"), Cursor::default());
}

#[tokio::test]
async fn a_rebuild_leaves_nothing_behind_and_begins_anew_after_one_that_was_cut_short() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    let many: Vec<_> = (0..2_500).map(|number| document(number, "many")).collect();
    engine.rebuild(many.into(), cursor(5)).await.expect("built");
    let batches = fake
        .asked()
        .into_iter()
        .filter(|(request, _)| request == "POST /indexes/fedcat_next/documents");
    assert_eq!(batches.count(), 3, "a thousand documents at a time");
    assert_eq!(fake.names(), ["fedcat", "fedcat_state"]);

    engine.rebuild(vec![document(1, "one")].into(), cursor(6)).await.expect("built");
    assert_eq!(fake.count("fedcat"), Some(1));
    assert_eq!(fake.names(), ["fedcat", "fedcat_state"]);

    // A process that was killed in the middle leaves what it had begun.
    let left_over = Connection { index: "fedcat_next".to_owned(), ..connection(&fake.url) };
    let schema = Schema::new(&["name"], &["kind"]).expect("a small schema");
    let other = Meilisearch::new(schema, Synonyms::default(), &left_over).expect("an engine");
    other
        .rebuild(vec![document(7, "left"), document(8, "over")].into(), cursor(9))
        .await
        .expect("built");
    engine.rebuild(vec![document(1, "one")].into(), cursor(7)).await.expect("built");
    assert_eq!(fake.count("fedcat"), Some(1));
    assert_eq!(fake.count("fedcat_next"), None);

    engine.remove().await.expect("removed");
    other.remove().await.expect("removed");
    assert_eq!(fake.names(), [] as [&str; 0]);
}

#[tokio::test]
async fn large_documents_are_sent_in_several_batches() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    let large = |number| Document { name: "x".repeat(3_000_000), ..document(number, "large") };
    let large: Vec<_> = (0..5).map(large).collect();
    engine.rebuild(large.into(), cursor(5)).await.expect("built");
    let batches = fake
        .asked()
        .into_iter()
        .filter(|(request, _)| request == "POST /indexes/fedcat_next/documents");
    assert_eq!(batches.count(), 3);
    assert_eq!(fake.count("fedcat"), Some(5));
}

#[tokio::test]
async fn each_key_is_used_for_its_own_purpose_only() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    engine.rebuild(vec![document(1, "one")].into(), cursor(5)).await.expect("built");
    engine.apply(vec![], vec![Uuid::nil()], cursor(6)).await.expect("applied");
    engine.cursor().await.expect("a cursor");
    engine.search(&Query::default()).await.expect("an answer");
    for (request, key) in fake.asked() {
        let expected =
            if request == "POST /multi-search" { "Bearer reader" } else { "Bearer writer" };
        assert_eq!(key, expected, "{request}");
    }
    let shown = format!("{engine:?} {:?}", connection(&fake.url));
    assert!(!shown.contains("reader") && !shown.contains("writer"), "{shown}");
}

#[tokio::test]
async fn an_index_of_another_version_counts_as_none() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    assert_eq!(engine.cursor().await.expect("a cursor").seq, 0, "nothing was built");
    let found = cause(engine.search(&Query::default()).await);
    assert!(found.contains("not been built"), "{found}");
    engine.rebuild(vec![document(1, "one")].into(), cursor(5)).await.expect("built");
    assert_eq!(engine.cursor().await.expect("a cursor").seq, 5);
    fake.set_state("fedcat_state", "version", json!("older"));
    assert_eq!(engine.cursor().await.expect("a cursor").seq, 0);
}

/// Everything but the search is answered, and the search says why it is not.
#[tokio::test]
async fn without_the_engine_only_the_search_is_missing() {
    let fake = Fake::start().await;
    let app = App::seeded_with(catalogue(&fake.url)).await;
    app.follower.rebuild().await.expect("built");
    let hits = app.json("/api/v1/search").await;
    let id = hits["hits"][0]["id"].as_str().expect("an entry").to_owned();

    fake.be(Mood::Status(500));
    let answer = app.get("/api/v1/search?q=office").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    let problem: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(problem["code"], "search-unavailable");
    assert!(!answer.body.contains("as told"), "what is wrong inside is not told");
    let page = app.get_with("/", &[(header::ACCEPT, "text/html")]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("<!DOCTYPE html>") || page.body.contains("<!doctype html>"));

    for path in [
        format!("/api/v1/software/{id}"),
        format!("/software/{id}"),
        "/api/v1/export/software.ndjson".to_owned(),
        "/api/v1/sources".to_owned(),
        "/licences/MIT".to_owned(),
        "/about".to_owned(),
        "/healthz".to_owned(),
        "/readyz".to_owned(),
    ] {
        let status = app.get(&path).await.status;
        assert!(status.is_success() || status.is_redirection(), "{path}: {status}");
    }
}

/// Runs the follower of an application until a search of the fake finds as many entries as the
/// catalogue has; fails after ten seconds.
async fn follow_until_current(app: &App, fake: &Fake, before: impl AsyncFnOnce()) {
    let following = app.following();
    before().await;
    let last = events::last(app.store.read()).await.expect("the log");
    for _ in 0..200 {
        following.wake();
        if app.follower.index.cursor().await.is_ok_and(|cursor| cursor.seq == last) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    following.end().await;
    assert_eq!(app.follower.index.cursor().await.expect("a cursor").seq, last);
    let entries = app.json("/api/v1/search").await["total"].as_u64();
    assert_eq!(entries, fake.count("fedcat").map(|count| count as u64));
}

async fn last_mark(app: &App) -> String {
    let last = events::last(app.store.read()).await.expect("the log");
    events::at(app.store.read(), last).await.expect("the log").expect("an event").mark
}

#[tokio::test]
async fn it_catches_up_by_itself_once_the_engine_is_back() {
    let fake = Fake::start().await;
    fake.be(Mood::Status(500));
    let app = App::seeded_with(catalogue(&fake.url)).await;
    follow_until_current(&app, &fake, async || {
        // It has tried in vain before.
        while fake.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        fake.be(Mood::Well);
    })
    .await;
    let asked = fake.asked();
    let swaps = |asked: &[(String, String)]| {
        asked.iter().filter(|(request, _)| request == "POST /swap-indexes").count()
    };
    assert_eq!(swaps(&asked), 1, "built once");

    // Another start finds it current, and does not build it again.
    follow_until_current(&app, &fake, async || {}).await;
    assert_eq!(swaps(&fake.asked()), 0);

    // Another version, a cursor of another log, and a lost volume are made good.
    for (field, value) in [("version", json!("older")), ("cursor", json!(1_000_000))] {
        let spoil = async || fake.set_state("fedcat_state", field, value);
        follow_until_current(&app, &fake, spoil).await;
        assert_eq!(swaps(&fake.asked()), 1, "{field}");
    }
    follow_until_current(&app, &fake, async || fake.lose()).await;
    assert_eq!(swaps(&fake.asked()), 1, "all indexes were lost");

    // So is one of which the index was removed, and not the state; also where a change was
    // written since, which makes an index of its own.
    follow_until_current(&app, &fake, async || fake.lose_index("fedcat")).await;
    assert_eq!(swaps(&fake.asked()), 1, "the index was lost");
    follow_until_current(&app, &fake, async || fake.lose_all_but("fedcat", 1)).await;
    assert_eq!(swaps(&fake.asked()), 1, "most documents were lost");

    // One that is behind follows, without being built.
    let first = events::at(app.store.read(), 1).await.expect("the log").expect("an event");
    let state = fake.state("fedcat_state");
    let mark = state["mark"].as_str().expect("a mark").replace(&last_mark(&app).await, &first.mark);
    fake.set_state("fedcat_state", "cursor", json!(1));
    fake.set_state("fedcat_state", "mark", json!(mark));
    follow_until_current(&app, &fake, async || {}).await;
    assert_eq!(swaps(&fake.asked()), 0);

    // One that is as far as another log, which the restored database no longer has, is not.
    fake.set_state("fedcat_state", "cursor", json!(1));
    fake.set_state("fedcat_state", "mark", json!(mark.replace(&first.mark, "another event")));
    follow_until_current(&app, &fake, async || {}).await;
    assert_eq!(swaps(&fake.asked()), 1, "another log");
}

#[tokio::test]
async fn only_one_process_writes_to_a_shared_index() {
    let fake = Fake::start().await;
    let app = App::seeded_with(catalogue(&fake.url)).await;
    let tx = app.store.write().await.expect("a transaction");
    let lease =
        leases::take(&tx, ":search-index", Uuid::now_v7(), "another", leases::TERM, clock::now())
            .await;
    let (lease, _) = lease.expect("the database answers").expect("it is free");
    tx.commit().await.expect("committed");
    assert_eq!(app.follower.rebuild_alone().await.expect("no error"), None);
    assert_eq!(fake.names(), [] as [&str; 0], "nothing was written");

    let tx = app.store.write().await.expect("a transaction");
    leases::release(&tx, &lease).await.expect("released");
    tx.commit().await.expect("committed");
    let documents = app.follower.rebuild_alone().await.expect("no error").expect("its turn");
    assert_eq!(fake.count("fedcat"), Some(documents));
}

/// Whoever loses the index while writing may have written over what a successor wrote.
#[tokio::test]
async fn a_writer_that_stood_still_asks_for_a_rebuild() {
    let fake = Fake::start().await;
    let app = App::seeded_with(catalogue(&fake.url)).await;
    let generation = || async { events::search_generation(app.store.read()).await.expect("it") };
    let before = generation().await;
    fake.be(Mood::Slow);
    let writing = app.follower.rebuild_alone();
    let taking = async {
        while fake.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // By then the lease has run out, as it does while a process stands still.
        let tx = app.store.write().await.expect("a transaction");
        let later = clock::now() + leases::TERM * 2;
        let taken =
            leases::take(&tx, ":search-index", Uuid::now_v7(), "b", leases::TERM, later).await;
        let (_, gone) = taken.expect("the database answers").expect("it has run out");
        tx.commit().await.expect("committed");
        fake.be(Mood::Well);
        gone
    };
    let (written, gone) = tokio::join!(writing, taking);
    written.expect("it knew nothing of it");
    assert!(gone.is_some(), "somebody had it");
    assert_eq!(generation().await, before + 1);
}

#[tokio::test]
async fn a_build_that_fails_leaves_nothing_behind() {
    let fake = Fake::start().await;
    let engine = engine(&fake.url);
    engine.rebuild(vec![document(1, "one")].into(), cursor(5)).await.expect("built");
    fake.be(Mood::RefusesDocuments);
    let found = cause(engine.rebuild(vec![document(2, "two")].into(), cursor(6)).await);
    assert!(found.contains("no_space_left"), "{found}");
    assert_eq!(fake.names(), ["fedcat", "fedcat_state"]);
}

/// Builds are dear: one that has failed is not tried again at once, whatever happens meanwhile.
#[tokio::test]
async fn a_build_that_has_failed_is_not_tried_again_at_once() {
    let fake = Fake::start().await;
    let app = App::seeded_with(catalogue(&fake.url)).await;
    fake.be(Mood::RefusesDocuments);
    let following = app.following();
    let mut tries = 0;
    for _ in 0..60 {
        following.wake();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let sent = "POST /indexes/fedcat_next/documents";
        tries += fake.asked().iter().filter(|(request, _)| request == sent).count();
    }
    following.end().await;
    assert_eq!(tries, 1);
}

/// A backup is restored and goes on past the event at which the index stands.
#[tokio::test]
async fn an_index_of_a_future_that_was_lost_is_built_anew() {
    let fake = Fake::start().await;
    let app = App::seeded_with(catalogue(&fake.url)).await;
    follow_until_current(&app, &fake, async || {}).await;
    // What the server holds is of events that this log never had.
    let mark = fake.state("fedcat_state")["mark"].as_str().expect("a mark").to_owned();
    let lost = json!(mark.replace(&last_mark(&app).await, &Uuid::now_v7().to_string()));
    fake.asked();
    follow_until_current(&app, &fake, async || {
        fake.set_state("fedcat_state", "mark", lost.clone());
    })
    .await;
    let asked = fake.asked();
    assert!(asked.iter().any(|(request, _)| request == "POST /swap-indexes"), "{asked:?}");
    assert_ne!(fake.state("fedcat_state")["mark"], lost);
}
