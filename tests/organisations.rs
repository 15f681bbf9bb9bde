//! Organisations are loaded from directories under ids that stay. On every database.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeMap;

use fedcat::catalogue::organisation::{Directory, Organisation};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::store::organisations::{self, Loaded};
use fedcat::store::users::{User, users};
use fedcat::store::{Store, events};
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{at, harvest, put_source, source};
use uuid::Uuid;

fn organisation(name: &str, identifiers: &[&str]) -> Organisation {
    Organisation {
        name: LocalizedText::single(Lang::unknown(), name),
        country: Some("FR".to_owned()),
        identifiers: identifiers.iter().map(|id| id.parse().expect("an identifier")).collect(),
        ..Organisation::default()
    }
}

async fn load(store: &Store, directory: &str, all: &[Organisation], time: &str) -> Loaded {
    let tx = store.write().await.expect("a transaction");
    let loaded = organisations::load(&tx, directory, all, at(time)).await.expect("loaded");
    tx.commit().await.expect("committed");
    loaded
}

async fn ids(store: &Store) -> BTreeMap<String, Uuid> {
    let all = organisations::all(store.read()).await.expect("organisations");
    all.into_iter().map(|(id, one)| (one.name.get("und").expect("a name").to_owned(), id)).collect()
}

#[tokio::test]
async fn an_organisation_keeps_its_id_and_nothing_is_lost() {
    on_each(|store| async move {
        let office = organisation("Office d'exemple", &["siren:130025265"]);
        let city = organisation("Ville d'Exemple", &["wikidata:Q1"]);
        let both = [office.clone(), city.clone()];
        let loaded = load(&store, "fr", &both, "2026-01-01T00:00:00Z").await;
        assert_eq!(loaded, Loaded { added: 2, ..Loaded::default() });
        let first = ids(&store).await;

        let before = events::last(store.read()).await.expect("a number");
        let loaded = load(&store, "fr", &both, "2026-01-02T00:00:00Z").await;
        assert_eq!(loaded, Loaded { unchanged: 2, ..Loaded::default() });
        assert_eq!(events::last(store.read()).await.expect("a number"), before);

        let renamed = organisation("Agence d'exemple", &["siren:130025265", "wikidata:Q2"]);
        let loaded =
            load(&store, "fr", std::slice::from_ref(&renamed), "2026-01-03T00:00:00Z").await;
        assert_eq!(loaded, Loaded { updated: 1, missing: 1, ..Loaded::default() });
        let now = ids(&store).await;
        assert_eq!(now["Agence d'exemple"], first["Office d'exemple"]);
        assert_eq!(now["Ville d'Exemple"], first["Ville d'Exemple"], "absence is not deletion");
        assert_eq!(organisations::listed(store.read(), "fr").await.expect("a number"), 1);

        let loaded = load(&store, "fr", &[renamed, city], "2026-01-04T00:00:00Z").await;
        assert_eq!(loaded, Loaded { updated: 1, unchanged: 1, ..Loaded::default() });
        assert_eq!(ids(&store).await, now);
        assert_eq!(events::last(store.read()).await.expect("a number"), before + 3);
    })
    .await;
}

#[tokio::test]
async fn what_contradicts_itself_is_left_out() {
    on_each(|store| async move {
        let one = organisation("One", &["siren:130025265"]);
        let two = organisation("Two", &["wikidata:Q2"]);
        load(&store, "fr", &[one.clone(), two.clone()], "2026-01-01T00:00:00Z").await;
        let both = organisation("Both", &["siren:130025265", "wikidata:Q2"]);
        let again = organisation("One again", &["siren:130025265"]);
        let nobody = organisation("Nobody", &[]);
        let all = [one.clone(), again, both, nobody, two.clone()];
        let loaded = load(&store, "fr", &all, "2026-01-02T00:00:00Z").await;
        assert_eq!(loaded, Loaded { contradictory: 5, ..Loaded::default() });
        let loaded = load(&store, "other", &[two], "2026-01-03T00:00:00Z").await;
        assert_eq!(loaded, Loaded { contradictory: 1, ..Loaded::default() });
        let stored = organisations::all(store.read()).await.expect("organisations");
        let directory = Directory::new(stored.into_iter().map(|(_, one)| one).collect());
        assert!(directory.with_identifier(one.identifiers.first().expect("one")).is_some());
    })
    .await;
}

#[tokio::test]
async fn a_user_is_an_organisation_only_where_that_is_certain() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let url = format!("{}/export.json", fixture.url);
        put_source(&store, source("fr-a", "comptoir-du-libre", &url, &fixture.host)).await;
        let software = |id: u32, users: &[&str]| {
            let users: Vec<Value> = users.iter().map(|name| json!({ "name": name })).collect();
            json!({"id": id, "name": format!("Outil {id}"), "licence": "EUPL-1.2", "users": users})
        };
        let export = json!({"softwares": [
            software(1, &["Office d'exemple", "MI", "Académie de Lille"]),
            software(2, &["OFFICE D’EXEMPLE (OE)", "Office d'exemple", "MI"]),
        ]});
        fixture.set("/export.json", Reply::json(export.to_string()));
        harvest(&store, "fr-a", "2026-01-01T00:00:00Z").await;
        let told = async || -> Vec<String> {
            let users = users(&store).await.expect("users");
            let line = |user: &User| {
                let id = user.organisation.as_ref().and_then(|(_, one)| one.identifiers.first());
                let id = id.map(ToString::to_string).unwrap_or_default();
                let names: Vec<&str> = user.written.iter().map(|(name, _)| name.as_str()).collect();
                format!("{} {} {id}", user.software, names.join(" = "))
            };
            users.iter().map(line).collect()
        };
        assert_eq!(
            told().await,
            ["2 MI ", "2 Office d'exemple ", "1 Académie de Lille ", "1 OFFICE D’EXEMPLE (OE) "]
        );
        let all = [
            organisation("Office d'exemple", &["siren:130025265"]),
            organisation("Ministère de l'intérieur d'exemple (MI)", &["wikidata:Q1"]),
            organisation("Rectorat - Académie de Lille", &["wikidata:Q2"]),
        ];
        load(&store, "fr", &all, "2026-01-02T00:00:00Z").await;
        assert_eq!(
            told().await,
            [
                "2 MI ",
                "2 OFFICE D’EXEMPLE (OE) = Office d'exemple siren:130025265",
                "1 Académie de Lille ",
            ]
        );
    })
    .await;
}
