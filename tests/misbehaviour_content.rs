//! What a server can put into a document: a page, half of a document, another encoding, no
//! entries, other entries, entries of any size and depth. Each time: what the run says, what the
//! finding says, and that the catalogue serves what it served before.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED};
use fedcat::harvest::client::Limits;
use fedcat::harvest::pipeline::Unwatched;
use fedcat::store::entity::source::Model;
use fedcat::store::{Store, findings, runs};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::listing::{catalogue, cut_off, entry};
use support::misbehaviour::{ENTRIES, Source, patient, served};
use support::stores::{on_each, sqlite};
use support::{at, harvest, put_source, source};

fn entries() -> Vec<Value> {
    ENTRIES.map(entry).collect()
}

fn listing(entries: impl Into<Value>) -> Reply {
    Reply::json(entries.into().to_string())
}

/// Code and path of each open finding of an entry.
async fn of_entry(store: &Store, id: &str) -> Vec<String> {
    let open = findings::open(store.read(), Some("fr-test"), None, Some(id), None, 50).await;
    let open = open.expect("findings");
    open.iter().map(|one| format!("{} {}: {}", one.code, one.path, one.message)).collect()
}

#[tokio::test]
async fn what_is_no_listing_changes_nothing() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let whole = catalogue(ENTRIES);
        let latin_1 = replace(whole.as_bytes(), b"Outil 10", b"T\xe9l\xe9 10");
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{whole}").encode_utf16().flat_map(bytes).collect()
        };
        let captcha = "<!DOCTYPE html><title>Are you human?</title>";
        let mut told = Vec::new();
        let mut expected = Vec::new();
        for (reply, line) in [
            (
                Reply::html(captcha),
                "failed, 0 read; listing-html: SOURCE answered text/html; charset=utf-8 instead of JSON",
            ),
            (
                Reply::json(captcha).with(CONTENT_TYPE, "Text/HTML"),
                "failed, 0 read; listing-html: SOURCE answered text/html instead of JSON",
            ),
            (
                Reply::json(captcha),
                "failed, 0 read; listing-html: SOURCE: an HTML page instead of JSON",
            ),
            (
                Reply::json(format!("\u{feff}\n {captcha}")).with(CONTENT_TYPE, "text/plain"),
                "failed, 0 read; listing-html: SOURCE: an HTML page instead of JSON",
            ),
            (
                Reply::json(""),
                "failed, 0 read; listing-truncated: SOURCE: the document ends in the middle, at line 1, column 0: it is truncated",
            ),
            (
                Reply::json("\u{feff}"),
                "failed, 0 read; listing-truncated: SOURCE: the document ends in the middle, at line 1, column 0: it is truncated",
            ),
            (
                Reply::json("null"),
                "failed, 0 read; listing-not-of-the-format: SOURCE: the document is invalid type: null, expected a listing at line 1 column 4, expected an array of entries, or an object with catalog",
            ),
            (
                Reply::json(r#"{"error":"too many requests"}"#),
                "failed, 0 read; listing-not-of-the-format: SOURCE: the document is an object without catalog, expected an array of entries, or an object with catalog",
            ),
            (
                Reply::json("Service temporarily unavailable"),
                "failed, 0 read; listing-not-of-the-format: SOURCE: not JSON: expected value at line 1 column 1",
            ),
            (
                Reply::json(utf_16(u16::to_le_bytes)),
                "failed, 0 read; listing-not-of-the-format: SOURCE: not JSON: the text begins like UTF-16 or UTF-32, expected UTF-8",
            ),
            (
                Reply::json(utf_16(u16::to_be_bytes)),
                "failed, 0 read; listing-not-of-the-format: SOURCE: not JSON: the text begins like UTF-16 or UTF-32, expected UTF-8",
            ),
            (
                Reply::json(latin_1).with(CONTENT_TYPE, "application/json; charset=iso-8859-1"),
                "incomplete, 9 read; listing-not-of-the-format: SOURCE: not JSON: invalid unicode code point at line 1 column 2895",
            ),
            (
                Reply::json(format!("{whole}{whole}")),
                "incomplete, 20 read; listing-not-of-the-format: SOURCE: not JSON: trailing characters at line 1 column 6037",
            ),
        ] {
            told.push(source.fails(reply).await);
            expected.push(line);
        }
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn what_is_told_has_an_end_although_the_answer_has_none() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let long = "x".repeat(100_000);
        for (reply, code) in [
            (Reply::json(format!("\"{long}\"")), "listing-not-of-the-format"),
            (Reply::json(format!("\"\\u0000{long}\"")), "listing-not-of-the-format"),
            (Reply::html("").with(CONTENT_TYPE, &format!("text/html {long}")), "listing-html"),
            (Reply::json(catalogue(ENTRIES)).with(CONTENT_ENCODING, &long), "listing-compression"),
        ] {
            let told = source.fails(reply).await;
            assert!(told.contains(code) && told.len() < 600, "{} bytes: {code}", told.len());
        }
    })
    .await;
}

