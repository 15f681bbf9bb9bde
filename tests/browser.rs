//! The pages in a real browser: `tests/browser/run.mjs` against a server in this process, filled
//! with the starter entries and the invented ones.
//!
//! `FEDCAT_TEST_BROWSER=/usr/bin/chromium cargo test --test browser`, after `npm ci` in
//! `tests/browser`. `FEDCAT_TEST_PICTURES` names a folder for screenshots.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

#[path = "support/catalogue.rs"]
mod catalogue;
#[path = "support/skipped.rs"]
mod skipped;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use catalogue::{Catalogue, catalogue};
use fedcat::clock;
use fedcat::harvest::pipeline::{Harvester, Unwatched};
use fedcat::outbound::{Limits, Politeness, SystemLookup};
use fedcat::seeds;
use fedcat::store::entity::source;
use fedcat::store::sources;
use fedcat::web::router::router;
use skipped::skipped;
use tokio::net::TcpListener;

use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_in_a_real_browser() {
    let Ok(browser) = std::env::var("FEDCAT_TEST_BROWSER") else {
        skipped("the browser; set FEDCAT_TEST_BROWSER=/usr/bin/chromium to run these tests");
        return;
    };
    let catalogue = catalogue().await;
    harvest_starter_entries(&catalogue).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let application = router(catalogue.state.clone(), Duration::from_secs(10));
    let server = tokio::spawn(async move { axum::serve(listener, application).await });

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let mut command = Command::new("node");
    command.current_dir(&folder).arg("run.mjs").args([&address, &browser]);
    command.args(std::env::var("FEDCAT_TEST_PICTURES").ok());
    command.env("FEDCAT_TEST_PAGES", given(&catalogue).await);
    let running = tokio::task::spawn_blocking(move || command.status());
    let status = running.await.expect("an end").expect("node, to run the browser");
    server.abort();
    assert!(status.success(), "the browser found problems: see above");
}

/// Pages that show what real entries seldom do.
async fn given(catalogue: &Catalogue) -> String {
    let mut all = vec!["/sources/it-esempio".to_owned()];
    for (source, external_id) in
        [("fr-exemple", "12"), ("it-esempio", "mappa"), ("fr-exemple", "13")]
    {
        all.push(format!("/software/{}", catalogue.id(source, external_id).await));
    }
    all.join(" ")
}

async fn harvest_starter_entries(catalogue: &Catalogue) {
    let store = &catalogue.state.store;
    let tx = store.write().await.expect("a transaction");
    for seed in seeds::sources().expect("sources") {
        sources::put(&tx, row(seed)).await.expect("a source");
    }
    tx.commit().await.expect("a commit");
    let harvester = Harvester {
        store: store.clone(),
        limits: Limits::default(),
        contact: "https://catalogue.example.org/about".to_owned(),
        holder: "test".to_owned(),
        lease: fedcat::store::leases::TERM,
        politeness: Arc::new(Politeness::default()),
        names: Arc::new(SystemLookup),
        at_once: 3,
        run_timeout: Duration::from_secs(60),
        cancel: CancellationToken::new(),
    };
    harvester
        .harvest(seeds::STARTER_CONNECTOR, None, clock::now(), &Unwatched)
        .await
        .expect("the starter entries");
    catalogue.reindex().await;
}

fn row(seed: seeds::SourceSeed) -> source::Model {
    source::Model {
        options: serde_json::Value::Object(seed.options).to_string(),
        url: seed.url.map(|url| url.to_string()),
        contact: seed.contact.map(|url| url.to_string()),
        operator: seed.operator.unwrap_or_default(),
        priority: seed.priority.into(),
        id: seed.id,
        name: seed.name,
        country: seed.country,
        body: seed.body,
        connector: seed.connector,
        schedule: seed.schedule,
        data_licence: seed.data_licence,
        attribution: seed.attribution,
        enabled: seed.enabled,
        disabled_reason: seed.disabled_reason,
        enabled_by_operator: false,
        url_by_operator: false,
        removed_at: None,
        hold_reason: None,
        validators: None,
        last_complete_at: None,
        added_at: clock::now(),
    }
}
