//! Search engines for tests: the embedded one always, and a Meilisearch where
//! `FEDCAT_TEST_MEILISEARCH` names a server and `FEDCAT_TEST_MEILISEARCH_KEY` a key for it.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use fedcat::search::embedded::Embedded;
use fedcat::search::meilisearch::{Connection, Meilisearch};
use fedcat::search::{Schema, SearchIndex, Synonyms};
use futures_util::FutureExt;
use uuid::Uuid;

use super::skipped::skipped;

/// The variable that names a server, and the one that names a key that may do everything there.
const SERVER: &str = "FEDCAT_TEST_MEILISEARCH";
const KEY: &str = "FEDCAT_TEST_MEILISEARCH_KEY";

/// An empty embedded engine.
pub fn embedded(schema: &Schema, synonyms: &Synonyms) -> Embedded {
    Embedded::new(schema.clone(), synonyms.clone()).expect("an empty index")
}

/// Runs a test on a Meilisearch, if there is one, with indexes of its own that are removed
/// afterwards.
pub async fn on_meilisearch(
    schema: &Schema,
    synonyms: &Synonyms,
    test: impl AsyncFnOnce(&dyn SearchIndex),
) {
    let Some(connection) = server() else { return };
    let engine = Meilisearch::new(schema.clone(), synonyms.clone(), &connection);
    let engine = engine.expect("an engine");
    let ended = AssertUnwindSafe(test(&engine)).catch_unwind().await;
    engine.remove().await.expect("removed");
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

/// The server that the environment names, with a new name for the index.
pub fn server() -> Option<Connection> {
    let Ok(url) = std::env::var(SERVER) else {
        skipped(&format!(
            "Meilisearch; set {SERVER}=http://127.0.0.1:7700, and {KEY} to a key that may do \
             everything there, to run it too"
        ));
        return None;
    };
    Some(connection(&url, std::env::var(KEY).ok()))
}

/// A connection without much patience.
pub fn connection(url: &str, key: Option<String>) -> Connection {
    Connection {
        url: url.to_owned(),
        index: format!("fedcat_test_{}", Uuid::now_v7().simple()),
        origin: "a test".to_owned(),
        search_key: key.clone(),
        admin_key: key,
        timeout: Duration::from_secs(10),
        patience: Duration::from_secs(120),
    }
}