fn replace(text: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    let place = text.windows(what.len()).position(|window| window == what).expect("it is there");
    [&text[..place], with, &text[place + what.len()..]].concat()
}

#[tokio::test]
async fn how_a_text_is_announced_does_not_matter() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let mut accented = entries();
        accented[0]["name"] = "Téléprocédure".into();
        source.answers(listing(accented.clone())).await;
        let text = Value::from(accented).to_string();
        for reply in [
            Reply::json(text.clone()).with(CONTENT_TYPE, "application/json; charset=iso-8859-1"),
            Reply::json(text.clone()).with(CONTENT_TYPE, "application/octet-stream"),
            Reply::json(text.clone()).with_bytes(CONTENT_TYPE, b"\xff\xfe"),
            Reply::json(format!("\u{feff}{text}")),
            Reply::json(format!("\r\n\t {text}\n\n")),
        ] {
            let told = source.answers(reply).await;
            assert_eq!((told.run.state.as_str(), told.run.unchanged), ("succeeded", 20));
            assert!(told.serves_the_same && told.findings.is_empty());
        }
        assert!(served(&store).await.contains("Téléprocédure"));
    })
    .await;
}

#[test]
fn wherever_a_listing_is_cut_off_nothing_is_missing() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (store, _folder) = runtime.block_on(sqlite());
    let source = runtime.block_on(Source::harvested(&store));
    let whole = catalogue(ENTRIES);
    let mut runner = TestRunner::new(Config::with_cases(60));
    let result = runner.run(&(1..whole.len()), |cut| {
        let told = runtime.block_on(source.answers(Reply::json(cut_off(&whole, cut))));
        let line = told.of_failure();
        let is_told = line.contains("; listing-truncated: SOURCE: the document ends in the middle");
        let is_counted = told.run.unchanged == told.run.items_read && told.run.missing == 0;
        if is_told && is_counted { Ok(()) } else { Err(TestCaseError::fail(line)) }
    });
    result.expect("it holds");
}

