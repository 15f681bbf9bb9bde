//! Recorded real lists of repositories and publiccode.yml files, served from a loopback server and
//! harvested from end to end. The numbers were counted in the files with scripts of their own.
//! Skipped where the recorded files are absent; they are not part of this repository.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeMap;

use fedcat::store::entity::record;
use fedcat::store::packed::raw_of;
use fedcat::store::{Store, events, findings, runs};
use reqwest::header;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use support::fixture::{Fixture, Reply};
use support::listing::forget_rules;
use support::skipped::shared;
use support::stores::on_each;
use support::{harvest, harvester, put_source, source, told};

fn file(path: &str) -> Option<String> {
    let path = shared("data")?.join(path);
    Some(std::fs::read_to_string(path).expect("a recorded file"))
}

/// The options of a source as our list of sources has them.
fn seeded(id: &str) -> Value {
    let sources = fedcat::seeds::sources().expect("valid sources");
    let seed = sources.into_iter().find(|seed| seed.id == id).expect("a seed");
    Value::Object(seed.options)
}

async fn serve(store: &Store, fixture: &Fixture, id: &str, options: Value, body: String) {
    fixture.set("/list.json", Reply::json(body));
    let mut facts = source(id, "json-list", &format!("{}/list.json", fixture.url), &fixture.host);
    let mut all: Map<String, Value> = serde_json::from_str(&facts.options).expect("JSON");
    if let Value::Object(options) = options {
        all.extend(options);
    }
    facts.options = Value::Object(all).to_string();
    put_source(store, facts).await;
}

async fn codes(store: &Store, source: &str) -> BTreeMap<String, i64> {
    findings::by_code(store.read(), Some(source)).await.expect("findings").into_iter().collect()
}

async fn records(store: &Store, source: &str) -> Vec<record::Model> {
    let rows = record::Entity::find().filter(record::Column::SourceId.eq(source));
    rows.all(store.read()).await.expect("records")
}

/// How many of a source's records say something under this key.
async fn saying(store: &Store, source: &str, key: &str) -> usize {
    let rows = records(store, source).await;
    let contents =
        rows.iter().map(|row| serde_json::from_str::<Value>(&row.content).expect("JSON"));
    contents.filter(|content| content.get(key).is_some()).count()
}

async fn nothing_of_persons(store: &Store, source: &str) {
    // The addresses of persons in the recorded files were replaced by this one.
    for row in records(store, source).await {
        let raw = raw_of(&row).expect("an item");
        assert!(!raw.contains("person@example.org"), "{}", row.external_id);
    }
}

/// A second harvest of the same bytes writes nothing but the row of the run, and what is stored
/// can be read again.
async fn again_changes_nothing(store: &Store, source: &str) {
    let before = (events::last(store.read()).await.expect("a number"), codes(store, source).await);
    let row = harvest(store, source, "2026-01-02T00:00:00Z").await;
    let items = runs::items(store.read(), row.id, "", 10).await.expect("items");
    assert!(row.complete && items.is_empty(), "{items:?}");
    let after = (events::last(store.read()).await.expect("a number"), codes(store, source).await);
    assert_eq!(before, after);
    let said = |rows: Vec<record::Model>| -> BTreeMap<String, String> {
        rows.into_iter().map(|row| (row.external_id, row.content)).collect()
    };
    let before = said(records(store, source).await);
    forget_rules(store, source).await;
    harvester(store).reread(source).await.expect("read again");
    assert_eq!(said(records(store, source).await), before);
    assert_eq!(codes(store, source).await, after.1);
}

#[tokio::test]
async fn taiwan_lists_whole_files() {
    let Some(body) = file("tw-code-gov/projects.json") else { return };
    on_each(move |store| {
        let body = body.clone();
        async move {
            let fixture = Fixture::start().await;
            serve(&store, &fixture, "tw-code-gov", seeded("tw-code-gov"), body).await;
            let row = harvest(&store, "tw-code-gov", "2026-01-01T00:00:00Z").await;
            assert_eq!(
                told(&row),
                "succeeded: read 22 added 22 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                "{:?}",
                row.reason
            );
            assert_eq!(saying(&store, "tw-code-gov", "repository").await, 22);
            assert_eq!(saying(&store, "tw-code-gov", "homepage").await, 9);
            assert_eq!(saying(&store, "tw-code-gov", "licences").await, 22);
            nothing_of_persons(&store, "tw-code-gov").await;
            again_changes_nothing(&store, "tw-code-gov").await;
        }
    })
    .await;
}

