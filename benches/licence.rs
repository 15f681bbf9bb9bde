//! What it costs to normalise a licence statement, and to parse it as an SPDX expression. Beside
//! criterion's mean over all statements, the median and the slowest hundredth of the statements
//! are printed.

#[path = "../tests/support/evaluation.rs"]
mod evaluation;

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use evaluation::context_of;
use fedcat::licence::{Context, normalise};

/// Statements with the contexts in which they stand: those of the evaluation set, or a few of the
/// same kinds where the set is absent.
fn statements() -> Vec<(String, Context)> {
    let shared = std::env::var_os("FEDCAT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    match std::fs::read_to_string(shared.join("conformance/licences/eval.tsv")) {
        Ok(table) => table.lines().skip(1).filter_map(statement).collect(),
        Err(_) => {
            eprintln!("the evaluation set is absent: a few statements stand for it");
            ["EUPL-1.2", "MIT OR Apache-2.0", "GNU GPL v3 or later", "BSD", "N/A"]
                .map(|raw| (raw.to_owned(), Context::Text))
                .to_vec()
        }
    }
}

fn statement(row: &str) -> Option<(String, Context)> {
    let mut fields = row.split('\t');
    let (raw, class) = (fields.next()?, fields.nth(1)?);
    Some((raw.to_owned(), context_of(class)))
}

/// Prints the median and the slowest hundredth of the statements, in microseconds.
fn print_quantiles(name: &str, statements: &[(String, Context)], work: impl Fn(&str, Context)) {
    const ROUNDS: u32 = 500;
    let mut each: Vec<f64> = statements
        .iter()
        .map(|(raw, context)| {
            let start = Instant::now();
            for _ in 0..ROUNDS {
                work(black_box(raw), *context);
            }
            start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
        })
        .collect();
    each.sort_by(f64::total_cmp);
    let at = |share: usize| each.get(each.len() * share / 100).copied().unwrap_or_default();
    eprintln!("{name}: p50 {:.2} µs, p99 {:.2} µs per statement", at(50), at(99));
}

fn licence(criterion: &mut Criterion) {
    let statements = statements();
    let normalised = |raw: &str, context| {
        black_box(normalise(raw, context));
    };
    let parsed = |raw: &str, _| {
        let _ = black_box(spdx::Expression::parse(raw));
    };
    for (raw, context) in &statements {
        normalised(raw, *context);
    }
    print_quantiles("licence::normalise", &statements, normalised);
    print_quantiles("spdx::Expression::parse", &statements, parsed);
    let mut group = criterion.benchmark_group(format!("licence, {} statements", statements.len()));
    group.bench_function("normalise", |bencher| {
        bencher.iter(|| statements.iter().for_each(|(raw, context)| normalised(raw, *context)));
    });
    group.bench_function("spdx::Expression::parse", |bencher| {
        bencher.iter(|| statements.iter().for_each(|(raw, context)| parsed(raw, *context)));
    });
    group.finish();
}

criterion_group!(benches, licence);
criterion_main!(benches);