#[tokio::test]
async fn what_would_take_too_much_away_waits_for_a_person() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let renamed = |from: &str, to: &str| {
            let mut entries = entries();
            for item in &mut entries {
                item[to] = item[from].take();
                item.as_object_mut().expect("an object").remove(from);
            }
            listing(entries)
        };
        let other_ids: Vec<Value> = (101..=120).map(entry).collect();
        for (what, reply, counts, reason) in [
            (
                "an empty list",
                Reply::json("[]"),
                "held: read 0 added 0 updated 0 unchanged 0 skipped 0 failed 0 missing 20 withdrawn 0",
                "20 of 20 records would no longer be listed",
            ),
            (
                "90 % fewer entries",
                Reply::json(catalogue(1..=2)),
                "held: read 2 added 0 updated 0 unchanged 2 skipped 0 failed 0 missing 18 withdrawn 0",
                "18 of 20 records would no longer be listed",
            ),
            (
                "other ids",
                listing(other_ids),
                "held: read 20 added 20 updated 0 unchanged 0 skipped 0 failed 0 missing 20 withdrawn 0",
                "20 of 20 records would no longer be listed",
            ),
            (
                "no ids",
                renamed("id", "identifier"),
                "held: read 20 added 0 updated 0 unchanged 0 skipped 0 failed 20 missing 20 withdrawn 0",
                "20 of 20 records would no longer be listed",
            ),
            (
                "no licences",
                renamed("license", "licence"),
                "held: read 20 added 0 updated 20 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                "20 of 20 records would lose their licence",
            ),
        ] {
            let told = source.answers(reply).await;
            assert_eq!((told.counts.as_str(), told.reason.as_str()), (counts, reason), "{what}");
            assert!(told.serves_the_same, "{what}");
            source.behaves().await;
            let held = runs::get(store.read(), told.run.id).await.expect("the run");
            assert_eq!(held.state.as_str(), "rejected", "{what}: the next run makes it void");
        }
        // Entries without names fail one by one, and what is known of them stays.
        let told = source.answers(renamed("name", "title")).await;
        assert_eq!(
            told.counts,
            "succeeded: read 20 added 0 updated 0 unchanged 0 skipped 0 failed 20 missing 0 withdrawn 0"
        );
        assert!(told.serves_the_same);
        assert_eq!(of_entry(&store, "1").await, ["name-missing name: the entry has no usable name: expected a text"]);
        source.behaves().await;
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_does_not_spoil_the_others() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        for (new, value, message) in [
            (21, "1e999", "number out of range"),
            (22, deep.as_str(), "recursion limit exceeded"),
            (23, r#""\ud83d""#, "unexpected end of hex escape"),
        ] {
            let text = catalogue(ENTRIES.chain([new])).replace("\"Outil 10\"", value);
            let told = source.answers(Reply::json(text)).await;
            assert_eq!(
                told.counts,
                "incomplete: read 20 added 1 updated 0 unchanged 19 skipped 0 failed 0 missing 0 withdrawn 0"
            );
            let line = "SOURCE: 1 of the entries cannot be read, first the one at position 9: ";
            let rest = told.reason.strip_prefix(line).unwrap_or_else(|| panic!("{}", told.reason));
            assert!(rest.starts_with(message), "{rest}");
            assert_eq!(told.findings, [format!("listing-entries-unreadable: {}", told.reason)]);
            let served = served(&store).await;
            assert!(served.contains("\"Outil 10\"") && served.contains(&format!("\"Outil {new}\"")));
            source.behaves().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_entry_may_be_large_but_not_huge() {
    on_each(|store| async move {
        let mut source = Source::harvested(&store).await;
        source.harvester.limits = Limits { max_bytes: 64 * 1024 * 1024, ..patient() };
        let with_words = |bytes: usize| {
            let mut entries = entries();
            entries[4]["description"] = json!({"fr": "mot ".repeat(bytes / 4)});
            listing(entries)
        };
        let large = source.answers(with_words(200_000)).await;
        assert_eq!((large.run.state.as_str(), large.run.updated), ("succeeded", 1));
        assert_eq!(of_entry(&store, "5").await, [""; 0]);
        let huge = source.answers(with_words(20_000_000)).await;
        assert_eq!(
            huge.counts,
            "succeeded: read 20 added 0 updated 0 unchanged 19 skipped 0 failed 1 missing 0 withdrawn 0"
        );
        assert!(huge.serves_the_same, "of the entry stays what was known");
        assert_eq!(
            of_entry(&store, "5").await,
            ["entry-too-large : it has 20000283 bytes, at most 4194304 are read"]
        );
        source.behaves().await;
        assert_eq!(of_entry(&store, "5").await, [""; 0]);
    })
    .await;
}

/// A value takes many times the memory of its text.
#[tokio::test]
async fn an_entry_may_hold_much_but_not_too_much() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let with_values = |number: usize| {
            let mut entries = entries();
            entries[4]["other"] = json!(vec![json!({"": 0}); number]);
            listing(entries)
        };
        let much = source.answers(with_values(1_000)).await;
        assert_eq!((much.run.state.as_str(), much.run.updated), ("succeeded", 1));
        let too_much = source.answers(with_values(50_000)).await;
        assert_eq!(
            too_much.counts,
            "succeeded: read 20 added 0 updated 0 unchanged 19 skipped 0 failed 1 missing 0 withdrawn 0"
        );
        assert!(too_much.serves_the_same, "of the entry stays what was known");
        assert_eq!(
            of_entry(&store, "5").await,
            ["entry-too-large : as a tree it takes more than 16777216 bytes of memory"]
        );
        source.behaves().await;
        assert_eq!(of_entry(&store, "5").await, [""; 0]);
    })
    .await;
}

