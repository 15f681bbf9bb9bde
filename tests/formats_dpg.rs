//! The registry of digital public goods: lists and details.

#![expect(clippy::expect_used, reason = "the lints spare test functions, but not what they share")]

#[path = "support/formats.rs"]
mod support;

use std::path::Path;

use fedcat::formats::dpg::Dpg;
use fedcat::formats::json::SplitError;
use fedcat::formats::{ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Read, assert_stable, fixture, numbers, recorded, summary};

fn read(path: &Path) -> Read {
    support::read(&Dpg, path, &SourceContext::default())
}

fn summaries(name: &str) -> Vec<Value> {
    let read = read(&fixture("dpg", name));
    assert_stable(&Dpg, &read, &SourceContext::default());
    let items = read.end.expect("a listing").items;
    assert_eq!(items, read.items.len() as u64);
    read.items.iter().map(|(_, decoded)| summary(decoded)).collect()
}

#[test]
fn a_list_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("list.json"));
}

#[test]
fn details_are_one_item_with_documentation() {
    insta::assert_json_snapshot!(summaries("details.json"));
}

#[test]
fn addresses_are_repaired_or_told_about() {
    insta::assert_json_snapshot!(summaries("addresses.json"));
}

#[test]
fn what_is_no_software_is_not_listed() {
    insta::assert_json_snapshot!(summaries("types.json"));
}

#[test]
fn each_licence_is_a_statement() {
    insta::assert_json_snapshot!(summaries("licences.json"));
}

#[test]
fn a_long_description_gives_a_summary() {
    insta::assert_json_snapshot!(summaries("long.json"));
}

#[test]
fn what_cannot_be_used_is_a_finding() {
    insta::assert_json_snapshot!(summaries("unusable.json"));
}

#[test]
fn an_error_message_is_no_entry() {
    let read = read(&fixture("dpg", "error.json"));
    assert!(read.items.is_empty());
    assert!(matches!(read.end, Err(SplitError::Shape { .. })), "{:?}", read.end);
}

#[test]
fn persons_are_cut_out() {
    let contact = json!({"name": "Post", "contact_name": "A. Person", "contact_email": "a@x.org"});
    for organizations in [json!([contact]), contact] {
        let item = json!({"id": "parcel", "name": "Parcel", "organizations": organizations});
        let decoded = Dpg.decode(item, &SourceContext::default());
        assert_eq!(decoded.personal.len(), 2);
        assert!(!decoded.raw.to_string().contains("Person"), "{}", decoded.raw);
    }
}

proptest! {
    #[test]
    fn any_value_in_any_field_decodes(field in 0usize..11, text in ".{0,40}", kind in 0u8..6) {
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"spdx": text, "url": text, "name": text, "documentationURL": text}),
            3 => json!([{"spdx": [text], "url": text, "name": text, "SDGNumber": text}]),
            4 => json!(-1),
            _ => json!([[null]]),
        };
        let keys = ["id", "name", "aliases", "description", "website", "license", "SDGs",
            "sectors", "repositories", "organizations", "documentation"];
        let mut item = json!({"id": "parcel", "name": "Parcel", "type": ["software"]});
        item[keys[field]] = value;
        let first = Dpg.decode(item, &SourceContext::default());
        let again = Dpg.decode(first.raw.clone(), &SourceContext::default());
        prop_assert_eq!(again.disposition, first.disposition);
    }
}

/// The numbers of the recorded files, counted independently of this code.
#[test]
fn the_recorded_files_decode_to_the_counted_numbers() {
    let Some(folder) = recorded("dpg") else { return };
    let check = |name: &str| {
        let read = read(&folder.join(name));
        assert_stable(&Dpg, &read, &SourceContext::default());
        numbers(&read)
    };
    assert_eq!(
        check("api-2023-dpgs.json"),
        [
            "distinct ids = 165",
            "finding: repository-is-organisation = 4",
            "homepages = 130",
            "items = 165",
            "listed = 137",
            "not listable: not-software = 28",
            "personal data = 321",
            "repositories = 135",
            "statements = 148",
        ]
    );
    assert_eq!(
        check("api-2023-nominees.json"),
        [
            "distinct ids = 63",
            "finding: repository-is-organisation = 1",
            "homepages = 58",
            "items = 63",
            "listed = 59",
            "not listable: not-software = 4",
            "personal data = 78",
            "repositories = 58",
            "statements = 64",
        ]
    );
    let mut details = Read { items: Vec::new(), end: Ok(fedcat::formats::Envelope::default()) };
    for file in std::fs::read_dir(folder.join("api-2023-dpg")).expect("a folder") {
        let one = read(&file.expect("a file").path());
        assert_eq!(one.end.expect("one entry").items, 1);
        details.items.extend(one.items);
    }
    assert_eq!(
        numbers(&details),
        [
            "distinct ids = 40",
            "finding: url-repaired = 7",
            "homepages = 31",
            "items = 40",
            "listed = 34",
            "not listable: not-software = 6",
            "personal data = 80",
            "repositories = 34",
            "statements = 35",
        ]
    );
}
