//! What a harvest does to the catalogue: additions, changes, absences, withdrawals, and entries of
//! several sources that become one. On every database.

mod support;

use fedcat::store::entity::{personal, record};
use fedcat::store::packed::raw_of;
use fedcat::store::software::{self, Lookup};
use fedcat::store::{events, findings, runs, tally};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use support::fixture::Reply;
use support::listing::{PATH, catalogue, entry, fresh, last_event, states};
use support::stores::on_each;
use support::{harvest, put_source, source, told};

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
        assert_eq!(tally::totals(store.read()).await.expect("totals").software, 6);
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
            .filter(|event| {
                event.kind.as_str() == "withdraw" && event.entity.as_str() == "software"
            })
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
            |page: Vec<software::Software>| -> Vec<_> { page.iter().map(|one| one.id).collect() };
        let before = ids(software::page(store.read(), None, 10).await.expect("a page"));
        fixture.set(PATH, Reply::json(catalogue(2..=2)));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        harvest(&store, "fr-test", "2026-01-20T00:00:00Z").await;
        assert_eq!(states(&store).await, (1, 0, 1));
        fixture.set(PATH, Reply::json(catalogue(1..=2)));
        let back = harvest(&store, "fr-test", "2026-01-21T00:00:00Z").await;
        assert_eq!(back.counts().updated, 1);
        assert_eq!(states(&store).await, (2, 0, 0));
        assert_eq!(ids(software::page(store.read(), None, 10).await.expect("a page")), before);
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
        let totals = tally::totals(store.read()).await.expect("totals");
        assert_eq!((totals.software, totals.in_several_sources), (3, 1));

        // The other source now means a different thing by its entry 2.
        let mut apart = entry(2);
        apart["url"] = "https://elsewhere.example.org".into();
        apart["codeRepositoryUrl"] = "https://github.com/example-org/elsewhere".into();
        fixture.set("/other.json", Reply::json(Value::from(vec![apart, entry(3)]).to_string()));
        harvest(&store, "fr-other", "2026-01-02T01:00:00Z").await;
        let totals = tally::totals(store.read()).await.expect("totals");
        assert_eq!((totals.software, totals.in_several_sources), (4, 0));
        let split = events::after(store.read(), 0, 500).await.expect("events");
        assert_eq!(split.iter().filter(|event| event.kind.as_str() == "split").count(), 1);
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
        let page = software::page(store.read(), None, 10).await.expect("a page");
        let [older, younger] = page.as_slice() else { panic_two(page.len()) };
        let mut with_item = entry(1);
        with_item["externalId"] = "Q42".into();
        with_item["sourceSlug"] = "wikidata".into();
        fixture.set(PATH, Reply::json(Value::from(vec![with_item]).to_string()));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let moved = software::lookup(store.read(), younger.id).await.expect("an answer");
        assert_eq!(moved, Lookup::Moved(older.id));
    })
    .await;
}

fn panic_two(found: usize) -> ! {
    unreachable!("expected two entries, found {found}")
}

#[tokio::test]
async fn of_what_a_source_took_back_only_a_tombstone_is_kept() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let mut entries = vec![entry(1), entry(2)];
        entries[0]["authors"] = json!([{"name": "Someone Private"}]);
        fixture.set(PATH, Reply::json(Value::from(entries.clone()).to_string()));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let kept = || async {
            let record = record::Entity::find()
                .filter(record::Column::ExternalId.eq("1"))
                .one(store.read())
                .await
                .expect("an answer")
                .expect("the record");
            let personal = personal::Entity::find()
                .filter(personal::Column::RecordId.eq(record.id))
                .count(store.read())
                .await
                .expect("a number");
            (
                record.content.contains("Outil"),
                raw_of(&record).expect("an item").contains("Outil"),
                personal > 0,
            )
        };
        assert_eq!(kept().await, (true, true, true));
        entries[0]["dereferencing"] = json!({"time": "2026-01-01T09:00:00.000Z"});
        fixture.set(PATH, Reply::json(Value::from(entries).to_string()));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(kept().await, (false, false, false));
        assert_eq!(states(&store).await, (1, 0, 1));
    })
    .await;
}
