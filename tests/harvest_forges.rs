//! Lists of repositories, forges and registers, and the documents beside them: read from end to
//! end, with every answer that a server may give. On every database.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use fedcat::harvest::pipeline::Unwatched;
use fedcat::store::entity::{finding, record, run};
use fedcat::store::{Store, events, runs};
use reqwest::header;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{at, harvest, harvester, put_source, source, told};

const ID: &str = "xx-test";

/// A publiccode.yml of a project with this name.
fn file(name: &str) -> String {
    format!("publiccodeYmlVersion: \"0.4\"\nname: {name}\nlegal:\n  license: EUPL-1.2\n")
}

fn text(body: impl Into<String>) -> Reply {
    Reply::json(body.into()).with(header::CONTENT_TYPE, "text/plain; charset=utf-8")
}

/// A source at the fixture server with options of its connector.
async fn put(store: &Store, fixture: &Fixture, connector: &str, path: &str, options: Value) {
    let mut facts = source(ID, connector, &format!("{}{path}", fixture.url), &fixture.host);
    let mut all: Map<String, Value> = serde_json::from_str(&facts.options).expect("JSON");
    if let Value::Object(options) = options {
        all.extend(options);
    }
    facts.options = Value::Object(all).to_string();
    put_source(store, facts).await;
}

/// What the server was asked for since the last time.
fn asked(fixture: &Fixture, before: &mut usize) -> Vec<String> {
    let all = fixture.asked();
    let new = all.iter().skip(*before).cloned().collect();
    *before = all.len();
    new
}

/// The names of the source's records with their states, by external id.
async fn records(store: &Store) -> BTreeMap<String, String> {
    let rows = record::Entity::find().filter(record::Column::SourceId.eq(ID)).all(store.read());
    rows.await
        .expect("records")
        .into_iter()
        .map(|row| {
            let content: Value = serde_json::from_str(&row.content).unwrap_or_default();
            let name = content.pointer("/name/und").and_then(Value::as_str).unwrap_or_default();
            let id = row.external_id.rsplit('/').next().unwrap_or_default().to_owned();
            (id, format!("{name} {}", row.state))
        })
        .collect()
}

fn named(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, said)| ((*id).to_owned(), (*said).to_owned())).collect()
}

/// Codes and paths of the open findings, without those about licences and missing keys.
async fn open_findings(store: &Store) -> Vec<String> {
    let rows = finding::Entity::find()
        .filter(finding::Column::SourceId.eq(ID))
        .filter(finding::Column::ClosedAt.is_null())
        .all(store.read())
        .await
        .expect("findings");
    let mut told: Vec<String> = rows
        .into_iter()
        .filter(|row| row.code != "publiccode-missing-key" && !row.code.starts_with("licence-"))
        .map(|row| format!("{} {}", row.code, row.path).trim().to_owned())
        .collect();
    told.sort();
    told
}

/// The run wrote nothing but its own row.
async fn wrote_nothing(store: &Store, row: &run::Model, events_before: i64) {
    let items = runs::items(store.read(), row.id, "", 10).await.expect("items");
    assert!(items.is_empty(), "{items:?}");
    assert_eq!(events::last(store.read()).await.expect("a number"), events_before);
}

/// A list of addresses at the fixture server, of projects with these names.
fn addresses(fixture: &Fixture, names: &[&str]) -> Reply {
    let list: Vec<String> =
        names.iter().map(|name| format!("{}/city/{name}", fixture.url)).collect();
    Reply::json(json!(list).to_string())
}

fn raw(name: &str, file: &str) -> String {
    format!("/api/v1/repos/city/{name}/raw/{file}")
}

async fn list_of_addresses(store: &Store) -> Fixture {
    let fixture = Fixture::start().await;
    let forges = json!({"forges": {fixture.host.clone(): "forgejo"}});
    put(store, &fixture, "json-list", "/list.json", forges).await;
    fixture
}

