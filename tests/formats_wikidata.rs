//! Items of Wikidata: what is kept of them, and what it means.

#![expect(clippy::expect_used, reason = "the lints spare test functions, but not what they share")]

#[path = "support/formats.rs"]
mod support;

use std::collections::BTreeMap;

use fedcat::formats::wikidata::{Reply, Wikidata, compose, is_item, licence, read_answer};
use fedcat::formats::{Disposition, ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{assert_stable, fixture, read, summary};

fn entities(name: &str) -> BTreeMap<String, Value> {
    let bytes = std::fs::read(fixture("wikidata", name)).expect("a readable file");
    match read_answer(&bytes).expect("an answer") {
        Reply::Entities(entities) => entities,
        Reply::Refused(refusal) => BTreeMap::from([(refusal.code, Value::Null)]),
    }
}

/// The entries that the connector makes of the items and of the items of their licences.
fn entries() -> Vec<Value> {
    let licences = entities("licences.json");
    let licences = licences.iter().map(|(id, item)| (id.clone(), licence(item))).collect();
    entities("items.json").iter().map(|(id, entity)| compose(id, entity, &licences)).collect()
}

fn decode(entry: Value) -> fedcat::formats::Decoded {
    Wikidata.decode(entry, &SourceContext::default())
}

#[test]
fn entries_keep_what_is_read() {
    insta::assert_json_snapshot!(entries());
}

#[test]
fn entries_mean_what_the_best_statements_say() {
    let decoded: Vec<Value> = entries().into_iter().map(|entry| summary(&decode(entry))).collect();
    insta::assert_json_snapshot!(decoded);
}

#[test]
fn an_edit_of_what_is_not_read_changes_nothing() {
    let entity = entities("items.json").remove("Q900000001").expect("an item");
    let mut edited = entity.clone();
    edited["lastrevid"] = json!(8);
    edited["claims"]["P31"] = json!([]);
    edited["claims"]["P275"][0]["references"] = json!([]);
    edited["claims"]["P275"][0]["mainsnak"]["hash"] = json!("01");
    let licences = BTreeMap::new();
    assert_eq!(compose("Q1", &entity, &licences), compose("Q1", &edited, &licences));
}

#[test]
fn a_saved_answer_is_read_as_it_is() {
    let read = read(&Wikidata, &fixture("wikidata", "items.json"), &SourceContext::default());
    assert_stable(&Wikidata, &read, &SourceContext::default());
    assert_eq!(read.items.len(), 6);
    assert_eq!(read.end.expect("an answer").items, 6);
}

#[test]
fn an_error_is_no_listing() {
    let read = read(&Wikidata, &fixture("wikidata", "maxlag.json"), &SourceContext::default());
    assert!(read.items.is_empty());
    let error = read.end.expect_err("no entities").to_string();
    assert_eq!(error, "the document is the error maxlag, expected an object with entities");
}

#[test]
fn licences_are_told_by_our_table_or_by_their_item() {
    let check = |id: &str, spdx: Value, expected: &str| {
        let entry = json!({
            "id": "Q900000001", "labels": {"en": "Parcel"}, "spdx": {id: spdx},
            "claims": {"P275": [{"rank": "normal", "mainsnak": {"datavalue": {"value": {"id": id}}}}]},
        });
        let decoded = decode(entry);
        let Disposition::Listed(content) = decoded.disposition else { return };
        let statement = content.licences.first().expect("a statement");
        let told = statement.normalised.expression().map_or("open", |expression| expression);
        assert_eq!(told, expected, "{id}");
    };
    // Whatever the item says by now, our table has been reviewed.
    check("Q334661", json!(["GPL-2.0-only"]), "MIT");
    check("Q900000020", json!(["EUPL-1.2"]), "EUPL-1.2");
    check("Q900000020", json!(["EUPL-1.1", "EUPL-1.2"]), "open");
    check("Q900000020", json!([]), "open");
    check("Q900000020", json!(["No-Such-Licence"]), "open");
    check("Q900000020", Value::Null, "open");
}

#[test]
fn a_statement_holds_until_its_end_is_over() {
    let qualified = |snak: Value| {
        let entry = json!({
            "id": "Q1", "labels": {"en": "Parcel"},
            "claims": {"P856": [{
                "rank": "normal",
                "mainsnak": {"snaktype": "value", "datavalue": {"value": "https://example.org/"}},
                "qualifiers": {"P582": [snak]},
            }]},
        });
        let as_of = "2026-06-15".parse().ok();
        let context = SourceContext { as_of, ..SourceContext::default() };
        match Wikidata.decode(entry, &context).disposition {
            Disposition::Listed(content) => content.homepage.is_some(),
            other => panic!("{other:?}"),
        }
    };
    let until = |time: &str| json!({"snaktype": "value", "datavalue": {"value": {"time": time}}});
    for (snak, holds) in [
        (json!({"snaktype": "novalue"}), true),
        (json!({"snaktype": "somevalue"}), false),
        (until("+2026-06-15T00:00:00Z"), false),
        (until("+2026-06-16T00:00:00Z"), true),
        (until("+2026-00-00T00:00:00Z"), false),
        (until("+2027-00-00T00:00:00Z"), true),
        (until("-0044-03-15T00:00:00Z"), false),
        (until("one day"), false),
    ] {
        assert_eq!(qualified(snak.clone()), holds, "{snak}");
    }
}

#[test]
fn ids_of_items_have_one_form() {
    for (text, expected) in [
        ("Q1", true),
        ("Q123456789012", true),
        ("Q1234567890123", false),
        ("Q0", false),
        ("Q01", false),
        ("q1", false),
        ("Q", false),
        ("P1", false),
        ("Q1|Q2", false),
        ("", false),
    ] {
        assert_eq!(is_item(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Wikidata.split(&mut bytes.as_slice(), &mut |_| std::ops::ControlFlow::Continue(()));
    }

    #[test]
    fn any_entity_becomes_an_entry_that_decodes(entity in any_json()) {
        let entry = compose("Q1", &entity, &BTreeMap::new());
        let decoded = decode(entry.clone());
        prop_assert_eq!(&decoded.raw, &entry);
        decode(entity);
    }
}

/// Values in the shapes of entities, and others.
fn any_json() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "id",
        "labels",
        "descriptions",
        "claims",
        "P275",
        "P1324",
        "P856",
        "P4107",
        "mainsnak",
        "datavalue",
        "value",
        "qualifiers",
        "P582",
        "rank",
        "snaktype",
        "en",
        "missing",
        "spdx",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!("Q334661")),
        Just(json!("value")),
        Just(json!("https://github.com/example-org")),
    ];
    leaf.prop_recursive(6, 60, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}