#[tokio::test]
async fn finland_lists_projects_and_pages() {
    let Some(body) = file("fi-avoinkoodi/projects.json") else { return };
    on_each(move |store| {
        let body = body.clone();
        async move {
            let fixture = Fixture::start().await;
            serve(&store, &fixture, "fi-avoinkoodi", seeded("fi-avoinkoodi"), body).await;
            let row = harvest(&store, "fi-avoinkoodi", "2026-01-01T00:00:00Z").await;
            assert_eq!(
                told(&row),
                "succeeded: read 40 added 40 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                "{:?}",
                row.reason
            );
            let expected =
                [("licence-missing".to_owned(), 40), ("repository-is-organisation".to_owned(), 3)];
            assert_eq!(codes(&store, "fi-avoinkoodi").await, expected.into());
            assert_eq!(saying(&store, "fi-avoinkoodi", "repository").await, 40 - 3);
            assert_eq!(saying(&store, "fi-avoinkoodi", "homepage").await, 32);
            assert_eq!(saying(&store, "fi-avoinkoodi", "publisher").await, 40);
            again_changes_nothing(&store, "fi-avoinkoodi").await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_world_bank_lists_what_github_says() {
    let Some(body) = file("worldbank/repos.json") else { return };
    on_each(move |store| {
        let body = body.clone();
        async move {
            let fixture = Fixture::start().await;
            serve(&store, &fixture, "worldbank", seeded("worldbank"), body).await;
            let row = harvest(&store, "worldbank", "2026-01-01T00:00:00Z").await;
            // One of 38 is a fork.
            assert_eq!(
                told(&row),
                "succeeded: read 37 added 37 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                "{:?}",
                row.reason
            );
            let expected = [("forks-left-out".to_owned(), 1), ("licence-missing".to_owned(), 5)];
            assert_eq!(codes(&store, "worldbank").await, expected.into());
            // 13 have no home page, and that of one is the repository.
            assert_eq!(saying(&store, "worldbank", "homepage").await, 37 - 13 - 1);
            assert_eq!(saying(&store, "worldbank", "programming_languages").await, 37 - 3);
            assert_eq!(saying(&store, "worldbank", "last_activity_on").await, 37);
            again_changes_nothing(&store, "worldbank").await;
        }
    })
    .await;
}

#[tokio::test]
async fn real_files_are_fetched_one_by_one() {
    let Some(folder) = shared("data/publiccode") else { return };
    on_each(move |store| {
        let folder = folder.clone();
        async move {
            let fixture = Fixture::start().await;
            let mut addresses = Vec::new();
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
                let text = std::fs::read(&path).expect("a file");
                let reply = Reply::json(text).with(header::CONTENT_TYPE, "text/plain");
                let raw = format!("/api/v1/repos/real/{name}/raw/publiccode.yml");
                fixture.set(&raw, reply.with_etag(name));
                addresses.push(format!("{}/real/{name}", fixture.url));
            }
            assert_eq!(addresses.len(), 59);
            let options = json!({"forges": {fixture.host.clone(): "forgejo"}});
            let body = json!(addresses).to_string();
            serve(&store, &fixture, "xx-real", options, body).await;
            let row = harvest(&store, "xx-real", "2026-01-01T00:00:00Z").await;
            // One file is no YAML.
            assert_eq!(
                told(&row),
                "succeeded: read 59 added 58 updated 0 unchanged 0 skipped 0 failed 1 missing 0 withdrawn 0",
                "{:?}",
                row.reason
            );
            let codes = codes(&store, "xx-real").await;
            assert_eq!(codes.get("publiccode-not-yaml"), Some(&1), "{codes:?}");
            assert_eq!(codes.get("name-missing"), None, "{codes:?}");
            nothing_of_persons(&store, "xx-real").await;
            again_changes_nothing(&store, "xx-real").await;
        }
    })
    .await;
}
