//! Catalogues that list the same programs under different keys, and which records make an entry.

use std::collections::{BTreeMap, BTreeSet};

use fedcat::store::Store;
use fedcat::store::entity::record;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::{Fixture, Reply};
use super::listing::entry;
use super::{harvest, put_source, source};

/// Sources at one server.
pub struct Catalogues {
    fixture: Fixture,
}

impl Catalogues {
    /// Sources with these ids that list nothing yet.
    pub async fn of(store: &Store, ids: &[&str]) -> Self {
        let fixture = Fixture::start().await;
        for id in ids {
            let url = format!("{}/{id}.json", fixture.url);
            put_source(store, source(id, "catalogi", &url, &fixture.host)).await;
        }
        Self { fixture }
    }

    /// What a source lists from now on is read at once.
    pub async fn list(&self, store: &Store, source: &str, time: &str, entries: &[Value]) {
        let body = Value::from(entries.to_vec()).to_string();
        self.fixture.set(&format!("/{source}.json"), Reply::json(body));
        let row = harvest(store, source, time).await;
        assert_eq!(row.state.as_str(), "succeeded", "{:?}", row.reason);
    }
}

/// An entry with the number 1, by its name, its item at Wikidata and its repository.
pub fn program(name: &str, item: Option<&str>, repository: Option<&str>) -> Value {
    let mut listed = entry(1);
    let mut set = |field: &str, value: Value| {
        listed.as_object_mut().map(|fields| fields.insert(field.to_owned(), value));
    };
    set("name", json!(name));
    set("url", Value::Null);
    set("codeRepositoryUrl", json!(repository.map(|path| format!("https://github.com/{path}"))));
    if let Some(item) = item {
        set("externalId", json!(item));
        set("sourceSlug", json!("wikidata"));
    }
    listed
}

/// The entries, each as the records that make it, by source.
pub async fn entries(store: &Store) -> BTreeSet<Vec<String>> {
    let mut all: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for (source, software) in links(store).await {
        all.entry(software).or_default().push(source);
    }
    all.into_values().collect()
}

/// The entry of each record that is not withdrawn, by source.
pub async fn links(store: &Store) -> BTreeMap<String, Uuid> {
    let rows = record::Entity::find().all(store.read()).await.expect("records");
    rows.into_iter()
        .filter(|row| row.state.as_str() != "withdrawn")
        .map(|row| (row.source_id, row.software_id.expect("an entry")))
        .collect()
}

/// Entries as [`entries`] gives them.
pub fn made_of(all: &[&[&str]]) -> BTreeSet<Vec<String>> {
    all.iter().map(|one| one.iter().map(|source| (*source).to_owned()).collect()).collect()
}
