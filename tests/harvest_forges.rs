//! Lists of repositories, forges and registers, and the documents beside them: read from end to
//! end, with every answer that a server may give. On every database.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "harvest_forges/forges.rs"]
mod forges;
#[path = "harvest_forges/lists.rs"]
mod lists;
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use fedcat::harvest::pipeline::Unwatched;
use fedcat::store::entity::{finding, record, run};
use fedcat::store::{Store, events, runs};
use reqwest::header;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{at, harvest, harvester, put_source, source, told};

const ID: &str = "xx-test";

/// A publiccode.yml of a project with this name.
fn file(name: &str) -> String {
    format!("publiccodeYmlVersion: \"0.4\"\nname: {name}\nlegal:\n  license: EUPL-1.2\n")
}

fn text(body: impl Into<String>) -> Reply {
    Reply::json(body.into()).with(header::CONTENT_TYPE, "text/plain; charset=utf-8")
}

/// A source at the fixture server with options of its connector.
async fn put(store: &Store, fixture: &Fixture, connector: &str, path: &str, options: Value) {
    let mut facts = source(ID, connector, &format!("{}{path}", fixture.url), &fixture.host);
    let mut all: Map<String, Value> = serde_json::from_str(&facts.options).expect("JSON");
    if let Value::Object(options) = options {
        all.extend(options);
    }
    facts.options = Value::Object(all).to_string();
    put_source(store, facts).await;
}

/// What the server was asked for since the last time.
fn asked(fixture: &Fixture, before: &mut usize) -> Vec<String> {
    let all = fixture.asked();
    let new = all.iter().skip(*before).cloned().collect();
    *before = all.len();
    new
}

/// The names of the source's records with their states, by external id.
async fn records(store: &Store) -> BTreeMap<String, String> {
    let rows = record::Entity::find().filter(record::Column::SourceId.eq(ID)).all(store.read());
    rows.await
        .expect("records")
        .into_iter()
        .map(|row| {
            let content: Value = serde_json::from_str(&row.content).unwrap_or_default();
            let name = content.pointer("/name/und").and_then(Value::as_str).unwrap_or_default();
            let id = row.external_id.rsplit('/').next().unwrap_or_default().to_owned();
            (id, format!("{name} {}", row.state))
        })
        .collect()
}

fn named(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, said)| ((*id).to_owned(), (*said).to_owned())).collect()
}

/// Codes and paths of the open findings, without those about licences and missing keys.
async fn open_findings(store: &Store) -> Vec<String> {
    let rows = finding::Entity::find()
        .filter(finding::Column::SourceId.eq(ID))
        .filter(finding::Column::ClosedAt.is_null())
        .all(store.read())
        .await
        .expect("findings");
    let mut told: Vec<String> = rows
        .into_iter()
        .filter(|row| row.code != "publiccode-missing-key" && !row.code.starts_with("licence-"))
        .map(|row| format!("{} {}", row.code, row.path).trim().to_owned())
        .collect();
    told.sort();
    told
}

/// The run wrote nothing but its own row.
async fn wrote_nothing(store: &Store, row: &run::Model, events_before: i64) {
    let items = runs::items(store.read(), row.id, "", 10).await.expect("items");
    assert!(items.is_empty(), "{items:?}");
    assert_eq!(events::last(store.read()).await.expect("a number"), events_before);
}

/// A list of addresses at the fixture server, of projects with these names.
fn addresses(fixture: &Fixture, names: &[&str]) -> Reply {
    let list: Vec<String> =
        names.iter().map(|name| format!("{}/city/{name}", fixture.url)).collect();
    Reply::json(json!(list).to_string())
}

fn raw(name: &str, file: &str) -> String {
    format!("/api/v1/repos/city/{name}/raw/{file}")
}

async fn list_of_addresses(store: &Store) -> Fixture {
    let fixture = Fixture::start().await;
    let forges = json!({"forges": {fixture.host.clone(): "forgejo"}});
    put(store, &fixture, "json-list", "/list.json", forges).await;
    fixture
}
