//! `fedcat reindex`

use crate::config::Settings;
use crate::setup;
use crate::store::{StoreError, events};

/// The index lives in the memory of each server, so a rebuild is asked for through the database:
/// every running server sees the request, builds a new index beside the old one and swaps them.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let store = setup::open(settings).await?;
    let tx = store.write().await?;
    let generation = events::request_reindex(&tx).await?;
    tx.commit().await.map_err(StoreError::from)?;
    println!(
        "asked for index generation {generation}: running servers rebuild now, others when they start"
    );
    Ok(())
}
