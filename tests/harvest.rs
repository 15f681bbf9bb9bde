//! What a harvest does to the catalogue: additions, changes, absences, withdrawals, and all the
//! ways in which a source can fail without anything being lost. On every database.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::future::Future;

use fedcat::harvest::pipeline::{Progress, Unwatched};
use fedcat::store::entity::lease;
use fedcat::store::views::{self, Lookup};
use fedcat::store::{Store, events, findings, leases, runs};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{at, harvest, harvester, put_source, source, told};

const PATH: &str = "/api/v2/catalogi.json";

/// A catalogue with entries numbered `ids`.
fn catalogue(ids: impl IntoIterator<Item = u32>) -> String {
    Value::from_iter(ids.into_iter().map(entry)).to_string()
}

fn entry(id: u32) -> Value {
    json!({
        "id": id, "name": format!("Outil {id}"), "description": {"fr": format!("Fait la chose {id}")},
        "license": "MIT", "addedTime": "2025-01-01T00:00:00.000Z",
        "updateTime": "2025-01-01T00:00:00.000Z", "url": format!("https://outil{id}.example.org/"),
        "codeRepositoryUrl": format!("https://github.com/example-org/outil-{id}"),
        "keywords": [], "authors": [], "providers": [],
    })
}

/// A text without its last `n` bytes.
fn cut_off(text: &str, n: usize) -> String {
    text.split_at(text.len() - n).0.to_owned()
}

async fn fresh(store: &Store) -> Fixture {
    let fixture = Fixture::start().await;
    let url = format!("{}{PATH}", fixture.url);
    put_source(store, source("fr-test", "catalogi", &url, &fixture.host)).await;
    fixture
}

async fn states(store: &Store) -> (i64, i64, i64) {
    let status = views::source_status(store.read(), "fr-test", 1).await.expect("a status");
    (status.active, status.missing, status.withdrawn)
}

async fn last_event(store: &Store) -> i64 {
    events::last(store.read()).await.expect("a number")
}

#[tokio::test]
async fn new_changed_and_unchanged_entries_are_told_apart() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)));
        let first = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&first),
            "succeeded: read 5 added 5 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0"
        );
        let mut entries: Vec<Value> = (1..=6).map(entry).collect();
        entries[0]["license"] = "EUPL-1.2".into();
        fixture.set(PATH, Reply::json(Value::from(entries).to_string()));
        let second = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(
            told(&second),
            "succeeded: read 6 added 1 updated 1 unchanged 4 skipped 0 failed 0 missing 0 withdrawn 0"
        );
        assert_eq!(views::totals(store.read()).await.expect("totals").software, 6);
    })
    .await;
}

#[tokio::test]
async fn the_same_bytes_write_nothing_but_the_row_of_the_run() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let mut entries: Vec<Value> = (1..=3).map(entry).collect();
        entries[1]["license"] = "Some words".into();
        entries[2]["name"] = "".into();
        let body = Value::from(entries).to_string();
        fixture.set(PATH, Reply::json(body));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let before = (
            last_event(&store).await,
            findings::by_code(store.read(), None).await.expect("findings"),
        );
        let again = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let after = (
            last_event(&store).await,
            findings::by_code(store.read(), None).await.expect("findings"),
        );
        assert_eq!(before, after);
        assert_eq!(again.counts().unchanged, 2);
        assert_eq!(again.counts().failed, 1, "an entry without a name fails every time");
        let rows = runs::items(store.read(), again.id, "", 10).await.expect("items");
        assert!(rows.is_empty(), "{rows:?}");
    })
    .await;
}

