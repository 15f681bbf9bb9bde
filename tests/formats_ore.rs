//! The lists of Canada's Open Resource Exchange.

#![expect(clippy::expect_used, reason = "the lints spare test functions, but not what they share")]

#[path = "support/formats.rs"]
mod support;

use std::fs::File;
use std::path::Path;

use fedcat::formats::json::SplitError;
use fedcat::formats::ore::{Administrations, Ore, items};
use fedcat::formats::{ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Read, assert_stable, fixture, summary};

fn context() -> SourceContext {
    SourceContext { country: Some("CA".to_owned()), ..SourceContext::default() }
}

fn open(name: &str) -> File {
    File::open(fixture("ore", name)).expect("a readable file")
}

/// The items of a list with the administrations' names, as the connector composes them.
fn read_with_names(name: &str) -> Read {
    let names =
        Administrations::read(&mut open("administrations.json")).expect("the administrations");
    let (items, _) = items(&mut open(name), &names).expect("a list");
    let decoded = items.into_iter().map(|item| (item.clone(), Ore.decode(item, &context())));
    Read { items: decoded.collect(), end: Ok(fedcat::formats::Envelope::default()) }
}

fn summaries(read: &Read) -> Vec<Value> {
    assert_stable(&Ore, read, &context());
    read.items.iter().map(|(_, decoded)| summary(decoded)).collect()
}

#[test]
fn used_software_is_read_in_full() {
    insta::assert_json_snapshot!(summaries(&read_with_names("software.json")));
}

#[test]
fn released_code_is_read_in_full() {
    insta::assert_json_snapshot!(summaries(&read_with_names("code.json")));
}

#[test]
fn what_cannot_be_used_is_a_finding() {
    insta::assert_json_snapshot!(summaries(&read_with_names("odd.json")));
}

#[test]
fn a_list_alone_calls_administrations_by_their_codes() {
    let read = support::read(&Ore, Path::new(&fixture("ore", "software.json")), &context());
    assert_eq!(read.end.as_ref().expect("a listing").items, 2);
    let entries = summaries(&read);
    let parcel = entries.iter().find(|entry| entry["id"] == "software/parcel").expect("the entry");
    let users = &parcel["disposition"]["listed"]["usages"];
    let codes = [&users[0]["organisation"], &users[1]["organisation"]];
    assert_eq!(codes, ["ex-oe", "other-autre"]);
}

#[test]
fn an_error_message_is_no_list() {
    for document in [r#"{"message": "Not Found"}"#, "[]", "null", "<html>", "{"] {
        let end = Ore.split(&mut document.as_bytes(), &mut |_| std::ops::ControlFlow::Continue(()));
        assert!(end.is_err(), "{document}");
    }
    let names = Administrations::read(&mut "[]".as_bytes());
    assert!(matches!(names, Err(SplitError::Shape { .. })), "{names:?}");
}

#[test]
fn persons_are_cut_out() {
    for name in ["software.json", "code.json", "odd.json"] {
        for (_, decoded) in read_with_names(name).items {
            let raw = decoded.raw.to_string();
            assert!(!raw.contains("person@") && !raw.contains(". Person"), "{raw}");
        }
    }
    let partner = json!({"adminCode": "ex-oe", "name": "A. Person", "email": "a@example.org"});
    let item = json!({"list": "software", "key": "parcel", "name": "Parcel", "partners": [partner],
                      "contact": {"email": "a@example.org", "phone": 15555}});
    let decoded = Ore.decode(item, &context());
    assert_eq!(decoded.personal.len(), 4);
    assert_eq!(decoded.raw["partners"][0]["adminCode"], "ex-oe");
}

proptest! {
    #[test]
    fn any_value_in_any_field_decodes(field in 0usize..11, text in ".{0,40}", kind in 0u8..7) {
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"en": text, "fr": [text], "adminCode": text, "whatItDoes": text}),
            3 => json!([{"spdxID": text, "URL": {"en": text}, "adminCode": text, "uses": text}]),
            4 => json!([{"adminCode": "x", "uses": [{"date": {"started": text}, "contact": text}]}]),
            5 => json!(-1),
            _ => json!([[null]]),
        };
        let keys = ["list", "key", "name", "description", "homepageURL", "licences", "tags",
            "administrations", "administration", "repositoryURL", "status"];
        for list in ["software", "code"] {
            let mut item = json!({"list": list, "key": "parcel", "name": {"en": "Parcel"}});
            item[keys[field]] = value.clone();
            let first = Ore.decode(item, &context());
            let again = Ore.decode(first.raw.clone(), &context());
            prop_assert_eq!(again.external_id, first.external_id);
            prop_assert_eq!(again.disposition, first.disposition);
            prop_assert_eq!(again.findings, first.findings);
            prop_assert!(again.personal.is_empty());
        }
    }
}
