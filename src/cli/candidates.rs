//! `fedcat candidates`

use clap::{Subcommand, value_parser};
use uuid::Uuid;

use super::MOST_ROWS;
use super::table::table;
use crate::catalogue::keys::KeyKind;
use crate::catalogue::text::one_line;
use crate::config::Settings;
use crate::setup;
use crate::store::candidates::{self, Filter, Pair, Waiting};
use crate::store::records::{self, Named};
use crate::store::{Store, sources};

#[derive(Debug, Subcommand)]
pub enum Args {
    /// List pairs of records that may be the same software, with what they have in common.
    List {
        /// With a record of this source.
        #[arg(long)]
        source: Option<String>,
        /// That share a key of this kind.
        #[arg(long, value_parser = kind)]
        key: Option<KeyKind>,
        /// After this candidate, the last one of another list.
        #[arg(long, value_name = "CANDIDATE")]
        after: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u64).range(..=MOST_ROWS))]
        limit: u64,
    },
    /// Show one such pair and how to decide about it.
    Show { candidate: String },
}

fn kind(word: &str) -> Result<KeyKind, String> {
    KeyKind::parse(word)
        .ok_or_else(|| format!("expected one of {}", KeyKind::ALL.map(KeyKind::as_str).join(", ")))
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = setup::open_to_read(settings).await?;
    match args {
        Args::List { source, key, after, limit } => {
            let filter = Filter { source: source.as_deref(), kind: key };
            if let Some(id) = filter.source {
                sources::get(store.read(), id).await?;
            }
            let after: Option<Pair> = after.as_deref().map(str::parse).transpose()?;
            let found = candidates::list(store.read(), filter, after, limit).await?;
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
    let records = records::named(store.read(), &ids).await?;
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
        let record = records::find(store.read(), &id.to_string()).await?;
        lines.push(format!(
            "record {} ({}, {})",
            record.handle(),
            record.name,
            record.state.as_str()
        ));
        if let Some(software) = record.software {
            let others = records::named_of(store.read(), software).await?;
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
