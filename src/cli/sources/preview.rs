//! `fedcat sources preview`

use std::path::Path;

use anyhow::bail;
use clap::value_parser;
use tokio_util::sync::CancellationToken;

use super::add::read_one;
use crate::catalogue::text::one_line;
use crate::cli::table::table;
use crate::config::Settings;
use crate::formats::{Decoded, Disposition, ExternalId, Finding};
use crate::harvest::pipeline::Preview;
use crate::setup;
use crate::store::entity::source;
use crate::store::{Store, sources};

/// Items that may be looked at: all of them are held in memory.
const MOST_ITEMS: i64 = 1_000;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of a source, or a TOML file with one [[source]] that need not have been added.
    source: String,
    /// A file or address to read in place of the source's own.
    #[arg(long, value_name = "FILE_OR_URL")]
    from: Option<String>,
    /// How many items.
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u16).range(..=MOST_ITEMS))]
    limit: u16,
}

pub async fn run(settings: &Settings, store: &Store, args: &Args) -> anyhow::Result<()> {
    let source = wanted(store, &args.source).await?;
    let harvester = setup::harvester(settings, store.clone(), CancellationToken::new());
    let preview = harvester.preview(&source, args.from.as_deref(), usize::from(args.limit)).await?;
    println!("{}", overview(&preview.items));
    for item in &preview.items {
        for finding in &item.findings {
            println!("{}", told(&id(item), finding));
        }
    }
    ended(&source.id, &preview)
}

async fn wanted(store: &Store, name: &str) -> anyhow::Result<source::Model> {
    let file = Path::new(name);
    if file.is_file() { read_one(file) } else { Ok(sources::get(store.read(), name).await?) }
}

fn overview(items: &[Decoded]) -> String {
    let header = ["entry", "becomes", "name", "licence", "repository"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(items.iter().map(|item| {
        let [becomes, name, licence, repository] = match &item.disposition {
            Disposition::Listed(content) => [
                "listed".to_owned(),
                content.plain_name().unwrap_or_default().to_owned(),
                content
                    .licences
                    .iter()
                    .map(|one| {
                        let known = one.normalised.expression().map(str::to_owned);
                        known.unwrap_or_else(|| format!("{:?}?", one.normalised.raw))
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
                content.repository.as_ref().map(|url| url.to_string()).unwrap_or_default(),
            ],
            Disposition::Withdrawn(_) => ["withdrawn by the source", "", "", ""].map(str::to_owned),
            Disposition::NotListable { reason } => {
                [format!("left out: {reason}"), String::new(), String::new(), String::new()]
            }
            Disposition::Failed => ["failed", "", "", ""].map(str::to_owned),
        };
        vec![id(item), becomes, name, licence, repository]
    }));
    table(&lines)
}

fn id(item: &Decoded) -> String {
    let id = match &item.external_id {
        Some(ExternalId::Given(id) | ExternalId::Derived { id, .. }) => Some(id.clone()),
        Some(ExternalId::Ranked(names)) => names.clone().first(),
        None => None,
    };
    id.unwrap_or_else(|| "(no id)".to_owned())
}

fn told(entry: &str, finding: &Finding) -> String {
    let path = if finding.path.is_empty() { "" } else { " at " };
    let Finding { code, message, path: place, .. } = finding;
    one_line(&format!("{entry}: {code}{path}{place}: {message}"))
}

/// Says how the preview ended. A listing that could not be read is an error of the command.
fn ended(source: &str, preview: &Preview) -> anyhow::Result<()> {
    let shown = preview.items.len();
    let Some(outcome) = &preview.outcome else {
        println!("these are the first {shown} items of {source}; nothing was written");
        return Ok(());
    };
    for finding in &outcome.findings {
        println!("{}", told("the listing", finding));
    }
    if let Some(error) = &outcome.error {
        let error = one_line(&error.to_string());
        bail!("the listing of {source} is not complete after {shown} items: {error}");
    }
    println!("these are all {shown} items of {source}; nothing was written");
    Ok(())
}
