//! CodeMeta: registries, single files, and the JSON-LD that they are.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the lints spare test functions, but not what they share"
)]

#[path = "support/formats.rs"]
mod support;

use fedcat::catalogue::content::{Content, LicenceSlot};
use fedcat::formats::codemeta::{Codemeta, file};
use fedcat::formats::json::SplitError;
use fedcat::formats::{Disposition, ExternalId, ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Read, assert_stable, fixture, summary};

fn read(name: &str) -> Read {
    support::read(&Codemeta, &fixture("codemeta", name), &SourceContext::default())
}

fn summaries(name: &str) -> Vec<Value> {
    let read = read(name);
    assert_stable(&Codemeta, &read, &SourceContext::default());
    assert_eq!(read.end.expect("a listing").items, read.items.len() as u64);
    read.items.iter().map(|(_, decoded)| summary(decoded)).collect()
}

fn content(item: Value) -> Content {
    match Codemeta.decode(item, &SourceContext::default()).disposition {
        Disposition::Listed(content) => *content,
        other => panic!("not listed: {other:?}"),
    }
}

#[test]
fn a_registry_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("registry.json"));
}

#[test]
fn a_file_of_version_3_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("version-3.json"));
}

#[test]
fn a_graph_is_read_without_its_context() {
    insta::assert_json_snapshot!(summaries("graph.json"));
}

#[test]
fn what_cannot_be_used_is_a_finding() {
    insta::assert_json_snapshot!(summaries("odd.json"));
}

#[test]
fn what_stands_around_a_software_is_kept() {
    insta::assert_json_snapshot!(summaries("around.json"));
}

#[test]
fn a_file_of_its_own_is_known_by_its_address_and_declares_its_licence() {
    let read = |name: &str| {
        let mut document = std::fs::File::open(fixture("codemeta", name)).expect("a file");
        let item = file(&mut document, "https://example.org/codemeta.json").expect("CodeMeta");
        Codemeta.decode(item, &SourceContext::default())
    };
    for (name, findings) in [("version-3.json", 0), ("graph.json", 1)] {
        let decoded = read(name);
        let id = ExternalId::Given("https://example.org/codemeta.json".to_owned());
        assert_eq!(decoded.external_id, Some(id), "{name}");
        let several = decoded.findings.iter().filter(|one| one.code == "file-of-several").count();
        assert_eq!(several, findings, "{name}");
        let Disposition::Listed(content) = decoded.disposition else { panic!("listed") };
        assert!(content.licences.iter().all(|one| one.slot == LicenceSlot::Declared), "{name}");
    }
}

#[test]
fn what_is_no_file_is_an_error_of_it() {
    for (document, expected) in [
        ("<html>", "an HTML page instead of JSON"),
        (
            r#"{"message": "Not Found"}"#,
            "the document is no object with @context, expected an object with @context, about software",
        ),
        (
            "[]",
            "the document is no object with @context, expected an object with @context, about software",
        ),
        (
            r#"{"@context": "x", "@graph": [{"@type": "Person"}]}"#,
            "the document is a graph without software, expected an object with @context, about software",
        ),
    ] {
        let told = file(&mut document.as_bytes(), "https://example.org/").expect_err(document);
        assert_eq!(told.to_string(), expected);
    }
    let mut message = r#"{"message": "Not Found"}"#.as_bytes();
    let end = Codemeta.split(&mut message, &mut |_| std::ops::ControlFlow::Continue(()));
    assert!(matches!(end, Err(SplitError::Shape { .. })), "{end:?}");
}

#[test]
fn a_licence_is_a_text_a_list_or_an_object() {
    let check = |license: Value, expected: &[&str]| {
        let item = json!({"name": "Parcel", "license": license});
        let content = content(item);
        let raw: Vec<&str> =
            content.licences.iter().map(|one| one.normalised.raw.as_str()).collect();
        assert_eq!(raw, expected, "{license}");
    };
    let spdx = "https://spdx.org/licenses/MIT";
    check(json!(spdx), &[spdx]);
    check(json!([spdx, spdx, "EUPL-1.2"]), &[spdx, "EUPL-1.2"]);
    check(json!({"@id": spdx, "name": "The MIT licence"}), &[spdx]);
    check(json!({"type": "CreativeWork", "url": spdx}), &[spdx]);
    check(json!({"name": "MIT", "url": "https://example.org/licence"}), &["MIT"]);
    check(json!({"@value": "MIT"}), &["MIT"]);
    check(json!({"@type": "CreativeWork"}), &[]);
    check(Value::Null, &[]);
}