/// The parser keeps a value until it ends; one without end ends the reading.
#[tokio::test]
async fn what_stands_beside_the_entries_and_what_has_no_end_is_not_kept() {
    let (store, _folder) = sqlite().await;
    let mut source = Source::harvested(&store).await;
    source.harvester.limits = Limits { max_bytes: 64 * 1024 * 1024, ..patient() };
    let beside =
        format!("{{\"other\":[{}0],\"catalog\":{}}}", "[],".repeat(500_000), json!(entries()));
    let told = source.answers(Reply::json(beside)).await;
    assert_eq!(told.run.state.as_str(), "succeeded", "{}", told.counts);
    let endless = format!("[{},\"{}\"]", json!(entry(1)), "x".repeat(40 * 1024 * 1024));
    let told = source.answers(Reply::json(endless)).await;
    assert_eq!(told.run.state.as_str(), "incomplete", "{}", told.counts);
    assert!(
        told.findings.iter().any(|one| one.starts_with("listing-too-large")),
        "{:?}",
        told.findings
    );
    assert!(told.serves_the_same);
}

#[tokio::test]
async fn one_bad_entry_among_ten_thousand_is_told_and_the_others_are_taken() {
    let (store, _folder) = sqlite().await;
    let mut source = Source::harvested(&store).await;
    source.harvester.limits = Limits { max_bytes: 64 * 1024 * 1024, ..patient() };
    let mut entries: Vec<Value> = (1..=10_000).map(entry).collect();
    entries[6_789] = json!({"id": 6_790, "name": ["\u{0}", {}], "license": 7, "url": [[]]});
    let told = source.answers(listing(entries)).await;
    assert_eq!(
        told.counts,
        "succeeded: read 10000 added 9979 updated 0 unchanged 20 skipped 0 failed 1 missing 0 withdrawn 0"
    );
    assert_eq!(told.findings, [""; 0]);
    let told = of_entry(&store, "6790").await;
    assert!(told.iter().any(|line| line.starts_with("name-missing")), "{told:?}");
}

#[tokio::test]
async fn a_bomb_of_aliases_fails_alone() {
    on_each(|store| async move {
        let source_of_lists = Source::harvested(&store).await;
        let fixture = &source_of_lists.fixture;
        let url = format!("{}/v1/software", fixture.url);
        put_source(&store, source("it-test", "software-catalog-api", &url, &fixture.host)).await;
        let item = |id: &str, yaml: &str| {
            let created = "2025-01-01T00:00:00Z";
            json!({"id": id, "publiccodeYml": yaml, "createdAt": created, "active": true})
        };
        let good = "publiccodeYmlVersion: '0.4'\nname: Buono\nurl: https://example.org/buono.git\n";
        let bomb: String = (0..30)
            .map(|n| match n {
                0 => "a0: &a0 [lol, lol]\n".to_owned(),
                n => format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1),
            })
            .collect();
        let bomb = format!("{bomb}name: *a29\n{good}");
        let page = json!({
            "data": [item("1", good), item("2", &bomb), item("3", &good.replace("uono", "ello"))],
            "links": {"next": null},
        });
        fixture.set("/v1/software?all=true&page%5Bsize%5D=100", Reply::json(page.to_string()));
        let time = at("2026-01-02T00:00:00Z");
        let harvester = &source_of_lists.harvester;
        let run = harvester.harvest("it-test", None, time, &Unwatched).await.expect("carried out");
        assert_eq!((run.state.as_str(), run.added, run.failed), ("succeeded", 2, 1));
        let open = findings::open(store.read(), Some("it-test"), None, Some("2"), None, 50).await;
        let open = open.expect("findings");
        let codes: Vec<&str> = open.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["publiccode-not-yaml"], "{open:?}");
    })
    .await;
}

