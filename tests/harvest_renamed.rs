//! Records whose source lists them under another id than before: who is renamed, who is not, and
//! what stays. On every database.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use fedcat::store::entity::{candidate, record};
use fedcat::store::software::{self, Lookup};
use fedcat::store::{Store, events, findings, runs, sources, tally};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::integrity::violations_at_rest;
use support::listing::{PATH, cut_off, entry, fresh, states};
use support::stores::on_each;
use support::{at, harvest, harvester, put_source, source, told};
use uuid::Uuid;

/// Entry `id` with all that names program `program`.
fn listed_as(id: u32, program: u32) -> Value {
    let mut entry = entry(program);
    entry["id"] = id.into();
    entry
}

fn listing(entries: impl IntoIterator<Item = (u32, u32)>) -> String {
    Value::from_iter(entries.into_iter().map(|(id, program)| listed_as(id, program))).to_string()
}

/// Record and software of each external id, but for tombstones.
async fn ids(store: &Store, source: &str) -> BTreeMap<String, (Uuid, Uuid)> {
    record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.ne("withdrawn"))
        .all(store.read())
        .await
        .expect("records")
        .into_iter()
        .map(|row| (row.external_id, (row.id, row.software_id.expect("a software"))))
        .collect()
}

async fn candidates(store: &Store) -> Vec<(Uuid, Uuid, String)> {
    let rows = candidate::Entity::find().all(store.read()).await.expect("candidates");
    rows.into_iter().map(|row| (row.record_a, row.record_b, row.reason)).collect()
}

/// The ids before and after of all that the log says to be renamed.
async fn log_of_renames(store: &Store) -> Vec<(Uuid, String, String)> {
    let log = events::after(store.read(), 0, 5_000).await.expect("events");
    log.into_iter()
        .filter(|event| event.kind.as_str() == "renamed")
        .map(|event| {
            assert_eq!(event.entity.as_str(), "record");
            let ids = (event.renamed_from.expect("an id"), event.renamed_to.expect("an id"));
            (event.id, ids.0, ids.1)
        })
        .collect()
}

