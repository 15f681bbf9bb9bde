//! Reading publiccode.yml: what is taken, what is reported, and what is cut out.

#![expect(clippy::expect_used, reason = "a test may fail by panicking, also in its helpers")]

#[path = "support/skipped.rs"]
mod skipped;

use std::fs;
use std::path::{Path, PathBuf};

use fedcat::formats::publiccode::{MAX_FINDINGS, Reading, read};
use fedcat::formats::{Finding, Severity};
use proptest::prelude::*;
use serde_json::{Value, json};
use skipped::shared;

fn fixtures() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/publiccode");
    let mut all: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("a fixture").path())
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    all.sort();
    all
}

fn show_finding(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let place = finding.position.map_or("-".to_owned(), |at| format!("{}:{}", at.line, at.column));
    format!("{place} {severity} {} at {:?}: {}", finding.code, finding.path, finding.message)
}

fn show(reading: &Reading) -> Value {
    json!({
        "content": reading.content,
        "declared_url": reading.declared_url,
        "version": reading.version,
        "findings": reading.findings.iter().map(show_finding).collect::<Vec<_>>(),
        "personal": reading.personal,
    })
}

#[test]
fn every_fixture_reads_as_recorded() {
    for (name, text) in fixtures() {
        insta::assert_json_snapshot!(name.clone(), show(&read(&text)));
    }
}

#[test]
fn persons_are_cut_out_of_the_text() {
    for (name, text) in fixtures() {
        if name == "persons" || name == "two-documents" || name == "crlf-and-mark" {
            insta::assert_snapshot!(format!("{name}-text"), read(&text).text);
        }
    }
}

/// The law of the cut: reading the text again changes nothing and cuts nothing.
fn check_law(text: &str) {
    let first = read(text);
    let second = read(&first.text);
    assert_eq!(second.content, first.content, "{text:?} cut to {:?}", first.text);
    assert_eq!(second.text, first.text, "{text:?}");
    assert_eq!(second.personal, [], "{text:?} cut to {:?}", first.text);
    if first.content.is_some() {
        assert_eq!(second.findings, first.findings, "{text:?} cut to {:?}", first.text);
        assert_eq!(second.version, first.version);
    }
}

#[test]
fn reading_the_cut_text_again_changes_nothing() {
    for (_, text) in fixtures() {
        check_law(&text);
    }
}

#[test]
fn a_text_that_cannot_be_cut_is_set_aside_whole() {
    // A block scalar inside of a flow list is not YAML, though the parser takes it.
    let text = "name: x\ncontacts:\n  - name: [|\n    Ada]\n    ]\n";
    let reading = read(text);
    assert_eq!(reading.content, None);
    assert_eq!(reading.text, "personal:0");
    assert_eq!(reading.personal.first().map(|datum| datum.value.as_str()), Some(text));
    assert_eq!(reading.findings.first().map(|f| f.code.as_str()), Some("publiccode-not-yaml"));
}

#[test]
fn a_file_without_end_of_findings_is_cut_short() {
    let text = format!("name: x\n{}", "unknown:\n".repeat(1000));
    let reading = read(&text);
    assert_eq!(reading.findings.len(), MAX_FINDINGS + 1);
    assert_eq!(reading.findings.last().map(|f| f.code.as_str()), Some("findings-truncated"));
}

#[test]
fn only_so_many_languages_are_read() {
    let languages: String = (0..300).map(|n| format!("  x-l{n}: {{localisedName: n}}\n")).collect();
    let reading = read(&format!("description:\n{languages}"));
    assert_eq!(reading.content.map(|content| content.name.iter().count()), Some(200));
    assert!(reading.findings.iter().any(|f| f.code == "publiccode-too-many-languages"));
}

