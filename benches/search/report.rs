//! The results as tables of Markdown.

use std::time::Duration;

use crate::measure::{Row, Times};
use crate::memory::Memory;

/// What was measured of an engine besides queries.
pub struct Cost {
    pub build: Duration,
    /// What the index takes; `None` where it cannot be read.
    pub memory: Option<Memory>,
    pub change: Times,
}

/// A table of queries, with Meilisearch's column and the ratio where it took part.
pub fn print_queries(rows: &[Row]) {
    if rows.iter().all(|row| row.times.len() == 1) {
        println!("| class | embedded p50/p99, ms |\n|---|---|");
    } else {
        println!(
            "| class | embedded p50/p99, ms | Meilisearch p50/p99, ms | ratio p50/p99 | \
             same of the first ten |\n|---|---|---|---|---|"
        );
    }
    for row in rows {
        let cells: Vec<String> = row.times.iter().map(cell).collect();
        print!("| {} | {} |", row.class, cells.join(" | "));
        if let ([embedded, meilisearch], Some(agreement)) = (row.times.as_slice(), row.agreement())
        {
            let ratio = |percent| embedded.percentile(percent) / meilisearch.percentile(percent);
            print!(" {:.3}/{:.3} | {:.0} % |", ratio(50), ratio(99), agreement * 100.0);
        }
        println!();
    }
    println!();
}

fn cell(times: &Times) -> String {
    format!("{:.2}/{:.2}", times.percentile(50), times.percentile(99))
}

/// A table of the cost of each engine.
pub fn print_costs(engines: &[(&str, Cost)]) {
    println!(
        "| engine | build, s | resident, MiB | of that not of files | peak, MiB | \
         change visible p50/max, ms |\n|---|---|---|---|---|---|"
    );
    for (name, Cost { build, memory, change }) in engines {
        let held = memory.as_ref().map_or("– | – | –".to_owned(), |memory| {
            format!("{:.0} | {:.0} | {:.0}", memory.resident, memory.anonymous, memory.peak)
        });
        println!(
            "| {name} | {:.2} | {held} | {:.1}/{:.1} of {} |",
            build.as_secs_f64(),
            change.percentile(50),
            change.percentile(100),
            change.count(),
        );
    }
    println!();
}
