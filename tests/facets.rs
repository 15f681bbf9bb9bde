//! A row of the tables of facets and attributes is all that an index, the API, its document and a
//! page need of one.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use fedcat::publish::index::{Attribute, Facet, schema};
use fedcat::search::{Cursor, Document, Focus, Query, SearchIndex, Synonyms};
use support::app::App;
use support::engines::{embedded, on_meilisearch};
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

fn encoded(value: &str) -> String {
    byte_serialize(value.as_bytes()).collect()
}

#[tokio::test]
async fn every_facet_is_a_documented_parameter() {
    let document = App::empty().await.json("/api/v1/openapi.json").await;
    for route in ["/api/v1/search", "/api/v1/export/software.csv", "/api/v1/export/software.ndjson"]
    {
        let parameters = &document["paths"][route]["get"]["parameters"];
        let parameters = parameters.as_array().expect("parameters");
        for facet in Facet::ALL {
            let parameter = parameters.iter().find(|one| one["name"] == *facet.parameter());
            let parameter = parameter.unwrap_or_else(|| panic!("{route} lacks {facet}"));
            assert_eq!(parameter["description"], facet.description(), "{route} {facet}");
            let allowed = &parameter["schema"]["items"]["enum"];
            let allowed = allowed.as_array().map(Vec::as_slice).unwrap_or_default();
            assert_eq!(allowed, facet.allowed(), "{route} {facet}");
        }
    }
}

#[tokio::test]
async fn every_facet_is_counted_chosen_and_shown() {
    let app = App::seeded().await;
    let all = app.json("/api/v1/search").await;
    let landing = app.get("/?q=&sort=name&lang=en").await.body;
    let mut without_values = Vec::new();
    for facet in Facet::ALL {
        let parameter = facet.parameter();
        let values = all["facets"][&*parameter].as_array().expect("counts");
        let Some(value) = values.first() else {
            without_values.push(facet.name());
            continue;
        };
        let (value, count) = (value["value"].as_str().expect("a value"), &value["count"]);
        let value = encoded(value);
        let found = app.json(&format!("/api/v1/search?{parameter}={value}")).await;
        assert_eq!(&found["total"], count, "{facet}");
        let legend = format!("name=\"{facet}\"");
        assert!(landing.contains(&legend), "the page lacks {facet}");
        let chosen = app.get(&format!("/?{facet}={value}&lang=en")).await.body;
        assert!(chosen.contains(" checked>"), "{facet}");
    }
    assert_eq!(without_values, [""; 0]);
}

/// Of a document that has a value of each facet and a text of each attribute, every row finds it.
async fn every_row_finds(index: &dyn SearchIndex) {
    let named = |name: &'static str| vec![format!("of {name}")];
    let document = Document {
        id: Uuid::from_u128(1),
        texts: Attribute::ALL.iter().map(|attribute| named(attribute.name())).collect(),
        facets: Facet::ALL.iter().map(|facet| named(facet.name())).collect(),
        ..Document::default()
    };
    index.rebuild(vec![document], Cursor::default()).await.expect("built");
    for facet in Facet::ALL {
        let (name, values) = (facet.name().to_owned(), named(facet.name()));
        let count = vec![name.clone()];
        let query =
            Query { filters: [(name.clone(), values.clone())].into(), count, ..Query::default() };
        let answer = index.search(&query).await.expect("an answer");
        assert_eq!(answer.total, 1, "{facet}");
        assert_eq!(answer.facets[&name], [(values[0].clone(), 1)], "{facet}");
    }
    for attribute in Attribute::ALL {
        let text = attribute.name().to_owned();
        let focus = Focus::Only(text.clone());
        let query = Query { text, focus, ..Query::default() };
        assert_eq!(index.search(&query).await.expect("an answer").total, 1, "{query:?}");
    }
}

#[tokio::test]
async fn every_row_is_a_field_of_either_engine() {
    let (schema, synonyms) = (schema().expect("a schema"), Synonyms::default());
    every_row_finds(&embedded(&schema, &synonyms)).await;
    on_meilisearch(&schema, &synonyms, async |index| every_row_finds(index).await).await;
}