#[tokio::test]
async fn files_that_have_not_changed_cost_a_condition_and_write_nothing() {
    on_each(|store| async move {
        let fixture = list_of_addresses(&store).await;
        let mut before = 0;
        fixture.set("/list.json", addresses(&fixture, &["gate", "lock", "bare"]));
        fixture.set(&raw("gate", "publiccode.yml"), text(file("gate")).with_etag("g1"));
        fixture.set(&raw("lock", "publiccode.yaml"), text(file("lock")).with_etag("l1"));
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 2 added 2 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
            "{:?}",
            row.reason
        );
        let both = named(&[("gate", "gate active"), ("lock", "lock active")]);
        assert_eq!(records(&store).await, both);
        let missing = format!("publiccode-missing {}/city/bare", fixture.url);
        assert_eq!(open_findings(&store).await, std::slice::from_ref(&missing));
        let mut first = asked(&fixture, &mut before);
        first.sort();
        let mut expected = vec![
            "/list.json".to_owned(),
            raw("gate", "publiccode.yml"),
            raw("lock", "publiccode.yml"),
            raw("lock", "publiccode.yaml"),
            raw("bare", "publiccode.yml"),
            raw("bare", "publiccode.yaml"),
        ];
        expected.sort();
        assert_eq!(first, expected);

        // Whoever asks without a condition gets another text.
        let other = "name: never read\n";
        fixture.set(&raw("gate", "publiccode.yml"), text(other).with_etag("g1"));
        fixture.set(&raw("lock", "publiccode.yaml"), text(other).with_etag("l1"));
        let events = events::last(store.read()).await.expect("a number");
        let row = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 2 added 0 updated 0 unchanged 2 skipped 0 failed 0 missing 0 withdrawn 0"
        );
        wrote_nothing(&store, &row, events).await;
        assert_eq!(open_findings(&store).await, [missing]);
        let mut second = asked(&fixture, &mut before);
        second.sort();
        assert_eq!(second, expected);

        fixture.set(&raw("gate", "publiccode.yml"), text(file("door")).with_etag("g2"));
        let row = harvest(&store, ID, "2026-01-03T00:00:00Z").await;
        assert_eq!((row.counts().updated, row.counts().unchanged), (1, 1));
        assert_eq!(records(&store).await["gate"], "door active");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_takes_nothing_away() {
    on_each(|store| async move {
        let fixture = list_of_addresses(&store).await;
        fixture.set("/list.json", addresses(&fixture, &["gate", "lock"]));
        let gate = raw("gate", "publiccode.yml");
        fixture.set(&gate, text(file("gate")).with_etag("g"));
        fixture.set(&raw("lock", "publiccode.yml"), text(file("lock")).with_etag("l"));
        harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        let both = named(&[("gate", "gate active"), ("lock", "lock active")]);
        for (what, reply, finding) in [
            ("an error", Reply::status(500), "publiccode-not-fetched publiccode"),
            ("a sign-in page", Reply::html("<html>Sign in</html>"), "publiccode-not-fetched publiccode"),
            ("a page sent as text", text("<html>Sign in</html>"), "publiccode-not-yaml publiccode"),
            ("no permission", Reply::status(403), "publiccode-not-fetched publiccode"),
            ("too much", text("#".repeat(1024 * 1024 + 1)), "publiccode-not-fetched publiccode"),
            ("a link's target", text("docs/publiccode.yml"), "publiccode-not-yaml publiccode"),
            ("nothing", text(""), "publiccode-empty publiccode"),
            (
                "a redirect to a private address",
                Reply::redirect("http://10.0.0.1/x"),
                "publiccode-not-fetched publiccode",
            ),
        ] {
            fixture.set(&gate, reply);
            let row = harvest(&store, ID, "2026-01-20T00:00:00Z").await;
            assert!(row.complete, "{what}: {:?}", row.reason);
            assert_eq!(
                told(&row),
                "succeeded: read 2 added 0 updated 0 unchanged 1 skipped 0 failed 1 missing 0 withdrawn 0",
                "{what}"
            );
            assert_eq!(records(&store).await, both, "{what}");
            assert_eq!(open_findings(&store).await, [finding], "{what}");
        }
        fixture.set(&gate, text(file("gate")).with_etag("g"));
        let row = harvest(&store, ID, "2026-01-21T00:00:00Z").await;
        assert_eq!((row.counts().unchanged, row.counts().failed), (2, 0));
        assert_eq!(open_findings(&store).await, [""; 0], "what is mended is closed");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_gone_is_missed_and_then_withdrawn() {
    on_each(|store| async move {
        let fixture = list_of_addresses(&store).await;
        fixture.set("/list.json", addresses(&fixture, &["gate", "lock"]));
        fixture.set(&raw("gate", "publiccode.yml"), text(file("gate")));
        fixture.set(&raw("lock", "publiccode.yml"), text(file("lock")));
        harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        fixture.set(&raw("gate", "publiccode.yml"), Reply::status(404));
        for (time, expected) in [
            ("2026-01-02T00:00:00Z", "gate missing"),
            ("2026-01-03T00:00:00Z", "gate missing"),
            ("2026-01-09T00:00:01Z", " withdrawn"),
        ] {
            let row = harvest(&store, ID, time).await;
            assert!(row.complete, "{:?}", row.reason);
            assert_eq!(records(&store).await["gate"], expected, "{time}");
        }
        let gone = format!("publiccode-missing {}/city/gate", fixture.url);
        assert_eq!(open_findings(&store).await, [gone]);
    })
    .await;
}

#[tokio::test]
async fn a_forge_that_fails_again_and_again_is_left_alone() {
    on_each(|store| async move {
        let fixture = list_of_addresses(&store).await;
        let names: Vec<String> = (0..40).map(|number| format!("tool{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        fixture.set("/list.json", addresses(&fixture, &names));
        for name in &names {
            fixture.set(&raw(name, "publiccode.yml"), text(file(name)).with_etag(name));
        }
        harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        let mut before = fixture.asked().len();
        for name in &names {
            fixture.set(&raw(name, "publiccode.yml"), Reply::status(502));
        }
        let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.complete), ("incomplete", false));
        let reason = row.reason.unwrap_or_default();
        assert!(reason.contains("could not be read one after another"), "{reason}");
        let tries = asked(&fixture, &mut before).len() - 1;
        assert!((5..=12).contains(&tries), "{tries}");
        assert!(records(&store).await.values().all(|said| said.ends_with(" active")));
        assert!(open_findings(&store).await.contains(&"listing-files-unread".to_owned()));
        let row = {
            for name in &names {
                fixture.set(&raw(name, "publiccode.yml"), text(file(name)).with_etag(name));
            }
            harvest(&store, ID, "2026-02-02T00:00:00Z").await
        };
        assert_eq!((row.state.as_str(), row.counts().unchanged), ("succeeded", 40));
        assert_eq!(open_findings(&store).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn many_files_that_cannot_be_read_make_the_run_incomplete() {
    on_each(|store| async move {
        let fixture = list_of_addresses(&store).await;
        let names: Vec<String> = (0..30).map(|number| format!("tool{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        fixture.set("/list.json", addresses(&fixture, &names));
        for (index, name) in names.iter().enumerate() {
            let reply = if index < 11 { Reply::status(403) } else { text(file(name)) };
            fixture.set(&raw(name, "publiccode.yml"), reply);
        }
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().added), ("incomplete", 19));
        assert_eq!(row.reason.as_deref(), Some("11 of 30 files could not be read"));
    })
    .await;
}

#[tokio::test]
async fn the_words_of_a_list_are_entries_where_there_is_no_file() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let options = json!({
            "path": "$.projects[*]", "forges": {fixture.host.clone(): "gitlab"},
            "fields": {
                "url": "code_url", "name": "project", "organisation": "owner", "fork": "fork",
                "has_publiccode": "file", "description": "about",
            },
        });
        put(&store, &fixture, "json-list", "/list.json", options).await;
        let url = |name: &str| format!("{}/city/it/{name}", fixture.url);
        let list = |about: &str| {
            json!({"updated": "2026-01-01", "projects": [
                {"project": "Gate", "code_url": url("gate"), "owner": "City", "file": true, "about": about},
                {"project": "Lock", "code_url": url("lock"), "owner": "-", "file": false},
                {"project": "Lock again", "code_url": format!("{}.git", url("lock")), "file": true},
                {"project": "Fork", "code_url": url("fork"), "fork": true, "file": true},
                {"project": "Page", "code_url": "https://www.example.org/code", "file": true},
                {"project": "No address", "code_url": "-", "file": true},
                7,
            ]})
        };
        let gate = "/api/v4/projects/city%2Fit%2Fgate/repository/files/publiccode.yml/raw?ref=HEAD";
        fixture.set("/list.json", Reply::json(list("Opens.").to_string()));
        fixture.set(gate, text(file("gate")).with_etag("g"));
        let mut before = 0;
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 5 added 4 updated 0 unchanged 0 skipped 0 failed 1 missing 0 withdrawn 0",
            "{:?}",
            row.reason
        );
        assert_eq!(asked(&fixture, &mut before), ["/list.json", gate]);
        let mut expected = named(&[
            ("gate", "gate active"),
            ("lock", "Lock active"),
            ("code", "Page active"),
        ]);
        let mut found = records(&store).await;
        expected.extend(found.extract_if(.., |_, said| said == "No address active"));
        assert_eq!(expected.len(), 4);
        assert_eq!(found.into_iter().chain(expected.clone()).collect::<BTreeMap<_, _>>(), expected);
        assert_eq!(
            open_findings(&store).await,
            [
                "forge-unknown www.example.org",
                "forks-left-out",
                "item-without-id [4].repository",
                "repository-repeated",
            ]
        );

        // The row has changed, so its file is asked for without a condition.
        fixture.set("/list.json", Reply::json(list("Opens and closes.").to_string()));
        fixture.set(gate, text(file("door")).with_etag("g"));
        let row = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
        assert_eq!((row.counts().updated, row.counts().unchanged), (1, 3));
        assert_eq!(records(&store).await["gate"], "door active");
    })
    .await;
}

#[tokio::test]
async fn a_list_that_speaks_for_itself_is_asked_with_a_condition() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let mut before = 0;
        let row = json!({
            "id": 0, "name": "Ferry", "url": "https://github.com/example-org/ferry",
            "legal": {"license": "MIT"}, "maintenance": {"contacts": [{"name": "A. Person"}]},
        });
        for (mode, licence) in [("inline", "MIT"), ("none", "")] {
            let options = json!({"publiccode": mode, "fields": {"name": "name"}});
            put(&store, &fixture, "json-list", "/list.json", options).await;
            fixture.set("/list.json", Reply::json(json!([row]).to_string()).with_etag("1"));
            let run = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
            assert_eq!(run.state, "succeeded", "{mode}: {:?}", run.reason);
            let rows = record::Entity::find().all(store.read()).await.expect("records");
            let [record] = rows.as_slice() else { panic!("one record, found {rows:?}") };
            assert!(!record.raw.contains("Person"), "{mode}: {}", record.raw);
            assert_eq!(record.content.contains("\"raw\":\"MIT\""), !licence.is_empty(), "{mode}");
            let events = events::last(store.read()).await.expect("a number");
            let again = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
            assert!(again.complete && again.not_modified, "{mode}");
            wrote_nothing(&store, &again, events).await;
            assert_eq!(asked(&fixture, &mut before), ["/list.json", "/list.json"], "{mode}");
        }
        // Other options are another list, though the server says that it is the same.
        let options =
            json!({"publiccode": "none", "fields": {"name": "name", "licence": "$.legal.license"}});
        put(&store, &fixture, "json-list", "/list.json", options).await;
        let run = harvest(&store, ID, "2026-01-03T00:00:00Z").await;
        assert_eq!((run.not_modified, run.counts().updated), (false, 1));
    })
    .await;
}

#[tokio::test]
async fn a_list_of_another_shape_takes_nothing_away() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let options = json!({"path": "$.a.b[*]", "publiccode": "none", "fields": {"name": "name"}});
        put(&store, &fixture, "json-list", "/list.json", options).await;
        let list = json!({"a": {"b": [{"name": "Gate", "url": "https://example.org/gate"}]}});
        fixture.set("/list.json", Reply::json(list.to_string()));
        harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        for (reply, code) in [
            (Reply::json(r#"{"a": {"c": []}}"#), "listing-path-finds-nothing"),
            (Reply::json(r#"{"a": {"b": []}}"#), "listing-path-finds-nothing"),
            (Reply::json("<!DOCTYPE html>"), "listing-html"),
            (Reply::json(r#"{"a": {"b": [{"#), "listing-truncated"),
            (Reply::status(404), "listing-http-status"),
        ] {
            fixture.set("/list.json", reply);
            let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
            assert_eq!((row.state.as_str(), row.complete), ("failed", false), "{code}");
            assert_eq!(open_findings(&store).await, [code]);
            assert_eq!(records(&store).await, named(&[("gate", "Gate active")]), "{code}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_given_by_hand_says_nothing_about_files_at_forges() {
    on_each(|store| async move {
        let fixture = list_of_addresses(&store).await;
        fixture.set("/list.json", addresses(&fixture, &["gate"]));
        fixture.set(&raw("gate", "publiccode.yml"), text(file("gate")));
        harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        let before = fixture.asked().len();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.json");
        let list = json!([format!("{}/city/gate", fixture.url)]);
        std::fs::write(&path, list.to_string()).expect("written");
        let run = harvester(&store)
            .harvest(ID, path.to_str(), at("2026-02-01T00:00:00Z"), &Unwatched)
            .await
            .expect("a run");
        assert_eq!((run.state.as_str(), run.counts().failed), ("succeeded", 1));
        assert_eq!(records(&store).await, named(&[("gate", "gate active")]));
        assert_eq!(fixture.asked().len(), before);
    })
    .await;
}

/// A page out of `tests/fixtures`, as if the fixture server had made it.
fn page(fixture: &Fixture, path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path);
    let text = std::fs::read_to_string(file).expect("a fixture");
    text.replace("https://forge.example.org", &fixture.url)
}

fn gitlab_file(id: u64, file: &str) -> String {
    format!("/api/v4/projects/{id}/repository/files/{file}/raw?ref=HEAD")
}

fn instance(archived: bool) -> String {
    format!(
        "/api/v4/projects?visibility=public&archived={archived}&order_by=id&sort=asc&per_page=100\
         &pagination=keyset"
    )
}

fn link(url: &str) -> String {
    format!(r#"<{url}>; rel="next""#)
}

#[tokio::test]
async fn a_gitlab_instance_is_read_page_by_page() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "gitlab-group", "", json!({})).await;
        let second = format!("{}&id_after=3", instance(false));
        let first = Reply::json(page(&fixture, "gitlab-group/page-1.json"));
        let next = link(&format!("{}{second}", fixture.url));
        fixture.set(&instance(false), first.with(header::LINK, &next));
        fixture.set(&second, Reply::json(page(&fixture, "gitlab-group/page-2.json")));
        fixture.set(&instance(true), Reply::json(page(&fixture, "gitlab-group/archived.json")));
        for (id, name) in [(1, "gate"), (5, "internal"), (6, "lock"), (7, "old")] {
            fixture.set(&gitlab_file(id, "publiccode.yml"), text(file(name)).with_etag(name));
        }
        let mut before = 0;
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 3 added 3 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
            "{:?}",
            row.reason
        );
        let all = named(&[("gate", "gate active"), ("lock", "lock active"), ("old", "old active")]);
        assert_eq!(records(&store).await, all);
        assert_eq!(
            open_findings(&store).await,
            ["forks-left-out", "publiccode-missing", "repository-archived repository.archived"]
        );
        asked(&fixture, &mut before);

        for (id, name) in [(1, "gate"), (6, "lock"), (7, "old")] {
            let never = text("name: never read\n").with_etag(name);
            fixture.set(&gitlab_file(id, "publiccode.yml"), never);
        }
        let events = events::last(store.read()).await.expect("a number");
        let row = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().unchanged), ("succeeded", 3));
        wrote_nothing(&store, &row, events).await;
        assert_eq!(asked(&fixture, &mut before).len(), 3 + 3, "pages and files");
    })
    .await;
}

#[tokio::test]
async fn pages_that_lie_make_the_listing_incomplete() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "gitlab-group", "", json!({})).await;
        let one = page(&fixture, "gitlab-group/archived.json");
        let page = || Reply::json(one.clone());
        fixture.set(&instance(true), Reply::json("[]"));
        fixture.set(&instance(false), page());
        fixture.set(&gitlab_file(7, "publiccode.yml"), text(file("gate")));
        harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        let all = named(&[("old", "gate active")]);
        let other = format!("{}{}&id_after=1", fixture.url, instance(false));
        fixture.set(&format!("{}&id_after=1", instance(false)), page());
        for (what, reply, code) in [
            (
                "a page that is its own next page",
                page().with(header::LINK, &link(&format!("{}{}", fixture.url, instance(false)))),
                "listing-pages-repeat",
            ),
            (
                "a page elsewhere",
                page().with(header::LINK, &link("https://elsewhere.example.org/api/v4/projects")),
                "listing-leads-elsewhere",
            ),
            (
                "fewer than declared",
                page().with(header::HeaderName::from_static("x-total"), "7"),
                "listing-count-differs",
            ),
            ("no list", Reply::json(r#"{"message": "403"}"#), "listing-not-of-the-format"),
            ("a row without an id", Reply::json(r#"[{"name": "x"}]"#), "listing-not-of-the-format"),
            ("a sign-in page", Reply::html("<html>"), "listing-html"),
            (
                "an error on the next page",
                page().with(header::LINK, &link(&format!("{other}x"))),
                "listing-http-status",
            ),
        ] {
            fixture.set(&instance(false), reply);
            let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
            assert_eq!((row.state.as_str(), row.complete), ("failed", false), "{what}");
            assert!(
                open_findings(&store).await.contains(&code.to_owned()),
                "{what}: {:?}",
                row.reason
            );
            assert_eq!(records(&store).await, all, "{what}");
        }
        // Every row of the second page stood on the first, and there is a third: a circle.
        fixture.set(&instance(false), page().with(header::LINK, &link(&other)));
        let third = link(&format!("{}{}&id_after=2", fixture.url, instance(false)));
        fixture.set(&format!("{}&id_after=1", instance(false)), page().with(header::LINK, &third));
        let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
        assert!(row.reason.is_some_and(|reason| reason.contains("repeat themselves")));
    })
    .await;
}

#[tokio::test]
async fn a_group_is_read_with_its_subgroups() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "gitlab-group", "/groups/city/it", json!({"forks": true})).await;
        let group = |archived: bool| {
            format!(
                "/api/v4/groups/city%2Fit/projects?visibility=public&archived={archived}\
                 &order_by=id&sort=asc&per_page=100&include_subgroups=true&with_shared=false"
            )
        };
        let total = header::HeaderName::from_static("x-total");
        let rows = Reply::json(page(&fixture, "gitlab-group/page-1.json"));
        fixture.set(&group(false), rows.with(total, "3"));
        fixture.set(&group(true), Reply::json("[]"));
        fixture.set(&gitlab_file(3, "publiccode.yml"), text(file("fork")));
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().added), ("succeeded", 1), "{:?}", row.reason);
    })
    .await;
}