#[test]
fn a_status_is_a_word_of_its_scale() {
    let check = |status: Value, expected: Option<&str>| {
        let content = content(json!({"name": "Parcel", "developmentStatus": status}));
        assert_eq!(content.development_status.map(|one| one.as_str()), expected, "{status}");
    };
    check(json!("https://www.repostatus.org/#active"), Some("stable"));
    check(json!("wip"), Some("development"));
    check(json!("https://www.repostatus.org/#concept"), Some("concept"));
    check(json!("https://lifecycle.r-lib.org/articles/stages.html#stable-1"), Some("stable"));
    check(json!("https://lifecycle.r-lib.org/articles/stages.html#maturing"), Some("beta"));
    check(json!(["https://example.org/#level8", "abandoned"]), Some("obsolete"));
    check(json!("https://www.repostatus.org/"), None);
    check(json!([]), None);
}

#[test]
fn persons_are_cut_out_and_organisations_stay() {
    for name in ["registry.json", "version-3.json", "graph.json"] {
        for (_, decoded) in read(name).items {
            let raw = decoded.raw.to_string();
            for word in [
                "Person <",
                ". Person",
                "\"Person\",\"familyName\":\"P",
                "@example.org",
                "orcid.org",
                "0123",
            ] {
                assert!(!raw.contains(word), "{word} in {raw}");
            }
        }
    }
    let check = |key: &str, value: Value, cut: usize| {
        let mut item = json!({"name": "Parcel", "license": "MIT"});
        item[key] = value.clone();
        let decoded = Codemeta.decode(item, &SourceContext::default());
        assert_eq!(decoded.personal.len(), cut, "{key}: {value}");
    };
    let organisation = json!({"@type": "Organization", "name": "Example Institute"});
    check("author", json!("A. Person"), 1);
    check("author", json!({"name": "A. Person", "givenName": ["A.", "B."]}), 3);
    check("schema:author", json!([{"type": "schema:Person", "name": "A. Person"}]), 1);
    check("http://schema.org/creator", json!([{"@value": "A. Person"}]), 1);
    check("author", organisation.clone(), 0);
    check("publisher", organisation, 0);
    check("publisher", json!({"@type": ["Person"], "name": "A. Person"}), 1);
    check("publisher", json!("Example Institute"), 0);
    check("creditText", json!("by A. Person"), 1);
    let works = json!({"@type": "Organization", "name": "Example Institute", "email": "a@b.org"});
    check("author", json!({"@type": "Person", "name": "A. Person", "affiliation": works}), 2);
    check("relatedLink", json!(["https://orcid.org/0000-0000-0000-0000", "https://x.org"]), 1);
}

proptest! {
    #[test]
    fn any_value_in_any_field_decodes(field in 0usize..17, text in ".{0,40}", kind in 0u8..8) {
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"@id": text, "name": text, "@type": text, "url": text}),
            3 => json!([{"@value": text, "@language": text}, {"@list": [text]}]),
            4 => json!({"1": text, "2": {"@type": "Organization", "name": text}}),
            5 => json!(-1),
            6 => json!({"@type": [text, "Organization"], "@id": [text], "name": {"@value": text}}),
            _ => json!([[null]]),
        };
        let keys = ["@type", "@id", "identifier", "name", "alternateName", "description",
            "codeRepository", "url", "license", "version", "dateModified", "developmentStatus",
            "keywords", "sameAs", "publisher", "author", "fetchedFrom"];
        let mut item = json!({"name": "Parcel"});
        item[keys[field]] = value;
        let first = Codemeta.decode(item, &SourceContext::default());
        let again = Codemeta.decode(first.raw.clone(), &SourceContext::default());
        prop_assert_eq!(again.external_id, first.external_id);
        prop_assert_eq!(again.disposition, first.disposition);
        prop_assert_eq!(again.findings, first.findings);
        prop_assert!(again.personal.is_empty());
    }
}
