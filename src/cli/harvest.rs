//! `fedcat harvest`

use anyhow::bail;
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use super::actor;
use super::progress::Watched;
use super::serve::asked_to_stop;
use crate::catalogue::text::one_line;
use crate::config::Settings;
use crate::harvest::pipeline::Unwatched;
use crate::store::entity::{run, source};
use crate::store::{runs, sources};
use crate::{clock, setup};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ids of sources; without any, all that are enabled.
    sources: Vec<String>,
    /// A file or address to read in place of the source's own.
    #[arg(long, value_name = "FILE_OR_URL", requires = "sources")]
    from: Option<String>,
    /// The time that the run counts with, such as 2026-01-31T00:00:00Z; usually now.
    #[arg(long, value_name = "TIME")]
    at: Option<DateTime<Utc>>,
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    if args.from.is_some() && args.sources.len() > 1 {
        bail!("--from names one input: expected one source, found {}", args.sources.len());
    }
    let store = setup::open(settings).await?;
    let cancel = CancellationToken::new();
    let harvester = setup::harvester(settings, store.clone(), cancel.clone());
    tokio::spawn(asked_to_stop(cancel));
    let wanted: Vec<source::Model> = if args.sources.is_empty() {
        sources::all(store.read()).await?.into_iter().filter(|source| source.enabled).collect()
    } else {
        let mut wanted = Vec::new();
        for id in &args.sources {
            wanted.push(sources::get(store.read(), id).await?);
        }
        wanted
    };
    let at = args.at.unwrap_or_else(clock::now);
    let (actor, from) = (actor(), args.from.as_deref());
    let mut failed = 0;
    for source in &wanted {
        let watched = Watched::new(&source.id);
        let ended = match &watched {
            Some(bar) => harvester.harvest_for(&actor, &source.id, from, at, bar).await,
            None => harvester.harvest_for(&actor, &source.id, from, at, &Unwatched).await,
        };
        if let Some(bar) = watched {
            bar.clear();
        }
        let succeeded = match ended {
            Ok(row) => {
                println!("{}", line(&row));
                row.state == runs::State::Succeeded
            }
            Err(error) if wanted.len() == 1 => return Err(error.into()),
            Err(error) => {
                eprintln!("the harvest of {}: {}", source.id, one_line(&error.to_string()));
                false
            }
        };
        failed += u32::from(!succeeded);
        if harvester.cancel.is_cancelled() {
            break;
        }
    }
    // What was written last goes from SQLite's log to the database.
    store.close().await?;
    if failed > 0 {
        bail!("{failed} of {} runs did not succeed; see `fedcat runs list`", wanted.len());
    }
    Ok(())
}

/// A run in one line.
pub fn line(row: &run::Model) -> String {
    let counts = row.counts();
    let mut line = format!(
        "{}: {}, {} read, {} added, {} updated, {} unchanged, {} skipped, {} failed, {} missing, \
         {} withdrawn, {} renamed, {} findings open",
        row.source_id,
        row.state,
        counts.read,
        counts.added,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed,
        counts.missing,
        counts.withdrawn,
        counts.renamed,
        counts.findings
    );
    if row.not_modified {
        line.push_str(", not modified since the last run");
    }
    if let Some(reason) = &row.reason {
        line.push_str(&format!(" – {}", one_line(reason)));
    }
    if row.state == runs::State::Held {
        line.push_str(&format!(" – `fedcat runs show {0}`, then accept or reject", row.id));
    }
    line
}
