//! What each route costs in a catalogue of 100,000 entries: asked by one client, and by many at
//! once, of a server in a process of its own. `benches/README.md` says more.
#![expect(clippy::expect_used, clippy::panic, reason = "a bench may")]

mod catalogue;
mod database;
mod load;
#[path = "../harvest/peer.rs"]
mod peer;
mod queries;
mod routes;
mod server;

use std::time::{Duration, Instant};

use database::Scratch;
use fedcat::store::Store;
use load::{CLIENTS, Measured, Patience, Route, measure};
use server::Server;

/// Entries, where the environment does not say.
const ENTRIES: u32 = 100_000;
const PATIENCE: Patience =
    Patience { alone: Duration::from_millis(500), together: Duration::from_secs(2) };
/// Where only the bench itself is tried.
const FEW: u32 = 300;
const HASTE: Patience =
    Patience { alone: Duration::from_millis(1), together: Duration::from_millis(20) };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let (entries, patience) = match has("--bench") && !has("--test") {
        true => (entries(), PATIENCE),
        false => (FEW, HASTE),
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(entries, patience, has("--queries")));
}

fn entries() -> u32 {
    let given = std::env::var("FEDCAT_BENCH_ENTRIES").ok();
    given.map_or(ENTRIES, |text| text.parse().expect("a number of entries"))
}

async fn run(entries: u32, patience: Patience, with_queries: bool) {
    let scratch = Scratch::create().await;
    let begin = Instant::now();
    let store = Store::open(&scratch.url).await.expect("a database");
    catalogue::fill(&store, entries, &peer::start(entries).await).await;
    let routes = routes::all(&store).await;
    store.close().await.expect("closed");
    scratch.settle().await;
    eprintln!("made the catalogue in {:.0} s", begin.elapsed().as_secs_f64());
    println!("{entries} entries on {}:\n", scratch.name());
    pages(&scratch.url, &routes, patience);
    if with_queries {
        println!("\nThe slowest queries:\n");
        queries::tell(&scratch.url).await;
    }
    scratch.remove().await;
}

/// Measures all routes of a server over the database.
fn pages(database: &str, routes: &[Route], patience: Patience) {
    let server = Server::start(database);
    println!(
        "| route | KiB | alone p50/p99, ms | of {CLIENTS} p50/p99, ms | of {CLIENTS}, a second | `/healthz` meanwhile, ms |"
    );
    println!("|---|---|---|---|---|---|");
    for route in routes {
        tell(route, &measure(&server.address, route, patience));
    }
}

fn tell(route: &Route, measured: &Measured) {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let Measured { size, alone, together, rate, health } = measured;
    println!(
        "| `{}` | {} | {:.1}/{:.1} | {:.1}/{:.1} | {rate:.0} | {:.1} |",
        shortened(&route.target),
        size.div_ceil(1024),
        ms(alone.half),
        ms(alone.most),
        ms(together.half),
        ms(together.most),
        ms(*health),
    );
}

/// The target with a sign in the place of ids.
fn shortened(target: &str) -> String {
    let is_id = |part: &&str| part.len() == 36 && part.matches('-').count() == 4;
    let parts: Vec<&str> =
        target.split('/').map(|part| if is_id(&part) { "…" } else { part }).collect();
    parts.join("/")
}
