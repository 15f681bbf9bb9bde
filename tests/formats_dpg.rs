//! The registry of digital public goods: lists and details.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the lints spare test functions, but not what they share"
)]

#[path = "support/formats.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use fedcat::catalogue::content::{Content, Role};
use fedcat::catalogue::urls::WebUrl;
use fedcat::formats::dpg::Dpg;
use fedcat::formats::json::SplitError;
use fedcat::formats::{Disposition, ItemFormat, SourceContext};
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

fn content(item: Value) -> Content {
    match Dpg.decode(item, &SourceContext::default()).disposition {
        Disposition::Listed(content) => *content,
        other => panic!("not listed: {other:?}"),
    }
}

#[test]
fn countries_are_known_by_name_or_code_and_the_rest_is_told() {
    let item = json!({"id": "parcel", "name": "Parcel", "type": ["software"], "locations": {
        "deploymentCountries": ["Kenya", "Côte d'Ivoire", "KENYA", "", "Congo (Congo-Brazzaville)",
            "Worldwide", "Eswatini (fmr. 'Swaziland')", "UK", 7],
        "developmentCountries": "Viet Nam",
    }});
    let decoded = Dpg.decode(item.clone(), &SourceContext::default());
    let told: Vec<(&str, &str)> = decoded
        .findings
        .iter()
        .filter(|finding| finding.code == "unknown-country")
        .map(|finding| (finding.code.as_str(), finding.path.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("unknown-country", "locations.deploymentCountries[5]"),
            ("unknown-country", "locations.deploymentCountries[8]"),
        ]
    );
    let content = content(item);
    let deployed: Vec<&str> = content.deployed_in.iter().map(String::as_str).collect();
    assert_eq!(deployed, ["CG", "CI", "GB", "KE", "SZ"]);
    assert_eq!(content.developed_in.iter().collect::<Vec<_>>(), ["VN"]);
    assert!(content.usages.is_empty(), "a country is no user");
    assert_eq!(content.countries_of_use().len(), 5);
}

#[test]
fn organisations_keep_their_parts() {
    let check = |parts: &[(&str, &str)], publisher: Option<&str>, expected: &[(Role, &str)]| {
        let organizations: Vec<Value> =
            parts.iter().map(|(kind, name)| json!({"org_type": kind, "name": name})).collect();
        let content = content(json!({"id": "parcel", "name": "Parcel", "type": ["software"],
            "organizations": organizations}));
        let found: Vec<(Role, &str)> =
            content.involved.iter().map(|one| (one.role, one.organisation.name.as_str())).collect();
        assert_eq!(found, expected, "{parts:?}");
        assert_eq!(content.publisher.as_ref().map(|one| one.name.as_str()), publisher, "{parts:?}");
    };
    check(
        &[("funder", "Fund"), ("owner", "Post"), ("owner", "Rail"), ("implementer", "Help")],
        Some("Post"),
        &[(Role::Funder, "Fund"), (Role::Owner, "Rail"), (Role::Implementer, "Help")],
    );
    check(&[("maintainer", "Post")], Some("Post"), &[(Role::Maintainer, "Post")]);
    // Who only pays publishes nothing.
    check(&[("funder", "Fund")], None, &[(Role::Funder, "Fund")]);
    check(&[("", "Post")], Some("Post"), &[(Role::Contributor, "Post")]);
    check(&[("patron", "Post")], Some("Post"), &[(Role::Contributor, "Post")]);
}

#[test]
fn goals_come_once_with_all_that_shows_them() {
    let content = content(json!({"id": "parcel", "name": "Parcel", "type": ["software"],
    "stage": "nominee", "SDGs": [
        {"SDGNumber": 9, "evidenceText": "It helps the post.", "evidenceURL": "https://a.example.org"},
        {"SDGNumber": "3", "evidenceURL": "https://b.example.org and https://c.example.org"},
        {"SDGNumber": 9, "evidenceText": "It connects.", "evidenceURL": "see above"},
        {"SDGNumber": 18, "evidenceText": "x"},
    ]}));
    let found: Vec<_> = content
        .goals
        .iter()
        .map(|goal| {
            (
                goal.number,
                goal.evidence.as_deref(),
                goal.evidence_url.as_ref().map(|url| url.as_str()),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                3,
                Some("https://b.example.org and https://c.example.org"),
                Some("https://b.example.org/")
            ),
            (
                9,
                Some("It helps the post.\n\nIt connects.\n\nsee above"),
                Some("https://a.example.org/")
            ),
        ]
    );
    assert!(content.tags.contains("DPG nominee"));
}

#[test]
fn the_answers_of_the_review_are_read_where_they_are_about_the_software() {
    let content = content(json!({"id": "parcel", "name": "Parcel", "type": ["software"],
        "documentation": {"documentationURL": [
            "API documentation - https://api.example.org/", "https://docs.example.org/",
            "https://docs.example.org/APIs", "Set-up: https://setup.example.org/"]},
        "standards": {"standardsList": ["CSV", "JSON"]},
        "privacy": {"privacyComplianceList": ["GDPR"], "adherenceSteps": ["We lock doors."]},
    }));
    let address = |url: &Option<WebUrl>| url.as_ref().map(ToString::to_string).unwrap_or_default();
    assert_eq!(address(&content.api_documentation), "https://api.example.org/");
    assert_eq!(address(&content.documentation), "https://docs.example.org/");
    assert_eq!(content.supplementary.len(), 2);
    assert_eq!(content.conforms_to.iter().collect::<Vec<_>>(), ["CSV", "GDPR", "JSON"]);
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
    // Different names of countries in the details of software, each once an entry.
    let codes = |of: fn(&Content) -> &BTreeSet<String>| -> usize {
        let listed = details.items.iter().filter_map(|(_, item)| match &item.disposition {
            Disposition::Listed(content) => Some(of(content).len()),
            _ => None,
        });
        listed.sum()
    };
    assert_eq!(codes(|content| &content.deployed_in), 316);
    assert_eq!(codes(|content| &content.developed_in), 84);
    assert_eq!(
        numbers(&details),
        [
            "distinct ids = 40",
            "finding: url-repaired = 23",
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
