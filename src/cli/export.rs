//! `fedcat export`

use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use futures_util::TryStreamExt;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::config::Settings;
use crate::publish::export::{Format, stream};
use crate::setup;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the file.
    #[arg(long, value_enum)]
    format: FormatArg,
    /// File to write; without it, standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatArg {
    /// One JSON object a line, with provenance.
    Ndjson,
    /// A table for spreadsheets.
    Csv,
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = setup::open_to_read(settings).await?;
    let format = match args.format {
        FormatArg::Ndjson => Format::Ndjson,
        FormatArg::Csv => Format::Csv,
    };
    let mut out: Box<dyn AsyncWrite + Unpin> = match &args.output {
        Some(path) => Box::new(
            tokio::fs::File::create(path)
                .await
                .with_context(|| format!("cannot write {}", path.display()))?,
        ),
        None => Box::new(tokio::io::stdout()),
    };
    let mut chunks = std::pin::pin!(stream(store, settings.server.public_url.clone(), format));
    while let Some(chunk) = chunks.try_next().await? {
        out.write_all(&chunk).await?;
    }
    out.flush().await?;
    Ok(())
}
