//! Commands that only read, and the server, where nothing can be written: in a folder of somebody
//! else, on a full disk, beside a process that holds the write lock, without a database.
#![cfg(unix)]
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests are tests")]

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fedcat::store::Store;
use skipped::skipped;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_fedcat");
/// What makes `setpriv` another user.
const AS_NOBODY: [&str; 3] = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"];
/// Commands that only read, and a word that each says.
const READING: [(&[&str], &str); 14] = [
    (&["sources", "list"], "fr-sill"),
    (&["findings"], "licence-missing"),
    (&["findings", "--csv"], "licence-missing"),
    (&["findings", "--closed", "10"], "severity"),
    (&["runs", "list"], "succeeded"),
    (&["audit"], "actor"),
    (&["candidates", "list"], "in common"),
    (&["verdict", "list"], "answer"),
    (&["licence", "report"], "unexplained"),
    (&["organisations", "list"], ""),
    (&["organisations", "users"], ""),
    (&["token", "list"], "scope"),
    (&["export", "--format", "csv"], "Outil"),
    (&["config"], "[database]"),
];

/// A database with an entry, in a folder that everybody may look into.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Self { folder };
        let list = place.folder.path().join("list.json");
        std::fs::write(&list, r#"[{"id":1,"name":"Outil","addedTime":"2025-01-01T00:00:00Z"}]"#)
            .expect("written");
        let from = format!("--from={}", list.display());
        let harvest = place.command(&["harvest", "fr-sill", &from]).output().expect("it runs");
        assert!(harvest.status.success(), "{}", both(&harvest));
        std::fs::remove_file(list).expect("removed");
        place.may_be_read();
        place
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("fedcat.db")
    }

    fn may_be_read(&self) {
        let allow = |path: &Path, mode| {
            std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("allowed");
        };
        allow(self.folder.path(), 0o755);
        for file in self.files().keys() {
            allow(&self.folder.path().join(file), 0o644);
        }
    }

    fn arguments(&self, arguments: &[&str]) -> Vec<String> {
        let database = format!("--database=sqlite://{}", self.path().display());
        std::iter::once(database).chain(arguments.iter().map(|one| (*one).to_owned())).collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.started_by(BINARY, &[], arguments)
    }

    /// The command as somebody who may only read here; nobody where that cannot be tried.
    fn command_of_another(&self, arguments: &[&str]) -> Option<Command> {
        let is_root = self
            .folder
            .path()
            .metadata()
            .is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
        if is_root {
            // It becomes the command, so that who ends it ends the command.
            let may_run = Command::new("setpriv")
                .args(AS_NOBODY)
                .args([BINARY, "--version"])
                .output()
                .is_ok_and(|output| output.status.success());
            if !may_run {
                skipped(
                    "a read-only folder: as root it needs setpriv, a user nobody, and a build folder that nobody may read",
                );
                return None;
            }
            let as_nobody = [AS_NOBODY.as_slice(), &[BINARY]].concat();
            return Some(self.started_by("setpriv", &as_nobody, arguments));
        }
        let only_read = Permissions::from_mode(0o555);
        std::fs::set_permissions(self.folder.path(), only_read).expect("allowed");
        Some(self.command(arguments))
    }

    /// The command on a disk that takes no byte more.
    fn command_on_full_disk(&self, arguments: &[&str]) -> Command {
        let full = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
        self.started_by("bash", &["-c", full, "bash", BINARY], arguments)
    }

    fn started_by(&self, program: &str, first: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(first)
            .args(self.arguments(arguments))
            .current_dir("/")
            .env("FEDCAT__LOG__FILTER", "warn")
            .env("FEDCAT__SEARCH__SNAPSHOT", "");
        command
    }

    /// All files but SQLite's own helper files, with their content.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let all = std::fs::read_dir(self.folder.path()).expect("a folder");
        all.map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("readable"))
        })
        .filter(|(name, bytes)| !(name.ends_with("-wal") && bytes.is_empty()))
        .filter(|(name, _)| !name.ends_with("-shm"))
        .collect()
    }
}

