//! `fedcat sources remove`

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::cli::actor::actor;
use crate::cli::consent::{How, may_go_on};
use crate::config::Settings;
use crate::harvest::pipeline::Unwatched;
use crate::setup;
use crate::store::records::{self, Reliance};
use crate::store::{Store, sources};

#[derive(Debug, clap::Args)]
pub struct Args {
    source: String,
    #[command(flatten)]
    how: How,
}

pub async fn run(settings: &Settings, store: &Store, args: &Args) -> anyhow::Result<()> {
    let source = sources::get(store.read(), &args.source).await?;
    println!("{}", told(&source.id, records::reliance(store.read(), &source.id).await?));
    if !may_go_on(&args.how)? {
        return Ok(());
    }
    let harvester = setup::harvester(settings, store.clone(), CancellationToken::new());
    let row = harvester
        .remove(&actor(), &source.id, &Unwatched)
        .await
        .with_context(|| format!("{} is not removed: ask again", source.id))?;
    println!("{} is removed, {} records withdrawn", source.id, row.withdrawn);
    Ok(())
}

/// What becomes of the records of a source.
fn told(id: &str, reliance: Reliance) -> String {
    let Reliance { records, alone, with_others } = reliance;
    format!(
        "{id} has {records} records: they are withdrawn, and what they said is deleted\n\
         {alone} entries are known from {id} alone: they become tombstones, which say that they \
         were withdrawn, and when\n\
         {with_others} entries are known from others too: they stay, without what {id} said\n\
         its runs, and what operators did about it, stay in the log; `fedcat sources add` or \
         `fedcat sources enable {id}` brings it back, and its next run the same entries"
    )
}