#[tokio::test]
async fn an_absent_entry_is_withdrawn_after_two_complete_runs_and_seven_days() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=10)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue(2..=10)));
        for (time, expected) in [
            ("2026-01-02T00:00:00Z", (9, 1, 0)),
            ("2026-01-05T00:00:00Z", (9, 1, 0)),
            ("2026-01-08T23:59:59Z", (9, 1, 0)),
            ("2026-01-09T00:00:00Z", (9, 0, 1)),
        ] {
            harvest(&store, "fr-test", time).await;
            assert_eq!(states(&store).await, expected, "{time}");
        }
        let withdrawn = events::after(store.read(), 0, 500)
            .await
            .expect("events")
            .into_iter()
            .filter(|event| event.kind == "withdraw" && event.entity == "software")
            .count();
        assert_eq!(withdrawn, 1, "a tombstone is published");
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_comes_back_has_the_id_that_it_had() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=2)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let ids =
            |page: Vec<views::Software>| -> Vec<_> { page.iter().map(|one| one.id).collect() };
        let before = ids(views::page(store.read(), None, 10).await.expect("a page"));
        fixture.set(PATH, Reply::json(catalogue(2..=2)));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        harvest(&store, "fr-test", "2026-01-20T00:00:00Z").await;
        assert_eq!(states(&store).await, (1, 0, 1));
        fixture.set(PATH, Reply::json(catalogue(1..=2)));
        let back = harvest(&store, "fr-test", "2026-01-21T00:00:00Z").await;
        assert_eq!(back.counts().updated, 1);
        assert_eq!(states(&store).await, (2, 0, 0));
        assert_eq!(ids(views::page(store.read(), None, 10).await.expect("a page")), before);
    })
    .await;
}

#[tokio::test]
async fn a_source_withdraws_at_once_by_its_own_word() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let mut entries: Vec<Value> = (1..=3).map(entry).collect();
        entries[2]["dereferencing"] = json!({"time": "2025-09-04T09:50:48.708Z"});
        fixture.set(PATH, Reply::json(Value::from(entries.clone()).to_string()));
        let first = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(first.counts().skipped, 1, "what never was active is not withdrawn");
        entries[0]["dereferencing"] =
            json!({"reason": "obsolète", "time": "2026-01-01T09:00:00.000Z", "lastRecommendedVersion": "1.2"});
        fixture.set(PATH, Reply::json(Value::from(entries).to_string()));
        let second = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(second.counts().withdrawn, 1);
        assert_eq!(states(&store).await, (1, 0, 1));
        let third = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert_eq!((third.counts().withdrawn, third.counts().skipped), (0, 2));
    })
    .await;
}

#[tokio::test]
async fn a_run_that_would_take_away_too_much_is_held_and_applies_nothing() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let before = last_event(&store).await;
        fixture.set(PATH, Reply::json(catalogue([1, 2, 21])));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(held.state, "held");
        assert_eq!(held.reason.as_deref(), Some("18 of 20 records would no longer be listed"));
        assert_eq!(last_event(&store).await, before);
        assert_eq!(states(&store).await, (20, 0, 0));
        let waiting = runs::items(store.read(), held.id, "", 50).await.expect("items");
        assert_eq!(waiting.len(), 19, "the operator sees what it would do");

        let refused = harvester(&store).reject(held.id).await.expect("rejected");
        assert_eq!(refused.state, "rejected");
        assert_eq!(states(&store).await, (20, 0, 0));
        assert!(harvester(&store).accept(held.id, &Unwatched).await.is_err(), "decided once");

        let held = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        let accepted = harvester(&store).accept(held.id, &Unwatched).await.expect("accepted");
        assert_eq!(accepted.state, "succeeded");
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
        assert_eq!(held.state, "rejected");
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
async fn whatever_a_source_answers_nothing_is_lost() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let whole = catalogue(1..=5);
        let cut = cut_off(&whole, 100);
        for (what, reply, state, code) in [
            ("an error", Reply::status(500), "failed", "listing-http-status"),
            ("a page", Reply::html("<html>"), "failed", "listing-html"),
            ("a CAPTCHA sent as JSON", Reply::json("<!DOCTYPE html>"), "failed", "listing-html"),
            ("a truncated body", Reply::json(cut), "incomplete", "listing-truncated"),
            ("nothing", Reply::json(""), "failed", "listing-truncated"),
            ("a number", Reply::json("7"), "failed", "listing-not-of-the-format"),
            (
                "a broken connection",
                Reply::json(whole.clone()).breaking_off(),
                "failed",
                "listing-unreachable",
            ),
            (
                "a redirect to a private address",
                Reply::redirect("http://10.0.0.1/x"),
                "failed",
                "listing-refused-address",
            ),
            ("a redirect to itself", Reply::redirect(PATH), "failed", "listing-refused-address"),
            ("silence", Reply::silent(), "failed", "listing-unreachable"),
        ] {
            fixture.set(PATH, reply);
            let row = harvest(&store, "fr-test", "2026-02-01T00:00:00Z").await;
            assert_eq!(row.state, state, "{what}: {:?}", row.reason);
            assert!(!row.complete, "{what}");
            assert_eq!(states(&store).await, (5, 0, 0), "{what}");
            let codes = findings::by_code(store.read(), Some("fr-test")).await.expect("findings");
            assert!(codes.iter().any(|(found, _)| found == code), "{what}: {codes:?}");
        }
        fixture.set(PATH, Reply::json(whole));
        let row = harvest(&store, "fr-test", "2026-02-02T00:00:00Z").await;
        assert_eq!(row.state, "succeeded");
        let codes = findings::by_code(store.read(), Some("fr-test")).await.expect("findings");
        assert_eq!(codes, [], "what is mended is closed");
    })
    .await;
}

