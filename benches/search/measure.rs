//! Runs the same work on each engine and keeps the times.

use std::hint::black_box;
use std::time::{Duration, Instant};

use fedcat::search::{Document, Query};
use serde::Serialize;

use crate::documents::{attribute, number_of};
use crate::queries::Class;
use crate::vocabulary::coined;

/// Passes that count, after one that does not.
const PASSES: usize = 3;
/// After this, no further change is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// An engine as a client sees it that shows pages.
pub trait Engine {
    /// A page of hits with marks in name and summary.
    fn page(&self, query: &Query) -> Page;

    /// Puts a document in place of another; may return before it is found.
    fn put(&self, document: Document);
}

/// What a client shows.
#[derive(Serialize)]
pub struct Page {
    pub hits: Vec<Shown>,
    pub facets: Vec<(String, Vec<(String, u64)>)>,
}

/// A hit, with marks.
#[derive(Serialize)]
pub struct Shown {
    pub number: usize,
    pub name: Vec<String>,
    pub summary: Vec<String>,
}

/// Some times, in order.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    fn add(&mut self, times: impl Iterator<Item = Duration>) {
        self.0.extend(times);
        self.0.sort_unstable();
    }

    /// Milliseconds that so many of a hundred do not exceed.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1].as_secs_f64() * 1e3
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// The results of a class, each list in the order of the engines.
pub struct Row {
    pub class: &'static str,
    pub times: Vec<Times>,
    firsts: Vec<Firsts>,
}

/// For each query the numbers of its first ten hits.
type Firsts = Vec<Vec<usize>>;

impl Row {
    /// Of the first ten hits of the second engine, the share that the first engine has among its
    /// own; `None` where there is one engine.
    pub fn agreement(&self) -> Option<f64> {
        let [one, other] = self.firsts.as_slice() else { return None };
        let all: usize = other.iter().map(Vec::len).sum();
        let both = |(one, other): (&Vec<usize>, &Vec<usize>)| {
            other.iter().filter(|number| one.contains(number)).count()
        };
        let same: usize = one.iter().zip(other).map(both).sum();
        Some(same as f64 / all.max(1) as f64)
    }
}

/// Asks all engines the same, in turns, so that what disturbs one disturbs the other.
pub fn ask(engines: &[&dyn Engine], classes: &[Class]) -> Vec<Row> {
    let warm = |class: &Class| Row {
        class: class.name,
        times: engines.iter().map(|_| Times::default()).collect(),
        firsts: engines.iter().map(|engine| first_hits(*engine, class)).collect(),
    };
    let mut rows: Vec<Row> = classes.iter().map(warm).collect();
    for _ in 0..PASSES {
        for (class, row) in classes.iter().zip(&mut rows) {
            for (engine, times) in engines.iter().zip(&mut row.times) {
                times.add(class.queries.iter().map(|query| time(|| engine.page(query))));
            }
        }
    }
    rows
}

fn first_hits(engine: &dyn Engine, class: &Class) -> Firsts {
    let first = |query| engine.page(query).hits.iter().take(10).map(|hit| hit.number).collect();
    class.queries.iter().map(first).collect()
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// How long a change of each of the documents takes until a search finds it.
pub fn change(engine: &dyn Engine, documents: &[Document]) -> Times {
    let summary = attribute("summary");
    let start = Instant::now();
    let mut times = Times::default();
    for (turn, document) in documents.iter().enumerate() {
        let word =
            format!("{}{}", coined(3_000_000 + turn as u64), coined(4_000_000 + turn as u64));
        let mut changed = document.clone();
        changed.texts[summary] = vec![format!("Now with {word}.")];
        let query = Query { text: word, limit: 1, ..Query::default() };
        let number = number_of(document.id);
        let visible = time(|| {
            engine.put(changed);
            while engine.page(&query).hits.first().is_none_or(|hit| hit.number != number) {
                assert!(start.elapsed() < PATIENCE * 5, "a change is never found");
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        times.add(std::iter::once(visible));
        if start.elapsed() > PATIENCE {
            break;
        }
    }
    times
}
