//! What a harvest costs from end to end: bytes on loopback, decoded, staged, applied to SQLite,
//! and indexed; the first time, unchanged a second time, and confirmed by the server. The floor is
//! the inserting of the rows that are left. Each size in a process of its own, so that its peak of memory is its own. `benches/README.md` says more.
#![expect(clippy::expect_used, reason = "a bench may")]

mod floor;
#[path = "../search/memory.rs"]
#[expect(dead_code, reason = "the bench of the search tells more of it")]
mod memory;
mod peer;

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fedcat::catalogue::needs;
use fedcat::harvest::pipeline::{Harvester, Unwatched};
use fedcat::outbound::{Limits, Politeness, SystemLookup};
use fedcat::publish::index::{Follower, schema};
use fedcat::search::Synonyms;
use fedcat::search::embedded::Embedded;
use fedcat::store::entity::source;
use fedcat::store::{Store, sources};
use fedcat::{clock, seeds};
use memory::Memory;
use tokio_util::sync::CancellationToken;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Entries where only the bench itself is tried.
const FEW: u32 = 300;
const SIZES: &str = "100000";
/// The argument that names size and address to a child process.
const CHILD: &str = "--harvest";
const SOURCE: &str = "xx-bench";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |flag: &str| arguments.iter().position(|argument| argument == flag);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Some(at) = given(CHILD) {
        let url = arguments.get(at + 1).expect("an address").clone();
        runtime.block_on(measure(&url));
        return;
    }
    let sizes = match given("--bench").is_none() || given("--test").is_some() {
        true => FEW.to_string(),
        false => std::env::var("FEDCAT_BENCH_ENTRIES").unwrap_or_else(|_| SIZES.to_owned()),
    };
    println!("| entries | stage | s | entries/s | peak, MiB |\n|---|---|---|---|---|");
    for size in sizes.split(',') {
        let entries = size.trim().parse().expect("a number of entries");
        let url = runtime.block_on(peer::start(entries));
        let own = std::env::current_exe().expect("the path of this program");
        let status = Command::new(own).args([CHILD, &url]).status().expect("a child process");
        assert!(status.success(), "the run of {entries} entries failed");
    }
}

/// Harvests what stands at the address into a new database, and tells what it took.
async fn measure(url: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bench.db");
    let store = Store::open(&format!("sqlite://{}", path.display())).await.expect("a database");
    store.migrate().await.expect("migrated");
    put(&store, url).await;
    let harvester = harvester(&store);
    let harvest = || async {
        let at = clock::now();
        harvester.harvest(SOURCE, None, at, &Unwatched).await.expect("a run")
    };

    let (first, time) = timed(harvest()).await;
    let entries = first.items_read;
    assert_eq!((first.state.as_str(), first.added), ("succeeded", entries), "{:?}", first.reason);
    tell(entries, "first time", time);

    let (confirmed, time) = timed(harvest()).await;
    assert!(confirmed.not_modified);
    tell(entries, "confirmed by the server (304)", time);

    put(&store, &format!("{url}?anew")).await;
    let (again, time) = timed(harvest()).await;
    assert_eq!((again.unchanged, again.updated), (entries, 0), "{:?}", again.reason);
    tell(entries, "unchanged, read again in full", time);

    let (indexed, time) = timed(index(&store)).await;
    assert_eq!(i64::try_from(indexed).expect("a number"), entries);
    tell(entries, "indexed, from nothing", time);

    store.close().await.expect("closed");
    let time = floor::measure(&path, &folder.path().join("floor.db")).await;
    tell(entries, "floor: the same rows, by plain inserts", time);
    let bytes = std::fs::metadata(&path).expect("a file").len();
    let each = bytes / u64::try_from(entries).expect("a number").max(1);
    println!("| {entries} | database, bytes an entry | | {each} | |");
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    (work.await, start.elapsed())
}

fn tell(entries: i64, stage: &str, time: Duration) {
    let seconds = time.as_secs_f64();
    let rate = f64::from(i32::try_from(entries).unwrap_or(i32::MAX)) / seconds;
    let peak = Memory::of("self").map_or("?".to_owned(), |memory| format!("{:.0}", memory.peak));
    println!("| {entries} | {stage} | {seconds:.2} | {rate:.0} | {peak} |");
}

/// The search index of all entries, in the memory of this process.
async fn index(store: &Store) -> usize {
    let mut synonyms = Synonyms::of_groups(seeds::synonyms().expect("synonyms"));
    synonyms.insert_needs(needs::vocabulary());
    let index = Arc::new(Embedded::new(schema().expect("a schema"), synonyms).expect("an engine"));
    let labels = Arc::new(needs::labels().expect("labels"));
    let follower = Follower { store: store.clone(), index, labels };
    follower.rebuild().await.expect("an index")
}

fn harvester(store: &Store) -> Harvester {
    Harvester {
        store: store.clone(),
        limits: Limits { max_bytes: u64::MAX, total: Duration::MAX, ..Limits::default() },
        contact: "https://fedcat.example.org/about".to_owned(),
        holder: fedcat::process::holder(),
        lease: fedcat::store::leases::TERM,
        politeness: Arc::new(Politeness::default()),
        names: Arc::new(SystemLookup),
        at_once: 1,
        run_timeout: Duration::from_secs(24 * 3600),
        cancel: CancellationToken::new(),
    }
}

async fn put(store: &Store, url: &str) {
    let host = url.trim_start_matches("http://").split('/').next().expect("a host");
    let facts = source::Model {
        id: SOURCE.to_owned(),
        name: "Bench".to_owned(),
        country: Some("FR".to_owned()),
        body: None,
        operator: "Bench".to_owned(),
        connector: "catalogi".to_owned(),
        url: Some(url.to_owned()),
        schedule: None,
        data_licence: None,
        attribution: None,
        contact: None,
        priority: 20,
        options: serde_json::json!({ "allow": [host] }).to_string(),
        enabled: true,
        disabled_reason: None,
        enabled_by_operator: false,
        url_by_operator: false,
        removed_at: None,
        hold_reason: None,
        validators: None,
        last_complete_at: None,
        added_at: clock::now(),
    };
    let tx = store.write().await.expect("a transaction");
    sources::put(&tx, facts).await.expect("a source");
    tx.commit().await.expect("committed");
}
