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

use fedcat::catalogue::content::{Content, RecommendationVerdict, Related};
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
        Some(ExternalId::Ranked(_)) | None => Value::Null,
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

#[test]
fn the_verdict_of_the_state_is_kept_in_its_own_words() {
    use RecommendationVerdict::{NoLongerRecommended, Observed, Recommended};
    let check = |item: Value, expected: Option<(RecommendationVerdict, &str, Option<&str>)>| {
        let found = listed(item.clone()).recommendations;
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.verdict, &*one.wording, one.since.map(|day| day.to_string())))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(verdict, wording, since)| (verdict, wording, since.map(str::to_owned)))
            .collect();
        assert_eq!(found, expected, "{item}");
    };
    let short = |key: &str, word: &str, years: &str| json!({"id": "5", "i": "Parcel", key: word, "y": years});
    // With which verdict it was listed in a year is not said; only an end has a date.
    check(short("st", "R", "2019 ; 2020"), Some((Recommended, "R", None)));
    check(short("s", "O", "2020"), Some((Observed, "O", None)));
    check(
        short("st", "FR", "2018\u{a0}; 2019"),
        Some((NoLongerRecommended, "FR", Some("2020-01-01"))),
    );
    check(short("st", "FR", ""), Some((NoLongerRecommended, "FR", None)));
    check(short("st", "", "2019"), None);
    check(short("st", "Peut-être", "2019"), None);
    let table = |word: &str| json!({"_id": 5, "_name": "Parcel", "_function": "x", "recommendationStatus": word});
    check(table("recommended"), Some((Recommended, "recommended", None)));
    check(table("in observation"), Some((Observed, "in observation", None)));
    check(
        table("no longer recommended"),
        Some((NoLongerRecommended, "no longer recommended", None)),
    );
    let first = |still: bool| json!({"id": 5, "name": "Parcel", "referencedSinceTime": 0, "isStillInObservation": still});
    check(first(true), Some((Observed, "isStillInObservation", None)));
    check(first(false), None);
    check(json!({"id": 5, "name": "Parcel", "addedTime": "2024-01-01"}), None);
}

#[test]
fn a_verdict_in_other_words_is_a_finding() {
    let decoded = decode(json!({"id": "5", "i": "Parcel", "st": "X"}));
    let codes: Vec<(&str, &str)> =
        decoded.findings.iter().map(|one| (one.code.as_str(), one.path.as_str())).collect();
    assert!(codes.contains(&("unknown-recommendation", "st")), "{codes:?}");
}

#[test]
fn each_letter_goes_where_it_belongs() {
    let content = listed(json!({
        "id": "5", "i": "Parcel Labels", "f": "Imprime des étiquettes", "u": "Guichets",
        "fr-desc": "greffon", "en-desc": "plug-in", "c": "Courrier", "se": "Logistique",
        "g": "GROUPE", "y": "2019 ; 2018", "v-": "3.x", "v+": "", "p": "Parcel", "su": "Oui",
        "si": "7 ; 8, Stamps Pro; 9", "la": "https://labels.example.org/parcel", "st": "R",
    }));
    assert_eq!(content.context_of_use.get("fr"), Some("Guichets"));
    assert_eq!(content.summary.get("fr"), Some("Imprime des étiquettes"));
    assert_eq!(content.summary.get("en"), Some("plug-in"));
    assert_eq!(content.description.get("fr"), Some("greffon"));
    assert_eq!(content.supported_by_contract, Some(true));
    assert_eq!(content.tags.iter().collect::<Vec<_>>(), ["Courrier", "GROUPE", "Logistique"]);
    assert_eq!(content.listed_on.map(|day| day.to_string()).as_deref(), Some("2018-01-01"));
    assert_eq!(content.version_min.as_deref(), Some("3.x"));
    assert_eq!(content.version, None);
    let names = |all: &[Related]| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&content.part_of), ["Parcel"]);
    assert_eq!(names(&content.similar), ["Stamps Pro"]);
    assert_eq!(content.supplementary.len(), 1);
    for time in [json!("2024-03-01T10:00:00Z"), json!(1709287200000_u64), json!("1709287200000")] {
        let content = listed(json!({"id": "5", "i": "Parcel", "u": time}));
        assert!(content.context_of_use.is_empty(), "a time is no context of use: {time}");
    }
    let nothing = listed(json!({"id": "5", "i": "Parcel", "su": "", "a": "", "v": "N/A", "u": ""}));
    assert_eq!(nothing.supported_by_contract, None, "empty is not no");
    assert_eq!(nothing.publicly_developed, None, "empty is not no");
    assert_eq!(nothing.version_min, None);
    assert!(nothing.description.is_empty() && nothing.context_of_use.is_empty());
}

