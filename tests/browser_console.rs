//! The console in a real browser: `tests/browser/console.mjs` against a server in this process,
//! with a worker and a peer catalogue that takes its time.
//!
//! `FEDCAT_TEST_BROWSER=/usr/bin/chromium cargo test --test browser_console`, after `npm ci` in
//! `tests/browser`. `FEDCAT_TEST_PICTURES` names a folder for screenshots.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::extract::Query;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::TimeDelta;
use fedcat::clock;
use fedcat::harvest::worker;
use fedcat::secrets::Secret;
use fedcat::store::audit::Actor;
use fedcat::store::entity::{run, source};
use fedcat::store::tokens::{self, PREFIX, Scope};
use fedcat::store::{runs, sources};
use fedcat::web::AppState;
use fedcat::web::router::router;
use serde_json::{Value, json};
use support::app::App;
use support::skipped::skipped;
use support::{harvester, put_source, source};
use tokio::net::TcpListener;

/// Entries of the peer, which comes and goes as the browser asks for it.
static ENTRIES: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(ALL));
const ALL: u32 = 25;
const PER_PAGE: u32 = 5;

/// One page of the Software Catalog API, after a while.
async fn page(Query(query): Query<Vec<(String, String)>>) -> Json<Value> {
    let after = query.iter().find(|(key, _)| key == "page[after]").map(|(_, value)| value.as_str());
    let from: u32 = after.and_then(|after| after.parse().ok()).unwrap_or(0);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let all = ENTRIES.load(Ordering::Relaxed);
    let until = (from + PER_PAGE).min(all);
    let data: Vec<Value> = (from..until).map(entry).collect();
    let next = (until < all).then(|| format!("?page[after]={until}"));
    Json(json!({"data": data, "links": {"prev": null, "next": next}}))
}

fn entry(n: u32) -> Value {
    let licence = if n.is_multiple_of(3) { "GPL" } else { "MIT" };
    let yaml = format!(
        "publiccodeYmlVersion: \"0.4\"\nname: Strumento {n}\nurl: https://github.com/example-org/strumento-{n}\n\
         releaseDate: 2026-13-01\nlegal:\n  license: {licence}\ndescription:\n  it:\n    shortDescription: Fa {n}\n"
    );
    json!({
        "id": format!("00000000-0000-7000-8000-{n:012}"), "active": true,
        "url": format!("https://github.com/example-org/strumento-{n}.git"),
        "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z",
        "publiccodeYml": yaml,
    })
}

/// Runs of the last weeks, for the charts.
async fn history(app: &App, source: &str) {
    let tx = app.store.write().await.expect("a transaction");
    for n in 0..20 {
        let at = clock::now() - TimeDelta::days(20 - n);
        let id = runs::queue(&tx, source, None, None, at, at).await.expect("queued").expect("new");
        let row = runs::get(&tx, id).await.expect("a run");
        let failed = n % 7 == 5;
        let state = if failed { runs::State::Failed } else { runs::State::Succeeded };
        let row = run::Model {
            state,
            started_at: Some(at),
            ended_at: Some(at),
            complete: !failed,
            items_read: 400 + 3 * n,
            added: (n * 13) % 17,
            updated: (n * 29) % 41,
            missing: (n * 5) % 4,
            withdrawn: (n * 3) % 3,
            failed: n % 5,
            entries: (!failed).then_some(400 + 3 * n - (n * 7) % 11),
            reason: failed.then(|| "catalogo.example.org answered 503".to_owned()),
            ..row
        };
        runs::end(&tx, row).await.expect("ended");
    }
    let yesterday = clock::now() - TimeDelta::days(1);
    sources::completed(&tx, source, yesterday).await.expect("completed");
    tx.commit().await.expect("committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_in_a_real_browser() {
    let Ok(browser) = std::env::var("FEDCAT_TEST_BROWSER") else {
        skipped("the browser; set FEDCAT_TEST_BROWSER=/usr/bin/chromium to run these tests");
        return;
    };
    let peer = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = peer.local_addr().expect("an address").to_string();
    let pages = Router::new().route("/v1/software", get(page));
    tokio::spawn(async move { axum::serve(peer, pages).await });

    let app = App::empty().await;
    for id in ["it-primo", "it-secondo", "it-terzo"] {
        let url = format!("http://{host}/v1/software");
        let facts = source(id, "software-catalog-api", &url, &host);
        put_source(&app.store, source::Model { schedule: Some("7 1 * * *".to_owned()), ..facts })
            .await;
    }
    history(&app, "it-terzo").await;
    let secret = Secret::new(PREFIX).expect("randomness");
    let cli = Actor::command_line(Some("tester"));
    let life = TimeDelta::days(1);
    tokens::create(&app.store, &cli, &secret, "anna", Scope::Operator, life, clock::now())
        .await
        .expect("a token");

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let state = AppState { public_url: address.as_str().into(), ..app.state() };
    let harvester = harvester(&app.store);
    let cancel = harvester.cancel.clone();
    let working =
        tokio::spawn(worker::work(harvester, Arc::clone(&state.console.wake), TimeDelta::zero()));
    let application = router(state, Duration::from_secs(10))
        .route("/shrink", post(|| async { ENTRIES.store(2, Ordering::Relaxed) }))
        .route("/grow", post(|| async { ENTRIES.store(ALL, Ordering::Relaxed) }));
    let server = tokio::spawn(async move { axum::serve(listener, application).await });

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let mut command = Command::new("node");
    command.current_dir(&folder).arg("console.mjs").args([&address, &browser]);
    command.args(std::env::var("FEDCAT_TEST_PICTURES").ok());
    command.env("FEDCAT_TEST_TOKEN", secret.reveal());
    command.env("FEDCAT_TEST_SOURCES", "it-primo it-secondo it-terzo");
    let running = tokio::task::spawn_blocking(move || command.status());
    let status = running.await.expect("an end").expect("node, to run the browser");
    cancel.cancel();
    working.await.expect("the worker ends");
    server.abort();
    assert!(status.success(), "the browser found problems: see above");
}
