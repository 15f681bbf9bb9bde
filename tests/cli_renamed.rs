//! What the command line tells of records that are listed under another id.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use std::path::Path;
use std::process::Command;

#[track_caller]
fn says(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .current_dir(folder)
        .args(arguments)
        .env("FEDCAT__LOG__FILTER", "warn")
        .output()
        .expect("the binary runs");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_run_names_both_ids_of_what_it_renamed() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = "[[source]]\nid = \"xx-one\"\nname = \"One\"\nbody = \"An office\"\n\
                  connector = \"catalogi\"\nurl = \"https://parcels.example.org/one.json\"\n\
                  schedule = \"5 1 * * *\"\npriority = 30\nenabled = true\n";
    std::fs::write(folder.path().join("own.toml"), source).expect("written");
    says(folder.path(), &["sources", "add", "own.toml"]);
    for id in ["old-7", "new-7"] {
        let entries = format!(
            r#"[{{"id": "{id}", "name": "Parcel Map", "license": "MIT",
            "codeRepositoryUrl": "https://github.com/example-org/parcel-map"}}]"#
        );
        std::fs::write(folder.path().join(format!("{id}.json")), entries).expect("written");
    }
    says(folder.path(), &["harvest", "xx-one", "--from", "old-7.json"]);
    let told = says(folder.path(), &["harvest", "xx-one", "--from", "new-7.json"]);
    assert!(told.contains("0 added") && told.contains("0 missing"), "{told}");
    assert!(told.contains("1 renamed"), "{told}");
    let list = says(folder.path(), &["runs", "list", "xx-one"]);
    assert!(list.lines().next().is_some_and(|header| header.contains("renamed")), "{list}");
    let run = list.lines().nth(1).and_then(|line| line.split(' ').next()).expect("a run");
    let shown = says(folder.path(), &["runs", "show", run]);
    assert!(shown.contains("renamed    new-7  (was old-7)"), "{shown}");
}
