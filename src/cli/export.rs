//! `fedcat export`

use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use futures_util::TryStreamExt;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::config::Settings;
use crate::publish::export::{Format, Which, stream};
use crate::setup;
use crate::web::export_table::table;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the file.
    #[arg(long, value_enum)]
    format: FormatArg,
    /// Columns of the table in their order, such as `name,licence`; without it, all.
    #[arg(long, value_name = "NAMES")]
    columns: Option<String>,
    /// Write the table for a spreadsheet: a byte order mark, semicolons and columns named in the
    /// words of its readers.
    #[arg(long)]
    excel: bool,
    /// Language of whoever reads the table.
    #[arg(long, value_parser = ["en", "fr", "de", "it", "es", "nl"])]
    lang: Option<String>,
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
    let format = args.format()?;
    let store = setup::open_to_read(settings).await?;
    let mut out: Box<dyn AsyncWrite + Unpin> = match &args.output {
        Some(path) => Box::new(
            tokio::fs::File::create(path)
                .await
                .with_context(|| format!("cannot write {}", path.display()))?,
        ),
        None => Box::new(tokio::io::stdout()),
    };
    let public_url = settings.server.public_url.clone();
    let mut chunks = std::pin::pin!(stream(store, public_url, format, Which::All));
    while let Some(chunk) = chunks.try_next().await? {
        out.write_all(&chunk).await?;
    }
    out.flush().await?;
    Ok(())
}

impl Args {
    fn format(&self) -> anyhow::Result<Format> {
        match self.format {
            FormatArg::Csv => {
                let lang = self.lang.as_deref().unwrap_or("en");
                Ok(Format::Csv(table(self.columns.as_deref(), lang, self.excel)?))
            }
            FormatArg::Ndjson if self.columns.is_some() || self.excel || self.lang.is_some() => {
                anyhow::bail!("--columns, --excel and --lang are for tables: expected --format csv")
            }
            FormatArg::Ndjson => Ok(Format::Ndjson),
        }
    }
}
