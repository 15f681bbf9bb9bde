//! `fedcat audit`

use clap::value_parser;

use super::MOST_ROWS;
use super::table::table;
use crate::config::Settings;
use crate::setup;
use crate::store::audit;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Acts about this source only.
    #[arg(long)]
    source: Option<String>,
    /// How many, the newest first.
    #[arg(long, default_value_t = 50, value_parser = value_parser!(u64).range(..=MOST_ROWS))]
    limit: u64,
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = setup::open_to_read(settings).await?;
    let rows = audit::list(store.read(), args.source.as_deref(), None, args.limit).await?;
    let header = ["time", "actor", "act", "source", "run", "detail"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(rows.into_iter().map(|row| {
        vec![
            row.at.format("%Y-%m-%d %H:%M:%S").to_string(),
            row.actor,
            row.act.to_string(),
            row.source_id.unwrap_or_default(),
            row.run_id.map(|id| id.to_string()).unwrap_or_default(),
            row.detail.unwrap_or_default(),
        ]
    }));
    println!("{}", table(&lines));
    Ok(())
}
