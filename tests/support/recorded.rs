//! The recorded catalogues, to be harvested into one store. They are not part of this repository.
#![allow(clippy::indexing_slicing, reason = "helpers of tests are tests")]

use std::path::Path;

use fedcat::seeds;
use fedcat::store::Store;
use serde_json::{Map, Value, json};

use super::fixture::{Fixture, Reply};
use super::jekyll::data;
use super::{harvest, put_source, source};

/// A recorded catalogue: its id, its connector, where it begins, and what is served where.
pub struct Recorded {
    pub id: &'static str,
    pub connector: &'static str,
    path: String,
    /// Bodies by path and query.
    bodies: Vec<(String, String)>,
}

impl Recorded {
    /// One document.
    fn one(folder: &Path, id: &'static str, connector: &'static str, file: &str) -> Self {
        let path = format!("/{id}");
        let bodies = vec![(path.clone(), read(folder, file))];
        Self { id, connector, path, bodies }
    }
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).expect("a recorded file")
}

/// What there is, in the order in which it is harvested.
pub fn recorded(folder: &Path) -> Vec<Recorded> {
    let one = |id, connector, file: &str| Recorded::one(folder, id, connector, file);
    vec![
        one("fr-sill", "catalogi", "fr-sill/sill-2021-06-10.json"),
        italy(folder),
        one("dpga", "dpg", "dpg/api-2023-dpgs.json"),
        canada(folder),
        one("ropensci", "codemeta", "codemeta/ropensci-raw_cm.json"),
        one("tw-code-gov", "json-list", "tw-code-gov/projects.json"),
        one("fi-avoinkoodi", "json-list", "fi-avoinkoodi/projects.json"),
        one("worldbank", "json-list", "worldbank/repos.json"),
        one("us-epa", "code-json", "us-code-json/dsacms-2025/EPA-index.json"),
        one("us-hhs", "code-json", "us-code-json/dsacms-2025/HHS-index.json"),
        one("us-nasa", "code-json", "us-code-json/NASA-code-2026.json"),
        one("us-nsf", "code-json", "us-code-json/dsacms-2025/NSF-index.json"),
        one("us-ssa", "code-json", "us-code-json/dsacms-2025/SSA-index.json"),
        one("us-usda", "code-json", "us-code-json/dsacms-2025/USDA-index.json"),
        one("us-gsa", "code-json", "us-code-json/dsacms-2025/GSA-index.json"),
        one("us-dol", "code-json", "us-code-json/code-gov-fallback-2020/DOL.json"),
    ]
}

fn italy(folder: &Path) -> Recorded {
    let page = |number: u32| {
        read(folder, &format!("it-developers-italia/api-v1-software-page{number}.json"))
    };
    let (first, second) = (page(1), page(2));
    let next: Value = serde_json::from_str(&first).expect("JSON");
    let next = next["links"]["next"].as_str().expect("a link").to_owned();
    let cursor = next.split_once("page[after]=").expect("a cursor").1;
    let cursor: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
    let path = "/v1/software".to_owned();
    let base = format!("{path}?all=true&page%5Bsize%5D=100");
    let bodies = vec![(base.clone(), first), (format!("{base}&page%5Bafter%5D={cursor}"), second)];
    Recorded { id: "it-developers-italia", connector: "software-catalog-api", path, bodies }
}

fn canada(folder: &Path) -> Recorded {
    let document = |name: &str| {
        (format!("/ore/{name}.json"), data(&folder.join("ca-ore").join(name)).to_string())
    };
    let bodies = ["administrations", "software", "code"].map(document).to_vec();
    Recorded { id: "ca-ore", connector: "ore", path: "/ore/".to_owned(), bodies }
}

/// The options that the source has in the seeds. Files at forges are not recorded.
fn options(id: &str, connector: &str) -> Map<String, Value> {
    let seed = seeds::sources().expect("seeds").into_iter().find(|seed| seed.id == id);
    let mut options = seed.map(|seed| seed.options).unwrap_or_default();
    if connector == "json-list" && options.get("publiccode") != Some(&json!("inline")) {
        options.insert("publiccode".to_owned(), json!("none"));
    }
    options
}

/// Harvests what was recorded; returns the number of items that were read and how it ended.
pub async fn take_in(store: &Store, fixture: &Fixture, one: &Recorded) -> (i64, String) {
    for (path, body) in &one.bodies {
        fixture.set(path, Reply::json(body.clone()));
    }
    let url = format!("{}{}", fixture.url, one.path);
    let facts = source(one.id, one.connector, &url, &fixture.host);
    let mut options = options(one.id, one.connector);
    options.insert("allow".to_owned(), json!([fixture.host]));
    let options = Value::Object(options).to_string();
    put_source(store, source::Model { options, ..facts }).await;
    let row = harvest(store, one.id, "2026-01-01T00:00:00Z").await;
    (row.items_read, row.state.to_string())
}
