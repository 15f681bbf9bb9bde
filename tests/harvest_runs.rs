//! What becomes of a run: held until a person decides, killed, queued, asked for while the source
//! is busy. On every database.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::TimeDelta;
use fedcat::clock;
use fedcat::harvest::acts;
use fedcat::harvest::pipeline::{Progress, Unwatched};
use fedcat::setup;
use fedcat::store::audit::Actor;
use fedcat::store::entity::{lease, personal, record, run};
use fedcat::store::packed::raw_of;
use fedcat::store::{Store, StoreError, leases, runs, tally};
use futures_util::FutureExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use support::fixture::Reply;
use support::listing::{PATH, catalogue, entry, forget_rules, fresh, last_event, states};
use support::stores::{on_each, sqlite};
use support::{at, harvest, harvester};

#[tokio::test]
async fn a_run_that_would_take_away_too_much_is_held_and_applies_nothing() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let before = last_event(&store).await;
        fixture.set(PATH, Reply::json(catalogue([1, 2, 21])));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(held.state.as_str(), "held");
        assert_eq!(held.reason.as_deref(), Some("18 of 20 records would no longer be listed"));
        assert_eq!(last_event(&store).await, before);
        assert_eq!(states(&store).await, (20, 0, 0));
        let waiting = runs::items(store.read(), held.id, "", 50).await.expect("items");
        assert_eq!(waiting.len(), 19, "the operator sees what it would do");

        let refused =
            acts::reject(&store, &Actor::command_line(None), held.id).await.expect("rejected");
        assert_eq!(refused.state.as_str(), "rejected");
        assert_eq!(states(&store).await, (20, 0, 0));
        assert!(
            harvester(&store)
                .accept(held.id, &Actor::command_line(None), &Unwatched)
                .await
                .is_err(),
            "decided once"
        );

        let held = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        let accepted = harvester(&store)
            .accept(held.id, &Actor::command_line(None), &Unwatched)
            .await
            .expect("accepted");
        assert_eq!(accepted.state.as_str(), "succeeded");
        assert_eq!(states(&store).await, (3, 18, 0));
    })
    .await;
}

#[tokio::test]
async fn a_later_run_makes_a_held_one_void() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue([1])));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        let held = runs::get(store.read(), held.id).await.expect("the run");
        assert_eq!(held.state.as_str(), "rejected");
        assert_eq!(states(&store).await, (20, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn losing_names_or_licences_is_held_too() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let mut entries: Vec<Value> = (1..=20).map(entry).collect();
        for entry in &mut entries {
            entry["licence"] = entry["license"].take();
        }
        fixture.set(PATH, Reply::json(Value::from(entries).to_string()));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(held.reason.as_deref(), Some("20 of 20 records would lose their licence"));
    })
    .await;
}

#[tokio::test]
async fn a_killed_run_is_aborted_and_the_next_one_starts_clean() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)));
        // A process claims the run, stages something and is killed.
        let long_ago = at("2026-01-01T00:00:00Z");
        let tx = store.write().await.expect("a transaction");
        let killed = runs::queue(&tx, "fr-test", None, None, long_ago, long_ago)
            .await
            .expect("queued")
            .expect("a run");
        let (_, lease) = runs::claim(&tx, killed, "gone", leases::TERM, long_ago)
            .await
            .expect("claimed")
            .expect("free");
        let item = runs::Item {
            external_id: "1".to_owned(),
            status: runs::ItemStatus::Added,
            reasons: vec![],
            staged: Some(br#"{"findings":[]}"#.to_vec()),
            renamed_from: None,
        };
        runs::stage(&tx, killed, &[item]).await.expect("staged");
        tx.commit().await.expect("committed");

        let row = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(row.counts().added, 5);
        let killed = runs::get(store.read(), killed).await.expect("the run");
        assert_eq!(killed.state.as_str(), "aborted");
        assert!(runs::items(store.read(), killed.id, "", 9).await.expect("items").is_empty());

        // The killed process was only slow: it may no longer write.
        let tx = store.write().await.expect("a transaction");
        let late = leases::check(&tx, &lease, at("2026-01-03T00:00:00Z")).await;
        assert!(late.is_err(), "a lost lease is noticed");
    })
    .await;
}

/// A holder's name of a process of this machine that has ended.
fn ended_process() -> Option<String> {
    let own = fedcat::process::holder();
    let mut words: Vec<&str> = own.split(' ').collect();
    let started = words.get(2)?.parse::<u64>().ok()? + 1;
    let started = started.to_string();
    *words.get_mut(2)? = &started;
    Some(words.join(" "))
}

