//! The store: the schema fits the entities, the order of arrival never matters, the event log
//! tells the state of everything. On every database.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

#[path = "store/corrupt.rs"]
mod corrupt;
#[path = "store/snapshot.rs"]
mod snapshot;
mod support;
#[path = "store/totals.rs"]
mod totals;

use std::collections::{BTreeMap, BTreeSet};

use fedcat::catalogue::content::{Content, Identifier, Usage, UsageEvidence};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::catalogue::urls::WebUrl;
use fedcat::digest::Digest;
use fedcat::formats::Withdrawal;
use fedcat::store::catalogue::{self, Batch, Change, Raw, Statement};
use fedcat::store::{Store, entity, events, software, sources};
use migrations::Migrator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sea_orm::{EntityTrait, IntoActiveModel, QuerySelect};
use sea_orm_migration::MigratorTrait;
use support::stores::{on_each, sqlite};
use support::{at, put_source, source};

#[tokio::test]
async fn every_table_has_the_columns_of_its_entity() {
    on_each(|store| async move {
        macro_rules! check {
            ($($table:ident),*) => {$(
                entity::$table::Entity::find().limit(1).all(store.read()).await
                    .expect(stringify!($table));
            )*};
        }
        check!(
            audit,
            candidate,
            counter,
            event,
            finding,
            lease,
            organisation,
            organisation_identifier,
            personal,
            record,
            record_key,
            run,
            run_item,
            session,
            shared,
            software,
            source,
            tally,
            token,
            verdict
        );
    })
    .await;
}

#[tokio::test]
async fn servers_that_start_at_once_bring_the_schema_up_to_date_together() {
    on_each(|store| async move {
        Migrator::down(store.read(), None).await.expect("down");
        let at_once = futures_util::future::join_all((0..4).map(|_| store.migrate())).await;
        for migrated in at_once {
            migrated.expect("migrated, or found migrated");
        }
        store.check_schema().await.expect("nothing is pending");
    })
    .await;
}

#[tokio::test]
async fn every_step_of_the_schema_leads_back() {
    on_each(|store| async move {
        let connection = store.read();
        Migrator::down(connection, None).await.expect("down");
        Migrator::up(connection, None).await.expect("up again");
        entity::token::Entity::find().limit(1).all(connection).await.expect("a table");
    })
    .await;
}

