use super::*;
use crate::catalogue::content::{DevelopmentStatus, Usage, UsageEvidence};
use crate::catalogue::text::{Lang, LocalizedText};
use crate::catalogue::urls::WebUrl;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

fn text(pairs: &[(&str, &str)]) -> LocalizedText {
    pairs
        .iter()
        .map(|(lang, text)| (Lang::parse(lang).expect("a language"), (*text).to_owned()))
        .collect()
}

fn id(n: u8) -> Uuid {
    Uuid::from_u128(u128::from(n))
}

fn said<'a>(n: u8, source: &'a str, priority: i32, content: &'a Content) -> Said<'a> {
    Said { record: id(n), source, external_id: "1", priority, content }
}

fn now() -> DateTime<Utc> {
    "2026-06-01T12:00:00Z".parse().expect("a date")
}

fn usage(organisation: &str, expires_on: Option<&str>) -> Usage {
    Usage {
        organisation: organisation.to_owned(),
        country: None,
        evidence: UsageEvidence::Catalogue,
        users: None,
        referents: None,
        since: None,
        expires_on: expires_on.map(|day| day.parse().expect("a day")),
    }
}

#[test]
fn every_field_of_content_is_merged() {
    let everything = everything();
    let Value::Object(object) = serde_json::to_value(&everything).expect("JSON") else {
        panic!("content is an object")
    };
    let known = FIELDS;
    for field in object.keys() {
        assert!(known.contains(&field.as_str()), "{field} is missing from FIELDS");
    }
    assert_eq!(
        object.len(),
        FIELDS.len(),
        "FIELDS names what Content does not have, or everything() lacks a field"
    );
    let merged = merge(&[said(1, "fr", 1, &everything)], now()).expect("JSON");
    assert_eq!(merged.content, everything, "a single record is its own merge");
}

#[test]
fn the_most_trusted_source_wins_value_by_value_and_the_others_stay() {
    let fr = Content {
        name: text(&[("fr", "Parcelle")]),
        summary: text(&[("fr", "Carte")]),
        homepage: WebUrl::parse("https://fr.example.org").ok(),
        tags: ["SIG".to_owned()].into(),
        ..Content::default()
    };
    let it = Content {
        name: text(&[("fr", "Autre"), ("it", "Particella")]),
        homepage: WebUrl::parse("https://it.example.org").ok(),
        tags: ["sig".to_owned(), "mappa".to_owned()].into(),
        development_status: Some(DevelopmentStatus::Stable),
        ..Content::default()
    };
    let merged = merge(&[said(2, "it", 20, &it), said(1, "fr", 10, &fr)], now()).expect("JSON");
    assert_eq!(merged.content.name, text(&[("fr", "Parcelle"), ("it", "Particella")]));
    assert_eq!(merged.content.homepage, fr.homepage);
    assert_eq!(merged.content.development_status, Some(DevelopmentStatus::Stable));
    assert_eq!(merged.content.tags.len(), 2, "SIG and sig are one tag");
    let homepages: Vec<(bool, &[Uuid])> = merged
        .provenance
        .iter()
        .filter(|statement| statement.field == "homepage")
        .map(|statement| (statement.chosen, statement.records.as_slice()))
        .collect();
    assert_eq!(homepages, [(true, &[id(1)][..]), (false, &[id(2)][..])]);
}

#[test]
fn an_expired_statement_of_use_is_left_out_and_the_next_expiry_is_known() {
    let content = Content {
        usages: vec![
            usage("Ville A", Some("2026-05-31")),
            usage("Ville B", Some("2026-06-01")),
            usage("Ville C", None),
        ],
        ..Content::default()
    };
    let merged = merge(&[said(1, "fr", 1, &content)], now()).expect("JSON");
    let users: Vec<&str> = merged.content.usages.iter().map(|u| u.organisation.as_str()).collect();
    assert_eq!(users, ["Ville B", "Ville C"]);
    let next: DateTime<Utc> = "2026-06-02T00:00:00Z".parse().expect("a date");
    assert_eq!(merged.next_change_at, Some(next));
    assert_eq!(merge(&[said(1, "fr", 1, &content)], next).expect("JSON").next_change_at, None);
}

