//! The command line: one file a subcommand.

mod actor;
mod audit;
mod candidates;
mod config;
mod consent;
mod error;
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
mod run_summary;
mod runs;
mod serve;
mod signals;
mod sources;
mod table;
mod token;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Flags, Listen, Settings};
use error::in_one_line;

/// A federated catalogue of the free and open-source software that public administrations use.
#[derive(Debug, Parser)]
#[command(name = "fedcat", version, about, propagate_version = true)]
struct Cli {
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

/// The whole program: reads the arguments, carries out the command, and says what went wrong. It
/// stands here rather than in the binary, so that all that it awaits is compiled with the library.
#[tokio::main]
pub async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fedcat: {}", in_one_line(&error));
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.into_iter().any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Runs the command that the arguments name.
async fn run(cli: Cli) -> anyhow::Result<()> {
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
