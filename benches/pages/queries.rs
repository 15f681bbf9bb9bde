//! The slowest queries of the pages, the API, the index and the harvest, with what the database
//! does for them: `docs/database.md` is made of it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use fedcat::clock;
use fedcat::store::findings::{self, Filter};
use fedcat::store::records::{self, State};
use fedcat::store::{audit, events, filters, runs, software, sources, tally};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

use super::catalogue::{MAIN, TENTH};

/// Queries that are told.
const TOLD: usize = 10;
/// Lines of a plan that are told.
const LINES: usize = 16;
/// Rounds, of which the fastest counts: others may use the machine, too.
const ROUNDS: usize = 5;

/// Statements, and how long each took.
type Log = Arc<Mutex<Vec<(Statement, Duration)>>>;

/// A query, what it is for, and its time.
struct Told {
    purpose: &'static str,
    statement: Statement,
    time: Duration,
}

/// Everything that was asked, by purpose and statement.
#[derive(Default)]
struct All(BTreeMap<(&'static str, String), Told>);

impl All {
    /// Keeps what was asked for a purpose.
    fn keep(&mut self, purpose: &'static str, log: &Log) {
        let asked = std::mem::take(&mut *log.lock().expect("the log"));
        for (statement, time) in asked {
            let told = self.0.entry((purpose, statement.sql.clone())).or_insert(Told {
                purpose,
                statement,
                time,
            });
            told.time = told.time.min(time);
        }
    }
}

/// Prints the slowest queries over a database.
pub async fn tell(url: &str) {
    let log = Log::default();
    let mut db = Database::connect(url.to_owned()).await.expect("a connection");
    let writer = Arc::clone(&log);
    db.set_metric_callback(move |asked| {
        writer.lock().expect("the log").push((asked.statement.clone(), asked.elapsed));
    });
    let mut all = All::default();
    for _ in 0..ROUNDS {
        pages(&db, &log, &mut all).await;
        lists(&db, &log, &mut all).await;
        background(&db, &log, &mut all).await;
    }
    let mut all: Vec<Told> = all.0.into_values().collect();
    all.sort_by_key(|told| std::cmp::Reverse(told.time));
    for (n, told) in (1..).zip(all.iter().take(TOLD)) {
        let time = told.time.as_secs_f64() * 1000.0;
        println!("{n}. **{}**: {time:.2} ms\n", told.purpose);
        println!("   ```\n{}\n{}   ```\n", indented(&told.statement.sql), plan(&db, told).await);
    }
    db.close().await.expect("closed");
}

/// What the pages ask.
async fn pages(db: &DatabaseConnection, log: &Log, all: &mut All) {
    tally::totals(db).await.expect("totals");
    all.keep("the numbers on the first page and in the statistics", log);
    let ids: Vec<Uuid> =
        software::page(db, None, 20).await.expect("entries").iter().map(|entry| entry.id).collect();
    all.keep("a page of all entries", log);
    software::by_ids(db, &ids).await.expect("entries");
    all.keep("the entries that a search found", log);
    records::sources_of(db, &ids).await.expect("sources");
    all.keep("the sources of the entries that a search found", log);
    records::of_software(db, *ids.first().expect("an entry")).await.expect("records");
    all.keep("the records of an entry", log);
    sources::statuses(db, 5).await.expect("sources");
    all.keep("all sources and how they do", log);
    let every = sources::all(db).await.expect("sources");
    let every: Vec<String> = every.into_iter().map(|source| source.id).collect();
    sources::sizes(db, &every, 30).await.expect("sizes");
    all.keep("how all sources grew", log);
    sources::status(db, MAIN, 20).await.expect("a source");
    sources::sizes(db, &[MAIN], 60).await.expect("sizes");
    runs::going_on(db, MAIN).await.expect("an answer");
    records::gone(db, MAIN, 50).await.expect("records");
    sources::overlap(db, MAIN).await.expect("sources");
    all.keep("the page of a source", log);
    let codes = findings::by_code(db, Some(MAIN)).await.expect("codes");
    let codes: Vec<String> = codes.into_iter().map(|(code, _)| code).collect();
    findings::examples(db, MAIN, &codes, 10).await.expect("findings");
    let since = clock::now() - TimeDelta::weeks(4);
    findings::closed_since(db, Some(MAIN), None, since, 50).await.expect("findings");
    all.keep("the findings on the page of a source", log);
    findings::last_changed(db, MAIN, 100).await.expect("findings");
    all.keep("the feed of a source's findings", log);
    sources::shared(db, MAIN, TENTH, None, 200).await.expect("software");
    all.keep("the entries that two sources list", log);
    let last = tally::totals(db).await.expect("totals").software.saturating_sub(1_000);
    software::addresses(db, last, 1_000).await.expect("addresses");
    all.keep("the last file of the site map", log);
}

/// What the lists of the API ask.
async fn lists(db: &DatabaseConnection, log: &Log, all: &mut All) {
    events::after(db, 0, 50).await.expect("events");
    all.keep("events", log);
    runs::list(db, None, None, 50).await.expect("runs");
    runs::list(db, Some(TENTH), None, 50).await.expect("runs");
    all.keep("runs", log);
    for source in [None, Some(TENTH)] {
        for is_closed in [false, true] {
            let wanted = Filter { source, is_closed, ..Filter::default() };
            findings::list(db, wanted, None, 50).await.expect("findings");
        }
    }
    all.keep("findings", log);
    let of_licence = filters::Wanted { licence: Some("MIT"), ..filters::Wanted::default() };
    filters::page(db, &of_licence, None, 50).await.expect("entries");
    all.keep("entries of a licence", log);
    let of_source = filters::Wanted { source: Some(TENTH), ..filters::Wanted::default() };
    filters::page(db, &of_source, None, 50).await.expect("entries");
    all.keep("entries that a source lists", log);
    let changed_since = Some(clock::now() - TimeDelta::days(1));
    let changed = filters::Wanted { changed_since, ..filters::Wanted::default() };
    filters::page(db, &changed, None, 50).await.expect("entries");
    all.keep("entries that were changed since yesterday", log);
    records::list(db, Some(TENTH), None, &[State::Active], None, 50).await.expect("records");
    all.keep("records of a source", log);
    audit::list(db, None, None, 50).await.expect("acts");
    all.keep("the log of acts", log);
}

/// What the index and the harvest ask.
async fn background(db: &DatabaseConnection, log: &Log, all: &mut All) {
    let page = software::page(db, None, 500).await.expect("entries");
    all.keep("500 entries for the index or an export", log);
    let ids: Vec<Uuid> = page.iter().map(|entry| entry.id).collect();
    records::sources_of(db, &ids).await.expect("sources");
    all.keep("the sources of 500 entries for the index or an export", log);
    let listed = [State::Active, State::Missing];
    let listed = records::listed(db, MAIN, &listed, "", 5_000).await.expect("records");
    all.keep("5,000 records that a listing may no longer hold", log);
    let known: Vec<String> = listed.into_iter().take(500).map(|(id, ..)| id).collect();
    records::known(db, MAIN, &known).await.expect("records");
    all.keep("what is known of 500 items of a listing", log);
    records::count_active(db, MAIN).await.expect("a number");
    all.keep("the number of a source's records, before a run takes any away", log);
}

/// What the database does for a query.
async fn plan(db: &DatabaseConnection, told: &Told) -> String {
    let (explain, column) = match db.get_database_backend() {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        _ => ("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF)", "QUERY PLAN"),
    };
    let mut statement = told.statement.clone();
    statement.sql = format!("{explain} {}", statement.sql);
    let rows = db.query_all_raw(statement).await.expect("a plan");
    let mut plan = String::new();
    for row in rows.into_iter().take(LINES) {
        let line: String = row.try_get("", column).expect("a line");
        let _ = writeln!(plan, "   -- {line}");
    }
    plan
}

/// A statement in lines; lists of values are cut.
fn indented(sql: &str) -> String {
    let breaks = [" FROM ", " WHERE ", " ORDER BY ", " GROUP BY ", " LIMIT "];
    let text = breaks.iter().fold(sql.replace('"', ""), |text, word| {
        text.replace(word, &format!("\n  {}", word.trim_start()))
    });
    let lines = text.lines().take(12).map(|line| {
        let start: String = line.chars().take(200).collect();
        let rest = if start.len() < line.len() { " …" } else { "" };
        format!("   {start}{rest}")
    });
    lines.collect::<Vec<_>>().join("\n")
}