#[tokio::test]
async fn addresses_that_are_not_public_are_never_asked() {
    on_each(|store| async move {
        for address in [
            "http://127.0.0.1:1/x",
            "http://[::1]:1/x",
            "http://2130706433:1/x",
            "http://0x7f.1/x",
            "http://[::ffff:127.0.0.1]/x",
            "http://localhost:1/x",
            "https://10.0.0.1/x",
        ] {
            let facts = source("fr-test", "catalogi", address, "127.0.0.1:2");
            put_source(&store, facts).await;
            let row = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
            let reason = row.reason.unwrap_or_default();
            assert!(
                reason.contains("not public") || reason.contains("no public address"),
                "{address}: {reason}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_unchanged_document_is_asked_for_with_a_condition() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)).with_etag("one"));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let again = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert!(again.not_modified && again.complete);
        assert_eq!(again.counts().unchanged, 5);
        assert_eq!(again.counts().read, 0);
    })
    .await;
}

#[tokio::test]
async fn validators_advance_only_after_a_complete_run() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let whole = catalogue(1..=5);
        fixture.set(PATH, Reply::json(cut_off(&whole, 10)).with_etag("cut"));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let again = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert!(!again.not_modified, "a truncated document is no state to come back to");
    })
    .await;
}

#[tokio::test]
async fn what_was_read_from_elsewhere_is_not_confirmed_by_the_server() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)).with_etag("one"));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), catalogue(1..=6)).expect("written");
        let path = file.path().to_str().expect("a path");
        harvester(&store)
            .harvest("fr-test", Some(path), at("2026-01-02T00:00:00Z"), &Unwatched)
            .await
            .expect("carried out");
        let again = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert!(!again.not_modified);
        assert_eq!(states(&store).await, (5, 1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_failed_run_closes_nothing_that_it_did_not_look_at() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let twice = Value::from(vec![entry(1), entry(1)]).to_string();
        let codes = async || -> Vec<String> {
            let found = findings::by_code(store.read(), Some("fr-test")).await.expect("findings");
            found.into_iter().map(|(code, _)| code).collect()
        };
        fixture.set(PATH, Reply::json(twice.clone()).with_etag("one"));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(codes().await, ["identical-items"]);
        fixture.set(PATH, Reply::status(500));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(codes().await, ["identical-items", "listing-http-status"]);
        fixture.set(PATH, Reply::json(twice).with_etag("one"));
        let unchanged = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert!(unchanged.not_modified);
        assert_eq!(codes().await, ["identical-items"]);
    })
    .await;
}

