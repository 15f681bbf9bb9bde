//! What tests of several capabilities share. Each test binary uses a part of it.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "tests may")]

pub mod app;
pub mod binary;
pub mod engines;
pub mod fake_meilisearch;
pub mod fixture;
pub mod integrity;
pub mod jekyll;
pub mod listing;
pub mod misbehaviour;
pub mod programs;
pub mod recorded;
pub mod redacted;
pub mod skipped;
pub mod stores;
pub mod totals;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use fedcat::harvest::pipeline::{Harvester, Unwatched};
use fedcat::outbound::{Limits, Politeness, SystemLookup};
use fedcat::store::entity::{run, source};
use fedcat::store::{Store, sources};
use tokio_util::sync::CancellationToken;

/// A harvester without patience.
pub fn harvester(store: &Store) -> Harvester {
    Harvester {
        store: store.clone(),
        limits: Limits {
            retries: 0,
            backoff: Duration::from_millis(1),
            idle: Duration::from_secs(2),
            ..Limits::default()
        },
        contact: "https://fedcat.example.org/about".to_owned(),
        holder: "test".to_owned(),
        lease: fedcat::store::leases::TERM,
        politeness: Arc::new(Politeness::default()),
        names: Arc::new(SystemLookup),
        at_once: 3,
        run_timeout: Duration::from_secs(60),
        cancel: CancellationToken::new(),
    }
}

/// A source that may talk to the fixture server at `host`.
pub fn source(id: &str, connector: &str, url: &str, host: &str) -> source::Model {
    let country = id.split('-').next().unwrap_or_default().to_uppercase();
    source::Model {
        id: id.to_owned(),
        name: format!("Catalogue {id}"),
        country: (country.len() == 2).then_some(country),
        body: None,
        operator: format!("Operator of {id}"),
        connector: connector.to_owned(),
        url: Some(url.to_owned()),
        schedule: Some("0 1 * * *".to_owned()),
        data_licence: Some("etalab-2.0".to_owned()),
        attribution: Some(format!("Attribution of {id}")),
        contact: None,
        priority: 20,
        options: serde_json::json!({ "allow": [host] }).to_string(),
        enabled: true,
        disabled_reason: None,
        enabled_by_operator: false,
        url_by_operator: false,
        removed_at: None,
        hold_reason: None,
        validators: None,
        last_complete_at: None,
        added_at: at("2026-01-01T00:00:00Z"),
    }
}

/// Puts a source in.
pub async fn put_source(store: &Store, facts: source::Model) {
    let tx = store.write().await.expect("a transaction");
    sources::put(&tx, facts).await.expect("the source is put");
    tx.commit().await.expect("committed");
}

/// Harvests a source with the run's clock at `time`.
pub async fn harvest(store: &Store, source: &str, time: &str) -> run::Model {
    harvester(store)
        .harvest(source, None, at(time), &Unwatched)
        .await
        .expect("the run is carried out")
}

/// A time.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A run's state and counts in one line: what a person would compare.
pub fn told(row: &run::Model) -> String {
    let c = row.counts();
    format!(
        "{}: read {} added {} updated {} unchanged {} skipped {} failed {} missing {} withdrawn {}",
        row.state,
        c.read,
        c.added,
        c.updated,
        c.unchanged,
        c.skipped,
        c.failed,
        c.missing,
        c.withdrawn
    )
}