#[test]
fn what_the_api_sets_beside_an_entry_is_kept() {
    let first = listed(json!({
        "id": 5, "name": "Parcel", "referencedSinceTime": 0, "contextOfUse": "Guichets",
        "isPresentInSupportContract": false, "versionMin": "2", "tags": ["colis"],
        "categories": ["Courrier"], "mimGroup": "GROUPE", "generalInfoMd": "Un **guide**.",
        "parentWikidataSoftware": {"externalId": "Q4200009", "sourceSlug": "wikidata", "label": "Post"},
        "workshopUrls": ["https://workshop.example.org/1"],
        "testUrls": [{"url": "https://test.example.org/", "description": "essai"}],
        "catalogNumeriqueGouvFrId": "parcel", "description": "Suit les colis",
        "softwareExternalData": {
            "description": {"fr": "logiciel de suivi", "en": "tracker"},
            "developers": [
                {"@type": "Organization", "name": "Parcel Community"},
                {"@type": "Organization", "name": "Parcel Lab"},
                {"@type": "Person", "name": "Aline Exemple",
                 "affiliations": [{"@type": "Organization", "name": "Institut d'exemple"}]},
            ],
        },
    }));
    assert_eq!(first.context_of_use.get("fr"), Some("Guichets"));
    assert_eq!(first.description.get("fr"), Some("Un **guide**."));
    assert_eq!(first.summary.get("en"), Some("tracker"));
    assert_eq!(first.supported_by_contract, Some(false));
    assert_eq!(first.version_min.as_deref(), Some("2"));
    assert_eq!(first.tags.iter().collect::<Vec<_>>(), ["Courrier", "GROUPE", "colis"]);
    assert_eq!(first.part_of[0].wikidata.as_deref(), Some("Q4200009"));
    assert_eq!(first.supplementary.len(), 3);
    assert_eq!(first.publisher.map(|one| one.name).as_deref(), Some("Parcel Community"));
    let involved: Vec<&str> =
        first.involved.iter().map(|one| one.organisation.name.as_str()).collect();
    assert_eq!(involved, ["Parcel Lab", "Institut d'exemple"]);
    let second = listed(json!({
        "id": 5, "name": "Parcel", "addedTime": "2024-01-01", "applicationCategories": ["info"],
        "customAttributes": {"isPresentInSupportContract": true, "doRespectRgaa": true, "versionMin": "4"},
    }));
    assert_eq!(second.supported_by_contract, Some(true));
    assert_eq!(second.version_min.as_deref(), Some("4"));
    assert!(second.conforms_to.contains("RGAA") && second.tags.contains("info"));
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

/// How many entries hold each of the fields that once were lost or stood elsewhere.
fn kept(decoded: &[Decoded]) -> Vec<String> {
    let contents: Vec<&Content> = decoded
        .iter()
        .filter_map(|item| match &item.disposition {
            Disposition::Listed(content) => Some(&**content),
            _ => None,
        })
        .collect();
    let count = |what: &str, has: &dyn Fn(&Content) -> bool| {
        format!("{what} = {}", contents.iter().filter(|content| has(content)).count())
    };
    let says = |wanted: RecommendationVerdict| {
        move |content: &Content| content.recommendations.iter().any(|one| one.verdict == wanted)
    };
    let mut lines: Vec<String> = RecommendationVerdict::ALL
        .into_iter()
        .map(|verdict| count(verdict.as_str(), &says(verdict)))
        .collect();
    lines.extend([
        count("context of use", &|content| !content.context_of_use.is_empty()),
        count("description", &|content| !content.description.is_empty()),
        count("in the support contract", &|content| content.supported_by_contract == Some(true)),
        count("not in it", &|content| content.supported_by_contract == Some(false)),
        count("listed since", &|content| content.listed_on.is_some()),
        count("oldest version", &|content| content.version_min.is_some()),
        count("part of", &|content| !content.part_of.is_empty()),
        count("keywords", &|content| !content.tags.is_empty()),
    ]);
    lines
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
        kept(&decoded)
    };
    assert_eq!(
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
        ),
        [
            "recommended = 145",
            "observed = 47",
            "no_longer_recommended = 9",
            "context of use = 97",
            "description = 105",
            "in the support contract = 0",
            "not in it = 0",
            "listed since = 201",
            "oldest version = 170",
            "part of = 33",
            "keywords = 201",
        ],
    );
    assert_eq!(
        check(
            "sill-2020-10-17.json",
            216,
            &[
                ("licence-ambiguous", 11),
                ("licence-deprecated-id", 55),
                ("licence-missing", 19),
                ("licence-not-understood", 1),
            ],
        ),
        [
            "recommended = 159",
            "observed = 48",
            "no_longer_recommended = 9",
            "context of use = 102",
            "description = 116",
            "in the support contract = 0",
            "not in it = 0",
            "listed since = 216",
            "oldest version = 182",
            "part of = 33",
            "keywords = 216",
        ],
    );
    assert_eq!(
        check(
            "sill-2021-06-10.json",
            225,
            &[
                ("licence-ambiguous", 12),
                ("licence-deprecated-id", 60),
                ("licence-missing", 19),
                ("licence-not-understood", 1),
            ],
        ),
        [
            "recommended = 0",
            "observed = 0",
            "no_longer_recommended = 0",
            "context of use = 103",
            "description = 121",
            "in the support contract = 100",
            "not in it = 0",
            "listed since = 225",
            "oldest version = 192",
            "part of = 33",
            "keywords = 225",
        ],
    );
    assert_eq!(
        check(
            "sill-api-softwares-2022-02.json",
            232,
            &[
                ("licence-ambiguous", 12),
                ("licence-deprecated-id", 64),
                ("licence-missing", 4),
                ("licence-not-understood", 2),
            ],
        ),
        [
            "recommended = 172",
            "observed = 48",
            "no_longer_recommended = 12",
            "context of use = 105",
            "description = 0",
            "in the support contract = 100",
            "not in it = 132",
            "listed since = 232",
            "oldest version = 200",
            "part of = 4",
            "keywords = 232",
        ],
    );
}