#[test]
fn dates_have_one_form() {
    let check = |written: &str, expected: Option<&str>| {
        let reading = read(&format!("name: x\nreleaseDate: {written}\n"));
        let date = reading.content.and_then(|content| content.released_on);
        assert_eq!(date.map(|date| date.to_string()).as_deref(), expected, "{written}");
        let complained = reading.findings.iter().any(|f| f.code == "publiccode-invalid-date");
        assert_eq!(complained, expected.is_none(), "{written}");
    };
    for (written, expected) in [
        ("2024-02-29", Some("2024-02-29")),
        ("\"2024-02-29\"", Some("2024-02-29")),
        ("2023-02-29", None),
        ("2024-2-9", None),
        ("0024-02-09", None),
        ("1900-01-01", None),
        ("20240229", None),
        ("2024-02-29T00:00:00Z", None),
    ] {
        check(written, expected);
    }
}

#[test]
fn versions_are_known_or_reported() {
    let check = |written: &str, expected: Option<&str>| {
        let reading = read(&format!("publiccodeYmlVersion: {written}\n"));
        let found =
            reading.findings.iter().map(|f| f.code.as_str()).find(|c| c.contains("version"));
        assert_eq!(found, expected, "{written}");
    };
    for (written, expected) in [
        ("\"0\"", None),
        ("'0.7.0'", None),
        ("0.4.0", None),
        ("0.4", Some("publiccode-unquoted-version")),
        ("0", Some("publiccode-unquoted-version")),
        ("\"1\"", Some("publiccode-version-unknown")),
        ("\"0.3.1\"", Some("publiccode-version-unknown")),
    ] {
        check(written, expected);
    }
}

/// A person's name as YAML may write it: the first line behind `name: `, later lines with their
/// indentation. Every word of a name holds `Zq`, which nothing else does.
fn written_name() -> impl Strategy<Value = String> {
    let word = "Zq[a-zé]{0,6}";
    let words = prop::collection::vec(word, 1..4);
    (words, 0..8usize, prop::bool::ANY).prop_map(|(words, style, property)| {
        let joined = words.join(" ");
        let folded = words.join("\n          ");
        let value = match style {
            0 => joined,
            1 => folded,
            2 => format!("'{joined}''s'"),
            3 => format!("\"{folded}\\n\\\"\""),
            4 => format!("|\n          {folded}"),
            5 => format!(">+2 # Zq\n        {folded}\n\n").replace("          ", "        "),
            6 => format!("[{joined}, \"{folded}\"]"),
            _ => format!("{{first: {joined}, last: '{folded}'}}"),
        };
        if property { format!("&a{style} {value}") } else { value }
    })
}

proptest! {
    #[test]
    fn no_way_of_writing_a_name_survives_the_cut(names in prop::collection::vec(written_name(), 1..4)) {
        let mut text = "name: Parcel\nmaintenance:\n  contacts:\n".to_owned();
        for (index, name) in names.iter().enumerate() {
            // Anchors must differ to be told apart.
            let name = name.replacen("&a", &format!("&a{index}"), 1);
            text.push_str(&format!("    - affiliation: Town\n      name: {name}\n      phone: 1\n"));
        }
        text.push_str("url: https://example.org/parcel\n");
        let reading = read(&text);
        prop_assert!(reading.content.is_some(), "{} {:?}", text, reading.findings);
        prop_assert!(!reading.text.contains("Zq"), "{}\n{}", text, reading.text);
        prop_assert_eq!(reading.text.lines().count(), text.lines().count(), "{}\n{}", text, reading.text);
        prop_assert!(reading.text.contains("url: https://example.org/parcel"));
        check_law(&text);
    }

    #[test]
    fn whatever_the_text_reading_never_panics_and_the_law_holds(
        tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..24)
    ) {
        check_law(&tokens.concat());
        check_law(&format!("name: x\ncontacts:\n  - name: {}", tokens.concat()));
    }
}

