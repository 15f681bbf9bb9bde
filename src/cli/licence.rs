//! `fedcat licence`: one statement explained, a list of them, and what no rule explains yet.

mod fields;
mod list;
mod report;

use std::path::PathBuf;

use clap::Subcommand;

use super::table::table;
use crate::config::Settings;
use crate::licence::facts::{Facts, Kind, common, facts, identifiers, note};
use crate::licence::{Context, Normalised, Outcome, normalise};
use fields::Fields;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    /// The statement, as somebody wrote it.
    #[arg(required_unless_present = "file")]
    statement: Option<String>,
    /// What kind of text it is: spdx, cargo, dep5, cran, trove, fedora, url, wikidata, text or
    /// text:fr and the like. Of a list, for rows that do not say it.
    #[arg(long, default_value = "text")]
    context: Context,
    /// A tab-separated list with a header, `-` for standard input. It needs the column `string`
    /// and may have `context`; the same rows are written with the outcome added.
    #[arg(long, value_name = "FILE", conflicts_with = "statement")]
    file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the statements of all records that no rule explains, by source, the most frequent
    /// first: a tab-separated list that `--file` reads.
    Report {
        /// Of this source only.
        #[arg(long)]
        source: Option<String>,
    },
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    if let Some(Command::Report { source }) = args.command {
        return report::run(settings, source.as_deref()).await;
    }
    if let Some(file) = args.file {
        return list::run(&file, args.context);
    }
    let statement = args.statement.unwrap_or_default();
    println!("{}", explained(&normalise(&statement, args.context)));
    Ok(())
}

/// Everything about one statement, for people.
fn explained(normalised: &Normalised) -> String {
    let fields = Fields::of(normalised);
    let mut rows: Vec<Vec<String>> = [
        ("outcome", fields.outcome),
        ("expression", fields.expression),
        ("candidates", fields.candidates),
        ("range", fields.range),
        ("confidence", fields.confidence),
        ("explanation", fields.explanation),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| vec![name.to_owned(), value])
    .collect();
    let stated: Vec<&str> = match &normalised.outcome {
        Outcome::Expression { expression, .. } => vec![expression],
        Outcome::Candidates { candidates, .. } => candidates.iter().map(String::as_str).collect(),
        _ => return table(&rows),
    };
    let facts = match stated.as_slice() {
        [expression] => facts(expression),
        several => common(several.iter().copied()),
    };
    rows.extend(Kind::ALL.into_iter().map(|kind| fact(&facts, kind)));
    let notes = stated.iter().flat_map(|one| identifiers(one));
    rows.extend(notes.filter_map(|id| Some(vec![id.clone(), note(&id)?.to_owned()])));
    table(&rows)
}

/// A fact with the branch by which it holds, and its source.
fn fact(facts: &Facts, kind: Kind) -> Vec<String> {
    let name = kind.as_str().replace('_', " ");
    let branch = facts.by_branch.get(&kind);
    let branch = branch.map(|branch| format!(", by {branch}")).unwrap_or_default();
    let source = kind.source();
    let source = source.map(|one| format!("  [{}, {}]", one.name, one.date)).unwrap_or_default();
    vec![name, format!("{}{branch}{source}", facts.word(kind))]
}