#[tokio::test]
async fn a_source_that_renumbers_everything_loses_nothing() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(listing((1..=20).map(|n| (n, n)))));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let before = ids(&store, "fr-test").await;
        fixture.set(PATH, Reply::json(listing((1..=20).rev().map(|n| (n + 100, n)))));
        let row = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 20 added 0 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0"
        );
        assert_eq!(row.counts().renamed, 20);
        let expected: BTreeMap<String, (Uuid, Uuid)> = before
            .iter()
            .map(|(id, both)| ((id.parse::<u32>().expect("a number") + 100).to_string(), *both))
            .collect();
        assert_eq!(ids(&store, "fr-test").await, expected);
        assert_eq!(states(&store).await, (20, 0, 0));
        assert_eq!(log_of_renames(&store).await.len(), 20);
        let items = runs::items(store.read(), row.id, "", 100).await.expect("items");
        let item = items.iter().find(|item| item.external_id == "107").expect("an item");
        assert_eq!((item.status.as_str(), item.renamed_from.as_deref()), ("renamed", Some("7")));

        let again = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert_eq!((again.counts().unchanged, again.counts().renamed), (20, 0));
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_counts_as_vanished_and_a_tombstone_does_not() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(listing([(1, 1), (2, 2)])));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let before = ids(&store, "fr-test").await;
        fixture.set(PATH, Reply::json(listing([(2, 2)])));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        fixture.set(PATH, Reply::json(listing([(2, 2), (9, 1)])));
        let row = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert_eq!((row.counts().renamed, row.counts().added), (1, 0));
        assert_eq!(ids(&store, "fr-test").await["9"], before["1"]);
        assert_eq!(states(&store).await, (2, 0, 0));

        fixture.set(PATH, Reply::json(listing([(2, 2)])));
        harvest(&store, "fr-test", "2026-01-04T00:00:00Z").await;
        harvest(&store, "fr-test", "2026-01-20T00:00:00Z").await;
        fixture.set(PATH, Reply::json(listing([(2, 2), (1, 1)])));
        let row = harvest(&store, "fr-test", "2026-01-21T00:00:00Z").await;
        assert_eq!((row.counts().renamed, row.counts().added), (0, 1));
        assert_eq!(states(&store).await, (2, 0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_held_twice_renames_nobody_and_makes_candidates() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let cases = [
            ("before", vec![(1, 1), (2, 1), (3, 3)], vec![(9, 1), (3, 3)], 2),
            ("after", vec![(1, 1), (3, 3)], vec![(8, 1), (9, 1), (3, 3)], 2),
        ];
        for (day, (case, old, new, pairs)) in (1..).zip(cases) {
            let id = format!("fr-{case}");
            let url = format!("{}/{case}.json", fixture.url);
            put_source(&store, source(&id, "catalogi", &url, &fixture.host)).await;
            let with_names = |entries: &[(u32, u32)]| {
                let entries = entries.iter().map(|&(id, program)| {
                    let mut entry = listed_as(id, program);
                    // Name and home page of its own, so that the repository alone is shared.
                    entry["name"] = format!("Name {id}").into();
                    entry["url"] = format!("https://{id}.example.org/").into();
                    entry
                });
                Value::from_iter(entries).to_string()
            };
            fixture.set(&format!("/{case}.json"), Reply::json(with_names(&old)));
            harvest(&store, &id, &format!("2026-01-0{day}T00:00:00Z")).await;
            let before = ids(&store, &id).await;
            fixture.set(&format!("/{case}.json"), Reply::json(with_names(&new)));
            let row = harvest(&store, &id, &format!("2026-01-0{day}T12:00:00Z")).await;
            assert_eq!(row.counts().renamed, 0, "{case}");
            let after = ids(&store, &id).await;
            assert_eq!(after["1"], before["1"], "{case}: it is missing, and where it was");
            let of_here: BTreeSet<Uuid> = after.values().map(|(record, _)| *record).collect();
            let found = candidates(&store).await;
            let found: Vec<_> = found
                .iter()
                .filter(|(a, b, _)| of_here.contains(a) && of_here.contains(b))
                .collect();
            assert_eq!(found.len(), pairs, "{case}: {found:?}");
            assert!(
                found.iter().all(|(_, _, why)| why == "repository github.com/example-org/outil-1")
            );
        }
        assert!(log_of_renames(&store).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_an_incomplete_listing_brought_gives_way_when_the_old_one_is_known_to_be_gone() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(listing([(1, 1), (2, 2), (3, 3)])));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let before = ids(&store, "fr-test").await;
        let renumbered = listing([(9, 1), (2, 2), (3, 3)]);
        fixture.set(PATH, Reply::json(cut_off(&renumbered, 20)));
        let row = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().added), ("incomplete", 1));
        let between = ids(&store, "fr-test").await;
        assert_eq!(between["1"], before["1"], "nothing is renamed before it is certain");
        assert_ne!(between["9"], before["1"]);

        fixture.set(PATH, Reply::json(renumbered));
        let row = harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 3 added 0 updated 0 unchanged 2 skipped 0 failed 0 missing 0 withdrawn 0"
        );
        assert_eq!(row.counts().renamed, 1);
        let after = ids(&store, "fr-test").await;
        assert_eq!(after["9"], before["1"], "the record that was there first stays");
        assert_eq!(after.len(), 3);
        let lookup = software::lookup(store.read(), between["9"].1).await.expect("an answer");
        assert_eq!(lookup, Lookup::Moved(before["1"].1), "the younger page leads to the older");
        assert_eq!(states(&store).await, (3, 0, 1));
        assert_eq!(violations_at_rest(&store).await, Vec::<String>::new());

        // And back: the id that only a tombstone has is no obstacle.
        fixture.set(PATH, Reply::json(listing([(1, 1), (2, 2), (3, 3)])));
        let row = harvest(&store, "fr-test", "2026-01-04T00:00:00Z").await;
        assert_eq!((row.counts().renamed, row.counts().missing), (1, 0));
        assert_eq!(ids(&store, "fr-test").await, before);
        assert_eq!(violations_at_rest(&store).await, Vec::<String>::new());
        let again = harvest(&store, "fr-test", "2026-01-05T00:00:00Z").await;
        assert_eq!(again.counts().unchanged, 3);
    })
    .await;
}

