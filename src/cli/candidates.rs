//! `fedcat candidates`

use clap::{Subcommand, ValueEnum};
use uuid::Uuid;

use super::table::table;
use crate::catalogue::keys::KeyKind;
use crate::catalogue::text::one_line;
use crate::config::Settings;
use crate::setup;
use crate::store::Store;
use crate::store::candidates::{self, Filter, Pair, Waiting};
use crate::store::named::{self, Named};

#[derive(Debug, Subcommand)]
pub enum Args {
    /// List pairs of records that may be the same software, with what they have in common.
    List {
        /// With a record of this source.
        #[arg(long)]
        source: Option<String>,
        /// That share a key of this kind.
        #[arg(long)]
        key: Option<Kind>,
        /// After this candidate, the last one of another list.
        #[arg(long, value_name = "CANDIDATE")]
        after: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one such pair and how to decide about it.
    Show { candidate: String },
}

/// A kind of key.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    Wikidata,
    Peer,
    Repository,
    NameAndHomepage,
    Homepage,
    Name,
}

impl From<Kind> for KeyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Wikidata => Self::Wikidata,
            Kind::Peer => Self::Peer,
            Kind::Repository => Self::Repository,
            Kind::NameAndHomepage => Self::NameAndHomepage,
            Kind::Homepage => Self::Homepage,
            Kind::Name => Self::Name,
        }
    }
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = setup::open(settings).await?;
    match args {
        Args::List { source, key, after, limit } => {
            let filter = Filter { source: source.as_deref(), kind: key.map(KeyKind::from) };
            let after: Option<Pair> = after.as_deref().map(str::parse).transpose()?;
            let found = candidates::list(store.read(), filter, after, limit.into()).await?;
            println!("{}", overview(&store, &found).await?);
        }
        Args::Show { candidate } => {
            let found = candidates::get(store.read(), candidate.parse()?).await?;
            println!("{}", shown(&store, &found).await?);
        }
    }
    Ok(())
}

async fn overview(store: &Store, found: &[Waiting]) -> anyhow::Result<String> {
    let ids: Vec<Uuid> = found.iter().flat_map(|one| [one.pair.a, one.pair.b]).collect();
    let records = named::records(store.read(), &ids).await?;
    let header = ["candidate", "record", "name", "record", "name", "in common"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    for one in found {
        let mut line = vec![one.pair.to_string()];
        for id in [one.pair.a, one.pair.b] {
            let record = records.get(&id);
            line.push(record.map(Named::handle).unwrap_or_default());
            line.push(record.map(|record| record.name.clone()).unwrap_or_default());
        }
        line.push(one.reasons.join(", "));
        lines.push(line);
    }
    Ok(table(&lines))
}

async fn shown(store: &Store, one: &Waiting) -> anyhow::Result<String> {
    let mut lines = vec![format!("candidate {} since {}", one.pair, one.since.format("%Y-%m-%d"))];
    lines.extend(one.reasons.iter().map(|reason| format!("  in common: {reason}")));
    for id in [one.pair.a, one.pair.b] {
        let record = named::record(store.read(), &id.to_string()).await?;
        lines.push(format!(
            "record {} ({}, {})",
            record.handle(),
            record.name,
            record.state.as_str()
        ));
        if let Some(software) = record.software {
            let others = named::records_of(store.read(), software).await?;
            lines.push(format!("  of entry {software}, with"));
            lines.extend(
                others.iter().map(|other| format!("    {} ({})", other.handle(), other.name)),
            );
        }
    }
    let Pair { a, b } = one.pair;
    lines.push(format!("decide with: fedcat verdict same|different {a} {b} --reason \"…\""));
    Ok(lines.iter().map(|line| one_line(line)).collect::<Vec<_>>().join("\n"))
}