#[tokio::test]
async fn foreign_keys_are_enforced() {
    on_each(|store| async move {
        let batch = Batch {
            source: "nobody",
            actor: "test",
            at: at("2026-01-01T00:00:00Z"),
            changes: vec![("1".to_owned(), put(&Seed::default()))],
        };
        let tx = store.write().await.expect("a transaction");
        assert!(catalogue::apply(&tx, batch).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn an_expired_statement_of_use_leaves_by_itself() {
    on_each(|store| async move {
        put_source(&store, source("fr-a", "catalogi", "https://a.example.org", "-")).await;
        let content = Content {
            name: LocalizedText::single(Lang::unknown(), "Outil"),
            usages: vec![Usage {
                organisation: "Ville d'Exemple".to_owned(),
                country: Some("FR".to_owned()),
                evidence: UsageEvidence::Catalogue,
                users: None,
                referents: None,
                since: None,
                expires_on: "2026-03-01".parse().ok(),
            }],
            ..Content::default()
        };
        change(
            &store,
            "fr-a",
            "2026-01-01T00:00:00Z",
            vec![("1".to_owned(), put_content(content))],
        )
        .await;
        let users = |page: Vec<software::Software>| page[0].content.usages.len();
        let page = || software::page(store.read(), None, 10);
        assert_eq!(
            catalogue::refresh_due(&store, at("2026-03-01T23:00:00Z")).await.expect("merged"),
            0
        );
        assert_eq!(users(page().await.expect("a page")), 1);
        assert_eq!(
            catalogue::refresh_due(&store, at("2026-03-02T00:00:00Z")).await.expect("merged"),
            1
        );
        assert_eq!(users(page().await.expect("a page")), 0);
        let log = events::after(store.read(), 0, 100).await.expect("events");
        assert_eq!(log.last().map(|event| event.actor.as_str()), Some("calendar"));
    })
    .await;
}

#[tokio::test]
async fn sources_that_are_applied_at_the_same_time_find_each_other() {
    on_each(|store| async move {
        for id in ["fr-a", "fr-b"] {
            put_source(&store, source(id, "catalogi", "https://a.example.org", "-")).await;
        }
        let one = Seed { repository: Some(1), ..Seed::default() };
        let apply = async |id: &str, pause: u64| {
            let tx = store.write().await.expect("a transaction");
            let changes = vec![("1".to_owned(), put(&one))];
            let time = at("2026-01-01T00:00:00Z");
            let batch = Batch { source: id, actor: "test", at: time, changes };
            catalogue::apply(&tx, batch).await.expect("applied");
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
            tx.commit().await.expect("committed");
        };
        tokio::join!(apply("fr-a", 300), apply("fr-b", 300));
        let found = clusters(&store).await;
        assert_eq!(found.len(), 1, "they share a repository: {found:?}");
    })
    .await;
}

/// What a random record says.
#[derive(Debug, Clone, Default, PartialEq)]
struct Seed {
    item: Option<u8>,
    repository: Option<u8>,
    name: u8,
    homepage: Option<u8>,
}

fn put(seed: &Seed) -> Change {
    let url = |text: String| WebUrl::parse(&text).ok();
    put_content(Content {
        name: LocalizedText::single(Lang::unknown(), &format!("Name {}", seed.name)),
        identifiers: seed
            .item
            .map(|n| Identifier { scheme: "wikidata".to_owned(), value: format!("Q{n}") })
            .into_iter()
            .collect(),
        repository: seed.repository.and_then(|n| url(format!("https://github.com/x/{n}"))),
        homepage: seed.homepage.and_then(|n| url(format!("https://page{n}.example.org"))),
        ..Content::default()
    })
}

fn put_content(content: Content) -> Change {
    let raw = serde_json::to_value(&content).expect("JSON");
    Change::Put(Box::new(Statement {
        digest: Digest::of(raw.to_string()),
        rules_version: "test".to_owned(),
        raw: Raw::of(&raw),
        content,
        personal: vec![],
        fingerprint: None,
    }))
}

async fn change(store: &Store, source: &str, time: &str, changes: Vec<(String, Change)>) {
    let tx = store.write().await.expect("a transaction");
    let batch = Batch { source, actor: "test", at: at(time), changes };
    catalogue::apply(&tx, batch).await.expect("applied");
    tx.commit().await.expect("committed");
}

/// Which records share a software, by `source/external id`.
async fn clusters(store: &Store) -> BTreeSet<BTreeSet<String>> {
    let mut by_software: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for record in entity::record::Entity::find().all(store.read()).await.expect("records") {
        if record.state.as_str() != "withdrawn" {
            let name = format!("{}/{}", record.source_id, record.external_id);
            by_software.entry(record.software_id).or_default().insert(name);
        }
    }
    by_software.into_values().collect()
}

async fn candidates(store: &Store) -> BTreeSet<(String, String, String)> {
    let names: BTreeMap<_, String> = entity::record::Entity::find()
        .all(store.read())
        .await
        .expect("records")
        .into_iter()
        .map(|record| (record.id, format!("{}/{}", record.source_id, record.external_id)))
        .collect();
    let rows = entity::candidate::Entity::find().all(store.read()).await.expect("candidates");
    rows.into_iter()
        .map(|row| {
            let (a, b) = (names[&row.record_a].clone(), names[&row.record_b].clone());
            let (a, b) = if a < b { (a, b) } else { (b, a) };
            (a, b, row.reason)
        })
        .collect()
}

/// Steps: a source, an entry there, and what it says from then on (nothing: it is withdrawn).
fn steps() -> impl Strategy<Value = Vec<(u8, u8, Option<Seed>)>> {
    let seed = (
        proptest::option::of(0..3u8),
        proptest::option::of(0..3u8),
        0..3u8,
        proptest::option::of(0..3u8),
    )
        .prop_map(|(item, repository, name, homepage)| Seed {
            item,
            repository,
            name,
            homepage,
        });
    proptest::collection::vec((0..3u8, 0..5u8, proptest::option::weighted(0.8, seed)), 1..18)
}

async fn store_with_sources() -> (Store, tempfile::TempDir) {
    let (store, folder) = sqlite().await;
    for id in ["aa-0", "aa-1", "aa-2"] {
        put_source(&store, source(id, "catalogi", "https://x.example.org", "-")).await;
    }
    (store, folder)
}

async fn one_by_one(steps: &[(u8, u8, Option<Seed>)]) -> (Store, tempfile::TempDir) {
    let (store, folder) = store_with_sources().await;
    for (n, (from, id, seed)) in steps.iter().enumerate() {
        let what = match seed {
            Some(seed) => put(seed),
            None => Change::Withdraw(Withdrawal::default()),
        };
        let time = format!("2026-01-01T00:00:{n:02}Z");
        change(&store, &format!("aa-{from}"), &time, vec![(id.to_string(), what)]).await;
    }
    (store, folder)
}

/// The last word of every record, applied at once, source by source.
async fn all_at_once(steps: &[(u8, u8, Option<Seed>)]) -> (Store, tempfile::TempDir) {
    let (store, folder) = store_with_sources().await;
    let last: BTreeMap<(u8, u8), Option<&Seed>> =
        steps.iter().map(|(from, id, seed)| ((*from, *id), seed.as_ref())).collect();
    for source in 0..3u8 {
        let changes = last
            .iter()
            .filter(|((from, _), _)| *from == source)
            .filter_map(|((_, id), seed)| Some((id.to_string(), put((*seed)?))))
            .collect();
        change(&store, &format!("aa-{source}"), "2026-01-01T00:00:00Z", changes).await;
    }
    (store, folder)
}

/// Runs a law on random steps; each case needs databases of its own, so there are few.
fn on_random_steps(law: impl Fn(&[(u8, u8, Option<Seed>)])) {
    let mut runner = TestRunner::new(Config { cases: 32, ..Config::default() });
    runner
        .run(&steps(), |steps| {
            law(&steps);
            Ok(())
        })
        .expect("the law holds");
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(future)
}

#[test]
fn incremental_matching_gives_what_matching_everything_at_once_gives() {
    on_random_steps(|steps| {
        block_on(async {
            let (slow, _a) = one_by_one(steps).await;
            let (fast, _b) = all_at_once(steps).await;
            assert_eq!(clusters(&slow).await, clusters(&fast).await);
            assert_eq!(candidates(&slow).await, candidates(&fast).await);
        });
    });
}

#[test]
fn replaying_the_events_gives_the_state_of_every_entry() {
    on_random_steps(|steps| {
        block_on(async {
            let (store, _folder) = one_by_one(steps).await;
            let mut told: BTreeMap<_, (events::Kind, Option<String>)> = BTreeMap::new();
            let log = events::after(store.read(), 0, 10_000).await.expect("events");
            for (expected, event) in (1..).zip(&log) {
                assert_eq!(event.seq, expected, "numbers rise without a gap");
                if event.entity.as_str() == "software" && event.kind.as_str() != "split" {
                    told.insert(event.id, (event.kind, event.after.clone()));
                }
            }
            for row in entity::software::Entity::find().all(store.read()).await.expect("entries") {
                let (kind, after) = &told[&row.id];
                match row.state.as_str() {
                    "active" => assert_eq!(after.as_deref(), Some(row.digest.as_str())),
                    "withdrawn" => assert_eq!(kind.as_str(), "withdraw"),
                    _ => assert_eq!(kind.as_str(), "merged-into"),
                }
            }
        });
    });
}

#[test]
fn ids_never_get_lost_and_active_entries_have_records() {
    on_random_steps(|steps| {
        block_on(async {
            let (store, _folder) = one_by_one(steps).await;
            let records = entity::record::Entity::find().all(store.read()).await.expect("records");
            for record in &records {
                let id = record.software_id.expect("every record keeps its software");
                let found = software::lookup(store.read(), id).await.expect("an answer");
                assert!(
                    matches!(found, software::Lookup::Here(_)),
                    "a record's link never redirects"
                );
            }
            for row in entity::software::Entity::find().all(store.read()).await.expect("entries") {
                let alive = records
                    .iter()
                    .filter(|record| {
                        record.software_id == Some(row.id) && record.state.as_str() != "withdrawn"
                    })
                    .count();
                assert_eq!(row.state.as_str() == "active", alive > 0, "{}", row.state);
            }
        });
    });
}

/// Runs and acts of a process that starts after the clock was set back come after those of before.
#[tokio::test]
async fn the_last_run_is_the_last_also_after_the_clock_went_back() {
    use fedcat::store::audit::{self, About, Act, Actor};
    use fedcat::store::runs;
    on_each(|store| async move {
        put_source(&store, source("fr-test", "catalogi", "https://example.org/", "x")).await;
        let tx = store.write().await.expect("a transaction");
        // Of a clock that is years ahead.
        let ahead = uuid::Builder::from_unix_timestamp_millis(4_102_444_800_000, &[7; 10]);
        let ahead = ahead.into_uuid();
        let time = at("2100-01-01T00:00:00Z");
        let row = entity::run::Model::queued(ahead, "fr-test", time, time);
        let row = entity::run::Model { state: runs::State::Failed, ..row };
        entity::run::Entity::insert(row.into_active_model()).exec(&tx).await.expect("inserted");
        let now = at("2026-01-01T00:00:00Z");
        let mut expected = vec![ahead];
        for _ in 0..3 {
            let id = runs::queue(&tx, "fr-test", None, None, now, now).await.expect("queued");
            expected.insert(0, id.expect("new"));
        }
        let actor = Actor::command_line(None);
        let act = entity::audit::Model {
            id: ahead,
            at: time,
            actor: actor.name.clone(),
            token_id: None,
            act: Act::Hold,
            source_id: None,
            run_id: None,
            detail: Some("ahead".to_owned()),
        };
        entity::audit::Entity::insert(act.into_active_model()).exec(&tx).await.expect("inserted");
        for detail in ["first", "second", "third"] {
            let about = About { detail: Some(detail), ..About::default() };
            audit::write(&tx, &actor, Act::Hold, about, now).await.expect("written");
        }
        tx.commit().await.expect("committed");
        let listed = runs::list(store.read(), None, None, 10).await.expect("runs");
        let listed: Vec<_> = listed.into_iter().map(|row| row.id).collect();
        assert_eq!(listed, expected);
        let status = sources::status(store.read(), "fr-test", 1).await.expect("a status");
        assert_eq!(status.runs[0].id, expected[0]);
        let all = sources::statuses(store.read(), 1).await.expect("statuses");
        assert_eq!(all[0].runs[0].id, expected[0]);
        let acts = audit::list(store.read(), None, None, 10).await.expect("acts");
        let acts: Vec<_> = acts.into_iter().filter_map(|row| row.detail).collect();
        assert_eq!(acts, ["third", "second", "first", "ahead"]);
    })
    .await;
}