#[tokio::test]
async fn a_run_that_is_held_renames_nothing_before_it_is_accepted() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(listing((1..=10).map(|n| (n, n)))));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let before = ids(&store, "fr-test").await;
        // One gets another id, and nine are gone.
        fixture.set(PATH, Reply::json(listing([(99, 1)])));
        let held = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(held.reason.as_deref(), Some("9 of 10 records would no longer be listed"));
        assert_eq!((held.state.as_str(), held.counts().renamed), ("held", 1));
        assert_eq!(ids(&store, "fr-test").await, before);
        let harvester = harvester(&store);
        let actor = fedcat::store::audit::Actor::command_line(None);
        harvester
            .accept(held.id, &actor, &fedcat::harvest::pipeline::Unwatched)
            .await
            .expect("accepted");
        assert_eq!(ids(&store, "fr-test").await["99"], before["1"]);
        assert_eq!(states(&store).await, (1, 9, 0));
    })
    .await;
}

#[tokio::test]
async fn names_and_licences_that_a_renamed_record_would_lose_are_watched() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(listing((1..=10).map(|n| (n, n)))));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let bare = (1..=10).map(|n| {
            let mut entry = listed_as(n + 100, n);
            entry["license"] = "".into();
            entry
        });
        fixture.set(PATH, Reply::json(Value::from_iter(bare).to_string()));
        let row = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(row.reason.as_deref(), Some("10 of 10 records would lose their licence"));
    })
    .await;
}

#[tokio::test]
async fn findings_follow_a_renamed_record() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let odd = |id: u32| {
            let mut entry = listed_as(id, 1);
            entry["license"] = "Some words".into();
            Value::from_iter([entry, listed_as(2, 2)]).to_string()
        };
        fixture.set(PATH, Reply::json(odd(1)));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        let codes = || async { findings::by_code(store.read(), None).await.expect("findings") };
        let before = codes().await;
        assert_eq!(before.len(), 1);
        fixture.set(PATH, Reply::json(odd(9)));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(codes().await, before);
        let both = ["1".to_owned(), "9".to_owned()];
        let open = findings::open_among(store.read(), "fr-test", &both);
        let open: Vec<String> =
            open.await.expect("findings").into_iter().map(|row| row.external_id).collect();
        assert_eq!(open, ["9"]);
    })
    .await;
}

#[tokio::test]
async fn other_sources_stay_joined_with_a_renamed_record() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        let url = format!("{}/other.json", fixture.url);
        put_source(&store, source("fr-other", "catalogi", &url, &fixture.host)).await;
        fixture.set(PATH, Reply::json(listing([(1, 1), (2, 2)])));
        fixture.set("/other.json", Reply::json(listing([(5, 1)])));
        harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        harvest(&store, "fr-other", "2026-01-01T01:00:00Z").await;
        let before = ids(&store, "fr-test").await;
        fixture.set(PATH, Reply::json(listing([(7, 1), (2, 2)])));
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(ids(&store, "fr-test").await["7"], before["1"]);
        assert_eq!(ids(&store, "fr-other").await["5"].1, before["1"].1);
        assert_eq!(tally::totals(store.read()).await.expect("totals").in_several_sources, 1);
    })
    .await;
}

mod inventories {
    //! `code.json`, whose entries have no ids.

    use super::*;
    use fedcat::digest::{Digest, sha256_hex};
    use fedcat::formats::code_json::CodeJson;
    use fedcat::formats::json::canonical;
    use fedcat::formats::{Disposition, ItemFormat, SourceContext};
    use fedcat::store::catalogue::{self, Batch, Change, Raw, Statement};
    use proptest::prelude::*;
    use support::skipped::shared;

    const INVENTORY: &str = "/code.json";

    async fn agency(store: &Store) -> Fixture {
        let fixture = Fixture::start().await;
        let url = format!("{}{INVENTORY}", fixture.url);
        put_source(store, source("us-test", "code-json", &url, &fixture.host)).await;
        fixture
    }

    fn inventory(releases: &[Value]) -> Reply {
        Reply::json(json!({"version": "2.0.0", "releases": releases}).to_string())
    }

    /// A release of the name, the organisation and the repository.
    fn release(name: &str, organisation: &str, repository: &str) -> Value {
        json!({
            "name": name, "organization": organisation, "repositoryURL": repository,
            "description": format!("What {name} does"),
            "permissions": {"usageType": "openSource", "licenses": [{"name": "MIT"}]},
        })
    }

