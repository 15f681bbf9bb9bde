//! The lists of Catalogi: SILL and its sisters, in every shape since 2020.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the lints spare test functions, but not the functions that they share"
)]

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use fedcat::catalogue::content::Content;
use fedcat::formats::catalogi::Catalogi;
use fedcat::formats::json::SplitError;
use fedcat::formats::{Decoded, Disposition, ExternalId, ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use skipped::shared;

fn context() -> SourceContext {
    SourceContext {
        source: "fr-example".to_owned(),
        base_url: "https://code.example.org/sill/api/v2/catalogi.json".to_owned(),
        country: Some("FR".to_owned()),
        operator: "Direction d'exemple".to_owned(),
        ..SourceContext::default()
    }
}

fn decode_file(path: &Path) -> Vec<Decoded> {
    let mut file = File::open(path).expect("a readable list");
    let mut decoded = Vec::new();
    let envelope = Catalogi
        .split(&mut file, &mut |item| {
            decoded.push(Catalogi.decode(item, &context()));
            ControlFlow::Continue(())
        })
        .expect("a valid list");
    assert_eq!(envelope.items, decoded.len() as u64);
    decoded
}

fn decode_fixture(name: &str) -> Vec<Decoded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/catalogi");
    decode_file(&folder.join(name))
}

fn decode(item: Value) -> Decoded {
    Catalogi.decode(item, &context())
}

fn listed(item: Value) -> Content {
    match decode(item).disposition {
        Disposition::Listed(content) => *content,
        other => panic!("not listed: {other:?}"),
    }
}

/// A decoded item without its raw form, to be read in a snapshot.
fn summary(decoded: &Decoded) -> Value {
    let id = match &decoded.external_id {
        Some(ExternalId::Given(id)) => json!(id),
        None => Value::Null,
        Some(ExternalId::Derived { .. }) => panic!("an id is never derived"),
    };
    let disposition = match &decoded.disposition {
        Disposition::Listed(content) => json!({ "listed": content }),
        Disposition::Withdrawn(withdrawal) => json!({ "withdrawn": withdrawal }),
        Disposition::NotListable { reason } => json!({ "not listable": reason }),
        Disposition::Failed => json!("failed"),
    };
    let findings: Vec<String> = decoded
        .findings
        .iter()
        .map(|finding| format!("{} at {}: {}", finding.code, finding.path, finding.message))
        .collect();
    json!({ "id": id, "disposition": disposition, "findings": findings })
}

fn summaries(fixture: &str) -> Vec<Value> {
    decode_fixture(fixture).iter().map(summary).collect()
}

#[test]
fn the_second_version_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("v2-complete.json"));
}

#[test]
fn an_entry_has_one_identifier_a_register_and_none_of_a_person() {
    insta::assert_json_snapshot!(summaries("v2-identifiers.json"));
}

#[test]
fn the_numbers_of_an_entry_are_identifiers_where_the_source_says_so() {
    let check = |register: Value, expected: &[(&str, &str)]| {
        let options = serde_json::Map::from_iter([("register".to_owned(), register.clone())]);
        let item = json!({"id": 31, "name": "Parcel", "addedTime": "2025-01-01"});
        let decoded = Catalogi.decode(item, &SourceContext { options, ..context() });
        let Disposition::Listed(content) = decoded.disposition else { panic!("listed") };
        let found: Vec<(&str, &str)> =
            content.identifiers.iter().map(|one| (&*one.scheme, &*one.value)).collect();
        assert_eq!(found, expected, "{register}");
    };
    check(json!("sill"), &[("sill", "31")]);
    check(json!("unknown"), &[]);
    check(Value::Null, &[]);
}

#[test]
fn the_first_version_is_read_in_each_of_its_shapes() {
    insta::assert_json_snapshot!("v1_2022", summaries("v1-2022.json"));
    insta::assert_json_snapshot!("v1_2024", summaries("v1-2024.json"));
    insta::assert_json_snapshot!("v1_2026", summaries("v1-2026.json"));
    insta::assert_json_snapshot!("v1_tables", summaries("v1-tables.json"));
}

#[test]
fn the_list_with_keys_of_one_letter_is_read() {
    insta::assert_json_snapshot!("short_2020", summaries("short-2020.json"));
    insta::assert_json_snapshot!("short_2022", summaries("short-2022.json"));
}

#[test]
fn what_the_list_withdraws_is_withdrawn() {
    insta::assert_json_snapshot!(summaries("v2-withdrawn.json"));
}

#[test]
fn what_cannot_be_used_is_a_finding() {
    insta::assert_json_snapshot!(summaries("unusable.json"));
}

#[test]
fn licences_are_statements_with_findings() {
    insta::assert_json_snapshot!(summaries("v2-licences.json"));
}

