//! What a page of search results costs, by kind of query and size of the catalogue, from the
//! embedded engine and, where the environment names a server, from Meilisearch in the same run;
//! and what an index costs. `benches/README.md` says how to run it and what is measured.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may")]

use std::collections::HashSet;
use std::process::Command;

use documents::Documents;
use embedded::{InProcess, Texts};
use fedcat::search::Document;
use measure::Engine;
use meilisearch::Server;
use memory::Memory;
use report::Cost;

mod documents;
mod embedded;
mod measure;
mod meilisearch;
mod memory;
mod queries;
mod random;
mod report;
mod vocabulary;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: &str = "3000,100000,1000000";
/// Documents where only the bench itself is tried.
const FEW: usize = 300;
const SEED: u64 = 1;
/// The argument that names the size to a child process.
const CHILD: &str = "--documents";
/// Documents that are changed, one after the other.
const CHANGES: usize = 20;
/// Documents from which queries are drawn, spread over all.
const POOL: usize = 10_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |flag: &str| arguments.iter().position(|argument| argument == flag);
    if let Some(at) = given(CHILD) {
        run(arguments[at + 1].parse().expect("a number of documents"));
    } else if given("--bench").is_none() || given("--test").is_some() {
        run(FEW);
    } else {
        let sizes = std::env::var("FEDCAT_BENCH_DOCUMENTS").unwrap_or_else(|_| SIZES.to_owned());
        sizes.split(',').for_each(|size| run_apart(size.trim()));
    }
}

/// Measures a size in a process of its own, so that the memory of one does not count in another.
fn run_apart(size: &str) {
    let own = std::env::current_exe().expect("the path of this program");
    let status = Command::new(own).args([CHILD, size]).status().expect("a child process");
    assert!(status.success(), "the run of {size} documents failed");
}

fn run(size: usize) {
    eprintln!("{size} documents: building");
    let before = Memory::of("self");
    let (mut embedded, build) = InProcess::build(Documents::new(SEED).take(size));
    let memory = Memory::of("self").zip(before).map(|(now, before)| now.beyond(before));
    let Read { texts, pool, words, bytes } = read(size);
    embedded.show(texts);
    let server = Server::connect(size);
    let server_build = server.as_ref().map(|server| server.build(Documents::new(SEED).take(size)));
    eprintln!("{size} documents: asking");
    let classes = queries::classes(SEED, &pool);
    let mut engines: Vec<&dyn Engine> = vec![&embedded];
    engines.extend(server.as_ref().map(|server| server as &dyn Engine));
    let rows = measure::ask(&engines, &classes);
    let server_memory = Server::memory();
    eprintln!("{size} documents: changing");
    let changed = &pool[..if size > FEW { CHANGES } else { 1 }];
    let change = measure::change(&embedded, changed);
    let mut costs = vec![("embedded", Cost { build, memory, change })];
    if let Some((server, build)) = server.as_ref().zip(server_build) {
        let change = measure::change(server, changed);
        costs.push(("Meilisearch", Cost { build, memory: server_memory, change }));
        server.remove();
    }
    println!("### {size} documents: {words} words, {} bytes of text each\n", bytes / size.max(1));
    report::print_queries(&rows);
    report::print_costs(&costs);
}

/// What the measurements need of the documents besides the index.
struct Read {
    texts: Vec<Texts>,
    pool: Vec<Document>,
    /// Different words, as they are written.
    words: usize,
    bytes: usize,
}

/// Makes the documents once more, after the memory of the index has been read.
fn read(size: usize) -> Read {
    let mut words: HashSet<String> = HashSet::new();
    let mut bytes = 0;
    let mut texts = Vec::with_capacity(size);
    let mut pool = Vec::new();
    for (number, document) in Documents::new(SEED).take(size).enumerate() {
        for text in document.texts.iter().flatten() {
            bytes += text.len();
            for word in text.split(|letter: char| !letter.is_alphanumeric()) {
                if !words.contains(word) {
                    words.insert(word.to_owned());
                }
            }
        }
        texts.push(Texts::of(&document));
        if number % size.div_ceil(POOL) == 0 {
            pool.push(document);
        }
    }
    Read { texts, pool, words: words.len(), bytes }
}
