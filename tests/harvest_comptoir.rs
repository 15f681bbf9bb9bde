//! What the Comptoir du Libre says is joined with what SILL says of the same software.

mod support;

use fedcat::store::entity::source;
use fedcat::store::{Store, findings, tally};
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::stores::on_each;
use support::{harvest, put_source, source, told};

const SILL: &str = "/sill/api/v2/catalogi.json";
const COMPTOIR: &str = "/export.json";

/// The two catalogues on one server. The numbers of SILL's entries are identifiers.
async fn catalogues(store: &Store) -> Fixture {
    let fixture = Fixture::start().await;
    let url = |path: &str| format!("{}{path}", fixture.url);
    let sill = source("fr-sill", "catalogi", &url(SILL), &fixture.host);
    let options = json!({"allow": [fixture.host], "register": "sill"}).to_string();
    put_source(store, source::Model { options, ..sill }).await;
    let comptoir = source("fr-comptoir", "comptoir-du-libre", &url(COMPTOIR), &fixture.host);
    put_source(store, comptoir).await;
    fixture
}

fn sill(id: u32, name: &str, identifiers: &Value) -> Value {
    json!({
        "id": id, "name": name, "description": {"fr": "Fait une chose"}, "license": "EUPL-1.2",
        "addedTime": "2025-01-01T00:00:00.000Z", "identifiers": identifiers,
    })
}

fn property(site: &str, value: &str) -> Value {
    json!([{"@type": "PropertyValue", "additionalType": "Software", "value": value,
            "subjectOf": {"@type": "Website", "additionalType": site}}])
}

fn comptoir(id: u32, name: &str, resources: &Value) -> Value {
    json!({"id": id, "name": name, "licence": "EUPL 1.2", "external_resources": resources,
           "users": [{"id": 1, "name": "Ville d'Exemple", "type": "Administration"}]})
}

fn export(entries: &[Value], declared: usize) -> Reply {
    Reply::json(json!({"number_of_software": declared, "softwares": entries}).to_string())
}

#[tokio::test]
async fn each_register_that_both_know_joins_their_entries() {
    on_each(|store| async move {
        let fixture = catalogues(&store).await;
        let mut with_repository = sill(5, "Cinq", &json!([]));
        with_repository["codeRepositoryUrl"] = "https://github.com/example-org/cinq".into();
        let in_sill = [
            sill(1, "Un", &property("wikidata", "Q900000001")),
            sill(2, "Deux", &property("ComptoirDuLibre", "102")),
            sill(3, "Trois", &property("FramaLibre", "trois")),
            sill(4, "Quatre", &json!([])),
            with_repository,
            sill(6, "Six", &json!([])),
        ];
        let in_comptoir = [
            comptoir(101, "One", &json!({"wikidata": {"id": "Q900000001"}, "sill": []})),
            comptoir(102, "Two", &json!([])),
            comptoir(103, "Three", &json!({"framalibre": {"slug": "trois"}})),
            comptoir(104, "Four", &json!({"sill": {"id": 4}, "wikidata": []})),
            comptoir(
                105,
                "Five (Cinq)",
                &json!({"repository": "https://github.com/Example-Org/Cinq.git"}),
            ),
            comptoir(106, "Seven", &json!({"sill": []})),
        ];
        fixture.set(SILL, Reply::json(Value::from(in_sill.to_vec()).to_string()));
        fixture.set(COMPTOIR, export(&in_comptoir, 6));
        for source in ["fr-sill", "fr-comptoir"] {
            let row = harvest(&store, source, "2026-01-01T00:00:00Z").await;
            assert_eq!(row.counts().added, 6, "{}: {:?}", told(&row), row.reason);
        }
        let software = tally::totals(store.read()).await.expect("totals").software;
        assert_eq!(software, 7, "five pairs, and one entry in each alone");
    })
    .await;
}

#[tokio::test]
async fn one_bad_row_fails_alone_and_a_wrong_count_makes_the_listing_incomplete() {
    on_each(|store| async move {
        let fixture = catalogues(&store).await;
        let bad = json!({"id": 103, "name": null});
        let rows = [comptoir(101, "Un", &json!([])), bad, comptoir(102, "Deux", &json!([]))];
        fixture.set(COMPTOIR, export(&rows, 3));
        let row = harvest(&store, "fr-comptoir", "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 3 added 2 updated 0 unchanged 0 skipped 0 failed 1 missing 0 withdrawn 0"
        );
        fixture.set(COMPTOIR, export(&rows[..1], 3));
        let row = harvest(&store, "fr-comptoir", "2026-01-02T00:00:00Z").await;
        assert_eq!((row.complete, row.counts().missing), (false, 0), "{:?}", row.reason);
        let codes = findings::by_code(store.read(), Some("fr-comptoir")).await.expect("findings");
        assert!(codes.iter().any(|(code, _)| code == "listing-count-differs"), "{codes:?}");
    })
    .await;
}
