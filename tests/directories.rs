//! Directories of organisations: what is taken from them, and who is found by a name.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "support/jekyll.rs"]
mod jekyll;
#[path = "support/skipped.rs"]
mod skipped;

use std::path::Path;

use fedcat::catalogue::organisation::{Directory, Organisation};
use fedcat::catalogue::urls::WebUrl;
use fedcat::formats::directories::{Listed, canada, france};
use proptest::prelude::*;
use serde_json::{Value, json};
use skipped::shared;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/directories");
    std::fs::read_to_string(folder.join(name)).expect("a fixture")
}

fn json_fixture(name: &str) -> Value {
    serde_json::from_str(&fixture(name)).expect("JSON")
}

fn told(listed: &Listed) -> Value {
    let findings: Vec<String> = listed
        .findings
        .iter()
        .map(|one| format!("{} at {}: {}", one.code, one.path, one.message))
        .collect();
    json!({ "organisations": listed.organisations, "findings": findings })
}

fn id(organisation: Option<&Organisation>) -> String {
    let identifier = organisation.and_then(|one| one.identifiers.first());
    identifier.map(ToString::to_string).unwrap_or_default()
}

#[test]
fn the_french_directory_is_taken_where_it_is_certain() {
    let listed = france::organisations(&fixture("comptes.yml")).expect("YAML");
    insta::assert_json_snapshot!(told(&listed));
}

#[test]
fn accounts_of_the_same_name_belong_to_an_organisation() {
    let listed = france::organisations(&fixture("comptes.yml")).expect("YAML");
    let listed = france::with_accounts(listed.organisations, &json_fixture("accounts.json"));
    insta::assert_json_snapshot!(told(&listed));
}

#[test]
fn the_administrations_of_canada_have_two_names() {
    insta::assert_json_snapshot!(told(&canada::organisations(&json_fixture(
        "administrations.json"
    ))));
    for nothing in [json!([]), json!(null), json!({"federal": "x"}), json!({"federal": {"a": 1}})] {
        assert_eq!(canada::organisations(&nothing).organisations, [], "{nothing}");
    }
}

#[test]
fn what_is_no_yaml_is_an_error() {
    assert!(france::organisations("a: [").is_err());
    assert_eq!(france::organisations("[1, 2]").expect("YAML"), Listed::default());
    assert_eq!(france::organisations("").expect("YAML"), Listed::default());
}

/// The recorded file; the numbers were counted in it by a script of its own.
#[test]
fn the_recorded_french_directory() {
    let Some(folder) = shared("data/fr-codegouv") else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a recorded file");
    let listed = france::organisations(&read("comptes-organismes-publics.yml")).expect("YAML");
    let codes = |code: &str| listed.findings.iter().filter(|one| one.code == code).count();
    let found = [
        listed.organisations.len(),
        codes("organisation-without-id"),
        codes("organisation-not-paired"),
        codes("organisation-several-names"),
    ];
    assert_eq!(found, [140, 10, 23, 5]);
    let accounts: usize = listed.organisations.iter().map(|one| one.accounts.len()).sum();
    assert_eq!(accounts, 347);
    let all = serde_json::from_str(&read("organizations-all.json")).expect("JSON");
    let listed = france::with_accounts(listed.organisations, &all);
    let more: usize = listed.organisations.iter().map(|one| one.accounts.len()).sum();
    assert_eq!(more, 349);

    let directory = Directory::new(listed.organisations);
    let check = |name: &str, expected: &str| {
        assert_eq!(id(directory.named(name, "FR")), expected, "{name}");
    };
    // As users are named in catalogues: what is not certain stays as written.
    for name in [
        "MI",
        "MEN",
        "DINUM",
        "other",
        "academie de Lyon",
        "Académie de Lille",
        "Université de Toulouse",
    ] {
        check(name, "");
    }
    check(
        "Centre national de la recherche scientifique",
        "service-public:35a8a489-89b3-40ea-9838-803dcd5f7d18",
    );
    check(
        "Centre National de la Recherche Scientifique (CNRS)",
        "service-public:35a8a489-89b3-40ea-9838-803dcd5f7d18",
    );
    check("CNRS", "");
    check("cour des Comptes", "service-public:6d3b7be4-3b13-45da-9836-4766e37bc569");
    let url = WebUrl::parse("https://github.com/lias-laboratory/x").expect("an address");
    assert_eq!(
        id(directory.with_account(&url)),
        "service-public:d886e04e-b4ad-4f72-8a74-41969fc5fe31"
    );
}

/// The recorded files, made into one document as the exchange's site makes them.
#[test]
fn the_recorded_administrations_of_canada() {
    let Some(folder) = shared("data/ca-ore/administrations") else { return };
    let listed = canada::organisations(&jekyll::data(&folder));
    let codes: Vec<&str> = listed.findings.iter().map(|one| one.code.as_str()).collect();
    assert_eq!((listed.organisations.len(), codes), (58, vec!["invalid-identifier"]));
    let directory = Directory::new(listed.organisations);
    let check = |name: &str, expected: &str| {
        assert_eq!(id(directory.named(name, "CA")), expected, "{name}");
    };
    check("Ville de Montréal", "ca-ore:city-of-montreal-qc");
    check("City of Montreal", "ca-ore:city-of-montreal-qc");
    check("Agriculture and Agri-Food Canada", "ca-ore:aafc-aac");
    check("The Public (Non-Crown)", "");
    check("aafc-aac", "");
}

proptest! {
    #[test]
    fn whatever_a_directory_says_is_read(text in "[-a-z0-9:\\[\\]{}'\" \n]{0,80}", kind in 0u8..5) {
        let _ = france::organisations(&text);
        let entry = format!("https://x.example.org:\n  service_of: {text:?}\n  pso_id: [{text:?}]\n");
        prop_assert!(france::organisations(&entry).is_ok());
        let value = match kind {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"code": text, "name": text}),
            3 => json!([{"code": text, "name": {"en": text, "fr": [text]}}]),
            _ => json!([[null]]),
        };
        let _ = canada::organisations(&json!({"federal": value}));
        let listed = france::with_accounts(Vec::new(), &value);
        prop_assert_eq!(listed.organisations, Vec::new());
    }
}
