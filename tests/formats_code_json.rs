//! The inventories of source code of agencies of the United States.

#![expect(clippy::expect_used, reason = "the lints spare test functions, but not what they share")]

#[path = "support/formats.rs"]
mod support;

use std::path::Path;

use fedcat::formats::code_json::CodeJson;
use fedcat::formats::json::SplitError;
use fedcat::formats::{Code, Disposition, ExternalId, ItemFormat, ItemNames, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Read, assert_stable, fixture, numbers, recorded, summary};

fn context() -> SourceContext {
    SourceContext {
        source: "us-example".to_owned(),
        base_url: "https://example.org/code.json".to_owned(),
        country: Some("US".to_owned()),
        operator: "Example Agency".to_owned(),
        ..SourceContext::default()
    }
}

fn read(path: &Path) -> Read {
    support::read(&CodeJson, path, &context())
}

fn read_fixture(name: &str) -> Read {
    let read = read(&fixture("code-json", name));
    assert_stable(&CodeJson, &read, &context());
    read
}

fn summaries(name: &str) -> Vec<Value> {
    let read = read_fixture(name);
    let envelope = read.end.expect("a listing");
    assert_eq!(envelope.items, read.items.len() as u64);
    assert_eq!(envelope.findings, []);
    read.items.iter().map(|(_, decoded)| summary(decoded)).collect()
}

#[test]
fn the_second_version_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("v2.json"));
}

#[test]
fn the_first_version_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("v1.json"));
}

#[test]
fn entries_stand_in_lists_and_objects() {
    for (name, count) in [("keyed.json", 2), ("array.json", 1), ("empty-releases.json", 0)] {
        assert_eq!(summaries(name).len(), count, "{name}");
    }
}

#[test]
fn an_inventory_without_a_list_says_so() {
    for name in ["empty-object.json", "no-releases.json"] {
        let read = read_fixture(name);
        assert!(read.items.is_empty());
        insta::allow_duplicates! {
            insta::assert_debug_snapshot!(read.end.expect("JSON").findings);
        }
    }
}

#[test]
fn a_truncated_inventory_hands_over_what_is_whole() {
    let read = read_fixture("truncated.json");
    assert_eq!(read.items.len(), 1);
    assert!(matches!(read.end, Err(SplitError::Truncated { .. })), "{:?}", read.end);
}

#[test]
fn keys_are_read_in_each_spelling() {
    insta::assert_json_snapshot!(summaries("spellings.json"));
}

#[test]
fn the_text_null_states_nothing() {
    insta::assert_json_snapshot!(summaries("null-texts.json"));
}

#[test]
fn addresses_are_repaired_or_told_about() {
    insta::assert_json_snapshot!(summaries("addresses.json"));
}

#[test]
fn days_are_read_strictly() {
    insta::assert_json_snapshot!(summaries("dates.json"));
}

#[test]
fn only_open_source_is_listed() {
    insta::assert_json_snapshot!(summaries("usage.json"));
}

#[test]
fn licences_are_statements_with_findings() {
    insta::assert_json_snapshot!(summaries("licences.json"));
}

/// What each entry states, and the findings about it.
fn stated(name: &str) -> Vec<String> {
    let texts = |list: &Value, read: fn(&Value) -> &str| -> Vec<String> {
        list.as_array().into_iter().flatten().map(|one| read(one).to_owned()).collect()
    };
    let told = |entry: &Value| {
        let licences = entry.pointer("/disposition/listed/licences").expect("licences");
        let licences = texts(licences, |one| one["expression"].as_str().unwrap_or("open"));
        let code = |one: &str| one.split(' ').next().unwrap_or_default().to_owned();
        let findings = texts(&entry["findings"], |one| one.as_str().unwrap_or_default());
        let codes: Vec<String> = findings.iter().map(|one| code(one)).collect();
        format!("{} | {}", licences.join(", "), codes.join(" "))
    };
    summaries(name).iter().map(told).collect()
}

#[test]
fn a_name_and_its_address_are_one_statement() {
    assert_eq!(
        stated("named-and-addressed.json"),
        [
            "ISC | ",
            "Apache-2.0 | ",
            "MIT, ISC | licence-name-and-address-differ",
            "MIT | ",
            "open, MIT | licence-name-and-address-differ licence-not-understood",
            "MIT, open | licence-not-understood",
            "MIT, open | licence-ambiguous",
        ]
    );
}

#[test]
fn the_status_is_translated() {
    insta::assert_json_snapshot!(summaries("status.json"));
}

#[test]
fn an_entry_without_a_name_fails() {
    insta::assert_json_snapshot!(summaries("nameless.json"));
}

#[test]
fn lines_may_end_in_two_characters_and_wrong_letters_stay() {
    insta::assert_json_snapshot!(summaries("lines.json"));
}

#[test]
fn a_local_id_is_one_name_among_others() {
    insta::assert_json_snapshot!(summaries("local-id.json"));
}