#[test]
fn persons_are_cut_out_and_organisations_stay() {
    let decoded = decode_fixture("v2-authors.json").remove(0);
    insta::assert_json_snapshot!(decoded.raw);
    let cut: Vec<(&str, &str)> =
        decoded.personal.iter().map(|datum| (datum.path.as_str(), datum.value.as_str())).collect();
    assert_eq!(
        cut,
        [
            ("authors[0].email", "aline@example.org"),
            ("authors[0].identifiers[0].value", "0000-0000"),
            ("authors[0].identifiers[0].valueReference", "12"),
            ("authors[0].name", "Aline Exemple"),
            ("authors[0].url", "https://people.example.org/aline"),
            ("authors[1].id", "Q4200003"),
            ("authors[1].name", "Maybe A. Person"),
            ("authors[1].url", "https://www.wikidata.org/wiki/Q4200003"),
            ("authors[2]", "Bare Name"),
        ]
    );
    let Disposition::Listed(content) = decoded.disposition else { panic!("not listed") };
    let publisher = content.publisher.expect("an organisation among the authors");
    assert_eq!(publisher.name, "Parcel Community");
}

#[test]
fn nothing_private_is_left_in_any_item() {
    for fixture in ["v1-2022.json", "v1-2024.json", "v1-2026.json", "v1-tables.json"] {
        for decoded in decode_fixture(fixture) {
            let raw = decoded.raw.to_string();
            for private in
                ["private.example.org", "Aline", "Bob", "ByUserId", "referentId", "instances"]
            {
                assert!(!raw.contains(private), "{fixture}: {private} is left in {raw}");
            }
        }
    }
    for decoded in decode_fixture("v2-withdrawn.json") {
        assert!(!decoded.raw.to_string().contains("ByUserId"));
    }
    for decoded in decode_fixture("v2-identifiers.json") {
        assert!(!decoded.raw.to_string().contains("a-person"));
    }
}

#[test]
fn what_was_stored_decodes_as_what_was_read() {
    for fixture in [
        "v2-complete.json",
        "v2-identifiers.json",
        "v2-authors.json",
        "v2-withdrawn.json",
        "v2-licences.json",
        "v1-2022.json",
        "v1-2024.json",
        "v1-2026.json",
        "v1-tables.json",
        "short-2020.json",
        "short-2022.json",
        "unusable.json",
    ] {
        for first in decode_fixture(fixture) {
            let again = decode(first.raw.clone());
            assert_eq!(again.personal, [], "{fixture}");
            assert_eq!(Decoded { personal: first.personal.clone(), ..again }, first, "{fixture}");
        }
    }
}

#[test]
fn the_page_of_an_entry_is_that_of_the_instance() {
    let check = |base_url: &str, id: Value, expected: Option<&str>| {
        let context = SourceContext { base_url: base_url.to_owned(), ..context() };
        let decoded = Catalogi.decode(json!({"id": id, "name": "Parcel"}), &context);
        let Disposition::Listed(content) = decoded.disposition else { panic!("not listed") };
        let pages: Vec<&str> = content.entry_pages.iter().map(|page| page.as_str()).collect();
        assert_eq!(pages.first().copied(), expected, "{base_url} {id}");
    };
    let v2 = "https://code.example.org/sill/api/v2/catalogi.json";
    check(v2, json!(7), Some("https://code.example.org/sill/detail?id=7"));
    check(v2, json!("a&b=c"), Some("https://code.example.org/sill/detail?id=a%26b%3Dc"));
    let root = "https://catalogue.example.org/api/catalogi.json";
    check(root, json!(7), Some("https://catalogue.example.org/detail?id=7"));
    check("https://code.example.org/data/sill.json", json!(7), None);
    check("", json!(7), None);
}

#[test]
fn text_without_a_language_is_french_only_in_a_french_catalogue() {
    let item = json!({"id": 1, "name": "Parcel", "description": "Suit les colis"});
    assert_eq!(listed(item.clone()).summary.get("fr"), Some("Suit les colis"));
    let elsewhere = SourceContext { country: None, ..context() };
    let Disposition::Listed(content) = Catalogi.decode(item, &elsewhere).disposition else {
        panic!("not listed")
    };
    assert_eq!(content.summary.get("und"), Some("Suit les colis"));
}

#[test]
fn platforms_are_those_that_are_named() {
    let check = |systems: Value, runtimes: Value, expected: &[&str]| {
        let item = json!({
            "id": 1, "name": "Parcel", "operatingSystems": systems, "runtimePlatforms": runtimes,
        });
        let platforms: Vec<String> = listed(item).platforms.into_iter().collect();
        assert_eq!(platforms, expected, "{systems} {runtimes}");
    };
    check(json!({"linux": true, "mac": false}), json!(["desktop"]), &["linux"]);
    check(json!({"linux": true}), json!(["cloud", "mobile"]), &["linux", "web"]);
    check(json!({"linux": false}), json!(["desktop"]), &["desktop"]);
    check(json!({}), json!([]), &[]);
    check(Value::Null, json!(["Cloud"]), &["web"]);
}