#[tokio::test]
async fn identical_items_collapse_and_different_ones_with_one_id_do_not_overwrite_each_other() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let mut other = entry(1);
        other["name"] = "Autre outil".into();
        let body = Value::from(vec![entry(1), entry(1), other, entry(2)]).to_string();
        fixture.set(PATH, Reply::json(body));
        let row = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 4 added 2 updated 0 unchanged 0 skipped 1 failed 1 missing 0 withdrawn 0"
        );
        let codes = findings::by_code(store.read(), Some("fr-test")).await.expect("findings");
        assert_eq!(codes, [("duplicate-id".to_owned(), 1), ("identical-items".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn two_sources_that_mean_the_same_make_one_entry_and_part_again() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let url = format!("{}/other.json", fixture.url);
        put_source(&store, source("fr-other", "catalogi", &url, &fixture.host)).await;
        fixture.set(PATH, Reply::json(catalogue(1..=2)));
        fixture.set("/other.json", Reply::json(catalogue(2..=3)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        harvest(&store, "fr-other", "2026-01-01T01:00:00Z").await;
        let totals = views::totals(store.read()).await.expect("totals");
        assert_eq!((totals.software, totals.in_several_sources), (3, 1));

        // The other source now means a different thing by its entry 2.
        let mut apart = entry(2);
        apart["url"] = "https://elsewhere.example.org".into();
        apart["codeRepositoryUrl"] = "https://github.com/example-org/elsewhere".into();
        fixture.set("/other.json", Reply::json(Value::from(vec![apart, entry(3)]).to_string()));
        harvest(&store, "fr-other", "2026-01-02T01:00:00Z").await;
        let totals = views::totals(store.read()).await.expect("totals");
        assert_eq!((totals.software, totals.in_several_sources), (4, 0));
        let split = events::after(store.read(), 0, 500).await.expect("events");
        assert_eq!(split.iter().filter(|event| event.kind == "split").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn when_two_entries_turn_out_to_be_one_the_younger_redirects() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let url = format!("{}/other.json", fixture.url);
        put_source(&store, source("fr-other", "catalogi", &url, &fixture.host)).await;
        fixture.set(PATH, Reply::json(catalogue([1])));
        let mut same_by_item = entry(9);
        same_by_item["externalId"] = "Q42".into();
        same_by_item["sourceSlug"] = "wikidata".into();
        fixture.set("/other.json", Reply::json(Value::from(vec![same_by_item]).to_string()));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        harvest(&store, "fr-other", "2026-01-01T01:00:00Z").await;
        let page = views::page(store.read(), None, 10).await.expect("a page");
        let [older, younger] = page.as_slice() else { panic_two(page.len()) };
        let mut with_item = entry(1);
        with_item["externalId"] = "Q42".into();
        with_item["sourceSlug"] = "wikidata".into();
        fixture.set(PATH, Reply::json(Value::from(vec![with_item]).to_string()));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let moved = views::lookup(store.read(), younger.id).await.expect("an answer");
        assert_eq!(moved, Lookup::Moved(older.id));
    })
    .await;
}

fn panic_two(found: usize) -> ! {
    unreachable!("expected two entries, found {found}")
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
        let (_, lease) =
            runs::claim(&tx, killed, "gone", long_ago).await.expect("claimed").expect("free");
        let item = runs::Item {
            external_id: "1".to_owned(),
            status: "added",
            reasons: vec![],
            staged: Some("{\"findings\":[]}".to_owned()),
        };
        runs::stage(&tx, killed, &[item]).await.expect("staged");
        tx.commit().await.expect("committed");

        let row = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(row.counts().added, 5);
        let killed = runs::get(store.read(), killed).await.expect("the run");
        assert_eq!(killed.state, "aborted");
        assert!(runs::items(store.read(), killed.id, "", 9).await.expect("items").is_empty());

        // The killed process was only slow: it may no longer write.
        let tx = store.write().await.expect("a transaction");
        let late = leases::check(&tx, &lease, at("2026-01-03T00:00:00Z")).await;
        assert!(late.is_err(), "a lost lease is noticed");
    })
    .await;
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

#[tokio::test]
async fn a_file_can_be_read_in_place_of_the_source() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), catalogue(1..=3)).expect("written");
        let path = file.path().to_str().expect("a path");
        let row = harvester(&store)
            .harvest("fr-test", Some(path), at("2026-01-01T00:00:00Z"), &Unwatched)
            .await
            .expect("carried out");
        assert_eq!(row.counts().added, 3);
    })
    .await;
}

