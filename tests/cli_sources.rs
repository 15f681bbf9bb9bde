//! Adding a source, trying it first, and looking at what was wrong with it, by the command line.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "support/command.rs"]
mod command;

use command::{complains, says, write};

/// A source of one's own whose address nobody asks: its entries come from a file.
const OWN: &str = r#"
[[source]]
id = "xx-parcels"
name = "Parcels"
body = "The Parcel Office"
connector = "catalogi"
url = "https://parcels.example.org/catalogi.json"
schedule = "5 1 * * *"
priority = 30
enabled = true
"#;

const ENTRIES: &str = r#"[
    {"id": 1, "name": "Parcel Map", "license": "MIT"},
    {"id": 2, "name": "=cmd()", "license": "Parcel Licence"},
    {"id": 3}
]"#;

fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "own.toml", OWN);
    write(folder.path(), "entries.json", ENTRIES);
    folder
}

#[test]
fn a_source_is_tried_before_it_is_added_and_nothing_is_written() {
    let folder = prepared();
    let folder = folder.path();
    let tried = says(folder, &["sources", "preview", "own.toml", "--from", "entries.json"]);
    insta::assert_snapshot!(tried, @r#"
    entry  becomes  name        licence            repository
    1      listed   Parcel Map  MIT
    2      listed   =cmd()      "Parcel Licence"?
    3      failed
    2: licence-not-understood at license: "Parcel Licence" is not understood at "Parcel": expected an SPDX expression
    3: licence-missing at license: no licence is stated: expected an SPDX expression
    3: name-missing at name: the entry has no usable name: expected a text
    these are all 3 items of xx-parcels; nothing was written
    "#);
    let two = ["sources", "preview", "own.toml", "--from", "entries.json", "--limit", "2"];
    let tried = says(folder, &two);
    assert!(tried.ends_with("these are the first 2 items of xx-parcels; nothing was written\n"));
    assert!(!folder.join("data").exists(), "trying makes no database");
    says(folder, &["migrate"]);
    assert!(!says(folder, &["sources", "list"]).contains("xx-parcels"));

    assert_eq!(says(folder, &["sources", "add", "own.toml"]), "added xx-parcels\n");
    assert_eq!(says(folder, &["sources", "add", "own.toml"]), "changed xx-parcels\n");
    let log = says(folder, &["audit", "--source", "xx-parcels"]);
    assert_eq!(log.matches("https://parcels.example.org/catalogi.json").count(), 2, "{log}");
    says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    let runs = says(folder, &["runs", "list", "xx-parcels"]);
    says(folder, &["sources", "preview", "xx-parcels", "--from", "entries.json"]);
    assert_eq!(says(folder, &["runs", "list", "xx-parcels"]), runs);
}

#[test]
fn a_source_that_cannot_work_is_not_added() {
    let folder = prepared();
    let folder = folder.path();
    for (from, to, told) in [
        ("\"catalogi\"", "\"catalogue\"", "there is no connector catalogue: expected one of"),
        ("xx-parcels", "fr-sill", "fr-sill is the id of a built-in source"),
        ("xx-parcels", "Parcels", "the id is not a slug"),
        ("priority = 30", "priority = 30\noptions = { page = 1 }", "unknown field `page`"),
        (
            "priority = 30",
            "priority = 30\noptions = { token_variable = \"HOME\" }",
            "expected a name that begins with FEDCAT_TOKEN_",
        ),
        ("enabled = true", "", "missing field `enabled`"),
    ] {
        write(folder, "wrong.toml", &OWN.replace(from, to));
        let said = complains(folder, &["sources", "add", "wrong.toml"]);
        assert!(said.contains(told), "{to}: {said}");
    }
    assert!(complains(folder, &["sources", "add", "absent.toml"]).contains("absent.toml"));
    let said = complains(folder, &["sources", "preview", "nowhere"]);
    assert!(said.contains("there is no source nowhere"), "{said}");
    write(folder, "broken.json", "[{\"id\": 1, \"name\": \"Parcel Map\"}, {\"id\"");
    let broken = ["sources", "preview", "own.toml", "--from", "broken.json"];
    let said = complains(folder, &broken);
    assert!(said.contains("the listing of xx-parcels is not complete after 1 items"), "{said}");
}

#[test]
fn what_is_wrong_with_a_source_is_listed_for_people_and_for_spreadsheets() {
    let folder = prepared();
    let folder = folder.path();
    says(folder, &["sources", "add", "own.toml"]);
    says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    let all = says(folder, &["findings", "--source", "xx-parcels"]);
    assert!(all.contains("name-missing") && all.contains("licence-not-understood"), "{all}");
    let one = says(folder, &["findings", "--code", "name-missing"]);
    assert!(!one.contains("licence-not-understood"), "{one}");
    let csv = says(folder, &["findings", "--source", "xx-parcels", "--csv"]);
    assert_eq!(csv.lines().count(), all.lines().count());
    let complaint = complains(folder, &["findings", "--source", "nowhere"]);
    assert!(complaint.contains("there is no source nowhere"), "{complaint}");

    let mended = ENTRIES.replace("{\"id\": 3}", "{\"id\": 3, \"name\": \"Parcel Book\"}");
    write(folder, "entries.json", &mended);
    let id_of = |csv: &str| {
        csv.lines().find(|line| line.contains("licence-not-understood")).map(str::to_owned)
    };
    says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    let later = says(folder, &["findings", "--source", "xx-parcels", "--csv"]);
    assert!(id_of(&csv).is_some() && id_of(&csv) == id_of(&later), "id and first day stay");
    assert!(!later.contains("name-missing"), "{later}");
    let closed = says(folder, &["findings", "--source", "xx-parcels", "--closed", "1"]);
    assert!(
        closed.contains("name-missing") && !closed.contains("licence-not-understood"),
        "{closed}"
    );
}

#[test]
fn stored_items_are_read_again_without_asking_anybody() {
    let folder = prepared();
    let folder = folder.path();
    says(folder, &["sources", "add", "own.toml"]);
    says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    std::fs::remove_file(folder.join("entries.json")).expect("removed");
    let nothing = says(folder, &["reprocess"]);
    assert!(nothing.starts_with("everything was read by the rules "), "{nothing}");
    let again = says(folder, &["reprocess", "xx-parcels", "--all"]);
    assert!(again.starts_with("xx-parcels: succeeded, 2 read, 0 added, 2 updated"), "{again}");
    assert!(complains(folder, &["reprocess", "--all"]).contains("required"));
}

#[test]
fn a_removed_source_says_before_what_becomes_of_its_records() {
    let folder = prepared();
    let folder = folder.path();
    says(folder, &["sources", "add", "own.toml"]);
    says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    let told = says(folder, &["sources", "remove", "xx-parcels", "--dry-run"]);
    insta::assert_snapshot!(told, @r"
    xx-parcels has 2 records: they are withdrawn, and what they said is deleted
    2 entries are known from xx-parcels alone: they become tombstones, which say that they were withdrawn, and when
    0 entries are known from others too: they stay, without what xx-parcels said
    its runs, and what operators did about it, stay in the log; `fedcat sources add` or `fedcat sources enable xx-parcels` brings it back, and its next run the same entries
    nothing was changed
    ");
    let unasked = complains(folder, &["sources", "remove", "xx-parcels"]);
    assert!(unasked.contains("say --yes to do it"), "{unasked}");
    let entries = |csv: String| -> Vec<String> {
        let lines = csv.lines().skip(1);
        lines.map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect()
    };
    let before = entries(says(folder, &["export", "--format", "csv"]));
    assert!(before.iter().any(|line| line.ends_with("Parcel Map")), "{before:?}");

    let done = says(folder, &["sources", "remove", "xx-parcels", "--yes"]);
    assert!(done.ends_with("xx-parcels is removed, 2 records withdrawn\n"), "{done}");
    assert!(!says(folder, &["export", "--format", "csv"]).contains("Parcel Map"));
    assert!(!says(folder, &["sources", "list"]).contains("xx-parcels"));
    assert_eq!(says(folder, &["findings", "--source", "xx-parcels"]).lines().count(), 1);
    let refused = complains(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    assert!(refused.contains("xx-parcels was removed"), "{refused}");
    let again = says(folder, &["sources", "remove", "xx-parcels", "--yes"]);
    assert!(again.ends_with("xx-parcels is removed, 0 records withdrawn\n"), "{again}");
    let log = says(folder, &["audit", "--source", "xx-parcels"]);
    assert_eq!(log.matches("remove").count(), 2, "{log}");

    says(folder, &["sources", "add", "own.toml"]);
    assert!(says(folder, &["sources", "list"]).contains("xx-parcels"));
    let back = says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    assert!(back.contains("2 updated") || back.contains("2 added"), "{back}");
    let after = entries(says(folder, &["export", "--format", "csv"]));
    assert_eq!(after, before, "the same entries with the same ids");
}

#[test]
fn a_removed_built_in_source_stays_removed() {
    let folder = prepared();
    let folder = folder.path();
    says(folder, &["sources", "remove", "fr-sill", "--yes"]);
    says(folder, &["migrate"]);
    assert!(!says(folder, &["sources", "list"]).contains("fr-sill"));
    says(folder, &["sources", "enable", "fr-sill"]);
    assert!(says(folder, &["sources", "list"]).contains("fr-sill"));
}

#[test]
fn a_mirror_takes_the_place_of_a_built_in_sources_address() {
    let folder = prepared();
    let folder = folder.path();
    let mirror = "https://mirror.example.org/catalogi.json";
    let address = ["sources", "address", "fr-sill"];
    let said = says(folder, &[&address[..], &[mirror]].concat());
    assert_eq!(said, format!("fr-sill is read at {mirror}\n"));
    // Every start reads the seeds again.
    says(folder, &["sources", "disable", "fr-sill"]);
    let log = says(folder, &["audit", "--source", "fr-sill"]);
    assert!(log.contains(mirror), "{log}");
    let said = complains(folder, &["sources", "address", "fr-sill", "not an address"]);
    assert!(said.contains("\"not an address\" is no address of the web"), "{said}");
    let own = says(folder, &address);
    assert!(own.starts_with("fr-sill is read at https://code.gouv.fr/"), "{own}");
    says(folder, &["sources", "add", "own.toml"]);
    let said = complains(folder, &["sources", "address", "xx-parcels"]);
    assert!(said.contains("give the source anew with `fedcat sources add`"), "{said}");
    says(folder, &["sources", "address", "es-ctt", mirror]);
    assert_eq!(says(folder, &["sources", "address", "es-ctt"]), "es-ctt has no address\n");
}

#[test]
fn what_is_refused_is_named_also_of_a_file_given_by_hand() {
    let folder = prepared();
    let folder = folder.path();
    says(folder, &["sources", "add", "own.toml"]);
    let entries = r#"[
        {"id": 1, "name": "Parcel Map", "license": "MIT"},
        {"name": "Letter &amp; Box", "license": "MIT"},
        {"id": 1, "name": "Stamp Desk", "license": "MIT"}
    ]"#;
    write(folder, "entries.json", entries);
    let told = says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    assert!(told.contains("1 added") && told.contains("2 failed"), "{told}");
    let listed = says(folder, &["runs", "list"]);
    let run = listed.lines().nth(1).and_then(|line| line.split(' ').next()).expect("a run");
    let shown = says(folder, &["runs", "show", run]);
    let shown: Vec<&str> = shown.lines().skip(1).map(str::trim).collect();
    assert_eq!(
        shown,
        [
            "added      1",
            "failed     [1]  item-without-id",
            "\"Letter & Box\", entry 2 of the list: the entry has no usable id: expected a number or \
             a text at id",
            "failed     [2]  duplicate-id",
            "\"Stamp Desk\", entry 3 of the list: an earlier entry has its id, 1, and counts",
        ]
    );
    let findings = says(folder, &["findings", "--source", "xx-parcels"]);
    assert!(
        findings.contains("\"Stamp Desk\", entry 3 of the list: an earlier entry"),
        "{findings}"
    );

    // The same again writes no rows, and says where they stand.
    says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    let listed = says(folder, &["runs", "list"]);
    let run = listed.lines().nth(1).and_then(|line| line.split(' ').next()).expect("a run");
    let shown = says(folder, &["runs", "show", run]);
    assert!(
        shown.contains("2 refused as before: see `fedcat findings --source xx-parcels`"),
        "{shown}"
    );
}

#[test]
fn a_file_of_another_kind_is_refused_and_leaves_its_finding() {
    let folder = prepared();
    let folder = folder.path();
    says(folder, &["sources", "add", "own.toml"]);
    let goods = r#"[{"id": "a", "name": "Parcel", "license": [{"spdx": "MIT"}], "stage": "dpg"}]"#;
    let offices = r#"[{"login": "office", "name": "Office", "organization_url": "x"}]"#;
    for (text, looks_like) in [
        (goods, "it looks like a list of digital public goods (connector dpg)"),
        (offices, "it looks like a list of organisations, not of software"),
        (r#"{"softwares": []}"#, "it looks like an export of the Comptoir du Libre"),
        ("<!DOCTYPE html><html></html>", "an HTML page"),
        ("a text", "not JSON"),
    ] {
        write(folder, "other.json", text);
        complains(folder, &["harvest", "xx-parcels", "--from", "other.json"]);
        let findings = says(folder, &["findings", "--source", "xx-parcels"]);
        assert!(findings.contains(looks_like), "{text}: {findings}");
        assert!(findings.contains("(the listing)"), "{findings}");
    }
    says(folder, &["harvest", "xx-parcels", "--from", "entries.json"]);
    let findings = says(folder, &["findings", "--source", "xx-parcels"]);
    assert!(!findings.contains("listing-"), "a good file ends it: {findings}");
}
