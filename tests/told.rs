//! What Fedcat says in English is said in French on French pages: `locales/fr/told.txt` knows every
//! finding of the fixtures, and every message that the code can make one of.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fedcat::formats::catalogi::Catalogi;
use fedcat::formats::code_json::CodeJson;
use fedcat::formats::codemeta::Codemeta;
use fedcat::formats::comptoir::Comptoir;
use fedcat::formats::dcat::Dcat;
use fedcat::formats::dpg::Dpg;
use fedcat::formats::ore::Ore;
use fedcat::formats::repository::Repository;
use fedcat::formats::software_catalog_api::SoftwareCatalogApi;
use fedcat::formats::wikidata::Wikidata;
use fedcat::formats::{DocumentContext, Finding, ItemFormat, SourceContext, publiccode};
use fedcat::licence::facts::Kind;
use fedcat::web::i18n::translation::in_french;
use skipped::shared;

const FORMATS: [&dyn ItemFormat; 10] = [
    &Catalogi,
    &CodeJson,
    &Codemeta,
    &Comptoir,
    &Dcat,
    &Dpg,
    &Ore,
    &Repository,
    &SoftwareCatalogApi,
    &Wikidata,
];

/// Beginnings after which a parser of others says the rest.
const QUOTING: [&str; 8] = [
    "ce n’est pas du JSON",
    "ce n’est pas du RDF/XML",
    "ce n’est pas du JSON-LD",
    "ce n’est ni Turtle",
    "n’est pas du YAML valide",
    "ne peuvent pas être lues, la première",
    "ne peut pas être lu :",
    "n’est pas retenue dans",
];

/// Words that stand in English sentences, and in no French one.
const ENGLISH: [&str; 12] =
    ["the", "is", "are", "expected", "not", "which", "has", "an", "with", "left", "and", "or"];

/// Whether something is said in English, but for what is quoted.
fn is_english(told: &str) -> bool {
    let mut own = String::new();
    for (index, part) in told.split(['«', '»']).enumerate() {
        if index % 2 == 0 {
            own.push_str(part);
        }
    }
    let own = QUOTING.iter().find_map(|mark| own.split_once(mark)).map_or(own.as_str(), |(a, _)| a);
    own.split_whitespace().any(|word| ENGLISH.contains(&word.trim_matches([':', ',', '(', ')'])))
}

/// What is not known of some messages, or only in part.
fn unknown<'m>(messages: impl Iterator<Item = &'m String>) -> Vec<String> {
    let unknown = messages.filter_map(|message| match in_french(message) {
        None => Some(message.clone()),
        Some(told) if is_english(&told.replace('\u{a0}', " ")) => {
            Some(format!("{message} → {told}"))
        }
        Some(_) => None,
    });
    unknown.collect()
}