/// Rings when the first batch has been applied.
struct Bell(tokio::sync::Notify);

impl Progress for Bell {
    fn read(&self, _: i64) {}
    fn applied(&self, _: u64) {
        self.0.notify_one();
    }
}

impl Bell {
    /// Carries `work` on until a batch has been applied, and drops it there, as a kill would.
    async fn kills<T>(&self, work: impl Future<Output = T>) {
        tokio::select! {
            biased;
            () = self.0.notified() => {}
            _ = work => panic!("it ended before it could be killed"),
        }
    }
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
async fn nobody_who_was_not_asked_for_changes_can_say_that_there_are_none() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=5)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::status(304));
        let row = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.complete), ("failed", false));
        assert_eq!(states(&store).await, (5, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_run_that_is_being_accepted_can_no_longer_be_rejected() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        fixture.set(PATH, Reply::json(catalogue([1])));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let bell = Bell(tokio::sync::Notify::new());
        bell.kills(harvester(&store).accept(held.id, &bell)).await;
        assert_eq!(states(&store).await, (1, 19, 0), "it has been applied");
        assert!(harvester(&store).reject(held.id).await.is_err(), "so it cannot be refused");
        wait_for_leases(&store).await;
        harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        let killed = runs::get(store.read(), held.id).await.expect("the run");
        assert_eq!(killed.state, "aborted");
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
        let bell = Bell(tokio::sync::Notify::new());
        let time = at("2026-01-02T00:00:00Z");
        bell.kills(harvester(&store).harvest("fr-test", None, time, &bell)).await;
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
async fn a_finding_ends_when_its_item_is_as_before_or_gone() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let broken = |id: u32| {
            let mut item = entry(id);
            item["name"] = "".into();
            item
        };
        let open = async |items: Vec<Value>, time: &str| -> u64 {
            fixture.set(PATH, Reply::json(Value::from(items).to_string()));
            harvest(&store, "fr-test", time).await;
            findings::count_open(store.read(), "fr-test").await.expect("a number")
        };
        assert_eq!(open(vec![entry(1), entry(2)], "2026-01-01T00:00:00Z").await, 0);
        assert!(open(vec![entry(1), broken(2), broken(3)], "2026-01-02T00:00:00Z").await >= 2);
        assert_eq!(open(vec![entry(1), entry(2)], "2026-01-03T00:00:00Z").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_run_by_hand_that_finds_the_source_busy_leaves_nothing_in_the_queue() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let tx = store.write().await.expect("a transaction");
        let other = uuid::Uuid::now_v7();
        leases::take(&tx, "fr-test", other, "another", fedcat::clock::now())
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
async fn no_item_is_so_odd_that_the_others_are_not_taken() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let noise: String =
            (0..200).map(|n| fedcat::digest::sha256_hex(format!("{n}").as_bytes())).collect();
        let mut long = entry(2);
        long["url"] = format!("https://outil2.example.org/{noise}").into();
        long["name"] = noise.clone().into();
        let mut odd = entry(3);
        odd["name"] = "Ou\0til".into();
        odd["authors"] = json!([{"@type": "Person", "name": "A\0B", "url": "https://x\0"}]);
        odd["license"] = "MI\0T or so".into();
        odd[&noise] = "x\0".into();
        let mut unnamed = entry(4);
        unnamed["id"] = noise.into();
        let items = Value::from(vec![entry(1), long, odd, unnamed]).to_string();
        fixture.set(PATH, Reply::json(items));
        let row = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!((row.counts().read, row.counts().added, row.counts().failed), (4, 3, 1));
    })
    .await;
}

#[tokio::test]
async fn a_listing_of_nothing_but_broken_items_is_told_in_short() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(format!("[{}1]", "1,".repeat(4_999))));
        let row = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(row.counts().failed, 5_000);
        assert!(row.findings < 1_100, "{} findings", row.findings);
    })
    .await;
}
