//! The server that is measured: a process of its own over a catalogue of invented entries.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fedcat::config::Settings;
use fedcat::harvest::pipeline::Unwatched;
use fedcat::store::entity::source;
use fedcat::store::{Store, sources};
use fedcat::{clock, seeds, setup};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::memory::Memory;
use crate::peer;

const SOURCE: &str = "xx-bench";

/// The running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

/// A folder with a database with so many entries.
pub(crate) async fn filled(entries: u32) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let url = peer::start(entries).await;
    let database = format!("sqlite://{}", folder.path().join("data/fedcat.db").display());
    let store = Store::open(&database).await.expect("a database");
    store.migrate().await.expect("migrated");
    let host = url.trim_start_matches("http://").split('/').next().expect("a host").to_owned();
    let starter = seeds::sources().expect("seeds").into_iter().next().expect("a source");
    let tx = store.write().await.expect("a transaction");
    let facts = source::Model {
        id: SOURCE.to_owned(),
        connector: "catalogi".to_owned(),
        url: Some(url),
        enabled: false,
        options: serde_json::json!({ "allow": [host] }).to_string(),
        ..setup::source_of(starter, clock::now())
    };
    sources::put(&tx, facts).await.expect("put");
    tx.commit().await.expect("committed");
    let harvester = setup::harvester(&Settings::default(), store.clone(), CancellationToken::new());
    let run = harvester.harvest(SOURCE, None, clock::now(), &Unwatched).await.expect("a run");
    assert_eq!(run.state.as_str(), "succeeded", "{:?}", run.reason);
    store.close().await.expect("closed");
    folder
}

impl Server {
    /// Starts it in a folder, by settings of the section `server` where it is `own`.
    pub(crate) async fn start(folder: &Path, own: bool, settings: &[(&str, &str)]) -> Self {
        let usual = || env!("CARGO_BIN_EXE_fedcat").into();
        let mut command =
            Command::new(std::env::var_os("FEDCAT_BENCH_BINARY").unwrap_or_else(usual));
        command.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(folder);
        command.env("FEDCAT__HARVEST__ENABLED", "false");
        for (key, value) in settings.iter().filter(|_| own) {
            command.env(format!("FEDCAT__SERVER__{key}"), value);
        }
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = lines.next().expect("a line").expect("read");
        let (_, address) = line.split_once("http://").expect("an address");
        let address = address.split(' ').next().expect("an address").to_owned();
        Self { child, address }
    }

    /// What it holds in memory, in MiB.
    pub(crate) fn memory(&self) -> f64 {
        let memory = Memory::of(&self.child.id().to_string());
        memory.expect("the system tells").resident.round()
    }

    /// Connections of clients that are open.
    pub(crate) fn connections(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("its files");
        let targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
