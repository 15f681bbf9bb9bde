//! `fedcat sources`

mod add;
mod preview;

use anyhow::bail;
use clap::Subcommand;

use super::table::table;
use crate::config::Settings;
use crate::harvest::connectors;
use crate::setup;
use crate::store::views::{self, SourceStatus};
use crate::store::{Store, StoreError, sources};

#[derive(Debug, Subcommand)]
pub enum Args {
    /// List all sources.
    List,
    /// Add sources of your own, or change them, from a file of the shape of seeds/sources.toml.
    Add(add::Args),
    /// Fetch and decode the beginning of a source and show what would become of it; writes nothing.
    Preview(preview::Args),
    /// Harvest a source on its schedule.
    Enable { source: String },
    /// Do not harvest a source any more. What it said stays.
    Disable {
        source: String,
        /// Why; shown on the sources page.
        #[arg(long, default_value = "disabled by the operator")]
        reason: String,
    },
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = setup::open(settings).await?;
    match args {
        Args::List => println!("{}", overview(&views::source_statuses(store.read(), 1).await?)),
        Args::Add(args) => add::run(&store, &args).await?,
        Args::Preview(args) => preview::run(settings, &store, &args).await?,
        Args::Enable { source } => decide(&store, &source, true, None).await?,
        Args::Disable { source, reason } => decide(&store, &source, false, Some(reason)).await?,
    }
    Ok(())
}

async fn decide(
    store: &Store,
    id: &str,
    enabled: bool,
    reason: Option<String>,
) -> anyhow::Result<()> {
    let source = sources::get(store.read(), id).await?;
    if enabled {
        let Some(connector) = connectors::by_name(&source.connector) else {
            bail!("{id} cannot be enabled: there is no connector {}", source.connector);
        };
        if source.url.is_none() && source.connector != crate::seeds::STARTER_CONNECTOR {
            bail!("{id} cannot be enabled: its address is not known; add it with `sources add`");
        }
        connector.check(&serde_json::from_str(&source.options)?)?;
    }
    let tx = store.write().await?;
    sources::set_enabled(&tx, id, enabled, reason).await?;
    tx.commit().await.map_err(StoreError::from)?;
    println!("{id} is {}", if enabled { "enabled" } else { "disabled" });
    Ok(())
}

fn overview(all: &[SourceStatus]) -> String {
    let header = ["source", "of", "connector", "enabled", "entries", "last complete", "name"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(all.iter().map(|status| {
        let source = &status.source;
        let of = source.country.clone().or_else(|| source.body.clone()).unwrap_or_default();
        let enabled = match &source.disabled_reason {
            _ if source.enabled => "yes".to_owned(),
            Some(reason) => format!("no: {reason}"),
            None => "no".to_owned(),
        };
        vec![
            source.id.clone(),
            of,
            source.connector.clone(),
            enabled,
            status.active.to_string(),
            source
                .last_complete_at
                .map_or("never".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string()),
            source.name.clone(),
        ]
    }));
    table(&lines)
}
