//! Recorded real catalogues, served from a loopback server and harvested from end to end. The
//! numbers were checked against the files with scripts of their own. Skipped where the recorded
//! files are absent; they are not part of this repository.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use fedcat::store::entity::record;
use fedcat::store::{Store, events, findings, sources, tally};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use support::fixture::{Fixture, Reply};
use support::listing::forget_rules;
use support::skipped::shared;
use support::stores::on_each;
use support::{harvest, harvester, put_source, source, told};

fn file(path: &str) -> Option<String> {
    let path: PathBuf = shared("data")?.join(path);
    Some(std::fs::read_to_string(path).expect("a recorded file"))
}

async fn serve(store: &Store, fixture: &Fixture, id: &str, connector: &str, body: String) {
    let path = format!("/{id}.json");
    fixture.set(&path, Reply::json(body));
    let url = format!("{}{path}", fixture.url);
    put_source(store, source(id, connector, &url, &fixture.host)).await;
}

async fn codes(store: &Store, source: &str) -> BTreeMap<String, i64> {
    findings::by_code(store.read(), Some(source)).await.expect("findings").into_iter().collect()
}

fn counted(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
    pairs.iter().map(|(code, n)| ((*code).to_owned(), *n)).collect()
}

async fn software(store: &Store) -> u64 {
    tally::totals(store.read()).await.expect("totals").software
}

/// A second harvest of the same bytes writes nothing but the row of the run.
async fn again_changes_nothing(store: &Store, source: &str, time: &str) {
    let before = (events::last(store.read()).await.expect("a number"), codes(store, source).await);
    let row = harvest(store, source, time).await;
    let counts = row.counts();
    assert_eq!((counts.added, counts.updated, counts.missing, counts.withdrawn), (0, 0, 0, 0));
    let items = fedcat::store::runs::items(store.read(), row.id, "", 10).await.expect("items");
    assert!(items.is_empty(), "{items:?}");
    let after = (events::last(store.read()).await.expect("a number"), codes(store, source).await);
    assert_eq!(before, after);
    reread_says_the_same(store, source).await;
}

/// What is stored of the items is enough to read them again: by the same rules they say the same.
async fn reread_says_the_same(store: &Store, source: &str) {
    let before = (records(store, source).await, codes(store, source).await);
    forget_rules(store, source).await;
    let row = harvester(store).reread(source).await.expect("read again");
    let told = (row.state.as_str(), row.counts().read, row.counts().updated);
    let listed = before.0.values().filter(|(state, _)| state != "withdrawn").count() as i64;
    assert_eq!(told, ("succeeded", listed, listed), "{:?}", row.reason);
    assert_eq!((records(store, source).await, codes(store, source).await), before);
}

/// State and content of a source's records, by external id.
async fn records(store: &Store, source: &str) -> BTreeMap<String, (String, String)> {
    record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .all(store.read())
        .await
        .expect("records")
        .into_iter()
        .map(|row| (row.external_id, (row.state.to_string(), row.content)))
        .collect()
}

#[tokio::test]
async fn three_years_of_sill() {
    let Some(first) = file("fr-sill/sill-2020-04-30.json") else { return };
    let second = file("fr-sill/sill-2020-10-17.json").expect("recorded");
    let third = file("fr-sill/sill-2021-06-10.json").expect("recorded");
    let bodies = [first, second, third];
    on_each(move |store| {
        let bodies = bodies.clone();
        async move {
            let fixture = Fixture::start().await;
            let expected = [
                (
                    "2020-04-30T00:00:00Z",
                    "succeeded: read 201 added 201 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                    counted(&[("invalid-url", 1), ("licence-ambiguous", 8), ("licence-deprecated-id", 46), ("licence-missing", 19), ("licence-not-understood", 1)]),
                    201,
                ),
                (
                    "2020-10-17T00:00:00Z",
                    "succeeded: read 216 added 15 updated 62 unchanged 139 skipped 0 failed 0 missing 0 withdrawn 0",
                    counted(&[("licence-ambiguous", 11), ("licence-deprecated-id", 55), ("licence-missing", 19), ("licence-not-understood", 1)]),
                    216,
                ),
                (
                    "2021-06-10T00:00:00Z",
                    "succeeded: read 225 added 9 updated 216 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                    counted(&[("licence-ambiguous", 12), ("licence-deprecated-id", 60), ("licence-missing", 19), ("licence-not-understood", 1)]),
                    225,
                ),
            ];
            for (body, (time, line, found, entries)) in bodies.iter().zip(expected) {
                serve(&store, &fixture, "fr-sill", "catalogi", body.clone()).await;
                let row = harvest(&store, "fr-sill", time).await;
                assert_eq!(told(&row), line, "{:?}", row.reason);
                assert_eq!(codes(&store, "fr-sill").await, found, "{time}");
                assert_eq!(software(&store).await, entries, "{time}");
            }
            again_changes_nothing(&store, "fr-sill", "2021-06-11T00:00:00Z").await;
        }
    })
    .await;
}