#[test]
fn persons_are_cut_out_in_each_shape() {
    for (name, data) in [("v2.json", 5), ("persons.json", 8)] {
        let read = read_fixture(name);
        let cut: Vec<_> = read.items.iter().flat_map(|(_, decoded)| &decoded.personal).collect();
        assert_eq!(cut.len(), data, "{cut:?}");
        for (_, decoded) in &read.items {
            let raw = decoded.raw.to_string();
            for person in ["Person", "person@", "b-person", "5550100"] {
                assert!(!raw.contains(person), "{person} in {raw}");
            }
        }
    }
}

#[test]
fn an_entry_is_known_by_where_its_code_is() {
    let names = |item: Value| match CodeJson.decode(item, &context()).external_id {
        Some(ExternalId::Ranked(names)) => names,
        other => panic!("not ranked: {other:?}"),
    };
    let with = |field: &str, value: &str| {
        let mut item = json!({
            "name": "Parcel", "organization": "Office", "laborHours": 1,
            "repositoryURL": "https://github.com/example-org/parcel",
            "contact": {"email": "a@x.org"},
        });
        item[field] = value.into();
        names(item)
    };
    let plain = with("laborHours", "1");
    // Repository; repository and name; all that could name it.
    assert_eq!((plain.ids.len(), plain.others.len()), (3, 1));
    assert!(plain.ids.iter().all(|id| id.len() == 16));
    let same = |other: &ItemNames| -> Vec<bool> {
        plain.ids.iter().zip(&other.ids).map(|(a, b)| a == b).collect()
    };
    for (field, value, agrees) in [
        ("repositoryURL", "git://github.com/Example-Org/parcel.git", [true, true, true]),
        ("laborHours", "2", [true, true, true]),
        ("contact", "b@x.org", [true, true, true]),
        ("organization", "Bureau", [true, true, false]),
        ("name", "PARCEL (v2)", [true, false, false]),
        ("repositoryURL", "https://github.com/example-org/letter", [false, false, false]),
    ] {
        assert_eq!(same(&with(field, value)), agrees, "{field} {value}");
    }
    let moved = with("repositoryURL", "https://gitlab.com/example-org/parcel");
    assert_eq!(moved.others, plain.others, "the name and the organisation are still its own");
    let without = with("repositoryURL", "");
    assert_eq!(without.ids[0], plain.others[0], "and name it where no repository does");
}

#[test]
fn a_place_that_is_no_forge_is_known_in_each_spelling() {
    let first = |address: &str| {
        let item = json!({"name": "Parcel", "repositoryURL": address});
        let Some(ExternalId::Ranked(names)) = CodeJson.decode(item, &context()).external_id else {
            panic!("not ranked")
        };
        names.ids[0].clone()
    };
    let plain = first("https://code.example.org/projects/Parcel");
    for address in [
        "http://code.example.org/projects/parcel/",
        "https://www.code.example.org/projects/Parcel.git",
    ] {
        assert_eq!(first(address), plain, "{address}");
    }
    assert_ne!(first("https://code.example.org/projects/parcel?id=2"), plain);
}

#[test]
fn repeated_items_share_their_id() {
    assert_eq!(
        numbers(&read_fixture("repeated.json")),
        [
            "distinct ids = 1",
            "identical to an earlier item = 1",
            "items = 3",
            "listed = 3",
            "statements = 3"
        ]
    );
}

#[test]
fn what_agencies_share_among_themselves_is_not_open_source() {
    let check = |item: Value, expected: Option<&str>| {
        let mut item = item;
        item["name"] = json!("Parcel");
        let reason = match CodeJson.decode(item.clone(), &context()).disposition {
            Disposition::Listed(_) => None,
            Disposition::NotListable { reason } => Some(reason),
            other => panic!("{other:?}"),
        };
        assert_eq!(reason.map(Code::as_str), expected, "{item}");
    };
    let shared = json!("governmentWideReuse");
    check(json!({"permissions": {"usageType": shared}}), Some("not-open-source"));
    for flag in [json!(1), json!(true), json!("1")] {
        check(
            json!({"openSourceProject": flag, "permissions": {"usageType": shared}}),
            Some("not-open-source"),
        );
        check(json!({"openSourceProject": flag, "permissions": {"usageType": "openSource"}}), None);
        check(json!({"openSourceProject": flag, "permissions": {"usageType": null}}), None);
        check(json!({"openSourceProject": flag, "governmentWideReuseProject": 1}), None);
    }
    check(
        json!({"openSourceProject": 0, "permissions": {"usageType": "openSource"}}),
        Some("not-open-source"),
    );
    check(json!({"governmentWideReuseProject": 1}), Some("usage-type-missing"));
}

#[test]
fn what_stands_around_an_entry_is_kept() {
    insta::assert_json_snapshot!(summaries("around.json"));
}

proptest! {
    #[test]
    fn any_value_in_any_field_decodes(field in 0usize..13, text in ".{0,40}", kind in 0u8..6) {
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"usageType": "openSource", "licenses": text, "lastModified": text}),
            3 => json!([{"name": text, "URL": [text], "email": text}]),
            4 => json!(1e300),
            _ => json!([[null]]),
        };
        let keys = ["name", "organization", "description", "permissions", "homepageURL",
            "repositoryURL", "status", "tags", "languages", "contact", "contributors", "date",
            "local-id"];
        let mut item = json!({"name": "Parcel", "permissions": {"usageType": "openSource"}});
        item[keys[field]] = value;
        let first = CodeJson.decode(item, &context());
        let again = CodeJson.decode(first.raw.clone(), &context());
        prop_assert_eq!(again.external_id, first.external_id);
        prop_assert_eq!(again.disposition, first.disposition);
    }
}

