//! Sources that fail are left alone for a while, runs are not more than allowed at the same time,
//! and none takes for ever. On every database.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fedcat::harvest::circuit::{OPENS_AT, is_open};
use fedcat::harvest::pipeline::{HarvestError, Harvester, Unwatched};
use fedcat::harvest::schedule::{queue_due, queue_retries};
use fedcat::harvest::worker;
use fedcat::store::entity::circuit;
use fedcat::store::{Store, circuits, runs, sources};
use support::fixture::{Fixture, Reply};
use support::listing::{PATH, catalogue, fresh, states};
use support::stores::on_each;
use support::{at, harvest, harvester, put_source, source};

async fn known(store: &Store) -> Option<circuit::Model> {
    circuits::get(store.read(), "fr-test").await.expect("asked")
}

/// The pause, in minutes, that follows one more harvest.
async fn pause_after(store: &Store, time: &str) -> i64 {
    let before = fedcat::clock::now();
    harvest(store, "fr-test", time).await;
    (known(store).await.expect("it failed").not_before - before).num_minutes()
}

#[tokio::test]
async fn each_failure_makes_the_pause_longer_and_an_answer_ends_it() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::status(500));
        let mut pauses = Vec::new();
        for day in 1..=OPENS_AT {
            pauses.push(pause_after(&store, &format!("2026-01-0{day}T00:00:00Z")).await);
        }
        for (pause, least) in pauses.iter().zip([5, 20, 80, 320, 1440]) {
            // A fifth more at most, and a minute for the run itself.
            assert!((least..=least + least / 5 + 1).contains(pause), "{pauses:?}");
        }
        assert!(is_open(&known(&store).await.expect("it failed"), fedcat::clock::now()));
        fixture.set(PATH, Reply::json(catalogue(1..=3)));
        harvest(&store, "fr-test", "2026-01-07T00:00:00Z").await;
        assert_eq!(known(&store).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_pause_that_the_server_asks_for_is_kept() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let busy = Reply::status(429).with(axum::http::header::RETRY_AFTER, "7200");
        fixture.set(PATH, busy);
        let pause = pause_after(&store, "2026-01-01T00:00:00Z").await;
        assert!((119..=121).contains(&pause), "{pause} minutes");
        let row = &runs::list(store.read(), Some("fr-test"), None, 1).await.expect("runs")[0];
        let told = format!("{}{PATH} asks to come back in 7200 s", fixture.url);
        assert_eq!(row.reason.as_deref(), Some(told.as_str()));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_fault_of_the_source_opens_nothing() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=3)));
        let stopped = harvester(&store);
        stopped.cancel.cancel();
        let time = at("2026-01-01T00:00:00Z");
        stopped.harvest("fr-test", None, time, &Unwatched).await.expect("stopped");
        let absent = Some("no-such-file.json");
        harvester(&store).harvest("fr-test", absent, time, &Unwatched).await.expect("failed");
        assert_eq!(known(&store).await, None);
    })
    .await;
}

async fn failed(store: &Store, failures: i32, not_before: DateTime<Utc>) {
    let tx = store.write().await.expect("a transaction");
    let row = circuit::Model { source_id: "fr-test".to_owned(), failures, not_before };
    circuits::put(&tx, row).await.expect("kept");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn an_open_circuit_suspends_the_schedule_and_ends_in_one_try() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let row = sources::get(store.read(), "fr-test").await.expect("the source");
        let until = at("2026-01-05T00:00:00Z");
        failed(&store, OPENS_AT, until).await;
        let day = until - TimeDelta::hours(12);
        assert!(!queue_due(&store, &row, day).await.expect("asked"));
        assert_eq!(queue_retries(&store, day).await.expect("asked"), 0);
        assert_eq!(queue_retries(&store, until).await.expect("asked"), 1);
        assert_eq!(queue_retries(&store, until).await.expect("asked"), 0, "one try a pause");
        // A few failures hold back no scheduled run.
        failed(&store, OPENS_AT - 1, until).await;
        assert!(queue_due(&store, &row, day).await.expect("asked"));
        let tx = store.write().await.expect("a transaction");
        sources::set_enabled(&tx, "fr-test", false, None).await.expect("disabled");
        tx.commit().await.expect("committed");
        let later = until + TimeDelta::hours(1);
        failed(&store, 1, later).await;
        assert_eq!(queue_retries(&store, later).await.expect("asked"), 0);
    })
    .await;
}

/// `n` sources that never answer.
async fn silent_sources(store: &Store, n: u32) -> Fixture {
    let fixture = Fixture::start().await;
    for number in 1..=n {
        let path = format!("/{number}");
        fixture.set(&path, Reply::silent());
        let url = format!("{}{path}", fixture.url);
        put_source(store, source(&format!("fr-{number}"), "catalogi", &url, &fixture.host)).await;
        let tx = store.write().await.expect("a transaction");
        let now = fedcat::clock::now();
        runs::queue(&tx, &format!("fr-{number}"), None, None, now, now).await.expect("queued");
        tx.commit().await.expect("committed");
    }
    fixture
}

async fn running(store: &Store) -> usize {
    let all = runs::list(store.read(), None, None, 100).await.expect("runs");
    all.iter().filter(|row| row.state.as_str() == "running").count()
}

#[tokio::test]
async fn runs_of_all_processes_together_are_no_more_than_allowed() {
    on_each(|store| async move {
        let fixture = silent_sources(&store, 6).await;
        let of = |at_once| Harvester { at_once, ..harvester(&store) };
        // No more than two at a time are asked of one host anyway.
        let (one, other) = (of(2), of(2));
        let wake = || Arc::new(tokio::sync::Notify::new());
        let workers = [
            tokio::spawn(worker::work(one.clone(), wake(), TimeDelta::zero())),
            tokio::spawn(worker::work(other.clone(), wake(), TimeDelta::zero())),
        ];
        while fixture.asked().len() < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let next = runs::queued(store.read()).await.expect("runs");
        assert_eq!((running(&store).await, next.len()), (2, 4));
        let refused = of(2).run(next[0].id, &Unwatched).await;
        assert!(matches!(refused, Err(HarvestError::NoRoom(_))), "{refused:?}");
        one.cancel.cancel();
        other.cancel.cancel();
        for worker in workers {
            worker.await.expect("it stops by itself");
        }
    })
    .await;
}

#[tokio::test]
async fn a_listing_that_takes_too_long_is_incomplete() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=3)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::silent());
        let hasty = Harvester { run_timeout: Duration::from_secs(1), ..harvester(&store) };
        let time = at("2026-01-02T00:00:00Z");
        let row = hasty.harvest("fr-test", None, time, &Unwatched).await.expect("carried out");
        let told = "it takes longer than 1 s, the longest time for one run";
        assert_eq!((row.state.as_str(), row.reason.as_deref()), ("failed", Some(told)));
        assert_eq!(states(&store).await, (3, 0, 0));
        assert!(known(&store).await.is_some(), "the source is to blame");
    })
    .await;
}
