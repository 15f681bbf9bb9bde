//! Wikidata as a source that adds to what others list, and lists nothing itself.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use axum::http::header;
use fedcat::catalogue::keys::KeyKind;
use fedcat::store::entity::{record, source as source_row};
use fedcat::store::{Store, findings, records, tally};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::listing::PATH;
use support::stores::on_each;
use support::{harvest, put_source, source, told};
use url::Url;

/// Where the fixture server answers for Wikidata.
const API: &str = "/w/api.php";

/// A catalogue of two entries that name items, and Wikidata, at one server.
async fn fresh(store: &Store) -> Fixture {
    let fixture = Fixture::start().await;
    let url = format!("{}{PATH}", fixture.url);
    put_source(store, source("fr-test", "catalogi", &url, &fixture.host)).await;
    let url = format!("{}{API}", fixture.url);
    let facts =
        source_row::Model { priority: 95, ..source("wikidata", "wikidata", &url, &fixture.host) };
    put_source(store, facts).await;
    list(&fixture, &[(1, "Q900000001"), (2, "Q900000002")]);
    fixture
}

/// The catalogue now has these entries, each with its item.
fn list(fixture: &Fixture, entries: &[(u32, &str)]) {
    let entries: Vec<Value> = entries
        .iter()
        .map(|(id, item)| {
            let mut entry = support::listing::entry(*id);
            entry["externalId"] = json!(item);
            entry["sourceSlug"] = json!("wikidata");
            entry
        })
        .collect();
    fixture.set(PATH, Reply::json(Value::from_iter(entries).to_string()));
}

/// The path by which these items are asked for.
fn path(ids: &str, props: &str) -> String {
    let languages = "mul|en|bg|ca|cs|da|de|el|es|et|eu|fi|fr|ga|gl|hr|hu|is|it|lb|lt|lv|mk|mt|nb|\
                     nl|pl|pt|ro|sk|sl|sq|sr|sv|tr|uk|zh";
    let mut url = Url::parse("http://example.org/").expect("an address");
    url.query_pairs_mut()
        .append_pair("action", "wbgetentities")
        .append_pair("format", "json")
        .append_pair("maxlag", "5")
        .append_pair("props", props)
        .append_pair("languages", languages)
        .append_pair("ids", ids);
    format!("{API}?{}", url.query().expect("a query"))
}

fn items(ids: &str) -> String {
    path(ids, "labels|descriptions|claims")
}

fn entity(id: &str, licence: &str) -> Value {
    let licence = json!({"rank": "normal", "mainsnak": {"snaktype": "value",
        "datavalue": {"value": {"id": licence}}}});
    json!({"type": "item", "id": id, "labels": {"en": {"language": "en", "value": format!("Item {id}")}},
        "descriptions": [], "claims": {"P275": [licence]}})
}

fn answer(entities: &[(&str, Value)]) -> Reply {
    let entities: Value =
        entities.iter().map(|(id, one)| ((*id).to_owned(), one.clone())).collect();
    Reply::json(json!({"entities": entities, "success": 1}).to_string())
}

/// Answers for both items of [`fresh`] and for their licence.
fn serve(fixture: &Fixture) {
    let both = [
        ("Q900000001", entity("Q900000001", "Q900000020")),
        ("Q900000002", entity("Q900000002", "Q900000020")),
    ];
    fixture.set(&items("Q900000001|Q900000002"), answer(&both));
    let spdx = json!({"rank": "normal", "mainsnak": {"snaktype": "value",
        "datavalue": {"value": "EUPL-1.2"}}});
    let licence = json!({"id": "Q900000020", "claims": {"P2479": [spdx]}});
    fixture.set(&path("Q900000020", "claims"), answer(&[("Q900000020", licence)]));
}

async fn codes(store: &Store) -> Vec<String> {
    let found = findings::by_code(store.read(), Some("wikidata")).await.expect("findings");
    found.into_iter().map(|(code, _)| code).collect()
}

async fn states(store: &Store) -> Vec<(String, String)> {
    let rows = record::Entity::find().filter(record::Column::SourceId.eq("wikidata"));
    let rows = rows.all(store.read()).await.expect("records");
    let mut states: Vec<_> =
        rows.into_iter().map(|row| (row.external_id, row.state.to_string())).collect();
    states.sort();
    states
}

