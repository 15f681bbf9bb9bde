//! `fedcat sources`

mod add;
mod preview;
mod remove;

use anyhow::Context;
use clap::Subcommand;

use super::actor;
use super::table::table;
use crate::catalogue::urls::WebUrl;
use crate::config::Settings;
use crate::harvest::acts::{self, Reason};
use crate::setup;
use crate::store::sources::{self, SourceStatus};

#[derive(Debug, Subcommand)]
pub enum Args {
    /// List all sources.
    List,
    /// Add sources of your own, or change them, from a file of the shape of seeds/sources.toml.
    Add(add::Args),
    /// Fetch and decode the beginning of a source and show what would become of it; writes nothing.
    Preview(preview::Args),
    /// Read a source at another address, such as that of a mirror; without one, at its own again.
    Address { source: String, address: Option<String> },
    /// Take a source and all that it said out of the catalogue; says before what becomes of it.
    Remove(remove::Args),
    /// Harvest a source on its schedule.
    Enable { source: String },
    /// Do not harvest a source any more. What it said stays.
    Disable {
        source: String,
        /// Why; shown on the sources page.
        #[arg(long, default_value = "disabled by the operator")]
        reason: String,
    },
    /// Let every run of a source that would change something wait for a decision.
    Hold {
        source: String,
        /// Why; shown on the page of the source.
        #[arg(long, default_value = "by decision of the operator")]
        reason: String,
    },
    /// Let runs of a source change what they find changed, without a decision.
    Release { source: String },
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = match &args {
        Args::List => setup::open_to_read(settings).await?,
        Args::Preview(_) => setup::open_to_try(settings).await?,
        _ => setup::open(settings).await?,
    };
    match args {
        Args::List => println!("{}", overview(&sources::statuses(store.read(), 1).await?)),
        Args::Add(args) => add::run(&store, &args).await?,
        Args::Preview(args) => preview::run(settings, &store, &args).await?,
        Args::Address { source, address } => {
            let address = address.as_deref().map(read_address).transpose()?;
            let url = acts::set_address(&store, &actor(), &source, address.as_ref()).await?;
            match url {
                Some(url) => println!("{source} is read at {url}"),
                None => println!("{source} has no address"),
            }
        }
        Args::Remove(args) => remove::run(settings, &store, &args).await?,
        Args::Enable { source } => {
            acts::enable(&store, &actor(), &source).await?;
            println!("{source} is enabled");
        }
        Args::Disable { source, reason } => {
            acts::disable(&store, &actor(), &source, &Reason::new(&reason)?).await?;
            println!("{source} is disabled");
        }
        Args::Hold { source, reason } => {
            acts::hold(&store, &actor(), &source, &Reason::new(&reason)?).await?;
            println!("every run of {source} that would change something is held from now on");
        }
        Args::Release { source } => {
            acts::release(&store, &actor(), &source).await?;
            println!("runs of {source} are no longer held because of the operator");
        }
    }
    Ok(())
}

fn read_address(text: &str) -> anyhow::Result<WebUrl> {
    WebUrl::parse(text).with_context(|| format!("{text:?} is no address of the web"))
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
