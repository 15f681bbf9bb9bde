//! `fedcat reindex`

use std::sync::Arc;

use anyhow::{Context, bail};

use crate::catalogue::needs;
use crate::config::Settings;
use crate::publish::index::Follower;
use crate::setup;
use crate::store::{Store, StoreError, events};

/// An index in the memory of each server is rebuilt by asking for it through the database: every
/// running server sees the request. One that the servers share is rebuilt here, once for all.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let store = setup::open(settings).await?;
    let index =
        setup::search_engine(&settings.search, &store).await.context("the search engine")?;
    if !index.is_shared() {
        return ask(&store).await;
    }
    let labels = Arc::new(needs::labels()?);
    let Some(documents) = Follower { store, index, labels }.rebuild_alone().await? else {
        bail!("another process writes to the search index now: try again when it has ended");
    };
    println!("rebuilt the search index: {documents} documents");
    Ok(())
}

async fn ask(store: &Store) -> anyhow::Result<()> {
    let tx = store.write().await?;
    let generation = events::request_reindex(&tx).await?;
    tx.commit().await.map_err(StoreError::from)?;
    println!(
        "asked for index generation {generation}: running servers rebuild now, others when they start"
    );
    Ok(())
}