#[tokio::test]
async fn entities_of_xml_are_not_read() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let url = format!("{}/catalogue", fixture.url);
        let options = json!({"allow": [fixture.host], "all_are_software": true}).to_string();
        let facts = source("es-test", "dcat", &url, &fixture.host);
        put_source(&store, Model { options, ..facts }).await;
        let answers = async |before: &str, title: &str| {
            let body = format!(
                r#"<?xml version="1.0"?>{before}
                <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                  xmlns:dct="http://purl.org/dc/terms/" xmlns:dcat="http://www.w3.org/ns/dcat#">
                <dcat:Catalog rdf:about="{url}"/>
                <dcat:Dataset rdf:about="{url}/1"><dct:title>{title}</dct:title></dcat:Dataset>
                </rdf:RDF>"#
            );
            let xml = Reply::json(body).with(CONTENT_TYPE, "application/rdf+xml");
            fixture.set("/catalogue", xml);
            harvest(&store, "es-test", "2026-01-02T00:00:00Z").await
        };
        let run = answers("", "Uno").await;
        assert_eq!((run.state.as_str(), run.added), ("succeeded", 1), "{:?}", run.reason);
        let before = served(&store).await;
        let laughs: String = (1..20)
            .map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10)))
            .collect();
        let secret = format!("{}/secret", fixture.url);
        for (doctype, title) in [
            (format!("<!DOCTYPE rdf:RDF [<!ENTITY l0 'lol'>{laughs}]>"), "&l19;"),
            ("<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>".to_owned(), "&f;"),
            (format!("<!DOCTYPE x [<!ENTITY f SYSTEM '{secret}'>]>"), "&f;"),
            (format!("<!DOCTYPE x SYSTEM '{secret}'>"), "Uno"),
        ] {
            let run = answers(&doctype, title).await;
            let open = findings::open(store.read(), Some("es-test"), None, Some(""), None, 9);
            let codes: Vec<String> =
                open.await.expect("findings").into_iter().map(|one| one.code).collect();
            assert_eq!((run.state.as_str(), codes), ("failed", vec!["rdf-doctype".to_owned()]));
            assert!(served(&store).await == before, "{doctype}");
        }
        assert!(fixture.asked().iter().all(|path| path == "/catalogue"));
    })
    .await;
}

#[tokio::test]
async fn a_validator_is_only_believed_where_it_can_be_one() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let whole = || Reply::json(catalogue(ENTRIES));
        let last = || source.fixture.requests().pop().expect("a request");
        // A weak one is sent back as it came, and a date as well.
        source.answers(whole().with(ETAG, "W/\"a b\"").with(LAST_MODIFIED, "yesterday")).await;
        source.answers(Reply::status(304)).await;
        assert_eq!(last().header("if-none-match"), Some("W/\"a b\""));
        assert_eq!(last().header("if-modified-since"), Some("yesterday"));
        let told = source.harvested_again().await;
        assert!(told.run.not_modified && told.run.complete && told.serves_the_same);
        assert_eq!((told.run.items_read, told.run.unchanged), (0, 20));
        // One that is too long, or no text, is as good as none: nothing can be unchanged then.
        let long = format!("\"{}\"", "x".repeat(10_000));
        for etag in [long.as_bytes(), b"\"\xff\xfe\"", b"\"\xc3\xa9\""] {
            let told = source.answers(whole().with_bytes(ETAG, etag)).await;
            assert_eq!((told.run.state.as_str(), told.run.unchanged), ("succeeded", 20));
            source.harvested_again().await;
            assert_eq!(last().header("if-none-match"), None);
            let line = source.fails(Reply::status(304)).await;
            assert_eq!(
                line,
                "failed, 0 read; listing-http-status: SOURCE answered 304 Not Modified"
            );
        }
        // A header that is none ends the answer.
        let nul = source.fails(whole().with_bytes(ETAG, b"\"a\0b\"")).await;
        assert_eq!(
            nul,
            "failed, 0 read; listing-unreachable: SOURCE cannot be reached: invalid HTTP header parsed"
        );
        let many = (0..200).fold(whole(), |reply, n| {
            let name = HeaderName::from_bytes(format!("x-{n}").as_bytes()).expect("a name");
            reply.with(name, "more")
        });
        let many = source.fails(many).await;
        assert_eq!(
            many,
            "failed, 0 read; listing-unreachable: SOURCE cannot be reached: message head is too large"
        );
        // The same validator for other content is the server's word against itself: what comes is
        // read.
        source.answers(whole().with(ETAG, "\"same\"")).await;
        let told = source.answers(Reply::json(catalogue(1..=21)).with(ETAG, "\"same\"")).await;
        assert_eq!(told.run.added, 1);
    })
    .await;
}