/// The numbers of the recorded inventories, counted independently of this code.
#[test]
fn the_recorded_inventories_decode_to_the_counted_numbers() {
    let Some(folder) = recorded("us-code-json") else { return };
    let counted: [(&str, &[&str]); 12] = [
        (
            "NASA-code-2026.json",
            &[
                "distinct ids = 1304",
                "finding: invalid-url = 275",
                "finding: repository-is-organisation = 3",
                "finding: url-repaired = 3",
                "homepages = 332",
                "items = 1304",
                "listed = 593",
                "not listable: not-open-source = 711",
                "personal data = 2489",
                "repositories = 587",
                "statements = 624",
            ],
        ),
        (
            "dsacms-2025/DoA-index.json",
            &[
                "distinct ids = 44",
                "homepages = 9",
                "items = 44",
                "listed = 44",
                "personal data = 52",
                "repositories = 44",
                "statements = 33",
            ],
        ),
        (
            "dsacms-2025/EPA-index.json",
            &[
                "distinct ids = 650",
                "homepages = 1",
                "items = 650",
                "listed = 650",
                "personal data = 650",
                "repositories = 650",
                "statements = 650",
            ],
        ),
        (
            "dsacms-2025/HHS-index.json",
            &[
                "distinct ids = 583",
                "finding: invalid-url = 583",
                "items = 583",
                "listed = 583",
                "personal data = 1056",
                "repositories = 583",
                "statements = 145",
            ],
        ),
        (
            "dsacms-2025/NSF-index.json",
            &[
                "distinct ids = 32",
                "items = 32",
                "listed = 14",
                "not listable: not-open-source = 18",
                "personal data = 96",
                "repositories = 14",
                "statements = 14",
            ],
        ),
        (
            "dsacms-2025/SSA-index.json",
            &[
                "distinct ids = 131",
                "identical to an earlier item = 500",
                "items = 631",
                "listed = 6",
                "not listable: not-open-source = 625",
                "personal data = 1262",
                "repositories = 6",
                "statements = 6",
            ],
        ),
        (
            "dsacms-2025/USDA-index.json",
            &[
                "distinct ids = 44",
                "homepages = 9",
                "items = 44",
                "listed = 44",
                "personal data = 52",
                "repositories = 44",
                "statements = 33",
            ],
        ),
        (
            "code-gov-fallback-2020/CFPB.json",
            &[
                "distinct ids = 235",
                "items = 235",
                "listed = 227",
                "not listable: not-open-source = 8",
                "personal data = 235",
                "repositories = 227",
                "statements = 185",
            ],
        ),
        (
            "code-gov-fallback-2020/DOL.json",
            &[
                "distinct ids = 158",
                "finding: unknown-status = 1",
                "homepages = 55",
                "identical to an earlier item = 4",
                "items = 162",
                "listed = 55",
                "not listable: not-open-source = 107",
                "personal data = 324",
                "repositories = 55",
                "statements = 55",
            ],
        ),
        (
            "code-gov-fallback-2020/HUD.json",
            &[
                "distinct ids = 172",
                "items = 172",
                "not listable: not-open-source = 172",
                "personal data = 172",
            ],
        ),
        (
            "code-gov-fallback-2020/NARA.json",
            &[
                "distinct ids = 19",
                "homepages = 8",
                "items = 19",
                "listed = 19",
                "personal data = 38",
                "repositories = 19",
                "statements = 14",
            ],
        ),
        (
            "code-gov-fallback-2020/NSF.json",
            &[
                "distinct ids = 27",
                "items = 27",
                "listed = 6",
                "not listable: not-open-source = 21",
                "personal data = 81",
                "repositories = 6",
                "statements = 6",
            ],
        ),
    ];
    for (file, expected) in counted {
        let read = read(&folder.join(file));
        assert_stable(&CodeJson, &read, &context());
        let envelope = read.end.as_ref().expect(file);
        assert_eq!((envelope.items, envelope.findings.len()), (read.items.len() as u64, 0));
        assert_eq!(numbers(&read), expected, "{file}");
    }
}

#[test]
fn the_recorded_broken_inventories_are_told_apart() {
    let Some(folder) = recorded("us-code-json") else { return };
    let truncated = read(&folder.join("dsacms-2025/GSA-index.json"));
    assert!(truncated.items.is_empty());
    assert!(matches!(truncated.end, Err(SplitError::Truncated { .. })), "{:?}", truncated.end);
    for (file, codes) in [("DOI.json", vec![]), ("FEMA.json", vec!["no-releases"])] {
        let read = read(&folder.join("code-gov-fallback-2020").join(file));
        assert!(read.items.is_empty());
        let findings = read.end.expect("JSON").findings;
        assert_eq!(findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), codes, "{file}");
    }
}
