//! A list of one kind that is given to the reader of another is refused: every fixture of each
//! format, to each other format.

#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use fedcat::formats::{
    ItemFormat, Severity, catalogi, code_json, codemeta, comptoir, dcat, dpg, ore,
    software_catalog_api, starter, wikidata,
};

const FORMATS: &[(&str, &dyn ItemFormat)] = &[
    ("catalogi", &catalogi::Catalogi),
    ("code-json", &code_json::CodeJson),
    ("codemeta", &codemeta::Codemeta),
    ("comptoir", &comptoir::Comptoir),
    ("dcat", &dcat::Dcat),
    ("dpg", &dpg::Dpg),
    ("ore", &ore::Ore),
    ("software-catalog-api", &software_catalog_api::SoftwareCatalogApi),
    ("starter", &starter::Starter),
    ("wikidata", &wikidata::Wikidata),
];

/// Folders of fixtures that no format here reads.
const OTHERS: &[&str] =
    &["directories", "forgejo-org", "github-org", "gitlab-group", "oss-register", "publiccode"];

/// What may well be read by two formats: software in schema.org's words is CodeMeta and is RDF.
const COMPATIBLE: &[(&str, &str)] = &[("dcat/schema-org.jsonld", "codemeta")];

/// The fixtures of a folder, by their names.
fn fixtures(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let files = std::fs::read_dir(folder).expect("a folder");
    let mut all: Vec<(String, Vec<u8>)> = files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("a fixture"))
        })
        .collect();
    all.sort();
    all
}

/// Whether a format takes something in from a document.
fn takes(format: &dyn ItemFormat, document: &[u8]) -> bool {
    let mut items = Vec::new();
    let read = format.split(&mut &*document, &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    let is_refused = read.is_ok_and(|envelope| {
        envelope.findings.iter().any(|finding| finding.severity == Severity::Error)
    });
    !is_refused && items.iter().take(20).any(|item| format.kind().fits(item))
}

#[test]
fn no_format_takes_a_list_of_another_for_its_own() {
    let mut taken = BTreeSet::new();
    let folders = FORMATS.iter().map(|(folder, _)| *folder).chain(OTHERS.iter().copied());
    for folder in folders.filter(|folder| *folder != "starter") {
        for (name, document) in fixtures(folder) {
            for (reader, format) in FORMATS.iter().filter(|(reader, _)| *reader != folder) {
                if takes(*format, &document) {
                    taken.insert(format!("{folder}/{name} by {reader}"));
                }
            }
        }
    }
    let expected: BTreeSet<String> =
        COMPATIBLE.iter().map(|(file, reader)| format!("{file} by {reader}")).collect();
    assert_eq!(taken, expected);
}

#[test]
fn each_format_takes_its_own() {
    /// Fixtures that are no lists, or hold nothing.
    const NO_LISTS: &[&str] = &[
        "empty-object.json",
        "empty-releases.json",
        "error.json",
        "no-releases.json",
        "maxlag.json",
        "truncated.json",
        "administrations.json",
    ];
    for (folder, format) in
        FORMATS.iter().filter(|(folder, _)| !["starter", "dcat"].contains(folder))
    {
        for (name, document) in fixtures(folder) {
            let expected = !NO_LISTS.contains(&name.as_str());
            assert_eq!(takes(*format, &document), expected, "{folder}/{name}");
        }
    }
}
