//! The binary as an operator uses it, in an empty folder.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn fedcat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .current_dir(folder)
        .args(arguments)
        .env("FEDCAT__LOG__FILTER", "warn")
        .output()
        .expect("the binary runs")
}

fn says(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complains(output: &Output) -> String {
    assert!(!output.status.success(), "it should have failed: {}", says(output));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Entries of the shape of Catalogi, in a file.
fn catalogue(folder: &Path, name: &str, ids: std::ops::RangeInclusive<u32>) -> String {
    let entries: Vec<String> = ids
        .map(|id| {
            format!(
                r#"{{"id":{id},"name":"Outil {id}","description":{{"fr":"Fait {id}"}},"license":"MIT",
                "addedTime":"2025-01-01T00:00:00Z","updateTime":"2025-01-01T00:00:00Z"}}"#
            )
        })
        .collect();
    let path = folder.join(name);
    std::fs::write(&path, format!("[{}]", entries.join(","))).expect("written");
    path.display().to_string()
}

/// A token, what it opens, and the log of all that was done.
#[test]
fn an_operator_gives_out_tokens_and_reads_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let create = ["token", "create", "--scope", "operator", "--name", "anna"];
    let made = says(&fedcat(folder, &create));
    let token = made.trim();
    assert!(token.starts_with("fedcat_op_") && token.len() == 74, "{made}");
    for wrong in [
        ["token", "create", "--scope", "reader", "--name", "anna"].as_slice(),
        &["token", "create", "--scope", "operator", "--name", " "],
        &["token", "create", "--scope", "operator", "--name", "cli:root"],
        &["token", "create", "--scope", "operator", "--name", "x", "--expires", "0"],
        &["token", "create", "--scope", "operator", "--name", "x", "--expires", "3651"],
        &["token", "revoke", "00000000-0000-7000-8000-000000000000"],
    ] {
        complains(&fedcat(folder, wrong));
    }
    let listed = says(&fedcat(folder, &["token", "list"]));
    assert!(listed.contains("anna") && listed.contains("never") && listed.contains("good"));
    assert!(!listed.contains(token), "it is shown once");
    let id = listed.lines().nth(1).and_then(|line| line.split(' ').next()).expect("an id");
    says(&fedcat(folder, &["token", "revoke", id]));
    complains(&fedcat(folder, &["token", "revoke", id]));
    assert!(says(&fedcat(folder, &["token", "list"])).contains("revoked"));

    let full = catalogue(folder, "full.json", 1..=3);
    says(&fedcat(folder, &["sources", "hold", "fr-sill", "--reason", "a move"]));
    let held = says(&fedcat(folder, &["harvest", "fr-sill", "--from", &full]));
    assert!(held.contains("held") && held.contains("the operator holds this source: a move"));
    let run = held.split("runs show ").nth(1).and_then(|rest| rest.split('`').next());
    let accepted = says(&fedcat(folder, &["runs", "accept", run.expect("the run")]));
    assert!(accepted.contains("3 added") && accepted.contains("accepted by the operator"));
    says(&fedcat(folder, &["sources", "release", "fr-sill"]));
    says(&fedcat(folder, &["sources", "disable", "fr-sill", "--reason", "over"]));

    let log = says(&fedcat(folder, &["audit"]));
    let acts: Vec<&str> =
        log.lines().skip(1).filter_map(|line| line.split_whitespace().nth(3)).collect();
    let expected = ["disable", "release", "accept", "run", "hold", "token-revoke", "token-create"];
    assert_eq!(acts, expected, "{log}");
    assert!(log.lines().skip(1).all(|line| line.contains("  cli:")), "{log}");
    assert!(!log.contains(token), "{log}");
    let about = says(&fedcat(folder, &["audit", "--source", "fr-sill", "--limit", "2"]));
    assert_eq!(about.lines().count(), 3, "{about}");
}

