//! Deciding about records by the command line.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "support/command.rs"]
mod command;

use command::{complains, says, write};

/// A folder in which two sources list a program of the same name.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let source = |id: &str| {
        format!(
            "[[source]]\nid = \"{id}\"\nname = \"{id}\"\nbody = \"An office\"\n\
             connector = \"catalogi\"\nurl = \"https://parcels.example.org/{id}.json\"\n\
             schedule = \"5 1 * * *\"\npriority = 30\nenabled = true\n"
        )
    };
    let both = ["xx-one", "xx-two"];
    write(folder.path(), "own.toml", &both.map(source).join("\n"));
    says(folder.path(), &["sources", "add", "own.toml"]);
    let entry = r#"[{"id": 1, "name": "Parcel Map", "license": "MIT"}]"#;
    write(folder.path(), "entries.json", entry);
    for id in both {
        says(folder.path(), &["harvest", id, "--from", "entries.json"]);
    }
    folder
}

/// The word after a text.
fn after<'a>(text: &'a str, before: &str) -> &'a str {
    let rest = text.split(before).nth(1).unwrap_or_default();
    rest.split([' ', '\n', ';', ')']).next().unwrap_or_default()
}

#[test]
fn an_operator_looks_at_a_pair_decides_and_takes_it_back() {
    let folder = prepared();
    let folder = folder.path();
    let listed = says(folder, &["candidates", "list", "--source", "xx-one"]);
    let line = listed.lines().nth(1).expect("a candidate");
    assert!(line.contains("xx-one:1") && line.contains("xx-two:1"), "{listed}");
    let candidate = line.split(' ').next().expect("an id");
    let shown = says(folder, &["candidates", "show", candidate]);
    assert!(shown.contains("in common: name parcelmap\n"), "{shown}");
    assert_eq!(shown.matches("  of entry ").count(), 2, "{shown}");
    assert_eq!(
        says(folder, &["candidates", "list", "--after", candidate, "--source", "xx-one"])
            .lines()
            .count(),
        1
    );
    assert!(complains(folder, &["candidates", "show", "x"]).contains("there is no candidate x"));

    let same = ["verdict", "same", "xx-one:1", "xx-two:1", "--reason", "one office told us"];
    let with = |how: &'static str| [same.as_slice(), &[how]].concat();
    let would = says(folder, &with("--dry-run"));
    assert!(would.contains("will redirect to entry "), "{would}");
    assert!(
        would.contains("record xx-two:1 (") && would.ends_with("nothing was changed\n"),
        "{would}"
    );
    assert!(complains(folder, &same).contains("say --yes to do it"));
    assert_eq!(says(folder, &["verdict", "list"]).lines().count(), 1, "only the header");

    let done = says(folder, &with("--yes"));
    let id = after(&done, "\nverdict ").to_owned();
    assert!(done.contains(&format!("verdict {id} is written down")), "{done}");
    assert!(complains(folder, &with("--yes")).contains(&id), "decided already");
    let listed = says(folder, &["verdict", "list"]);
    for word in [id.as_str(), "same", "holds", "cli:tester", "one office told us"] {
        assert!(listed.contains(word), "{word}: {listed}");
    }
    assert_eq!(says(folder, &["candidates", "list", "--source", "xx-one"]).lines().count(), 1);

    let different = ["verdict", "different", "xx-two:1", "xx-one:1", "--reason", "no", "--yes"];
    let turned = says(folder, &different);
    assert!(turned.contains(&format!("in place of verdict {id}: same")), "{turned}");
    assert!(turned.contains("will be split: new entry 1\n"), "{turned}");
    assert!(turned.contains("; new entry 1 is "), "{turned}");
    let id = after(&turned, "\nverdict ").to_owned();
    let undone = says(folder, &["verdict", "undo", &id, "--yes"]);
    assert!(undone.contains("no record goes to another entry"), "{undone}");
    assert_eq!(says(folder, &["verdict", "list"]).lines().count(), 1);
    assert!(complains(folder, &["verdict", "undo", &id, "--yes"]).contains("there is no verdict"));

    let log = says(folder, &["audit", "--limit", "3"]);
    let acts: Vec<&str> =
        log.lines().skip(1).filter_map(|line| line.split_whitespace().nth(3)).collect();
    assert_eq!(acts, ["verdict-undo", "verdict-different", "verdict-same"], "{log}");
}

#[test]
fn a_record_that_is_not_there_is_named() {
    let folder = prepared();
    let folder = folder.path();
    for (record, told) in [
        ("xx-one:2", "there is no record xx-one:2"),
        ("xx-three:1", "there is no record xx-three:1"),
        ("Parcel Map", "there is no record Parcel Map"),
        ("xx-two:1", "xx-two:1 was named twice"),
    ] {
        let wish = ["verdict", "same", record, "xx-two:1", "--reason", "x", "--yes"];
        let told_so = complains(folder, &wish);
        assert!(told_so.contains(told), "{told_so}");
    }
    let long = "x".repeat(501);
    for reason in [" ", &long] {
        let wish = ["verdict", "same", "xx-one:1", "xx-two:1", "--reason", reason, "--yes"];
        assert!(complains(folder, &wish).contains("expected 1 to 500"));
    }
}