#[tokio::test]
async fn the_lease_of_a_process_that_has_ended_need_not_run_out() {
    on_each(|store| async move {
        let Some(ended) = ended_process() else {
            println!("skipped: this system does not tell where processes are");
            return;
        };
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)));
        let now = clock::now();
        let tx = store.write().await.expect("a transaction");
        let run = runs::queue(&tx, "fr-test", None, None, now, now).await.expect("queued");
        let run = run.expect("a run");
        runs::claim(&tx, run, &ended, leases::TERM, now).await.expect("claimed").expect("free");
        tx.commit().await.expect("committed");
        assert_eq!(runs::abort_orphans(&store, now).await.expect("looked for"), 1);
        let row = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().added), ("succeeded", 5));
        let killed = runs::get(store.read(), run).await.expect("the run");
        assert_eq!(killed.reason.as_deref(), Some("the process that ran it was killed"));
    })
    .await;
}

/// A process that stood still past its lease comes back when its run was given up, and nobody has
/// the lease.
#[tokio::test]
async fn a_run_that_was_given_up_writes_nothing_more() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let begun = at("2026-01-01T00:00:00Z");
        let tx = store.write().await.expect("a transaction");
        let queued = runs::queue(&tx, "fr-test", None, None, begun, begun).await.expect("queued");
        let id = queued.expect("a run");
        let claimed = runs::claim(&tx, id, "frozen", leases::TERM, begun).await.expect("claimed");
        let (_, lease) = claimed.expect("free");
        let items: Vec<runs::Item> = (0..3)
            .map(|number| runs::Item {
                external_id: number.to_string(),
                status: runs::ItemStatus::Added,
                reasons: vec![],
                staged: Some(br#"{"findings":[]}"#.to_vec()),
            renamed_from: None,
            })
            .collect();
        runs::stage(&tx, id, &items).await.expect("staged");
        runs::applied(&tx, id, &["0".to_owned()]).await.expect("applied");
        tx.commit().await.expect("committed");

        // Late, but nobody has given it up: it goes on.
        let late = begun + leases::TERM * 3;
        let tx = store.write().await.expect("a transaction");
        runs::check(&tx, &lease, late).await.expect("still its own");
        tx.commit().await.expect("committed");
        assert_eq!(runs::abort_orphans(&store, late).await.expect("looked"), 0, "it lives");

        let later = late + leases::TERM * 2;
        assert_eq!(runs::abort_orphans(&store, later).await.expect("looked"), 1);
        let row = runs::get(store.read(), id).await.expect("the run");
        let expected =
            "the process that ran it was not heard of for too long; 1 of 3 staged changes were applied";
        assert_eq!((row.state.as_str(), row.reason.as_deref()), ("aborted", Some(expected)));
        let tx = store.write().await.expect("a transaction");
        let refused = runs::check(&tx, &lease, later).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost { .. })), "{refused:?}");
        let refused = leases::check(&tx, &lease, later).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost { .. })), "{refused:?}");
    })
    .await;
}

/// A run succeeds only where all that it staged is applied.
#[tokio::test]
async fn what_was_staged_must_be_what_was_applied() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let now = at("2026-01-01T00:00:00Z");
        let tx = store.write().await.expect("a transaction");
        let queued = runs::queue(&tx, "fr-test", None, None, now, now).await.expect("queued");
        let id = queued.expect("a run");
        let item = |number: u32, staged: Option<&str>| runs::Item {
            external_id: number.to_string(),
            status: runs::ItemStatus::Added,
            reasons: vec![],
            staged: staged.map(|text| text.as_bytes().to_vec()),
            renamed_from: None,
        };
        runs::all_applied(&tx, id).await.expect("nothing was staged");
        let some = Some("{\"findings\":[]}");
        runs::stage(&tx, id, &[item(1, some), item(2, None), item(3, some)]).await.expect("staged");
        let unapplied = runs::all_applied(&tx, id).await;
        assert!(matches!(unapplied, Err(StoreError::Unapplied { staged: 2, applied: 0, .. })));
        runs::applied(&tx, id, &["1".to_owned(), "3".to_owned()]).await.expect("applied");
        assert_eq!(runs::all_applied(&tx, id).await.expect("all"), (2, 2));
        let twice = runs::applied(&tx, id, &["1".to_owned()]).await;
        assert!(matches!(twice, Err(StoreError::Unapplied { staged: 1, applied: 0, .. })));
        tx.rollback().await.expect("rolled back");

        // What is dropped in between is noticed.
        let tx = store.write().await.expect("a transaction");
        let queued = runs::queue(&tx, "fr-test", None, None, now, now).await.expect("queued");
        let id = queued.expect("a run");
        runs::stage(&tx, id, &[item(1, some), item(3, some)]).await.expect("staged");
        runs::applied(&tx, id, &["1".to_owned()]).await.expect("applied");
        runs::forget_staged(&tx, id).await.expect("dropped");
        let unapplied = runs::all_applied(&tx, id).await;
        assert!(matches!(unapplied, Err(StoreError::Unapplied { staged: 2, applied: 1, .. })));
    })
    .await;
}

