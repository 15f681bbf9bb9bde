//! All the ways in which a source can answer, break off, lie or say nothing new, without anything
//! being lost. On every database.

mod support;

use fedcat::harvest::pipeline::Unwatched;
use fedcat::store::findings;
use serde_json::{Value, json};
use support::fixture::Reply;
use support::listing::{PATH, catalogue, cut_off, entry, fresh, states};
use support::stores::on_each;
use support::{at, harvest, harvester, put_source, source};

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
            assert_eq!(row.state.as_str(), state, "{what}: {:?}", row.reason);
            assert!(!row.complete, "{what}");
            assert_eq!(states(&store).await, (5, 0, 0), "{what}");
            let codes = findings::by_code(store.read(), Some("fr-test")).await.expect("findings");
            assert!(codes.iter().any(|(found, _)| found == code), "{what}: {codes:?}");
        }
        fixture.set(PATH, Reply::json(whole));
        let row = harvest(&store, "fr-test", "2026-02-02T00:00:00Z").await;
        assert_eq!(row.state.as_str(), "succeeded");
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
        let good = entry(1).to_string();
        fixture.set(PATH, Reply::json(format!("[{good}{}]", ",1".repeat(5_000))));
        let row = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(row.counts().failed, 5_000);
        assert!(row.findings < 1_100, "{} findings", row.findings);
    })
    .await;
}

#[tokio::test]
async fn an_allowed_port_opens_no_other_port_of_its_host() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue([1])));
        let (_, port) = fixture.host.rsplit_once(':').expect("a port");
        let url = format!("http://localhost:{port}{PATH}");
        put_source(&store, source("fr-test", "catalogi", &url, "localhost:1")).await;
        let refused = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(refused.state.as_str(), "failed");
        assert!(refused.reason.unwrap_or_default().contains("no public address"));
        assert!(fixture.asked().is_empty());
        let allowed = format!("localhost:{port}");
        put_source(&store, source("fr-test", "catalogi", &url, &allowed)).await;
        let taken = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(taken.counts().added, 1, "{:?}", taken.reason);
    })
    .await;
}
