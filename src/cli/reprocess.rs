//! `fedcat reprocess`

use anyhow::bail;
use tokio_util::sync::CancellationToken;

use super::run_summary::run_summary;
use super::signals::cancel_when_asked;
use crate::catalogue::text::one_line;
use crate::config::Settings;
use crate::harvest::rules_version;
use crate::setup;
use crate::store::{Store, StoreError, records, sources};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ids of sources; without any, all whose items were read by other rules.
    sources: Vec<String>,
    /// Also what was read by the same rules, such as after the options of a source have changed.
    #[arg(long, requires = "sources")]
    all: bool,
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = setup::open(settings).await?;
    let cancel = CancellationToken::new();
    let harvester = setup::harvester(settings, store.clone(), cancel.clone());
    tokio::spawn(cancel_when_asked(cancel));
    if args.all {
        forget_rules(&store, &args.sources).await?;
    }
    let rules = rules_version();
    let other = records::sources_read_by_other_rules(store.read(), &rules).await?;
    let wanted = if args.sources.is_empty() { other } else { args.sources };
    if wanted.is_empty() {
        println!("everything was read by the rules {rules} of this release");
    }
    let mut failed = 0;
    for id in &wanted {
        match harvester.reread(id).await {
            Ok(row) => println!("{}", run_summary(&row)),
            Err(error) => {
                eprintln!("{id} was not read again: {}", one_line(&error.to_string()));
                failed += 1;
            }
        }
    }
    if failed > 0 {
        bail!("{failed} of {} sources were not read again", wanted.len());
    }
    Ok(())
}

async fn forget_rules(store: &Store, ids: &[String]) -> anyhow::Result<()> {
    for id in ids {
        sources::get(store.read(), id).await?;
        let tx = store.write().await?;
        records::forget_rules(&tx, id).await?;
        tx.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}