/// A database that is away for a moment ends no long download.
#[tokio::test]
async fn the_time_of_a_lease_decides_and_not_one_renewal_that_fails() {
    let (store, _folder) = sqlite().await;
    let _fixture = fresh(&store).await;
    let term = TimeDelta::milliseconds(1_200);
    let tx = store.write().await.expect("a transaction");
    let now = clock::now();
    let taken = leases::take(&tx, "fr-test", uuid::Uuid::now_v7(), "test", term, now).await;
    let (lease, _) = taken.expect("asked").expect("free");
    tx.execute_unprepared("ALTER TABLE lease RENAME TO away").await.expect("away");
    tx.commit().await.expect("committed");
    let kept = tokio::spawn({
        let store = store.clone();
        async move { leases::keep(&store, &lease).await }
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!kept.is_finished(), "a renewal has failed, and the lease holds");
    let lost = tokio::time::timeout(Duration::from_secs(5), kept).await.expect("it ran out");
    assert!(matches!(lost.expect("no panic"), StoreError::Db(_)));
}

#[tokio::test]
async fn a_scheduled_time_is_queued_once_however_many_ask() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let row = fedcat::store::sources::get(store.read(), "fr-test").await.expect("the source");
        let now = at("2026-01-02T03:00:00Z");
        let first = fedcat::harvest::schedule::queue_due(&store, &row, now).await.expect("asked");
        let second = fedcat::harvest::schedule::queue_due(&store, &row, now).await.expect("asked");
        assert_eq!((first, second), (true, false));
        let next_day = at("2026-01-03T03:00:00Z");
        assert!(fedcat::harvest::schedule::queue_due(&store, &row, next_day).await.expect("asked"));
        assert_eq!(runs::queued(store.read()).await.expect("runs").len(), 2);
    })
    .await;
}

/// Ends a run after its first batch, as a kill would: nothing that follows is carried out.
struct Kill;

impl Progress for Kill {
    fn read(&self, _: i64) {}
    fn applied(&self, _: u64) {
        std::panic::resume_unwind(Box::new("killed"));
    }
}

/// Carries out a run that is killed.
async fn killed<T>(work: impl Future<Output = T>) {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    assert!(ended.is_err(), "it ended before it could be killed");
}

/// Lets the leases of killed processes run out.
async fn wait_for_leases(store: &Store) {
    let tx = store.write().await.expect("a transaction");
    lease::Entity::update_many()
        .col_expr(lease::Column::Until, Expr::value(at("2026-01-01T00:00:00Z")))
        .exec(&tx)
        .await
        .expect("run out");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_run_that_is_being_accepted_can_no_longer_be_rejected() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue([1])));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        killed(harvester(&store).accept(held.id, &Actor::command_line(None), &Kill)).await;
        assert_eq!(states(&store).await, (1, 19, 0), "it has been applied");
        assert!(
            acts::reject(&store, &Actor::command_line(None), held.id).await.is_err(),
            "so it cannot be refused"
        );
        wait_for_leases(&store).await;
        harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        let killed = runs::get(store.read(), held.id).await.expect("the run");
        assert_eq!(killed.state.as_str(), "aborted");
    })
    .await;
}

#[tokio::test]
async fn after_a_run_was_killed_while_it_applied_no_earlier_state_is_confirmed() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let old = Reply::json(catalogue(1..=5)).with_etag("old");
        fixture.set(PATH, old.clone());
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue(1..=7)).with_etag("new"));
        let time = at("2026-01-02T00:00:00Z");
        killed(harvester(&store).harvest("fr-test", None, time, &Kill)).await;
        assert_eq!(states(&store).await, (7, 0, 0));
        wait_for_leases(&store).await;
        fixture.set(PATH, old);
        let row = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert!(!row.not_modified);
        assert_eq!(states(&store).await, (5, 2, 0));
    })
    .await;
}

#[tokio::test]
async fn a_run_by_hand_that_finds_the_source_busy_leaves_nothing_in_the_queue() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let tx = store.write().await.expect("a transaction");
        let other = uuid::Uuid::now_v7();
        leases::take(&tx, "fr-test", other, "another", leases::TERM, clock::now())
            .await
            .expect("asked")
            .expect("free");
        tx.commit().await.expect("committed");
        let time = at("2026-01-01T00:00:00Z");
        let refused =
            harvester(&store).harvest("fr-test", Some("here.json"), time, &Unwatched).await;
        assert!(refused.is_err());
        assert!(runs::queued(store.read()).await.expect("runs").is_empty());
    })
    .await;
}

