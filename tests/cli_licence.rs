//! `fedcat licence` as an operator uses it.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use std::path::Path;
use std::process::{Command, Output};

fn fedcat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .current_dir(folder)
        .args(arguments)
        .env("FEDCAT__LOG__FILTER", "warn")
        .output()
        .expect("the binary runs")
}

fn says(folder: &Path, arguments: &[&str]) -> String {
    let output = fedcat(folder, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The value of a line of the answer.
fn line<'a>(answer: &'a str, name: &str) -> &'a str {
    let found = answer.lines().find_map(|line| line.strip_prefix(name));
    found.map(str::trim).unwrap_or_default()
}

#[test]
fn a_statement_is_explained_with_its_facts() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let answer = says(folder, &["licence", "eupl-1.2 or busl-1.1"]);
    assert_eq!(line(&answer, "outcome"), "expression");
    assert_eq!(line(&answer, "expression"), "EUPL-1.2 OR BUSL-1.1");
    assert!(line(&answer, "explanation").contains("EUPL-1.2"), "{answer}");
    assert!(line(&answer, "open source").starts_with("yes, by EUPL-1.2"), "{answer}");
    assert!(line(&answer, "copyleft").starts_with("network, by EUPL-1.2"), "{answer}");
    assert!(line(&answer, "french list").contains("2025-07-24"), "facts have dates: {answer}");

    let refused = says(folder, &["licence", "wibble licence", "--context", "text"]);
    assert_eq!(line(&refused, "outcome"), "rejected");
    assert!(line(&refused, "explanation").contains("wibble"), "{refused}");
    assert!(!refused.contains("copyleft"), "what is refused has no facts: {refused}");
    assert!(!folder.join("data").exists(), "a question needs no database");
}

#[test]
fn a_list_is_read_and_written_with_the_outcomes() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let list = "id\tcontext\tstring\n1\tspdx\tMIT AND ISC\n2\ttext\twibble\n3\t\tgpl-3.0\n";
    std::fs::write(folder.join("statements.tsv"), list).expect("written");
    let answer = says(folder, &["licence", "--file", "statements.tsv"]);
    let lines: Vec<&str> = answer.lines().collect();
    assert_eq!(lines.len(), 4, "{answer}");
    for (line, beginning) in lines.iter().zip([
        "id\tcontext\tstring\toutcome\texpression\tcandidates\trange\tconfidence\texplanation",
        "1\tspdx\tMIT AND ISC\texpression\tMIT AND ISC\t\tstated\tverbatim\t",
        "2\ttext\twibble\trejected\t\t\t\t\t",
        "3\t\tgpl-3.0\texpression\tGPL-3.0-only\t\tunstated\talias\t",
    ]) {
        assert!(line.starts_with(beginning), "{line:?} should begin with {beginning:?}");
    }
}

#[test]
fn what_no_rule_explains_is_reported_by_source_and_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let entries: Vec<String> = [(1, "wibble"), (2, "MIT"), (3, "wobble"), (4, "wobble")]
        .iter()
        .map(|(id, licence)| {
            format!(
                r#"{{"id":{id},"name":"Outil {id}","description":{{"fr":"Fait {id}"}},"license":"{licence}",
                "addedTime":"2025-01-01T00:00:00Z","updateTime":"2025-01-01T00:00:00Z"}}"#
            )
        })
        .collect();
    std::fs::write(folder.join("sill.json"), format!("[{}]", entries.join(","))).expect("written");
    says(folder, &["harvest", "fr-sill", "--from", "sill.json"]);

    let report = says(folder, &["licence", "report", "--source", "fr-sill"]);
    assert_eq!(
        report,
        "count\tsource\tcontext\tstring\tunexplained\n\
         2\tfr-sill\ttext\twobble\twobble\n\
         1\tfr-sill\ttext\twibble\twibble\n"
    );
    assert!(says(folder, &["licence", "report"]).contains("wobble"));
    let other = says(folder, &["licence", "report", "--source", "starter"]);
    assert_eq!(other.lines().count(), 1, "only the header: {other}");
    let nowhere = fedcat(folder, &["licence", "report", "--source", "nowhere"]);
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("there is no source nowhere"));

    std::fs::write(folder.join("report.tsv"), report).expect("written");
    let again = says(folder, &["licence", "--file", "report.tsv"]);
    assert_eq!(again.matches("\trejected\t").count(), 2, "the report is a list to read: {again}");
}

#[test]
fn what_is_wrong_is_said_with_what_was_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("no-header.tsv"), "MIT\n").expect("written");
    for (arguments, words) in [
        (&["licence"][..], "<STATEMENT>"),
        (&["licence", "MIT", "--context", "perl"], "expected one of"),
        (&["licence", "MIT", "--file", "x.tsv"], "cannot be used with"),
        (&["licence", "--file", "missing.tsv"], "cannot read missing.tsv"),
        (&["licence", "--file", "no-header.tsv"], "no column `string`"),
    ] {
        let output = fedcat(folder, arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