#[tokio::test]
async fn both_pages_of_developers_italia() {
    let Some(first) = file("it-developers-italia/api-v1-software-page1.json") else { return };
    let second = file("it-developers-italia/api-v1-software-page2.json").expect("recorded");
    let next: Value = serde_json::from_str(&first).expect("JSON");
    let next = next["links"]["next"].as_str().expect("a link").to_owned();
    let cursor = next.split_once("page[after]=").expect("a cursor").1.to_owned();
    on_each(move |store| {
        let (first, second, cursor) = (first.clone(), second.clone(), cursor.clone());
        async move {
            let fixture = Fixture::start().await;
            let url = format!("{}/v1/software", fixture.url);
            let facts = source("it-developers-italia", "software-catalog-api", &url, &fixture.host);
            put_source(&store, facts).await;
            let base = "/v1/software?all=true&page%5Bsize%5D=100";
            let cursor: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
            fixture.set(base, Reply::json(first));
            let next = format!("{base}&page%5Bafter%5D={cursor}");
            fixture.set(&next, Reply::json(second));
            let row = harvest(&store, "it-developers-italia", "2026-01-01T00:00:00Z").await;
            assert_eq!(fixture.asked(), [base.to_owned(), next]);
            assert_eq!(
                told(&row),
                "succeeded: read 50 added 50 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0"
            );
            assert_eq!(
                codes(&store, "it-developers-italia").await,
                counted(&[
                    ("licence-deprecated-id", 4),
                    ("publiccode-deprecated-key", 139),
                    ("publiccode-invalid-url", 1),
                    ("publiccode-misspelt-key", 2),
                    ("publiccode-missing-key", 2),
                    ("repository-moved", 1),
                ])
            );
            assert_eq!(software(&store).await, 50);
            again_changes_nothing(&store, "it-developers-italia", "2026-01-02T00:00:00Z").await;
        }
    })
    .await;
}

#[tokio::test]
async fn digital_public_goods() {
    let Some(body) = file("dpg/api-2023-dpgs.json") else { return };
    on_each(move |store| {
        let body = body.clone();
        async move {
            let fixture = Fixture::start().await;
            serve(&store, &fixture, "dpga", "dpg", body).await;
            let row = harvest(&store, "dpga", "2026-01-01T00:00:00Z").await;
            assert_eq!(
                told(&row),
                "succeeded: read 165 added 137 updated 0 unchanged 0 skipped 28 failed 0 missing 0 withdrawn 0"
            );
            assert_eq!(
                codes(&store, "dpga").await,
                counted(&[
                    ("licence-deprecated-id", 60),
                    ("not-software", 28),
                    ("repository-is-organisation", 4),
                ])
            );
            assert_eq!(software(&store).await, 137);
            again_changes_nothing(&store, "dpga", "2026-01-02T00:00:00Z").await;
        }
    })
    .await;
}

#[tokio::test]
async fn agencies_of_the_united_states() {
    if shared("data/us-code-json").is_none() {
        return;
    }
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let agencies = [
            (
                "us-usda",
                "dsacms-2025/USDA-index.json",
                "succeeded: read 44 added 44 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                counted(&[("licence-ambiguous", 1), ("licence-deprecated-id", 10), ("licence-missing", 13)]),
            ),
            (
                "us-doa",
                "dsacms-2025/DoA-index.json",
                "succeeded: read 44 added 44 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                counted(&[("licence-ambiguous", 1), ("licence-deprecated-id", 10), ("licence-missing", 13)]),
            ),
            (
                "us-doi",
                "code-gov-fallback-2020/DOI.json",
                "succeeded: read 0 added 0 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                counted(&[]),
            ),
            (
                "us-fema",
                "code-gov-fallback-2020/FEMA.json",
                "failed: read 0 added 0 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                counted(&[("no-releases", 1)]),
            ),
            (
                "us-ssa",
                "dsacms-2025/SSA-index.json",
                "succeeded: read 631 added 6 updated 0 unchanged 0 skipped 625 failed 0 missing 0 withdrawn 0",
                counted(&[("identical-items", 1), ("not-open-source", 125)]),
            ),
            (
                "us-dol",
                "code-gov-fallback-2020/DOL.json",
                "succeeded: read 162 added 55 updated 0 unchanged 0 skipped 107 failed 0 missing 0 withdrawn 0",
                counted(&[("identical-items", 1), ("not-open-source", 103), ("unknown-status", 1)]),
            ),
            (
                "us-gsa",
                "dsacms-2025/NSF-index.json",
                "succeeded: read 32 added 14 updated 0 unchanged 0 skipped 18 failed 0 missing 0 withdrawn 0",
                counted(&[("licence-deprecated-id", 14), ("not-open-source", 18)]),
            ),
        ];
        for (id, path, line, found) in agencies {
            let body = file(&format!("us-code-json/{path}")).expect("recorded");
            serve(&store, &fixture, id, "code-json", body).await;
            let row = harvest(&store, id, "2026-01-01T00:00:00Z").await;
            assert_eq!(told(&row), line, "{id}: {:?}", row.reason);
            assert_eq!(codes(&store, id).await, found, "{id}");
        }
        // USDA and DoA are one file under two names. All of its 44 entries are joined, one of them
        // by name and home page, and one by a repository at a host that is no known forge.
        assert_eq!(software(&store).await, 44 + 6 + 55 + 14);

        // The file of GSA, cut off after 140 bytes, comes to a source that has entries.
        let cut = file("us-code-json/dsacms-2025/GSA-index.json").expect("recorded");
        assert_eq!(cut.len(), 140);
        serve(&store, &fixture, "us-gsa", "code-json", cut).await;
        let row = harvest(&store, "us-gsa", "2026-01-02T00:00:00Z").await;
        assert_eq!(row.state.as_str(), "failed");
        assert!(row.reason.as_deref().is_some_and(|reason| reason.contains("truncated")));
        let status = sources::status(store.read(), "us-gsa", 1).await.expect("a status");
        assert_eq!((status.active, status.missing, status.withdrawn), (14, 0, 0));

        for id in ["us-usda", "us-doa", "us-ssa", "us-dol"] {
            again_changes_nothing(&store, id, "2026-01-03T00:00:00Z").await;
        }
    })
    .await;
}