#[tokio::test]
async fn it_joins_what_others_list() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        serve(&fixture);
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let row = harvest(&store, "wikidata", "2026-01-02T01:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 2 added 2 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
            "{:?}",
            row.reason
        );
        // Two entries before, two after; each has a record of Wikidata.
        assert_eq!(tally::totals(store.read()).await.expect("totals").software, 2);
        let asked = fixture.asked();
        let of_licences = asked.iter().filter(|path| path.contains("Q900000020")).count();
        assert_eq!(of_licences, 1, "a licence is asked for once: {asked:?}");
        let row = harvest(&store, "wikidata", "2026-01-03T01:00:00Z").await;
        assert_eq!(row.counts().unchanged, 2, "{:?}", row.reason);
    })
    .await;
}

#[tokio::test]
async fn what_no_other_source_names_is_not_asked_for() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        // Nothing is known yet, so nothing is asked.
        let row = harvest(&store, "wikidata", "2026-01-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().read), ("succeeded", 0), "{:?}", row.reason);
        assert_eq!(fixture.asked(), Vec::<String>::new());
        serve(&fixture);
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        harvest(&store, "wikidata", "2026-01-02T01:00:00Z").await;
        // The second entry goes; with it, after the time that every source has, its item.
        list(&fixture, &[(1, "Q900000001")]);
        let one = entity("Q900000001", "Q900000020");
        fixture.set(&items("Q900000001"), answer(&[("Q900000001", one)]));
        for day in ["03", "15"] {
            harvest(&store, "fr-test", &format!("2026-01-{day}T00:00:00Z")).await;
            harvest(&store, "wikidata", &format!("2026-01-{day}T01:00:00Z")).await;
        }
        let state = |id: &str, state: &str| (id.to_owned(), state.to_owned());
        assert_eq!(
            states(&store).await,
            [state("Q900000001", "active"), state("Q900000002", "withdrawn")]
        );
    })
    .await;
}

#[tokio::test]
async fn an_item_that_could_join_nothing_is_not_asked_for() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        list(&fixture, &[(1, "Q900000001"), (2, "Q900000001"), (3, "Q900000003")]);
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let wanted = records::keys_of_others(store.read(), "wikidata", KeyKind::Wikidata).await;
        let wanted: Vec<String> = wanted.expect("keys").into_iter().collect();
        assert_eq!(wanted, ["Q900000003"]);
        let own = records::keys_of_others(store.read(), "fr-test", KeyKind::Wikidata).await;
        assert!(own.expect("keys").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_lag_is_a_come_back_later() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let lag = json!({"error": {"code": "maxlag", "lag": 7.1}}).to_string();
        for (pause, requests) in [("3600", 1), ("0", 4)] {
            let before = fixture.asked().len();
            let reply = Reply::json(lag.clone()).with(header::RETRY_AFTER, pause);
            fixture.set(&items("Q900000001|Q900000002"), reply);
            let row = harvest(&store, "wikidata", "2026-01-02T01:00:00Z").await;
            assert_eq!(row.state.as_str(), "failed", "{:?}", row.reason);
            assert_eq!(codes(&store).await, ["listing-busy"]);
            assert_eq!(fixture.asked().len() - before, requests);
        }
    })
    .await;
}

#[tokio::test]
async fn ids_that_never_were_do_not_stop_the_others() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        serve(&fixture);
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        let error = json!({"error": {"code": "no-such-entity", "id": "Q900000002"}});
        fixture.set(&items("Q900000001|Q900000002"), Reply::json(error.to_string()));
        let one = entity("Q900000001", "Q900000020");
        fixture.set(&items("Q900000001"), answer(&[("Q900000001", one)]));
        let row = harvest(&store, "wikidata", "2026-01-02T01:00:00Z").await;
        assert_eq!(row.state.as_str(), "succeeded", "{:?}", row.reason);
        assert_eq!((row.counts().added, row.counts().skipped), (1, 1));
        assert!(codes(&store).await.contains(&"wikidata-missing".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_lacks_an_item_makes_nothing_missing() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        serve(&fixture);
        harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        harvest(&store, "wikidata", "2026-01-02T01:00:00Z").await;
        let one = entity("Q900000001", "Q900000020");
        for reply in [
            answer(&[("Q900000001", one)]),
            Reply::json(json!({"error": {"code": "internal_api_error"}}).to_string()),
            Reply::json("{\"entities\":{"),
            Reply::status(500),
        ] {
            fixture.set(&items("Q900000001|Q900000002"), reply);
            let row = harvest(&store, "wikidata", "2026-01-03T01:00:00Z").await;
            assert_eq!((row.state.as_str(), row.counts().missing), ("failed", 0));
        }
    })
    .await;
}
