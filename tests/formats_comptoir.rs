//! The export of the Comptoir du Libre.

#![expect(clippy::expect_used, reason = "the lints spare test functions, but not what they share")]

#[path = "support/formats.rs"]
mod support;

use std::path::Path;

use fedcat::formats::comptoir::Comptoir;
use fedcat::formats::json::SplitError;
use fedcat::formats::{Disposition, ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Read, assert_stable, fixture, summary};

fn context() -> SourceContext {
    SourceContext { country: Some("FR".to_owned()), ..SourceContext::default() }
}

fn read(path: &Path) -> Read {
    support::read(&Comptoir, path, &context())
}

fn summaries(name: &str) -> Vec<Value> {
    let read = read(&fixture("comptoir", name));
    assert_stable(&Comptoir, &read, &context());
    let items = read.end.expect("a listing").items;
    assert_eq!(items, read.items.len() as u64);
    read.items.iter().map(|(_, decoded)| summary(decoded)).collect()
}

#[test]
fn an_export_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("export.json"));
}

#[test]
fn an_export_of_2022_has_two_resources() {
    insta::assert_json_snapshot!(summaries("export-2022.json"));
}

#[test]
fn what_cannot_be_used_is_a_finding_of_its_row() {
    insta::assert_json_snapshot!(summaries("odd.json"));
}

#[test]
fn an_export_declares_how_many_entries_it_holds() {
    let declared = |name: &str| read(&fixture("comptoir", name)).end.expect("a listing").declared;
    assert_eq!(declared("export.json"), Some(3));
    assert_eq!(declared("odd.json"), None);
}

#[test]
fn an_error_message_or_a_list_is_no_export() {
    let check = |document: &str, expected: &str| {
        let end =
            Comptoir.split(&mut document.as_bytes(), &mut |_| std::ops::ControlFlow::Continue(()));
        let told = end.expect_err("no listing").to_string();
        assert_eq!(told, expected, "{document}");
    };
    let expected = "expected an object with softwares";
    check(
        r#"{"message": "no"}"#,
        &format!("the document is an object without softwares, {expected}"),
    );
    check("[]", &format!("the document is a list, {expected}"));
    let error = read(&fixture("comptoir", "error.json"));
    assert!(matches!(error.end, Err(SplitError::Shape { .. })), "{:?}", error.end);
}

#[test]
fn persons_are_cut_out_and_organisations_stay() {
    let account = |kind: &str| {
        json!({"id": 1, "url": "https://example.org/1", "name": "A. Person", "type": kind,
               "external_resources": {"website": "https://a-person.example.org"}})
    };
    let check = |kind: &str, cut: usize, users: usize| {
        let one = account(kind);
        let lists = [
            json!({"users": [one]}),
            json!({"providers": [one]}),
            json!({"users": {"3": one}}),
            json!({"users": one}),
        ];
        for list in lists {
            let mut item = list.clone();
            item["id"] = 7.into();
            item["name"] = "Parcel".into();
            item["licence"] = "EUPL-1.2".into();
            let decoded = Comptoir.decode(item, &context());
            assert_eq!(decoded.personal.len(), cut, "{kind} in {list}");
            assert_eq!(decoded.raw.to_string().contains("a-person"), cut == 0, "{kind} in {list}");
            let Disposition::Listed(content) = decoded.disposition else { panic!("listed") };
            assert_eq!(content.usages.len() + content.support.len(), users, "{kind} in {list}");
            assert_eq!(decoded.findings, [], "{kind} in {list}");
        }
    };
    check("Person", 4, 0);
    check(" personne ", 4, 0);
    check("Administration", 0, 1);
    check("Company", 0, 1);
    check("", 0, 1);
}

proptest! {
    #[test]
    fn any_value_in_any_field_decodes(field in 0usize..8, text in ".{0,40}", kind in 0u8..7) {
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"website": text, "repository": text, "name": text, "wikidata": text}),
            3 => json!([{"name": text, "type": text, "external_resources": text}]),
            4 => json!({"wikidata": {"id": text}, "sill": {"id": text}, "cnll": {"url": text}}),
            5 => json!(-1),
            _ => json!([[null]]),
        };
        let keys = ["id", "created", "url", "name", "licence", "external_resources", "providers",
            "users"];
        let mut item = json!({"id": 7, "name": "Parcel"});
        item[keys[field]] = value;
        let first = Comptoir.decode(item, &context());
        let again = Comptoir.decode(first.raw.clone(), &context());
        prop_assert_eq!(again.disposition, first.disposition);
        prop_assert_eq!(again.findings, first.findings);
        prop_assert!(again.personal.is_empty());
    }
}
