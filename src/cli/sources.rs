//! `fedcat sources`

use anyhow::bail;
use clap::Subcommand;

use super::table::table;
use crate::config::Settings;
use crate::harvest::connectors;
use crate::setup;
use crate::store::views::{self, SourceStatus};
use crate::store::{StoreError, sources};

#[derive(Debug, Subcommand)]
pub enum Args {
    /// List all sources.
    List,
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
    let (id, enabled, reason) = match args {
        Args::List => {
            println!("{}", overview(&views::source_statuses(store.read(), 1).await?));
            return Ok(());
        }
        Args::Enable { source } => (source, true, None),
        Args::Disable { source, reason } => (source, false, Some(reason)),
    };
    let source = sources::get(store.read(), &id).await?;
    if enabled && connectors::by_name(&source.connector).is_none() {
        bail!("{id} cannot be enabled: its connector {} is not built yet", source.connector);
    }
    let tx = store.write().await?;
    sources::set_enabled(&tx, &id, enabled, reason).await?;
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