    fn code(n: usize) -> String {
        format!("https://github.com/example-org/code-{n}")
    }

    /// What one release becomes when an agency cleans its house.
    type Cause = (&'static str, fn(usize) -> Value);

    const CAUSES: &[Cause] = &[
        ("the organisation is renamed", |n| {
            release(&format!("Tool {n}"), "Bureau of New Names", &code(n))
        }),
        ("a local-id is added", |n| {
            let mut release = release(&format!("Tool {n}"), "Old Office", &code(n));
            release["local-id"] = format!("7d0f5b8e-3a52-4c1e-9d64-0a2b1c3d4e{n:02}").into();
            release
        }),
        ("names are respelt", |n| release(&format!("TOOL-{n} (v2)"), "Old Office", &code(n))),
        ("repositories move", |n| {
            let moved = format!("https://gitlab.com/new-home/code-{n}");
            release(&format!("Tool {n}"), "Old Office", &moved)
        }),
        ("repositories are added to the list", |n| {
            release(&format!("Tool {n}"), "Old Office", &code(n))
        }),
    ];

    #[tokio::test]
    async fn ids_survive_each_cause() {
        on_each(|store| async move {
            let fixture = agency(&store).await;
            for (day, (cause, changed)) in (1..).zip(CAUSES) {
                let without = cause.contains("added to the list");
                let old: Vec<Value> = (0..12)
                    .map(|n| {
                        let place = if without { String::new() } else { code(n) };
                        release(&format!("Tool {n}"), "Old Office", &place)
                    })
                    .collect();
                fixture.set(INVENTORY, inventory(&old));
                harvest(&store, "us-test", &format!("2026-0{day}-01T00:00:00Z")).await;
                let before = ids(&store, "us-test").await;
                assert_eq!(before.len(), 12, "{cause}");
                let new: Vec<Value> = (0..12).rev().map(changed).collect();
                fixture.set(INVENTORY, inventory(&new));
                let row = harvest(&store, "us-test", &format!("2026-0{day}-02T00:00:00Z")).await;
                let counts = row.counts();
                assert_eq!(
                    (row.state.as_str(), counts.added, counts.missing),
                    ("succeeded", 0, 0),
                    "{cause}"
                );
                assert_eq!(counts.renamed + counts.updated, 12, "{cause}");
                let kept = |all: &BTreeMap<String, (Uuid, Uuid)>| -> BTreeSet<(Uuid, Uuid)> {
                    all.values().copied().collect()
                };
                assert_eq!(kept(&ids(&store, "us-test").await), kept(&before), "{cause}");
            }
        })
        .await;
    }

    #[tokio::test]
    async fn what_shares_a_repository_is_known_by_its_name_too_wherever_it_stands() {
        on_each(|store| async move {
            let fixture = agency(&store).await;
            // More than one batch, and the two of a repository in different ones.
            let mut releases: Vec<Value> =
                (0..450).map(|n| release(&format!("Tool {n}"), "Office", &code(n % 440))).collect();
            // Nothing that could name it tells this one from the fourth.
            let mut twin = releases[3].clone();
            twin["laborHours"] = 1.into();
            releases.push(twin);
            fixture.set(INVENTORY, inventory(&releases));
            let row = harvest(&store, "us-test", "2026-01-01T00:00:00Z").await;
            assert_eq!((row.counts().added, row.counts().failed), (450, 1), "{:?}", row.reason);
            let before = ids(&store, "us-test").await;
            releases.reverse();
            fixture.set(INVENTORY, inventory(&releases));
            let row = harvest(&store, "us-test", "2026-01-02T00:00:00Z").await;
            assert_eq!((row.counts().unchanged, row.counts().failed), (450, 1));
            assert_eq!(ids(&store, "us-test").await, before);

            // The second of a repository goes, and the first is known by the repository alone.
            releases.retain(|one| one["name"] != "Tool 445");
            fixture.set(INVENTORY, inventory(&releases));
            let row = harvest(&store, "us-test", "2026-01-03T00:00:00Z").await;
            assert_eq!((row.counts().renamed, row.counts().missing, row.counts().added), (1, 1, 0));
        })
        .await;
    }

    /// The id that an earlier version gave to a release.
    fn former_id(release: &Value) -> String {
        if let Some(id) = release["local-id"].as_str() {
            return id.to_owned();
        }
        let place = release["repositoryURL"].as_str().unwrap_or_default();
        let place = place.trim_start_matches("https://");
        let named_by = json!([release["name"], release["organization"], place]);
        sha256_hex(canonical(&named_by).as_bytes()).chars().take(16).collect()
    }

    #[tokio::test]
    async fn records_under_the_ids_of_earlier_versions_pass_over() {
        on_each(|store| async move {
            let fixture = agency(&store).await;
            let mut releases: Vec<Value> =
                (0..10).map(|n| release(&format!("Tool {n}"), "Office", &code(n))).collect();
            releases[1]["repositoryURL"] = code(0).into();
            releases[2]["repositoryURL"] = "".into();
            releases[3]["local-id"] = "7d0f5b8e-3a52-4c1e-9d64-0a2b1c3d4e5f".into();
            let statements: Vec<(String, Change)> = releases
                .iter()
                .map(|release| {
                    let decoded = CodeJson.decode(release.clone(), &SourceContext::default());
                    let Disposition::Listed(content) = decoded.disposition else {
                        unreachable!("it is listed")
                    };
                    let statement = Statement {
                        digest: Digest::of(canonical(release)),
                        rules_version: "0.0.0".to_owned(),
                        raw: Raw::of(&decoded.raw),
                        content: *content,
                        personal: decoded.personal,
                        fingerprint: None,
                    };
                    (former_id(release), Change::Put(Box::new(statement)))
                })
                .collect();
            let tx = store.write().await.expect("a transaction");
            let batch = Batch {
                source: "us-test",
                actor: "harvest:us-test",
                at: at("2026-01-01T00:00:00Z"),
                changes: statements,
            };
            catalogue::apply(&tx, batch).await.expect("applied");
            sources::completed(&tx, "us-test", at("2026-01-01T00:00:00Z")).await.expect("noted");
            tx.commit().await.expect("committed");
            let before = ids(&store, "us-test").await;
            assert_eq!(before.len(), 10);

            fixture.set(INVENTORY, inventory(&releases));
            let row = harvest(&store, "us-test", "2026-01-02T00:00:00Z").await;
            let counts = row.counts();
            assert_eq!((row.state.as_str(), counts.renamed, counts.added), ("succeeded", 10, 0));
            let both: BTreeSet<_> = before.into_values().collect();
            let after: BTreeSet<_> = ids(&store, "us-test").await.into_values().collect();
            assert_eq!(after, both);
        })
        .await;
    }

    /// Few names, organisations and places, so that releases meet.
    fn some_release() -> impl Strategy<Value = Value> {
        (0..4usize, 0..3usize, 0..5usize, any::<bool>(), 0..3u8).prop_map(
            |(name, organisation, place, has_place, hours)| {
                let place = if has_place { code(place) } else { String::new() };
                let mut release =
                    release(&format!("Tool {name}"), &format!("Office {organisation}"), &place);
                release["laborHours"] = hours.into();
                release
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

        #[test]
        fn ids_depend_on_the_entries_alone(
            (old, shuffled, new) in proptest::collection::vec(some_release(), 1..14)
                .prop_flat_map(|old| (
                    Just(old.clone()), Just(old).prop_shuffle(),
                    proptest::collection::vec(some_release(), 1..14),
                ))
        ) {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let mut ends = Vec::new();
                for first in [&old, &shuffled] {
                    let (store, _folder) = support::stores::sqlite().await;
                    let fixture = agency(&store).await;
                    fixture.set(INVENTORY, inventory(first));
                    harvest(&store, "us-test", "2026-01-01T00:00:00Z").await;
                    let names = ids(&store, "us-test").await;
                    fixture.set(INVENTORY, inventory(&new));
                    let row = harvest(&store, "us-test", "2026-01-02T00:00:00Z").await;
                    let renames: BTreeSet<(String, String)> = log_of_renames(&store)
                        .await
                        .into_iter()
                        .map(|(_, from, to)| (from, to))
                        .collect();
                    let after: Vec<String> = ids(&store, "us-test").await.into_keys().collect();
                    let names: Vec<String> = names.into_keys().collect();
                    ends.push((names, told(&row), row.counts().renamed, renames, after));
                }
                assert_eq!(ends[0], ends[1]);
            });
        }
    }

    fn recorded(path: &str) -> Option<Value> {
        let path = shared("data/us-code-json")?.join(path);
        let text = std::fs::read_to_string(path).expect("a recorded file");
        Some(serde_json::from_str(&text).expect("JSON"))
    }

    /// An inventory with every entry said to be open source, so that all are listed.
    fn opened(mut inventory: Value) -> Value {
        for release in inventory["releases"].as_array_mut().expect("a list") {
            release["permissions"]["usageType"] = "openSource".into();
        }
        inventory
    }

    #[tokio::test]
    async fn five_years_of_the_national_science_foundation() {
        let Some(old) = recorded("code-gov-fallback-2020/NSF.json") else { return };
        let new = recorded("dsacms-2025/NSF-index.json").expect("recorded");
        on_each(move |store| {
            let (old, new) = (old.clone(), new.clone());
            async move {
                let fixture = agency(&store).await;
                // As they are: the six open ones keep their ids, by their repositories.
                fixture.set(INVENTORY, Reply::json(old.to_string()));
                harvest(&store, "us-test", "2020-06-01T00:00:00Z").await;
                let before = ids(&store, "us-test").await;
                assert_eq!(before.len(), 6);
                fixture.set(INVENTORY, Reply::json(new.to_string()));
                let row = harvest(&store, "us-test", "2025-06-01T00:00:00Z").await;
                assert_eq!(
                    told(&row),
                    "succeeded: read 32 added 8 updated 6 unchanged 0 skipped 18 failed 0 missing 0 withdrawn 0"
                );
                let after = ids(&store, "us-test").await;
                assert!(before.iter().all(|(id, both)| after[id] == *both));

                // With the others in it: all 27 keep their records and software.
                let url = format!("{}/all.json", fixture.url);
                put_source(&store, source("us-all", "code-json", &url, &fixture.host)).await;
                fixture.set("/all.json", Reply::json(opened(old).to_string()));
                harvest(&store, "us-all", "2020-06-01T00:00:00Z").await;
                let before = ids(&store, "us-all").await;
                assert_eq!(before.len(), 27);
                fixture.set("/all.json", Reply::json(opened(new).to_string()));
                let row = harvest(&store, "us-all", "2025-06-01T00:00:00Z").await;
                let counts = row.counts();
                assert_eq!((counts.updated, counts.renamed, counts.added), (6, 21, 5));
                assert_eq!((counts.missing, row.state.as_str()), (0, "succeeded"));
                let kept: BTreeSet<(Uuid, Uuid)> = before.into_values().collect();
                let after: BTreeSet<(Uuid, Uuid)> =
                    ids(&store, "us-all").await.into_values().collect();
                assert!(kept.is_subset(&after));
            }
        })
        .await;
    }

    #[tokio::test]
    async fn all_that_nasa_lists_has_an_id_of_its_own() {
        let Some(inventory) = recorded("NASA-code-2026.json") else { return };
        on_each(move |store| {
            let mut inventory = opened(inventory.clone());
            async move {
                let fixture = agency(&store).await;
                fixture.set(INVENTORY, Reply::json(inventory.to_string()));
                let row = harvest(&store, "us-test", "2026-01-01T00:00:00Z").await;
                assert_eq!((row.counts().added, row.counts().failed), (1304, 0));
                let before = ids(&store, "us-test").await;
                // The organisations are renamed, and the list is turned round.
                let releases = inventory["releases"].as_array_mut().expect("a list");
                releases.reverse();
                for release in releases {
                    let name = release["organization"].as_str().unwrap_or_default();
                    release["organization"] = format!("NASA {name}").into();
                }
                fixture.set(INVENTORY, Reply::json(inventory.to_string()));
                let row = harvest(&store, "us-test", "2026-02-01T00:00:00Z").await;
                assert_eq!((row.counts().added, row.counts().missing), (0, 0), "{:?}", row.reason);
                let kept: BTreeSet<(Uuid, Uuid)> = before.into_values().collect();
                let after: BTreeSet<(Uuid, Uuid)> =
                    ids(&store, "us-test").await.into_values().collect();
                assert_eq!(after, kept);
            }
        })
        .await;
    }
}
