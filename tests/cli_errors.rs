//! What goes wrong on the command line is told once, in one line, with what to do.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "support/command.rs"]
mod command;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use command::{complains, fedcat, says, write};

#[test]
fn an_error_is_one_line_that_names_the_cure() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder, "address.toml", "[server]\nlisten = \"nowhere\"\n");
    write(folder, "key.toml", "[sever]\nx = 1\n");
    write(folder, "broken.toml", "[server\n");
    says(folder, &["migrate"]);
    for (arguments, expected) in [
        (
            &["--config=address.toml", "config"] as &[&str],
            "the settings cannot be read: \"nowhere\" is no address to listen on: expected one \
             such as 127.0.0.1:8080 or localhost:8080 for key `server.listen`",
        ),
        (
            &["--config=key.toml", "config"],
            "the settings cannot be read: unknown field `sever`, expected one of `server`, \
             `database`, `harvest`, `search`, `log`",
        ),
        (
            &["--config=broken.toml", "config"],
            "the settings cannot be read: TOML parse error at line 1, column 8 unclosed table, \
             expected `]` in broken.toml",
        ),
        (
            &["--config=absent.toml", "config"],
            "the settings cannot be read: configuration file \"absent.toml\" not found",
        ),
        (
            &["--database=sqlite://absent.db", "runs", "list"],
            "the database cannot be opened: there is no database at absent.db: `fedcat serve`, \
             `fedcat harvest` and `fedcat migrate` make one",
        ),
        (
            &["harvest", "es-ctt"],
            "source es-ctt has no address: give it one with `fedcat sources address es-ctt URL`, \
             or read a file with `fedcat harvest es-ctt --from FILE`",
        ),
        (&["harvest", "nowhere"], "there is no source nowhere"),
        (&["runs", "list", "nowhere"], "there is no source nowhere"),
        (&["candidates", "list", "--source", "nowhere"], "there is no source nowhere"),
        (&["sources", "address", "nowhere", "https://a.example.org"], "there is no source nowhere"),
        (&["sources", "remove", "nowhere"], "there is no source nowhere"),
    ] {
        assert_eq!(complains(folder, arguments), format!("fedcat: {expected}\n"), "{arguments:?}");
    }
    let complaint = complains(folder, &["findings", "--code", "nope"]);
    let beginning = "fedcat: there is no kind of finding nope: expected one of ";
    assert!(complaint.starts_with(beginning) && complaint.lines().count() == 1, "{complaint}");
    assert!(complaint.contains(" name-missing, "), "{complaint}");
}

#[test]
fn a_wrong_argument_says_what_was_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, expected) in [
        (&["runs", "accept", "123"] as &[&str], "a run, as `fedcat runs list` prints it"),
        (&["verdict", "undo", "123"], "a verdict, as `fedcat verdict list` prints it"),
        (&["token", "revoke", "123"], "a token, as `fedcat token list` prints it"),
        (&["candidates", "list", "--key", "x"], "expected one of wikidata, peer, repository"),
        (&["candidates", "list", "--limit", "100001"], "100001 is not in 0..=100000"),
        (&["serve", "--listen", "localhost"], "expected one such as 127.0.0.1:8080"),
    ] {
        let complaint = complains(folder.path(), arguments);
        let first = complaint.lines().next().unwrap_or_default();
        assert!(first.starts_with("error: ") && first.contains(expected), "{complaint}");
    }
}

#[test]
fn a_database_that_does_not_answer_is_named_soon() {
    let folder = tempfile::tempdir().expect("a folder");
    // One port where nobody listens, and one where somebody does who never says a word.
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent_address = silent.local_addr().expect("bound");
    for (address, told) in
        [(closed, "Connection refused"), (silent_address, "no answer within 4 seconds")]
    {
        let database = format!("--database=postgres://u:secret@{address}/x");
        let begun = Instant::now();
        let complaint = complains(folder.path(), &[&database, "serve", "--listen=localhost:0"]);
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
        let expected = format!("fedcat: the database at {address} cannot be reached: {told}");
        assert!(complaint.starts_with(&expected), "{complaint}");
        assert!(complaint.lines().count() == 1 && !complaint.contains("secret"), "{complaint}");
    }
}

#[test]
fn the_time_that_a_run_counts_with_is_the_one_that_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder, "list.json", r#"[{"id": 1, "name": "Parcel Map", "license": "MIT"}]"#);
    let harvest = ["harvest", "fr-sill", "--from", "list.json", "--at", "2024-02-29T12:30:00Z"];
    assert!(fedcat(folder, &harvest).status.success());
    let runs = says(folder, &["runs", "list"]);
    assert!(runs.contains("as of") && runs.contains("2024-02-29 12:30"), "{runs}");
}