#[tokio::test]
async fn after_an_accepted_run_the_listing_is_read_again_in_full() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue([1])).with_etag("short"));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        harvester(&store)
            .accept(held.id, &Actor::command_line(None), &Unwatched)
            .await
            .expect("accepted");
        let next = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert!(!next.not_modified, "its own findings were never told");
        let last = harvest(&store, "fr-test", "2026-01-04T00:00:00Z").await;
        assert!(last.not_modified);
    })
    .await;
}

#[tokio::test]
async fn starter_entries_whose_run_was_killed_are_taken_in_by_the_next_start() {
    on_each(|store| async move {
        setup::load_sources(&store, at("2026-01-01T00:00:00Z")).await.expect("sources");
        let entries = || async { tally::totals(store.read()).await.expect("totals").records };
        let killed = harvester(&store);
        killed.cancel.cancel();
        setup::take_in_starter_entries(&killed).await.expect("stopped");
        assert_eq!(entries().await, 0);
        setup::take_in_starter_entries(&harvester(&store)).await.expect("taken in");
        assert_ne!(entries().await, 0);
        let runs_before = runs::list(store.read(), None, None, 9).await.expect("runs").len();
        setup::take_in_starter_entries(&harvester(&store)).await.expect("nothing to do");
        assert_eq!(runs::list(store.read(), None, None, 9).await.expect("runs").len(), runs_before);
    })
    .await;
}

#[tokio::test]
async fn when_the_rules_change_the_stored_items_are_read_again_without_asking_the_source() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue(2..=5)));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let asked = fixture.asked().len();
        forget_rules(&store, "fr-test").await;
        harvester(&store).reread_all().await.expect("read again");
        assert_eq!(fixture.asked().len(), asked);
        assert_eq!(states(&store).await, (4, 1, 0), "it says nothing about being listed");
        let last = &runs::list(store.read(), Some("fr-test"), None, 1).await.expect("runs")[0];
        assert_eq!((last.state.as_str(), last.counts().updated), ("succeeded", 5));
        harvester(&store).reread_all().await.expect("nothing to do");
        let same = &runs::list(store.read(), Some("fr-test"), None, 1).await.expect("runs")[0];
        assert_eq!(same.id, last.id);
        let next = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert_eq!(next.counts().unchanged, 4);
    })
    .await;
}

#[tokio::test]
async fn what_is_a_persons_is_cut_out_of_texts_also_of_those_that_were_stored_before() {
    on_each(|store| async move {
        const PRIVATE: &str = "aline@example.org";
        let fixture = fresh(&store).await;
        let mut item = entry(1);
        item["description"]["fr"] = format!("Suit les colis. Écrire à {PRIVATE}.").into();
        fixture.set(PATH, Reply::json(Value::from_iter([item.clone()]).to_string()));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let stored = || async { record::Entity::find().one(store.read()).await.expect("read") };
        let check = |row: record::Model| {
            let raw = raw_of(&row).expect("an item");
            assert!(!raw.contains(PRIVATE), "{raw}");
            assert!(!row.content.contains(PRIVATE), "{}", row.content);
            assert!(row.content.contains("Écrire à (…)."), "{}", row.content);
        };
        check(stored().await.expect("a record"));
        let apart = personal::Entity::find().all(store.read()).await.expect("data");
        assert_eq!(apart.iter().map(|datum| &*datum.value).collect::<Vec<_>>(), [PRIVATE]);

        // As the rules of an earlier version stored it.
        let tx = store.write().await.expect("a transaction");
        record::Entity::update_many()
            .col_expr(record::Column::Raw, Expr::value(item.to_string()))
            .col_expr(record::Column::RawPacked, Expr::value(None::<Vec<u8>>))
            .exec(&tx)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
        forget_rules(&store, "fr-test").await;
        harvester(&store).reread_all().await.expect("read again");
        check(stored().await.expect("a record"));
        let apart = personal::Entity::find().all(store.read()).await.expect("data");
        assert_eq!(apart.len(), 2, "what was cut before stays, what is cut now comes to it");
        let next = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(next.counts().unchanged, 1, "the item at the source is what it was");
    })
    .await;
}

#[tokio::test]
async fn what_became_of_each_item_is_kept_for_ninety_days_and_the_counts_for_ever() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(Value::from_iter([entry(1)]).to_string()));
        let first = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let ended = |days| clock::now() - TimeDelta::days(days);
        for (days, kept) in [(89, 1), (91, 0)] {
            let tx = store.write().await.expect("a transaction");
            run::Entity::update_many()
                .col_expr(run::Column::EndedAt, Expr::value(ended(days)))
                .filter(run::Column::Id.eq(first.id))
                .exec(&tx)
                .await
                .expect("written");
            tx.commit().await.expect("committed");
            harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
            let items = runs::items(store.read(), first.id, "", 9).await.expect("items");
            assert_eq!(items.len(), kept, "after {days} days");
        }
        assert_eq!(runs::get(store.read(), first.id).await.expect("a run").added, 1);
    })
    .await;
}