#[test]
fn a_document_of_another_shape_is_no_empty_list() {
    let split = |text: &str| Catalogi.split(&mut text.as_bytes(), &mut |_| ControlFlow::Break(()));
    for text in [r#"{"message": "Internal server error"}"#, "{}", r#"{"services": []}"#, "12"] {
        assert!(matches!(split(text), Err(SplitError::Shape { .. })), "{text}");
    }
    assert!(matches!(split("<!doctype html>"), Err(SplitError::Html)));
    for (text, items) in [("[]", 0), (r#"{"catalog": []}"#, 0), ("[1, 2]", 1)] {
        assert_eq!(split(text).expect(text).items, items, "{text}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let key = prop::sample::select(vec![
            "@type",
            "additionalType",
            "authors",
            "catalog",
            "description",
            "dereferencing",
            "externalId",
            "fr",
            "frama",
            "i",
            "id",
            "identifiers",
            "keywords",
            "latestVersion",
            "name",
            "operatingSystems",
            "os",
            "providers",
            "referencedSinceTime",
            "similarSoftwares",
            "softwareExternalData",
            "softwareType",
            "sourceSlug",
            "status",
            "subjectOf",
            "time",
            "userAndReferentCountByOrganization",
            "wikidataData",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8).prop_map(|entries| {
                Value::Object(
                    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn decoding_never_fails_and_stands_its_own_output(item in any_json()) {
        let first = decode(item);
        prop_assert_eq!(
            first.external_id.is_none(),
            first.findings.iter().any(|finding| finding.code == "item-without-id")
        );
        let again = decode(first.raw.clone());
        prop_assert_eq!(again.disposition, first.disposition);
        prop_assert_eq!(again.raw, first.raw);
        prop_assert_eq!(again.personal, Vec::new());
    }
}

/// The numbers of the recorded lists, counted independently from the files. Those of the licence
/// findings also depend on the licence rules; the others do not.
#[test]
fn the_recorded_lists_decode_to_the_counted_numbers() {
    let Some(folder) = shared("data/fr-sill") else { return };
    let check = |file: &str, entries: usize, findings: &[(&str, usize)]| {
        let decoded = decode_file(&folder.join(file));
        let count = |wanted: fn(&Disposition) -> bool| {
            decoded.iter().filter(|item| wanted(&item.disposition)).count()
        };
        assert_eq!(decoded.len(), entries, "{file}: items");
        assert_eq!(count(|d| matches!(d, Disposition::Listed(_))), entries, "{file}: listed");
        assert_eq!(count(|d| matches!(d, Disposition::Withdrawn(_))), 0, "{file}: withdrawn");
        assert_eq!(count(|d| *d == Disposition::Failed), 0, "{file}: failed");
        let ids: BTreeSet<&str> = decoded
            .iter()
            .filter_map(|item| match &item.external_id {
                Some(ExternalId::Given(id)) => Some(id.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(ids.len(), entries, "{file}: distinct ids");
        let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in decoded.iter().flat_map(|item| &item.findings) {
            *by_code.entry(finding.code.as_str()).or_default() += 1;
        }
        let expected: BTreeMap<&str, usize> = findings.iter().copied().collect();
        assert_eq!(by_code, expected, "{file}: findings");
        assert!(decoded.iter().all(|item| item.personal.is_empty()), "{file}: persons");
    };
    check(
        "sill-2020-04-30.json",
        201,
        &[
            ("invalid-url", 1),
            ("licence-ambiguous", 8),
            ("licence-deprecated-id", 46),
            ("licence-missing", 19),
            ("licence-not-understood", 1),
        ],
    );
    check(
        "sill-2020-10-17.json",
        216,
        &[
            ("licence-ambiguous", 11),
            ("licence-deprecated-id", 55),
            ("licence-missing", 19),
            ("licence-not-understood", 1),
        ],
    );
    check(
        "sill-2021-06-10.json",
        225,
        &[
            ("licence-ambiguous", 12),
            ("licence-deprecated-id", 60),
            ("licence-missing", 19),
            ("licence-not-understood", 1),
        ],
    );
    check(
        "sill-api-softwares-2022-02.json",
        232,
        &[
            ("licence-ambiguous", 12),
            ("licence-deprecated-id", 64),
            ("licence-missing", 4),
            ("licence-not-understood", 2),
        ],
    );
}
