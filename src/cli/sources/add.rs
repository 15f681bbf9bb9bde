//! `fedcat sources add`

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::cli::actor::actor;
use crate::harvest::connectors;
use crate::seeds::{self, SourceSeed};
use crate::setup::source_of;
use crate::store::audit::{self, About, Act};
use crate::store::entity::source;
use crate::store::{Store, StoreError, sources};
use crate::{clock, seeds::read_sources};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A TOML file with one [[source]] or more; `-` reads it from the standard input.
    file: PathBuf,
}

pub async fn run(store: &Store, args: &Args) -> anyhow::Result<()> {
    let given = read(&args.file)?;
    let built_in = seeds::sources()?;
    if let Some(taken) = given.iter().find(|one| built_in.iter().any(|seed| seed.id == one.id)) {
        bail!(
            "{} is the id of a built-in source: choose another one, or read it elsewhere with `fedcat sources address {0} URL`",
            taken.id
        );
    }
    let now = clock::now();
    let mut told = Vec::new();
    let tx = store.write().await?;
    for seed in given {
        let row = source_of(seed, now);
        let word = match sources::get(&tx, &row.id).await {
            Ok(_) => "changed",
            Err(StoreError::NotFound { .. }) => "added",
            Err(error) => return Err(error.into()),
        };
        told.push(format!("{word} {}", row.id));
        let about = About { source: Some(&row.id), detail: row.url.as_deref(), run: None };
        audit::write(&tx, &actor(), Act::Add, about, now).await?;
        if word == "changed" {
            sources::bring_back(&tx, &row.id).await?;
        }
        sources::put(&tx, row).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    println!("{}", told.join("\n"));
    Ok(())
}

/// The sources in a file, whose connectors exist and understand their options.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<SourceSeed>> {
    let name = file.display().to_string();
    let text = if name == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?
    };
    let seeds = read_sources(&name, &text)?;
    for seed in &seeds {
        check(seed).with_context(|| format!("source {}", seed.id))?;
    }
    Ok(seeds)
}

/// The row of the only source in a file.
pub(super) fn read_one(file: &Path) -> anyhow::Result<source::Model> {
    let mut seeds = read(file)?;
    match (seeds.pop(), seeds.len()) {
        (Some(seed), 0) => Ok(source_of(seed, clock::now())),
        (_, more) => bail!("{} holds {} sources: expected one", file.display(), more + 1),
    }
}

fn check(seed: &SourceSeed) -> anyhow::Result<()> {
    let Some(connector) = connectors::by_name(&seed.connector) else {
        let known: Vec<&str> = connectors::ALL.iter().map(|one| one.name()).collect();
        bail!("there is no connector {}: expected one of {}", seed.connector, known.join(", "));
    };
    connector.check(&seed.options).context("its options")
}