/// All files in a folder and below it.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// What a format says about a file, whether or not it is one of its own.
fn told_by(format: &dyn ItemFormat, path: &Path, most: usize) -> BTreeSet<String> {
    let mut document = fs::File::open(path).expect("a file");
    let context = SourceContext { country: Some("FR".to_owned()), ..SourceContext::default() };
    let mut findings: Vec<Finding> = Vec::new();
    let mut items = 0;
    let read = format.split_at(&mut document, &DocumentContext::NOWHERE, &mut |item| {
        findings.extend(format.understand(item, &context).findings);
        items += 1;
        if items < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let mut messages = BTreeSet::new();
    match read {
        Ok(envelope) => findings.extend(envelope.findings),
        Err(error) => {
            messages.insert(format!("https://example.org/list: {error}"));
        }
    }
    messages.extend(findings.into_iter().map(|finding| finding.message));
    messages
}

#[test]
fn the_findings_of_all_fixtures_are_said_in_french() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut messages = BTreeSet::new();
    for path in files(&fixtures, "") {
        for format in FORMATS {
            messages.extend(told_by(format, &path, usize::MAX));
        }
    }
    for path in files(&fixtures.join("publiccode"), ".yml") {
        let text = String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned();
        messages.extend(publiccode::read(&text).findings.into_iter().map(|one| one.message));
    }
    assert!(messages.len() > 200, "{}", messages.len());
    assert_eq!(unknown(messages.iter()), Vec::<String>::new());
}

#[test]
fn the_findings_of_recorded_catalogues_are_said_in_french() {
    let mut messages = BTreeSet::new();
    let folders: [(&str, &str, &dyn ItemFormat); 4] = [
        ("data/fr-sill", ".json", &Catalogi),
        ("data/it-developers-italia", ".json", &SoftwareCatalogApi),
        ("data/us-code-json", ".json", &CodeJson),
        ("data/dpg", ".json", &Dpg),
    ];
    for (folder, ending, format) in folders {
        let Some(folder) = shared(folder) else { return };
        for path in files(&folder, ending) {
            messages.extend(told_by(format, &path, 300));
        }
    }
    assert_eq!(unknown(messages.iter()), Vec::<String>::new());
}

/// Literals that come after `marker`, with what their holes could hold.
fn messages_after(code: &str, marker: &str) -> Vec<String> {
    code.split(marker)
        .skip(1)
        .filter_map(|rest| {
            let (before, rest) = rest.split_once('"')?;
            let before = before.trim();
            let is_message = matches!(before, "" | "format!(" | "(" | ",");
            is_message.then(|| filled(&literal(rest)))
        })
        .collect()
}

/// A literal up to its end, as the compiler reads it.
fn literal(code: &str) -> String {
    let mut text = String::new();
    let mut signs = code.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => break,
            '\\' => match signs.next() {
                Some('\n') => while signs.next_if(|c| c.is_whitespace()).is_some() {},
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

/// A message with something in each hole.
fn filled(message: &str) -> String {
    let mut parts = message.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hole, after) = part.split_once('}').unwrap_or((part, ""));
        text.push_str(if hole.ends_with(":?") { "\"Z\"" } else { "Z" });
        text.push_str(after);
    }
    text
}

/// Messages that only the log or the command line shows, or that consist of others.
const ELSEWHERE: [&str; 8] = [
    "Z",
    "Z: Z",
    "ZZ cannot be read, and may be an entry: Z",
    "Za value of Z is left out: Z",
    "what the document saysZ cannot be read: Z",
    "\"Z\" Z; it may mean Z: expected one SPDX expression",
    "not Z: Z",
    "the starter entries cannot be read, expected [[software]] tables: Z",
];

#[test]
fn every_message_of_the_code_is_said_in_french() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &Path| {
        let code = fs::read_to_string(path).expect("a text");
        code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
    };
    let mut messages = BTreeSet::new();
    for folder in ["formats", "harvest"] {
        for path in files(&source.join(folder), ".rs") {
            if path.to_string_lossy().contains("test") {
                continue;
            }
            let code = read(&path);
            messages.extend(messages_after(&code, "let message ="));
        }
    }
    for file in [
        "catalogue/urls.rs",
        "catalogue/organisation/identifier.rs",
        "formats/json.rs",
        "formats/yaml.rs",
        "harvest/acts.rs",
        "outbound/error.rs",
        "outbound/resolver.rs",
        "harvest/listing/error.rs",
        "harvest/options.rs",
    ] {
        messages.extend(messages_after(&read(&source.join(file)), "#[error"));
    }
    assert!(messages.len() > 150, "{}", messages.len());
    let known = |message: &&String| !ELSEWHERE.contains(&message.as_str());
    assert_eq!(unknown(messages.iter().filter(known)), Vec::<String>::new());
}

#[test]
fn why_sources_are_disabled_and_whence_facts_come_is_said_in_french() {
    let seeds = fedcat::seeds::sources().expect("the seeds");
    let reasons = seeds.iter().filter_map(|source| source.disabled_reason.clone());
    let facts = Kind::ALL.into_iter().filter_map(Kind::source).map(|source| source.name.clone());
    let messages: BTreeSet<String> = reasons.chain(facts).collect();
    assert!(messages.len() > 8, "{messages:?}");
    let unknown = messages.iter().filter(|message| in_french(message).is_none());
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&String>::new());
}