#[tokio::test]
async fn a_github_organisation_is_read() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let path = "/api/v3/orgs/city/repos";
        put(&store, &fixture, "github-org", path, json!({})).await;
        let first = format!("{path}?per_page=100&sort=full_name");
        let second = format!("{first}&page=2");
        let next = format!(
            r#"<{0}{first}&page=1>; rel="prev", <{0}{second}>; rel="next", <{0}{second}>; rel="last""#,
            fixture.url
        );
        let rows = Reply::json(page(&fixture, "github-org/page-1.json"));
        fixture.set(&first, rows.with(header::LINK, &next));
        fixture.set(&second, Reply::json(page(&fixture, "github-org/page-2.json")));
        let contents = |name: &str| format!("/api/v3/repos/city/{name}/contents/publiccode.yml");
        for name in ["gate", "fork", "secret", "empty", "lock", "staff"] {
            fixture.set(&contents(name), text(file(name)).with_etag(name));
        }
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().added), ("succeeded", 2), "{:?}", row.reason);
        let both = named(&[("gate", "gate active"), ("lock", "lock active")]);
        assert_eq!(records(&store).await, both);

        // A spent rate limit: the run ends at once, and the next one comes when it is renewed.
        let spent = Reply::status(403)
            .with(header::HeaderName::from_static("x-ratelimit-remaining"), "0")
            .with(header::HeaderName::from_static("x-ratelimit-reset"), "3600");
        fixture.set(&contents("gate"), spent.clone());
        fixture.set(&contents("lock"), spent);
        let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.complete), ("incomplete", false));
        assert!(row.reason.is_some_and(|reason| reason.contains("asks to come back in")));
        assert_eq!(records(&store).await, both);
    })
    .await;
}

