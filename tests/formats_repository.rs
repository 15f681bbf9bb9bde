//! Repositories as connectors compose them: a list's words and a publiccode.yml.

#![expect(clippy::expect_used, reason = "the lints spare test functions, but not what they share")]

#[path = "support/formats.rs"]
mod support;

use fedcat::catalogue::content::{DevelopmentStatus, LicenceSlot};
use fedcat::formats::repository::Repository;
use fedcat::formats::{Decoded, Disposition, ExternalId, ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Read, assert_stable, fixture, summary};

fn context() -> SourceContext {
    SourceContext { country: Some("XX".to_owned()), ..SourceContext::default() }
}

fn read(folder: &str, name: &str) -> Read {
    support::read(&Repository, &fixture(folder, name), &context())
}

fn summaries(read: &Read) -> Vec<Value> {
    read.items.iter().map(|(_, decoded)| summary(decoded)).collect()
}

fn decode(item: Value) -> Decoded {
    Repository.decode(item, &context())
}

#[test]
fn the_file_speaks_first_and_the_list_completes_it() {
    let read = read("json-list", "items.json");
    assert_stable(&Repository, &read, &context());
    insta::assert_json_snapshot!(summaries(&read));
}

#[test]
fn what_cannot_be_used_is_a_finding() {
    insta::assert_json_snapshot!(summaries(&read("json-list", "unusable.json")));
}

#[test]
fn the_register_has_read_the_file_itself() {
    let read = read("oss-register", "items.json");
    assert_stable(&Repository, &read, &context());
    assert!(
        read.items.iter().flat_map(|(_, item)| &item.findings).all(|one| one.position.is_none())
    );
    insta::assert_json_snapshot!(summaries(&read));
}

#[test]
fn a_repository_is_known_by_its_address_however_it_is_written() {
    let check = |listed: Value, expected: Option<&str>| {
        let id = match decode(json!({ "repository": listed })).external_id {
            Some(ExternalId::Given(id) | ExternalId::Derived { id, .. }) => Some(id),
            Some(ExternalId::Ranked(_)) | None => None,
        };
        assert_eq!(id.as_deref(), expected);
    };
    let parcel = Some("github.com/example-org/parcel");
    check(json!({"url": "https://github.com/Example-Org/Parcel"}), parcel);
    check(json!({"url": "git@github.com:example-org/parcel.git", "name": "x"}), parcel);
    check(json!({"url": "http://www.github.com/example-org/parcel/tree/main"}), parcel);
    check(json!({"url": "https://git.example.org/a/b.git"}), Some("git.example.org/a/b"));
    check(json!({"url": "http://git.example.org/a/b/"}), Some("git.example.org/a/b"));
    check(json!({"url": "https://example.org/x", "id": "seven"}), Some("seven"));
    check(json!({"url": "null"}), None);
    check(json!({}), None);
}

#[test]
fn the_word_of_a_forge_is_no_word_of_the_publisher() {
    let file = "name: Parcel\nlegal:\n  license: EUPL-1.2\ndevelopmentStatus: stable\n";
    let listed = json!({
        "url": "https://github.com/example-org/parcel", "licence": "MIT", "licence_detected": "gpl-2.0",
        "archived": true,
    });
    let decoded = decode(json!({"repository": listed, "publiccode": file}));
    let Disposition::Listed(content) = decoded.disposition else { unreachable!("listed") };
    let said: Vec<_> =
        content.licences.iter().map(|one| (one.slot, one.normalised.raw.as_str())).collect();
    assert_eq!(
        said,
        [
            (LicenceSlot::Declared, "EUPL-1.2"),
            (LicenceSlot::Asserted, "MIT"),
            (LicenceSlot::Detected, "gpl-2.0"),
        ]
    );
    assert_eq!(content.development_status, Some(DevelopmentStatus::Stable));
}

#[test]
fn persons_are_cut_out_of_the_file() {
    let yaml =
        "name: Parcel\nmaintenance:\n  contacts:\n    - name: A. Person\n      email: a@x.org\n";
    let as_json = json!({
        "name": "Parcel", "maintenance": {"contacts": [{"name": "A. Person", "email": "a@x.org"}]},
    });
    for file in [yaml.to_owned(), as_json.to_string()] {
        let listed = json!({"url": "https://github.com/example-org/parcel"});
        let decoded = decode(json!({"repository": listed, "publiccode": file}));
        assert_eq!(decoded.personal.len(), 2);
        assert!(decoded.personal.iter().all(|datum| datum.path.starts_with("publiccode.")));
        assert!(!decoded.raw.to_string().contains("Person"), "{}", decoded.raw);
    }
}

proptest! {
    #[test]
    fn any_value_in_any_field_decodes(field in 0usize..17, text in ".{0,40}", kind in 0u8..6) {
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"name": text, "url": text}),
            3 => json!([{"name": [text]}]),
            4 => json!(-1),
            _ => json!([[null]]),
        };
        let keys = ["id", "url", "name", "description", "licence", "licence_detected", "homepage",
            "documentation", "topics", "languages", "organisation", "organisation_uri", "updated",
            "archived", "other_urls", "language", "publiccode"];
        let listed = json!({"url": "https://github.com/example-org/parcel", "name": "Parcel"});
        let mut item = json!({ "repository": listed });
        if keys[field] == "publiccode" {
            item["publiccode"] = value;
        } else {
            item["repository"][keys[field]] = value;
        }
        let first = decode(item);
        let again = decode(first.raw.clone());
        prop_assert_eq!(again.disposition, first.disposition);
        prop_assert_eq!(again.external_id, first.external_id);
    }
}
