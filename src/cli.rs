//! The command line: one file a subcommand.

mod audit;
mod candidates;
mod config;
mod consent;
mod export;
mod findings;
mod harvest;
mod ids;
mod licence;
mod log;
mod migrate;
mod organisations;
mod progress;
mod reindex;
mod reprocess;
mod runs;
mod serve;
mod sources;
mod table;
mod token;
mod verdict;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::catalogue::text::one_line;
use crate::config::{Flags, Listen, Settings};
use crate::store::audit::Actor;

/// A federated catalogue of the free and open-source software that public administrations use.
#[derive(Debug, Parser)]
#[command(name = "fedcat", version, about, propagate_version = true)]
pub struct Cli {
    /// Settings file; without it `fedcat.toml` in the current folder, where there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database, in place of the one in the settings: sqlite://path or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve website and API, and harvest on schedule.
    Serve {
        /// Address to listen on, in place of the one in the settings.
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<Listen>,
    },
    /// Harvest sources now.
    Harvest(harvest::Args),
    /// Look at runs, and decide about those that are held.
    #[command(subcommand)]
    Runs(runs::Args),
    /// List the problems that were found in what sources say.
    Findings(findings::Args),
    /// Read the stored items of sources again by the rules of this release, without asking anybody.
    Reprocess(reprocess::Args),
    /// Look at sources, try and add new ones, enable and disable them.
    #[command(subcommand)]
    Sources(sources::Args),
    /// Load directories of organisations, and find whom a name means.
    #[command(subcommand)]
    Organisations(organisations::Args),
    /// Make, list and revoke the tokens with which operators act on the website and by the API.
    #[command(subcommand)]
    Token(token::Args),
    /// List what operators did.
    Audit(audit::Args),
    /// Look at pairs of records that may be the same software.
    #[command(subcommand)]
    Candidates(candidates::Args),
    /// Decide whether two records are the same software; look at such decisions, take them back.
    #[command(subcommand)]
    Verdict(verdict::Args),
    /// Explain what a statement about a licence means.
    Licence(licence::Args),
    /// Write the whole catalogue as a file.
    Export(export::Args),
    /// Rebuild the search index of every running server from nothing, while the old one serves.
    Reindex,
    /// Bring the database schema up to date.
    Migrate,
    /// Print the settings in force, secrets masked.
    Config,
}

/// Runs the command that the arguments name.
///
/// # Errors
/// Whatever the command cannot do, with what to do about it.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let listen = match &cli.command {
        Command::Serve { listen } => listen.clone(),
        _ => None,
    };
    let flags = Flags { file: cli.config, listen, database: cli.database };
    let settings = Settings::load(&flags)?;
    log::start(&settings)?;
    match cli.command {
        Command::Serve { .. } => serve::run(settings).await,
        Command::Harvest(args) => harvest::run(&settings, args).await,
        Command::Runs(args) => runs::run(&settings, args).await,
        Command::Sources(args) => sources::run(&settings, args).await,
        Command::Findings(args) => findings::run(&settings, args).await,
        Command::Reprocess(args) => reprocess::run(&settings, args).await,
        Command::Organisations(args) => organisations::run(&settings, args).await,
        Command::Token(args) => token::run(&settings, args).await,
        Command::Audit(args) => audit::run(&settings, args).await,
        Command::Candidates(args) => candidates::run(&settings, args).await,
        Command::Verdict(args) => verdict::run(&settings, args).await,
        Command::Licence(args) => licence::run(&settings, args).await,
        Command::Export(args) => export::run(&settings, args).await,
        Command::Reindex => reindex::run(&settings).await,
        Command::Migrate => migrate::run(&settings).await,
        Command::Config => config::run(&settings),
    }
}

/// An error and its causes in one line. Many errors repeat their cause in their own words: what has
/// been said is not said again.
pub fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(|cause| one_line(&without_excerpt(&cause.to_string()))) {
        if told.contains(&cause) {
            continue;
        }
        if !told.is_empty() {
            told.push_str(": ");
        }
        told.push_str(&cause);
    }
    told
}

/// A message without the lines of a file that it shows, such as those of a TOML reader: their place
/// is named beside them.
fn without_excerpt(message: &str) -> String {
    let is_excerpt = |line: &&str| {
        line.trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start()
            .starts_with('|')
    };
    let lines: Vec<&str> =
        message.lines().filter(|line| !is_excerpt(line)).map(str::trim).collect();
    lines.join(" ")
}

/// The most rows that a command lists at once.
const MOST_ROWS: u64 = 100_000;

/// Who acts by the command line, for the log of acts.
fn actor() -> Actor {
    Actor::command_line(std::env::var("USER").ok().as_deref())
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn an_error_is_told_once_and_in_one_line() {
        for (error, expected) in [
            (
                anyhow!("lost").context("the store failed: lost").context("cannot start"),
                "cannot start: the store failed: lost",
            ),
            (anyhow!("refused").context("no answer"), "no answer: refused"),
            (
                anyhow!(
                    "TOML parse error at line 1, column 8\n  |\n1 | [server\n  |        ^\nunclosed table\n in x.toml"
                ),
                "TOML parse error at line 1, column 8 unclosed table in x.toml",
            ),
        ] {
            assert_eq!(told(&error), expected);
        }
    }
}