const TOKENS: &[&str] = &[
    "contacts",
    "email",
    ": ",
    "name: ",
    "url",
    "- ",
    "? ",
    "\n",
    "\n  ",
    "\n    ",
    " ",
    "#",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">-",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "---\n",
    "...\n",
    "\t",
    "é",
    "\r\n",
    "~",
    "personal:1",
    "x",
    "contacts:\n  - name: ",
    "maintenance:\n  ",
    "\u{0}",
    "\u{FEFF}",
];

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn recorded_files_are_read() {
    for folder in ["data/publiccode", "conformance/publiccode/files"] {
        let Some(path) = shared(folder) else { return };
        let mut files = Vec::new();
        files_below(&path, &mut files);
        files.sort();
        let (mut total, mut with_content, mut named) = (0, 0, 0);
        let mut codes = std::collections::BTreeMap::new();
        for path in files {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            total += 1;
            let reading = read(&text);
            check_law(&text);
            with_content += usize::from(reading.content.is_some());
            named += usize::from(reading.content.is_some_and(|c| !c.name.is_empty()));
            for finding in reading.findings {
                *codes.entry(finding.code).or_insert(0u32) += 1;
            }
        }
        eprintln!("{folder}: {total} texts, {with_content} with content, {named} with a name");
        eprintln!("{codes:#?}");
    }
}

/// Who publishes the software of a file with these lines.
fn publisher(lines: &str) -> Option<(String, Option<String>)> {
    let reading = read(&format!("name: Parcel\n{lines}\n"));
    let publisher = reading.content.expect("content").publisher?;
    Some((publisher.name, publisher.uri))
}

#[test]
fn a_code_is_never_the_name_of_a_publisher() {
    let check = |lines: &str, expected: Option<(&str, Option<&str>)>| {
        let expected = expected.map(|(name, uri)| (name.to_owned(), uri.map(str::to_owned)));
        assert_eq!(publisher(lines), expected, "{lines}");
    };
    let code = Some("urn:x-italian-pa:c_x123");
    let by_uri = "organisation: {uri: 'urn:x-italian-pa:C_X123'}";
    let by_section = "IT: {riuso: {codiceIPA: c_x123}}";
    for identified in [by_uri, by_section] {
        check(identified, Some(("", code)));
        check(
            &format!("{identified}\nlegal: {{repoOwner: Town, mainCopyrightOwner: Province}}"),
            Some(("Town", code)),
        );
        check(
            &format!("{identified}\nlegal: {{mainCopyrightOwner: Province}}"),
            Some(("Province", code)),
        );
        check(
            &format!("{identified}\nlegal: {{repoOwner: 'urn:x-italian-pa:c_x123'}}"),
            Some(("", code)),
        );
    }
    check("organisation: {uri: 'urn:x-italian-pa:c_x123', name: Town}", Some(("Town", code)));
    check("organisation: {name: 'URN:x-italian-pa:c_x123'}", None);
    check("organisation: {name: Town}\nlegal: {repoOwner: Province}", Some(("Town", None)));
    check("legal: {repoOwner: Province}", Some(("Province", None)));
    // Who owns the copyright and is identified by nothing need not publish it.
    check("legal: {mainCopyrightOwner: Province}", None);
    let page = Some("https://town.example.org/");
    check("organisation: {uri: 'https://town.example.org/'}", Some(("", page)));
    check(
        "organisation: {uri: 'https://town.example.org/'}\nlegal: {mainCopyrightOwner: Province}",
        Some(("", page)),
    );
}

/// The figure of the recorded files: 76 entries of 42 catalogues named their publisher by a code.
#[test]
fn no_recorded_publisher_is_named_by_a_code() {
    let Some(folder) = shared("data/publiccode") else { return };
    let mut named = 0;
    let mut unnamed = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        let publisher = read(&text).content.and_then(|content| content.publisher);
        let Some(publisher) = publisher else { continue };
        assert!(!publisher.name.contains("urn:"), "{publisher:?}");
        match publisher.stated_name() {
            Some(_) => named += 1,
            None => unnamed += 1,
        }
    }
    println!("publishers: {named} named, {unnamed} known by a code only, 0 named by a code");
    assert!(named > unnamed, "{named} named, {unnamed} not");
}