fn everything() -> Content {
    // As text: the macro would need a deeper recursion than the compiler allows.
    let json = r#"{
        "name": {"und": "n"}, "aliases": ["a"], "summary": {"fr": "s"}, "description": {"fr": "d"},
        "features": {"fr": ["f"]}, "homepage": "https://example.org/", "repository": "https://example.org/r",
        "other_repositories": ["https://example.org/o"], "documentation": "https://example.org/d",
        "logo": "https://example.org/l", "entry_pages": ["https://example.org/e"],
        "licences": [{"slot": "declared", "raw": "MIT", "context": "spdx", "outcome": "expression",
            "expression": "MIT", "confidence": "verbatim", "range": "stated"}],
        "version": "1", "released_on": "2026-01-01", "last_activity_on": "2026-01-02",
        "development_status": "stable", "software_type": "library", "categories": ["office"],
        "tags": ["t"], "audience": ["research"], "platforms": ["web"], "interface_languages": ["fr"],
        "programming_languages": ["Rust"], "maintenance": "community", "publisher": {"name": "p"},
        "usages": [{"organisation": "u", "evidence": "catalogue"}], "support": [{"name": "s"}],
        "replaces": [{"name": "r"}], "similar": [{"name": "s"}], "based_on": ["https://example.org/b"],
        "identifiers": [{"scheme": "wikidata", "value": "Q1"}], "publicly_developed": true,
        "listed_on": "2020-01-01",
        "context_of_use": {"fr": "c"}, "supported_by_contract": true,
        "recommendations": [{"verdict": "recommended", "wording": "R"}],
        "api_documentation": "https://example.org/a", "roadmap": "https://example.org/r",
        "download": "https://example.org/z", "disclaimer": "https://example.org/t",
        "supplementary": ["https://example.org/s"], "created_on": "2019-01-01",
        "intended_countries": ["FR"], "unsupported_countries": ["US"], "deployed_in": ["KE"],
        "developed_in": ["IN"], "goals": [{"number": 3}], "conforms_to": ["WCAG 2.1"],
        "public_platforms": ["spid"], "involved": [{"role": "funder", "name": "f"}],
        "dependencies": [{"name": "d", "kind": "open"}],
        "version_min": "0.9", "part_of": [{"name": "h"}]
    }"#;
    serde_json::from_str(json).expect("content with every field")
}

fn any_content() -> impl Strategy<Value = Content> {
    let word = "[a-c]{1,2}";
    (
        proptest::collection::btree_map(prop_oneof!["fr", "en", "it"], word, 0..3),
        proptest::collection::btree_set(word, 0..3),
        proptest::option::of(word),
        proptest::collection::vec((word, proptest::option::of(0..40i64)), 0..3),
    )
        .prop_map(|(names, tags, version, users)| Content {
            name: names
                .into_iter()
                .filter_map(|(lang, name)| Some((Lang::parse(&lang)?, name)))
                .collect(),
            tags,
            version,
            usages: users
                .into_iter()
                .map(|(organisation, days)| Usage {
                    expires_on: days
                        .map(|d| now().date_naive() + chrono::Days::new(d.unsigned_abs())),
                    ..usage(&organisation, None)
                })
                .collect(),
            ..Content::default()
        })
}

proptest! {
    #[test]
    fn merging_is_commutative_and_idempotent(
        (contents, order) in proptest::collection::vec(any_content(), 1..5)
            .prop_flat_map(|c| { let n = c.len(); (Just(c), Just((0..n).collect::<Vec<_>>()).prop_shuffle()) })
    ) {
        let all: Vec<Said<'_>> = contents
            .iter()
            .enumerate()
            .map(|(n, content)| {
                let n = u8::try_from(n).expect("few records");
                said(n, ["fr", "it"][usize::from(n) % 2], i32::from(n % 3), content)
            })
            .collect();
        let merged = merge(&all, now()).expect("JSON");
        let mut again: Vec<Said<'_>> = order.iter().map(|&n| all[n]).collect();
        again.extend(all.iter().copied());
        prop_assert_eq!(&merged, &merge(&again, now()).expect("JSON"));
    }
}
