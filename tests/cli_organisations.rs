//! `fedcat organisations` as an operator uses it.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fedcat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .current_dir(folder)
        .args(["--database", "sqlite://fedcat.db"])
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

fn complains(folder: &Path, arguments: &[&str]) -> String {
    let output = fedcat(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/directories");
    folder.join(name).to_string_lossy().into_owned()
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path.to_string_lossy().into_owned()
}

#[test]
fn directories_are_loaded_and_names_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    says(folder, &["migrate"]);
    let load = |arguments: &[&str]| says(folder, &[&["organisations", "load"], arguments].concat());
    let (file, accounts) = (fixture("comptes.yml"), fixture("accounts.json"));
    assert_eq!(
        load(&["fr-codegouv", &file, "--accounts", &accounts]),
        "added 3, updated 0, unchanged 0, missing 0, contradictory 0\n"
    );
    assert_eq!(
        load(&["fr-codegouv", &file]),
        "added 0, updated 2, unchanged 1, missing 0, contradictory 0\n"
    );
    assert_eq!(
        load(&["ca-ore", &fixture("administrations.json")]),
        "added 2, updated 0, unchanged 0, missing 0, contradictory 0\n"
    );
    assert_eq!(says(folder, &["organisations", "list"]).lines().count(), 5);

    let find = |arguments: &[&str]| says(folder, &[&["organisations", "find"], arguments].concat());
    let french = find(&["OFFICE D'EXEMPLE (OE)", "--country", "FR"]);
    assert!(french.contains("service-public:11111111"), "{french}");
    let canadian = find(&["Office d'exemple", "--country", "CA"]);
    assert!(canadian.contains("ca-ore:ex-oe"), "{canadian}");
    for uncertain in [&["OE", "--country", "FR"] as &[&str], &["Office d'exemple"], &["other"]] {
        let told = complains(folder, &[&["organisations", "find"], uncertain].concat());
        assert!(told.contains("not certain"), "{told}");
    }
}

#[test]
fn a_file_that_lost_much_is_not_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    says(folder, &["migrate"]);
    let list = |codes: std::ops::Range<u32>| {
        let entries: Vec<String> = codes
            .map(|n| format!(r#"{{"code": "office-{n}", "name": {{"en": "Office number {n}"}}}}"#))
            .collect();
        format!(r#"{{"federal": [{}]}}"#, entries.join(","))
    };
    let all = written(folder, "all.json", &list(0..20));
    let few = written(folder, "few.json", &list(0..16));
    let page = written(folder, "page.json", "<html>");
    let load = ["organisations", "load", "ca-ore"];
    says(folder, &[&load[..], &[&all]].concat());
    let told = complains(folder, &[&load[..], &[&few]].concat());
    assert!(told.contains("4 of 20 organisations are not in the file"), "{told}");
    let again = says(folder, &[&load[..], &[&all]].concat());
    assert_eq!(again, "added 0, updated 0, unchanged 20, missing 0, contradictory 0\n");
    let told = complains(folder, &[&load[..], &[&page]].concat());
    assert!(told.contains("HTML page"), "{told}");
    let accepted = says(folder, &[&load[..], &[&few, "--accept"]].concat());
    assert_eq!(accepted, "added 0, updated 0, unchanged 16, missing 4, contradictory 0\n");
    assert_eq!(says(folder, &["organisations", "list"]).lines().count(), 20);
}
