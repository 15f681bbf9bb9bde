//! `fedcat runs`

use std::io::Write;

use clap::{Subcommand, value_parser};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::actor::actor;
use super::ids::run_id;
use super::run_summary::run_summary;
use super::table::{MOST_ROWS, table};
use crate::catalogue::text::one_line;
use crate::config::Settings;
use crate::harvest::acts;
use crate::harvest::pipeline::Unwatched;
use crate::setup;
use crate::store::entity::run;
use crate::store::records::read_json;
use crate::store::{findings, runs, sources};

#[derive(Debug, Subcommand)]
pub enum Args {
    /// List the last runs.
    List {
        /// Of this source only.
        source: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 20, value_parser = value_parser!(u64).range(..=MOST_ROWS))]
        limit: u64,
    },
    /// Show one run and what became of its items.
    Show {
        #[arg(value_parser = run_id)]
        run: Uuid,
    },
    /// Apply a run that is held.
    Accept {
        #[arg(value_parser = run_id)]
        run: Uuid,
    },
    /// Refuse a run that is held; nothing of it is applied.
    Reject {
        #[arg(value_parser = run_id)]
        run: Uuid,
    },
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = match &args {
        Args::List { .. } | Args::Show { .. } => setup::open_to_read(settings).await?,
        Args::Accept { .. } | Args::Reject { .. } => setup::open(settings).await?,
    };
    let harvester = setup::harvester(settings, store.clone(), CancellationToken::new());
    match args {
        Args::List { source, limit } => {
            if let Some(id) = &source {
                sources::get(store.read(), id).await?;
            }
            let rows = runs::list(store.read(), source.as_deref(), None, limit).await?;
            println!("{}", overview(&rows));
        }
        Args::Show { run } => show(&store, run).await?,
        Args::Accept { run } => {
            println!("{}", run_summary(&harvester.accept(run, &actor(), &Unwatched).await?));
        }
        Args::Reject { run } => {
            let row = acts::reject(&store, &actor(), run).await?;
            println!("{}", run_summary(&row));
        }
    }
    Ok(())
}

/// How many changes a run has made. One that was aborted has counted nothing, but may have applied
/// some.
fn changed(row: &run::Model) -> i64 {
    if row.state == runs::State::Aborted {
        return row.applied;
    }
    row.added + row.updated + row.withdrawn + row.renamed
}

fn overview(rows: &[run::Model]) -> String {
    let header =
        ["run", "source", "state", "as of", "read", "changed", "renamed", "missing", "reason"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(|row| {
        vec![
            row.id.to_string(),
            row.source_id.clone(),
            row.state.to_string(),
            row.at.format("%Y-%m-%d %H:%M").to_string(),
            row.items_read.to_string(),
            changed(row).to_string(),
            row.renamed.to_string(),
            row.missing.to_string(),
            row.reason.clone().unwrap_or_default(),
        ]
    }));
    table(&lines)
}

async fn show(store: &crate::store::Store, id: Uuid) -> anyhow::Result<()> {
    const PAGE: u64 = 500;
    let mut out = std::io::stdout();
    let run = runs::get(store.read(), id).await?;
    writeln!(out, "{}", run_summary(&run))?;
    let mut after = String::new();
    let mut refused = 0;
    loop {
        let items = runs::items(store.read(), id, &after, PAGE).await?;
        let Some(last) = items.last() else { break };
        after.clone_from(&last.external_id);
        let failed = items.iter().filter(|item| item.status == runs::ItemStatus::Failed);
        let failed: Vec<String> = failed.map(|item| item.external_id.clone()).collect();
        refused += i64::try_from(failed.len()).unwrap_or(i64::MAX);
        let told = findings::open_among(store.read(), &run.source_id, &failed).await?;
        for item in &items {
            let reasons: Vec<String> = read_json("reasons", &item.external_id, &item.reasons)?;
            let from = item.renamed_from.as_deref().map(one_line);
            let from = from.map(|from| format!("  (was {from})")).unwrap_or_default();
            let waiting = if item.waiting { "  (waits)" } else { "" };
            writeln!(
                out,
                "{:<9}  {}{from}  {}{waiting}",
                item.status,
                one_line(&item.external_id),
                one_line(&reasons.join(" "))
            )?;
            for finding in told.iter().filter(|finding| finding.external_id == item.external_id) {
                let place = if finding.path.is_empty() { "" } else { " at " };
                let message = one_line(&finding.message);
                writeln!(out, "           {message}{place}{}", one_line(&finding.path))?;
            }
        }
    }
    if refused < run.failed {
        // A refusal that was told before is no row of the run.
        let more = run.failed - refused;
        let source = &run.source_id;
        writeln!(out, "{more} refused as before: see `fedcat findings --source {source}`")?;
    }
    Ok(())
}
