//! What clients cost: ten thousand that hold a connection, a thousand that ask as fast as they can,
//! a thousand that read the whole catalogue and do not read on. `benches/README.md` says more.
#![expect(clippy::expect_used, reason = "a bench may")]

mod client;
#[path = "../search/memory.rs"]
#[expect(dead_code, reason = "the bench of the search tells more of it")]
mod memory;
#[path = "../harvest/peer.rs"]
mod peer;
mod server;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::Client;
use fedcat::web::server::files::Files;
use server::Server;
use tokio::task::JoinSet;

/// What a client asks for, in turn.
const PATHS: [&str; 4] =
    ["/api/v1/search?q=logiciel", "/?q=service", "/sources", "/api/v1/search?q=gestion&cursor=2"];
const EXPORT: &str = "/api/v1/export/software.ndjson";
/// For how long is asked.
const LONG: Duration = Duration::from_secs(10);
/// Connections that wait for nothing end after so many seconds here.
const IDLE: &str = "20";

/// How many there are of everything.
#[derive(Clone, Copy)]
struct Sizes {
    entries: u32,
    idle: usize,
    asking: usize,
    exporting: usize,
    long: Duration,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let entries = std::env::var("FEDCAT_BENCH_ENTRIES").ok().and_then(|number| number.parse().ok());
    let entries = entries.unwrap_or(20_000);
    let sizes = match is_asked("--bench") && !is_asked("--test") {
        true => Sizes { entries, idle: 10_000, asking: 1000, exporting: 1000, long: LONG },
        false => Sizes { entries: 50, idle: 50, asking: 20, exporting: 20, long: LONG / 10 },
    };
    let needed = sizes.idle + 100;
    let files = Files::raise(needed).most;
    assert!(files >= needed, "{needed} files are needed, and this process may open {files}");
    let folder = server::filled(sizes.entries).await;
    let own = std::env::var_os("FEDCAT_BENCH_BINARY").is_none();
    println!("| what | answers | refusals | longest | memory, MiB |\n|---|---|---|---|---|");
    idle(&Server::start(folder.path(), own, &[("IDLE_SECONDS", IDLE)]).await, sizes.idle).await;
    asking("clients that ask", &Server::start(folder.path(), own, &[]).await, sizes).await;
    if own {
        let uncounted = Server::start(folder.path(), own, &[("CLIENT_RATE", "0")]).await;
        asking("the same, each an address of its own", &uncounted, sizes).await;
    }
    exporting(&Server::start(folder.path(), own, &[]).await, sizes).await;
}

/// Clients that hold a connection after an answer, until they are sent away.
async fn idle(server: &Server, number: usize) {
    let before = server.memory();
    let mut held = Vec::with_capacity(number);
    for _ in 0..number {
        let mut client = Client::connect(&server.address).await;
        client.ask("/healthz").await;
        held.push(client);
    }
    let with = server.memory();
    println!("| {number} idle connections | {number} | | | {before} before, {with} with them |");
    let begun = Instant::now();
    while server.connections() > 10 && begun.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let (left, waited, after) = (server.connections(), begun.elapsed(), server.memory());
    println!("| those left {waited:.0?} later | {left} | | | {after} |");
}

/// Clients that ask again as soon as they have an answer; and one that asks whether it runs.
async fn asking(what: &str, server: &Server, sizes: Sizes) {
    let address: Arc<str> = server.address.as_str().into();
    let mut clients = JoinSet::new();
    let until = Instant::now() + sizes.long;
    for number in 0..sizes.asking {
        let address = Arc::clone(&address);
        clients.spawn(async move {
            let mut times: BTreeMap<u16, Vec<Duration>> = BTreeMap::new();
            let mut client = Client::connect(&address).await;
            for path in PATHS.iter().cycle().skip(number) {
                let asked = Instant::now();
                if asked >= until {
                    break;
                }
                let status = client.ask(path).await;
                times.entry(status).or_default().push(asked.elapsed());
                if status == 0 {
                    client = Client::connect(&address).await;
                }
            }
            times
        });
    }
    let health = health(server, until).await;
    let mut all: BTreeMap<u16, Vec<Duration>> = BTreeMap::new();
    while let Some(times) = clients.join_next().await {
        for (status, times) in times.expect("a client") {
            all.entry(status).or_default().extend(times);
        }
    }
    let answers = all.remove(&200).unwrap_or_default();
    let refusals: Vec<String> =
        all.into_iter().map(|(status, times)| format!("{status}: {}", told(times))).collect();
    println!(
        "| {} {what} for {:?} | {} | {} | /healthz {health:.0?} | {} |",
        sizes.asking,
        sizes.long,
        told(answers),
        refusals.join(", "),
        server.memory()
    );
}

/// Clients that ask for everything and read nothing of it; and what others notice.
async fn exporting(server: &Server, sizes: Sizes) {
    let before = server.memory();
    let mut readers = JoinSet::new();
    for _ in 0..sizes.exporting {
        let address = server.address.clone();
        readers.spawn(async move {
            let mut client = Client::connect(&address).await;
            let status = client.begin(EXPORT).await;
            (status, client)
        });
    }
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let mut standing = Vec::new();
    let begun = Instant::now();
    let gathering = async {
        while let Some(reader) = readers.join_next().await {
            let (status, client) = reader.expect("a reader");
            *statuses.entry(status).or_default() += 1;
            standing.push(client);
        }
    };
    let _ = tokio::time::timeout(sizes.long, gathering).await;
    let told_after = begun.elapsed();
    let mut other = Client::connect(&server.address).await;
    let asked = Instant::now();
    let search = tokio::time::timeout(sizes.long, other.ask(PATHS[0])).await.unwrap_or(0);
    println!(
        "| {} readers of the whole catalogue who stand still | {statuses:?} after {told_after:.1?} | \
         | a search beside them: {search} after {:.0?} | {before} before, {} with them |",
        sizes.exporting,
        asked.elapsed(),
        server.memory()
    );
}

/// The longest time that it took to hear that the server runs.
async fn health(server: &Server, until: Instant) -> Duration {
    let mut longest = Duration::ZERO;
    while Instant::now() < until {
        let asked = Instant::now();
        let status = Client::connect(&server.address).await.ask("/healthz").await;
        assert_eq!(status, 200, "it must always say that it runs");
        longest = longest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    longest
}

/// How many, the time of one in the middle, of one in a hundred, and the longest.
fn told(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: f64| {
        let last = times.len().saturating_sub(1) as f64;
        times.get((last * part) as usize).copied().unwrap_or_default()
    };
    format!("{} (p50 {:.0?}, p99 {:.0?}, max {:.0?})", times.len(), at(0.5), at(0.99), at(1.0))
}
