//! The catalogue whose pages are measured: invented entries of a dozen sources that overlap, beside
//! the seeds, and years of runs.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fedcat::harvest::client::{Limits, Politeness, SystemNames};
use fedcat::harvest::pipeline::{Harvester, Unwatched};
use fedcat::store::entity::{run, source};
use fedcat::store::{Store, runs, sources};
use fedcat::{clock, setup};
use tokio_util::sync::CancellationToken;

/// The source that lists all entries.
pub const MAIN: &str = "xx-bench";
/// A source that lists a tenth of them, too.
pub const TENTH: &str = "xx-bench-1";
/// Sources that list some of them, too.
const OTHERS: u32 = 11;
/// Runs of each source.
const RUNS: i32 = 100;

/// Fills a database with so many entries, which a server on loopback sends.
pub async fn fill(store: &Store, entries: u32, peer: &str) {
    store.migrate().await.expect("migrated");
    setup::load_sources(store, clock::now()).await.expect("sources");
    let harvester = harvester(store);
    setup::take_in_starter_entries(&harvester).await.expect("the starter entries");
    harvest(&harvester, MAIN, peer).await;
    for n in 1..=OTHERS {
        let count = (if n == 1 { entries / 10 } else { entries / 100 }).max(1);
        let url = format!("{peer}?first={}&count={count}", n * (entries / 16));
        harvest(&harvester, &format!("xx-bench-{n}"), &url).await;
    }
    remember_runs(store).await;
}

async fn harvest(harvester: &Harvester, id: &str, url: &str) {
    let tx = harvester.store.write().await.expect("a transaction");
    sources::put(&tx, source(id, url)).await.expect("a source");
    tx.commit().await.expect("committed");
    let run = harvester.harvest(id, None, clock::now(), &Unwatched).await.expect("a run");
    assert_eq!(run.state.as_str(), "succeeded", "{:?}", run.reason);
}

/// A run a week of every source, which found the source as it was.
async fn remember_runs(store: &Store) {
    let all = sources::all(store.read()).await.expect("sources");
    let tx = store.write().await.expect("a transaction");
    for source in &all {
        for week in 0..RUNS {
            let at = clock::now() - TimeDelta::weeks(i64::from(RUNS - week));
            let id = runs::queue(&tx, &source.id, None, None, at, at).await.expect("a run");
            let row = run::Model::queued(id.expect("new"), &source.id, at, at);
            runs::end(&tx, ended(row, at)).await.expect("ended");
        }
    }
    tx.commit().await.expect("committed");
}

fn ended(row: run::Model, at: DateTime<Utc>) -> run::Model {
    run::Model {
        state: runs::State::Succeeded,
        started_at: Some(at),
        ended_at: Some(at),
        complete: true,
        items_read: 100,
        unchanged: 100,
        entries: Some(100),
        ..row
    }
}

fn source(id: &str, url: &str) -> source::Model {
    let host = url.trim_start_matches("http://").split('/').next().expect("a host");
    source::Model {
        id: id.to_owned(),
        name: format!("Catalogue {id}"),
        country: Some("FR".to_owned()),
        body: None,
        operator: "Bench".to_owned(),
        connector: "catalogi".to_owned(),
        url: Some(url.to_owned()),
        schedule: None,
        data_licence: None,
        attribution: None,
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
        added_at: clock::now(),
    }
}

fn harvester(store: &Store) -> Harvester {
    Harvester {
        store: store.clone(),
        limits: Limits { max_bytes: u64::MAX, total: Duration::MAX, ..Limits::default() },
        contact: "https://fedcat.example.org/about".to_owned(),
        holder: fedcat::process::holder(),
        lease: fedcat::store::leases::TERM,
        politeness: Arc::new(Politeness::default()),
        names: Arc::new(SystemNames),
        at_once: 1,
        run_timeout: Duration::from_secs(24 * 3600),
        cancel: CancellationToken::new(),
    }
}