#[tokio::test]
async fn a_forgejo_instance_organisation_or_user_is_read() {
    on_each(|store| async move {
        for (path, answered) in [
            ("", "/api/v1/repos/search?sort=id&order=asc&limit=50"),
            ("/city", "/api/v1/orgs/city/repos?limit=50"),
            ("/city", "/api/v1/users/city/repos?limit=50"),
        ] {
            let fixture = Fixture::start().await;
            put(&store, &fixture, "forgejo-org", path, json!({})).await;
            let rows = if path.is_empty() { "search.json" } else { "account.json" };
            let rows = Reply::json(page(&fixture, &format!("forgejo-org/{rows}")));
            let total = header::HeaderName::from_static("x-total-count");
            fixture.set(answered, rows.with(total, "4"));
            for name in ["empty", "secret", "fork"] {
                fixture.set(&raw(name, "publiccode.yml"), text(file(name)));
            }
            fixture.set(&raw("gate", "publiccode.yml"), text(file("gate")));
            let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
            let counts = row.counts();
            assert_eq!(
                (row.state.as_str(), counts.read, counts.added),
                ("succeeded", 1, 1),
                "{answered}: {:?}",
                row.reason
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_register_is_asked_only_for_what_changed() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "oss-register", "/v1", json!({})).await;
        let list = |archived: bool, page: u8| {
            format!("/v1/repositories?archived={archived}&page={page}&perPage=100")
        };
        let pages = |crawled: &str, active: &str| {
            let total = header::HeaderName::from_static("total-count");
            let rows = |number: u8| {
                let rows = page(&fixture, &format!("oss-register/page-{number}.json"));
                let rows = rows.replace("CRAWLED", crawled).replace("ACTIVE", active);
                Reply::json(rows).with(total.clone(), "3")
            };
            let next = format!("<{}{}>; rel='next'", fixture.url, list(false, 2));
            fixture.set(&list(false, 1), rows(1).with(header::LINK, &next));
            fixture.set(&list(false, 2), rows(2));
        };
        pages("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        fixture.set(&list(true, 1), Reply::json(page(&fixture, "oss-register/archived.json")));
        let details =
            |name: &str| Reply::json(page(&fixture, &format!("oss-register/{name}.json")));
        for name in ["gate", "lock", "old"] {
            fixture.set(&format!("/v1/repositories/{name}"), details(name));
        }
        let mut before = 0;
        let run = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!((run.state.as_str(), run.counts().added), ("succeeded", 3), "{:?}", run.reason);
        let all = [("gate", "gate active"), ("lock", "lock active"), ("old", "old active")];
        assert_eq!(records(&store).await, named(&all));
        asked(&fixture, &mut before);

        // Crawled again, with nothing new.
        pages("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z");
        let events = events::last(store.read()).await.expect("a number");
        let run = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
        assert_eq!((run.state.as_str(), run.counts().unchanged), ("succeeded", 3));
        wrote_nothing(&store, &run, events).await;
        assert_eq!(asked(&fixture, &mut before), [list(false, 1), list(false, 2), list(true, 1)]);

        // Somebody has worked on one; its details are asked for, and break.
        pages("2026-01-03T00:00:00Z", "2026-01-03T00:00:00Z");
        fixture.set("/v1/repositories/gate", Reply::status(404));
        let run = harvest(&store, ID, "2026-01-03T00:00:00Z").await;
        assert_eq!((run.state.as_str(), run.counts().failed), ("succeeded", 1));
        assert_eq!(asked(&fixture, &mut before).len(), 4);
        assert_eq!(records(&store).await["gate"], "gate active");

        // They are asked for again although the row is as it was, for they were not read.
        fixture.set("/v1/repositories/gate", details("gate"));
        let run = harvest(&store, ID, "2026-01-04T00:00:00Z").await;
        assert_eq!((run.counts().updated, run.counts().unchanged), (1, 2));

        // A page that is short of what is declared takes nothing away.
        let next = header::HeaderName::from_static("total-count");
        fixture.set(&list(false, 1), Reply::json("[]").with(next, "3"));
        let run = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
        assert!(!run.complete);
        assert!(records(&store).await.values().all(|said| said.ends_with(" active")));
    })
    .await;
}
