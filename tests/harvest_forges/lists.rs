//! Lists of repositories, and the files beside them at their forges.

use fedcat::store::packed::raw_of;

use super::*;

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
                "item-without-id repository",
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
            assert_eq!(run.state.as_str(), "succeeded", "{mode}: {:?}", run.reason);
            let rows = record::Entity::find().all(store.read()).await.expect("records");
            let [record] = rows.as_slice() else { panic!("one record, found {rows:?}") };
            let raw = raw_of(record).expect("an item");
            assert!(!raw.contains("Person"), "{mode}: {raw}");
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

/// One row that is no value takes nothing but itself: of a list, of rows under a path, of a page of
/// a forge.
#[tokio::test]
async fn a_row_that_cannot_be_read_is_lost_alone() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let broken = r#"{"url": "https://example.org/b", "name": "\ud83d"}"#;
        let row =
            |name: &str| format!(r#"{{"url": "https://example.org/{name}", "name": "{name}"}}"#);
        let rows = format!("[{}, {broken}, {}]", row("a"), row("c"));
        let fields = json!({"publiccode": "none", "fields": {"name": "name"}});
        let under = json!({"path": "$.rows[*]", "publiccode": "none", "fields": {"name": "name"}});
        let query =
            json!({"path": "$.x[*].rows[*]", "publiccode": "none", "fields": {"name": "name"}});
        for (options, list) in [
            (fields, rows.clone()),
            (under, format!(r#"{{"rows": {rows}}}"#)),
            (query, format!(r#"{{"x": [{{"rows": {rows}}}]}}"#)),
        ] {
            put(&store, &fixture, "json-list", "/list.json", options.clone()).await;
            fixture.set("/list.json", Reply::json(list.replace(r"\ud83d", "b")));
            let whole = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
            assert_eq!((whole.state.as_str(), whole.items_read), ("succeeded", 3), "{options}");
            fixture.set("/list.json", Reply::json(list));
            let lacking = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
            assert_eq!(
                (lacking.state.as_str(), lacking.items_read),
                ("incomplete", 2),
                "{options}"
            );
            assert!(open_findings(&store).await.contains(&"listing-entries-unreadable".to_owned()));
            assert_eq!(records(&store).await["b"], "b active", "{options}");
        }
    })
    .await;
}
