//! A small Catalogi listing, the source that serves it, and what the store holds of it.

use fedcat::store::{Store, events, records, sources};
use serde_json::{Value, json};

use super::fixture::Fixture;
use super::{put_source, source};

/// Where the fixture server serves it.
pub const PATH: &str = "/api/v2/catalogi.json";

/// A catalogue with entries numbered `ids`.
pub fn catalogue(ids: impl IntoIterator<Item = u32>) -> String {
    Value::from_iter(ids.into_iter().map(entry)).to_string()
}

/// An entry with this number.
pub fn entry(id: u32) -> Value {
    json!({
        "id": id, "name": format!("Outil {id}"), "description": {"fr": format!("Fait la chose {id}")},
        "license": "MIT", "addedTime": "2025-01-01T00:00:00.000Z",
        "updateTime": "2025-01-01T00:00:00.000Z", "url": format!("https://outil{id}.example.org/"),
        "codeRepositoryUrl": format!("https://github.com/example-org/outil-{id}"),
        "keywords": [], "authors": [], "providers": [],
    })
}

/// A text without its last `n` bytes.
pub fn cut_off(text: &str, n: usize) -> String {
    text.split_at(text.len() - n).0.to_owned()
}

/// A source `fr-test` that asks a fixture server.
pub async fn fresh(store: &Store) -> Fixture {
    let fixture = Fixture::start().await;
    let url = format!("{}{PATH}", fixture.url);
    put_source(store, source("fr-test", "catalogi", &url, &fixture.host)).await;
    fixture
}

/// The records of `fr-test` that are active, missing and withdrawn.
pub async fn states(store: &Store) -> (i64, i64, i64) {
    let status = sources::status(store.read(), "fr-test", 1).await.expect("a status");
    (status.active, status.missing, status.withdrawn)
}

/// The number of the last event.
pub async fn last_event(store: &Store) -> i64 {
    events::last(store.read()).await.expect("a number")
}

/// Makes the records of a source such that other rules have read.
pub async fn forget_rules(store: &Store, source: &str) {
    let tx = store.write().await.expect("a transaction");
    records::forget_rules(&tx, source).await.expect("written");
    tx.commit().await.expect("committed");
}
