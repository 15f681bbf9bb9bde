//! `fedcat findings`

use std::io::Write;

use anyhow::bail;
use chrono::TimeDelta;
use clap::value_parser;
use uuid::Uuid;

use super::table::table;
use crate::config::Settings;
use crate::publish::export::table::defuse;
use crate::store::entity::finding;
use crate::store::{Store, findings, sources};
use crate::web::advice;
use crate::{clock, setup};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of this source only.
    #[arg(long)]
    source: Option<String>,
    /// Of this kind only, such as licence-not-understood; docs/findings.md explains each.
    #[arg(long)]
    code: Option<String>,
    /// Those that were closed in the last so many days, in place of those that are open.
    #[arg(long, value_name = "DAYS", value_parser = value_parser!(u32).range(..=MOST_DAYS))]
    closed: Option<u32>,
    /// As CSV with all columns, for a spreadsheet.
    #[arg(long)]
    csv: bool,
}

/// The longest time to look back.
const MOST_DAYS: i64 = 36_500;
/// Findings read at a time.
const PAGE: u64 = 5_000;

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = setup::open_to_read(settings).await?;
    if let Some(id) = &args.source {
        sources::get(store.read(), id).await?;
    }
    if let Some(code) = &args.code
        && !advice::codes().contains(&code.as_str())
    {
        let known = advice::codes().join(", ");
        bail!("there is no kind of finding {code}: expected one of {known}");
    }
    let found = found(&store, &args).await?;
    if args.csv {
        return write_csv(std::io::stdout().lock(), &found);
    }
    println!("{}", overview(&found));
    Ok(())
}

async fn found(store: &Store, args: &Args) -> anyhow::Result<Vec<finding::Model>> {
    let (source, code) = (args.source.as_deref(), args.code.as_deref());
    if let Some(days) = args.closed {
        let since = clock::now() - TimeDelta::days(i64::from(days));
        return Ok(findings::closed_since(store.read(), source, code, since, u64::MAX >> 1).await?);
    }
    let mut all: Vec<finding::Model> = Vec::new();
    let mut after: Option<Uuid> = None;
    loop {
        let page = findings::open(store.read(), source, code, None, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        all.extend(page);
    }
    all.sort_by(|a, b| place(a).cmp(&place(b)));
    Ok(all)
}

fn place(row: &finding::Model) -> (&str, &str, &str, &str) {
    (&row.source_id, &row.external_id, &row.code, &row.path)
}

fn overview(found: &[finding::Model]) -> String {
    let header = ["source", "entry", "severity", "code", "path", "since", "message"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(found.iter().map(|row| {
        let entry = match row.external_id.as_str() {
            findings::LISTING => "(the listing)",
            id => id,
        };
        [
            &row.source_id,
            entry,
            row.severity.as_str(),
            &row.code,
            &row.path,
            &row.first_seen.format("%Y-%m-%d").to_string(),
            &row.message,
        ]
        .map(str::to_owned)
        .to_vec()
    }));
    table(&lines)
}

fn write_csv(out: impl Write, found: &[finding::Model]) -> anyhow::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record([
        "id",
        "source",
        "entry",
        "severity",
        "code",
        "path",
        "line",
        "column",
        "message",
        "first_seen",
        "closed_at",
    ])?;
    for row in found {
        let number = |number: Option<i32>| number.map(|n| n.to_string()).unwrap_or_default();
        csv.write_record([
            &row.id.to_string(),
            &row.source_id,
            &defuse(&row.external_id),
            row.severity.as_str(),
            &row.code,
            &defuse(&row.path),
            &number(row.line),
            &number(row.column),
            &defuse(&row.message),
            &row.first_seen.to_rfc3339(),
            &row.closed_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        ])?;
    }
    csv.flush()?;
    Ok(())
}
