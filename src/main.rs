//! The binary: reads the arguments and calls the library.

use std::process::ExitCode;

use clap::Parser;
use fedcat::cli::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fedcat: {error:#}");
            ExitCode::FAILURE
        }
    }
}