#[test]
fn an_operator_harvests_looks_and_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let full = catalogue(folder, "full.json", 1..=20);
    let shrunk = catalogue(folder, "shrunk.json", 1..=2);

    assert!(fedcat(folder, &["migrate"]).status.success());
    assert!(folder.join("data/fedcat.db").exists(), "the database is made where it is asked for");
    let listed = says(&fedcat(folder, &["sources", "list"]));
    assert!(listed.contains("fr-sill") && listed.contains("fr-comptoir-du-libre"), "{listed}");

    let first = says(&fedcat(folder, &["harvest", "fr-sill", "--from", &full]));
    assert!(first.starts_with("fr-sill: succeeded, 20 read, 20 added"), "{first}");

    let held = fedcat(folder, &["harvest", "fr-sill", "--from", &shrunk]);
    assert!(!held.status.success());
    let held = says(&held);
    assert!(held.contains("held") && held.contains("18 of 20 records"), "{held}");
    let run = held.split("runs show ").nth(1).and_then(|rest| rest.split('`').next());
    let run = run.expect("the line names the run");

    let shown = says(&fedcat(folder, &["runs", "show", run]));
    assert_eq!(shown.matches("missing").count() - 1, 18, "{shown}");
    let rejected = says(&fedcat(folder, &["runs", "reject", run]));
    assert!(rejected.contains("rejected"), "{rejected}");
    let twice = complains(&fedcat(folder, &["runs", "accept", run]));
    assert!(twice.contains("only a held run"), "{twice}");

    let runs = says(&fedcat(folder, &["runs", "list", "fr-sill"]));
    assert!(runs.contains("succeeded") && runs.contains("rejected"), "{runs}");

    let csv = says(&fedcat(folder, &["export", "--format", "csv"]));
    assert_eq!(csv.lines().count(), 21);
    let export =
        |arguments: &[&str]| fedcat(folder, &[&["export", "--format"], arguments].concat());
    let table = says(&export(&["csv", "--columns", "name,id", "--excel", "--lang", "fr"]));
    assert!(table.starts_with("\u{feff}Nom;Identifiant\r\n"), "{table}");
    assert_eq!(table.lines().count(), 21);
    for named_once in ["name", "name,name"] {
        assert!(says(&export(&["csv", "--columns", named_once])).starts_with("name\r\n"));
    }
    for (arguments, told) in [
        (
            ["csv", "--columns", "name,colour"],
            "there is no column \"colour\": expected some of id,url,",
        ),
        (["csv", "--lang", "tlh"], "en, fr, de, it, es, nl"),
        (["ndjson", "--columns", "name"], "expected --format csv"),
    ] {
        let refused = export(&arguments);
        let error = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && error.contains(told), "{error}");
    }
    let file = folder.join("all.ndjson").display().to_string();
    assert!(fedcat(folder, &["export", "--format", "ndjson", "-o", &file]).status.success());
    let ndjson = std::fs::read_to_string(&file).expect("written");
    assert_eq!(ndjson.lines().count(), 20);
    assert!(ndjson.contains("SILL – DINUM"), "the attribution stands beside the data");

    let disabled = fedcat(folder, &["sources", "disable", "fr-sill", "--reason", "for a while"]);
    assert!(disabled.status.success());
    let listed = says(&fedcat(folder, &["sources", "list"]));
    assert!(listed.contains("no: for a while"), "the seeds do not override the operator: {listed}");
}

#[test]
fn what_is_wrong_is_said_with_what_was_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (arguments, words) in [
        (&["harvest", "nowhere"][..], "there is no source nowhere"),
        (&["harvest", "fr-sill", "--from", "missing.json"], "1 of 1 runs did not succeed"),
        (&["harvest", "fr-sill", "it-developers-italia", "--from", "x"], "expected one source"),
        (&["runs", "show", "00000000-0000-0000-0000-000000000000"], "there is no run"),
        (&["--database", "mysql://x", "migrate"], "expected sqlite:// or postgres://"),
        (&["--config", "missing.toml", "config"], "missing.toml"),
    ] {
        let said = complains(&fedcat(folder, arguments));
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn numbers_that_are_too_large_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(fedcat(folder, &["migrate"]).status.success());
    let huge = u64::MAX.to_string();
    for arguments in [
        &["runs", "list", "--limit"][..],
        &["audit", "--limit"],
        &["findings", "--closed"],
        &["sources", "preview", "fr-sill", "--limit"],
    ] {
        for number in [&huge, "4294967295", "9223372036854775808", "-1"] {
            let all: Vec<&str> = arguments.iter().copied().chain([number]).collect();
            let said = complains(&fedcat(folder, &all));
            assert!(
                said.contains("invalid value") || said.contains("unexpected"),
                "{all:?}: {said}"
            );
        }
    }
    assert!(fedcat(folder, &["findings", "--closed", "36500"]).status.success());
    assert!(fedcat(folder, &["runs", "list", "--limit", "100000"]).status.success());
}