fn both(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn succeeds(mut command: Command, arguments: &[&str], word: &str) {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{arguments:?}: {}", both(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(word), "{arguments:?}: {said}");
}

#[test]
fn reading_needs_no_right_to_write() {
    let place = Place::new();
    let before = place.files();
    for (arguments, word) in READING {
        let Some(command) = place.command_of_another(arguments) else { return };
        succeeds(command, arguments, word);
    }
    place.may_be_read();
    assert_eq!(place.files(), before);
}

#[test]
fn reading_needs_no_room_on_the_disk() {
    let place = Place::new();
    let before = place.files();
    for (arguments, word) in READING {
        succeeds(place.command_on_full_disk(arguments), arguments, word);
    }
    assert_eq!(place.files(), before);
}

/// A process that was killed leaves a log, for which SQLite needs a helper file as a rule.
#[tokio::test]
async fn reading_needs_no_room_either_after_a_process_was_killed() {
    let place = Place::new();
    let store = Store::open(&format!("sqlite://{}", place.path().display())).await.expect("open");
    fedcat::store::events::count_start(&store).await.expect("written to the log");
    let copy = Place { folder: tempfile::tempdir().expect("a folder") };
    for file in ["fedcat.db", "fedcat.db-wal"] {
        std::fs::copy(place.folder.path().join(file), copy.folder.path().join(file))
            .expect("copied");
    }
    let arguments = ["sources", "list"];
    succeeds(copy.command_on_full_disk(&arguments), &arguments, "fr-sill");
    let server = Server::start(copy.command_on_full_disk(&SERVE));
    serves_what_is_there(&server);
}

#[tokio::test]
async fn reading_waits_for_nobody_who_writes() {
    let place = Place::new();
    let store = Store::open(&format!("sqlite://{}", place.path().display())).await.expect("open");
    let writing = store.write().await.expect("the lock");
    for (arguments, word) in READING {
        succeeds(place.command(arguments), arguments, word);
    }
    drop(writing);
}

#[test]
fn reading_makes_no_database() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, _) in READING.into_iter().filter(|(arguments, _)| arguments != &["config"]) {
        let output = Command::new(BINARY)
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        assert!(!output.status.success());
        let said = both(&output);
        assert!(said.contains("there is no database at data/fedcat.db"), "{arguments:?}: {said}");
        assert!(said.contains("fedcat migrate"), "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "{arguments:?}");
    }
}

/// What was written last stands in a log that SQLite cannot read without a file of its own.
#[tokio::test]
async fn a_log_that_cannot_be_read_is_named() {
    let place = Place::new();
    let store = Store::open(&format!("sqlite://{}", place.path().display())).await.expect("open");
    fedcat::store::events::count_start(&store).await.expect("written to the log");
    let copy = Place { folder: tempfile::tempdir().expect("a folder") };
    for file in ["fedcat.db", "fedcat.db-wal"] {
        std::fs::copy(place.folder.path().join(file), copy.folder.path().join(file))
            .expect("copied");
    }
    copy.may_be_read();
    let Some(mut command) = copy.command_of_another(&["sources", "list"]) else { return };
    let output = command.output().expect("it runs");
    let said = both(&output);
    assert!(!output.status.success() && said.contains("fedcat.db-wal holds"), "{said}");
}

/// A server that is stopped at the end, whatever happens.
struct Server {
    process: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut process =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let log: Arc<Mutex<String>> = Arc::default();
        let (errors, written) = (process.stderr.take().expect("piped"), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                written.lock().expect("a log").push_str(&(line + "\n"));
            }
        });
        let mut line = String::new();
        let stdout = process.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let told = || log.lock().expect("a log").clone();
        let address = address.unwrap_or_else(|| panic!("it serves: {line}{}", told())).to_owned();
        Self { process, address, log }
    }

    fn asks(&self, request: &str) -> String {
        let mut stream = std::net::TcpStream::connect(&self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        write!(stream, "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Waits until the log says so.
    fn says(&self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let log = self.log.lock().expect("a log").clone();
            if log.contains(words) {
                return;
            }
            assert!(Instant::now() < deadline, "{words:?} is not in {log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

fn serves_what_is_there(server: &Server) {
    for path in ["/", "/sources", "/sources/fr-sill", "/api/v1/search?q=outil", "/readyz"] {
        let answer = server.asks(&format!("GET {path}"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    assert!(server.asks("GET /api/v1/search?q=outil").contains("Outil"));
    server.says("the database cannot be written");
}

#[test]
fn a_server_on_a_full_disk_serves_what_is_there_and_says_so() {
    let place = Place::new();
    let server = Server::start(place.command_on_full_disk(&SERVE));
    serves_what_is_there(&server);
}

#[test]
fn a_server_that_may_not_write_serves_what_is_there_and_says_so() {
    let place = Place::new();
    let Some(command) = place.command_of_another(&SERVE) else { return };
    let server = Server::start(command);
    serves_what_is_there(&server);
    server.says("nothing is harvested");
}
