//! `fedcat migrate`

use crate::config::Settings;
use crate::store::Store;
use crate::{clock, setup};

pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let store = Store::open(settings.database.url.reveal()).await?;
    store.migrate().await?;
    setup::load_sources(&store, clock::now()).await?;
    println!("the database schema is up to date");
    Ok(())
}