/// A source that writes to whoever looks at it: commands to the terminal, words that run backwards
/// or cannot be seen.
#[test]
fn nothing_printed_is_obeyed_by_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let evil = "a\u{1b}[2J\u{9b}2J\u{7}\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{e0041}b";
    let entry = serde_json::json!([
        {"id": format!("1{evil}"), "name": evil, "license": evil, "url": format!("x:{evil}"),
         "addedTime": evil, evil: evil},
        {"id": 2, "name": format!("＝1+1{evil}"), "description": {"fr": format!("＝1+1{evil}")}},
    ]);
    std::fs::write(folder.join("evil.json"), entry.to_string()).expect("written");
    let own = format!("evil{evil}.json");
    let first = fedcat(folder, &["harvest", "fr-sill", "--from", "evil.json"]);
    let runs = says(&fedcat(folder, &["runs", "list"]));
    let run = runs.lines().nth(1).and_then(|line| line.split(' ').next()).expect("a run");
    let outputs = [
        first,
        fedcat(folder, &["harvest", "fr-sill", "--from", &own]),
        fedcat(folder, &["runs", "list"]),
        fedcat(folder, &["runs", "show", run]),
        fedcat(folder, &["findings"]),
        fedcat(folder, &["findings", "--csv"]),
        fedcat(folder, &["sources", "preview", "fr-sill", "--from", "evil.json"]),
        fedcat(folder, &["sources", "disable", "fr-sill", "--reason", evil]),
        fedcat(folder, &["sources", "list"]),
        fedcat(folder, &["audit"]),
        fedcat(folder, &["export", "--format", "csv"]),
        fedcat(folder, &["licence", "report"]),
        fedcat(folder, &["licence", evil]),
        fedcat(folder, &["sources", "preview", &own]),
    ];
    for (number, output) in outputs.iter().enumerate() {
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            let harmful = |c: &char| {
                (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
                    || matches!(c, '\u{202e}' | '\u{2066}' | '\u{200f}' | '\u{61c}' | '\u{2028}')
                    || ('\u{e0000}'..='\u{e007f}').contains(c)
            };
            let found: Vec<char> = text.chars().filter(harmful).collect();
            assert!(found.is_empty(), "{number}: {found:?} in {text:?}");
        }
    }
    let csv = says(&fedcat(folder, &["export", "--format", "csv"]));
    assert!(csv.contains("'＝1+1") && !csv.contains(",＝1+1"), "{csv}");
}

#[test]
fn settings_come_from_file_environment_and_flags() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("fedcat.toml"), "[server]\nlisten = \"127.0.0.1:1\"\n")
        .expect("written");
    assert!(says(&fedcat(folder, &["config"])).contains("127.0.0.1:1"));
    let output = Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .current_dir(folder)
        .arg("config")
        .env("FEDCAT__SERVER__LISTEN", "127.0.0.1:2")
        .output()
        .expect("the binary runs");
    assert!(says(&output).contains("127.0.0.1:2"));
    let other =
        says(&fedcat(folder, &["--database", "postgres://u:secret@db.example.org/f", "config"]));
    assert!(other.contains("postgres://u:***@"), "{other}");
}

/// A server that is stopped at the end, whatever happens.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_starts_in_an_empty_folder_says_where_and_stops_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server(
        Command::new(env!("CARGO_BIN_EXE_fedcat"))
            .current_dir(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("FEDCAT__LOG__FILTER", "error")
            .env("FEDCAT__HARVEST__RETRIES", "0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs"),
    );
    let stdout = server.0.stdout.take().expect("piped");
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let address = line
        .split_whitespace()
        .find_map(|word| word.strip_prefix("http://"))
        .expect("the line names the address");
    let answer = ask(address, "/api/v1/search?q=libreoffice");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("LibreOffice"), "{answer}");
    assert!(ask(address, "/readyz").starts_with("HTTP/1.1 200"));

    let stopped = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status();
    assert!(stopped.expect("kill runs").success());
    let deadline = Instant::now() + Duration::from_secs(40);
    let status = loop {
        if let Some(status) = server.0.try_wait().expect("a status") {
            break status;
        }
        assert!(Instant::now() < deadline, "the server does not stop");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(status.success(), "{status}");
}

/// A request by hand, so that the test needs no client.
fn ask(address: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).expect("connected");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}
