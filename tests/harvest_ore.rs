//! The lists of an Open Resource Exchange are one listing: with the administrations' names, and
//! complete only together.

mod support;

use fedcat::store::entity::{record, source};
use fedcat::store::findings;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{harvest, put_source, source, told};

const ADMINISTRATIONS: &str = include_str!("fixtures/ore/administrations.json");
const SOFTWARE: &str = include_str!("fixtures/ore/software.json");
const CODE: &str = include_str!("fixtures/ore/code.json");

#[tokio::test]
async fn the_lists_are_complete_only_together() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let facts = source("ca-ore", "ore", &format!("{}/ore", fixture.url), &fixture.host);
        let options = json!({"allow": [fixture.host], "lists": ["software.json", "code.json"],
                             "administrations": "administrations.json"});
        put_source(&store, source::Model { options: options.to_string(), ..facts }).await;
        fixture.set("/ore/administrations.json", Reply::json(ADMINISTRATIONS));
        fixture.set("/ore/software.json", Reply::json(SOFTWARE));
        let row = harvest(&store, "ca-ore", "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "incomplete: read 2 added 2 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0"
        );
        let codes = findings::by_code(store.read(), Some("ca-ore")).await.expect("findings");
        assert!(codes.iter().any(|(code, _)| code == "listing-http-status"), "{codes:?}");

        fixture.set("/ore/code.json", Reply::json(CODE));
        let row = harvest(&store, "ca-ore", "2026-01-02T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 5 added 3 updated 0 unchanged 2 skipped 0 failed 0 missing 0 withdrawn 0"
        );
        let records = record::Entity::find().all(store.read()).await.expect("records");
        let content = |id: &str| -> Value {
            let record = records.iter().find(|record| record.external_id == id).expect("a record");
            serde_json::from_str(&record.content).expect("JSON")
        };
        let users = content("software/parcel")["usages"].clone();
        assert_eq!(
            users,
            json!([
                {"organisation": "Example Office", "country": "CA", "evidence": "catalogue",
                 "since": "2018-01-02"},
                {"organisation": "other-autre", "country": "CA", "evidence": "catalogue"},
            ])
        );
        let ids = records.iter().filter(|record| record.external_id.starts_with("code/")).count();
        assert_eq!(ids, 3, "two releases with one name and repository are two");

        fixture.set("/ore/software.json", Reply::json("{}"));
        fixture.set("/ore/code.json", Reply::json("[]"));
        let row = harvest(&store, "ca-ore", "2026-01-03T00:00:00Z").await;
        assert_eq!((row.complete, row.counts().missing), (false, 0), "{:?}", row.reason);
    })
    .await;
}
