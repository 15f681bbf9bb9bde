//! `fedcat migrate`

use crate::config::Settings;
use crate::store::Store;

pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let store = Store::open(&settings.database.url).await?;
    store.migrate().await?;
    println!("the database schema is up to date");
    Ok(())
}
