//! A row of the tables of facets and attributes is all that an index, the API, its document and a
//! page need of one.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::collections::HashSet;

use fedcat::catalogue::content::{
    DevelopmentStatus, Maintenance, Recommendation, RecommendationVerdict, Related,
    SupportProvider, Usage, UsageEvidence,
};
use fedcat::catalogue::text::Lang;
use fedcat::publish::index::{Attribute, Facet, document, schema};
use fedcat::search::{Cursor, Document, Focus, Query, SearchIndex, Synonyms};
use fedcat::store::views::{self, RecordSource, Software};
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

/// A starter entry that also says all that it does not say itself.
async fn full_entry(app: &App) -> (Software, Vec<RecordSource>) {
    let page = views::page(app.store.read(), None, 1).await.expect("entries");
    let mut entry = page.into_iter().next().expect("an entry");
    let sources = views::sources_of(app.store.read(), &[entry.id]).await.expect("sources");
    let content = &mut entry.content;
    content.usages.push(Usage {
        organisation: "Comune di Trani".to_owned(),
        country: Some("IT".to_owned()),
        evidence: UsageEvidence::Catalogue,
        users: None,
        referents: None,
        since: None,
        expires_on: None,
    });
    let lang = Lang::parse("en").expect("a language");
    content.description = [(lang, "Of parcels.".to_owned())].into_iter().collect();
    content.aliases.insert("Password manager".to_owned());
    content.categories.insert("accounting".to_owned());
    content.tags.insert("parcels".to_owned());
    content.platforms.insert("web".to_owned());
    content.interface_languages.insert(Lang::parse("fr").expect("a language"));
    content.development_status = Some(DevelopmentStatus::Stable);
    content.maintenance = Some(Maintenance::Community);
    let support = SupportProvider { name: "Parcel & Sons".to_owned(), url: None, until: None };
    content.support.push(support);
    content.publicly_developed = Some(true);
    content.supported_by_contract = Some(true);
    content.recommendations.push(Recommendation {
        verdict: RecommendationVerdict::Recommended,
        wording: "R".to_owned(),
        since: None,
    });
    content.replaces.push(Related { name: "Microsoft Teams".to_owned(), wikidata: None });
    (entry, sources.into_values().flatten().collect())
}

#[tokio::test]
async fn every_facet_of_an_entry_is_counted_chosen_and_shown() {
    let app = App::seeded().await;
    let (entry, sources) = full_entry(&app).await;
    let document = document(&entry, &sources, &HashSet::new(), &app.follower.labels);
    let texts = Attribute::ALL.iter().zip(&document.texts);
    let empty = texts.filter(|(_, texts)| texts.is_empty()).map(|(row, _)| row.name());
    assert_eq!(empty.collect::<Vec<_>>(), [""; 0]);
    let documents = vec![document.clone()].into();
    app.follower.index.rebuild(documents, Cursor::default()).await.expect("built");
    let all = app.json("/api/v1/search").await;
    for (facet, values) in Facet::ALL.iter().zip(&document.facets) {
        let value = values.first().unwrap_or_else(|| panic!("{facet} has no value"));
        let parameter = facet.parameter();
        let counted = &all["facets"][&*parameter][0];
        assert_eq!((counted["value"].as_str(), &counted["count"]), (Some(&**value), &1.into()));
        let value = encoded(value);
        let found = app.json(&format!("/api/v1/search?{parameter}={value}")).await;
        assert_eq!(found["hits"][0]["id"], entry.id.to_string(), "{facet}");
        let none = app.json(&format!("/api/v1/search?{parameter}={}", other(*facet))).await;
        assert_eq!(none["total"], 0, "{facet}");
        let page = app.get(&format!("/?{facet}={value}&lang=en")).await.body;
        let choice = format!("name=\"{facet}\" value=\"");
        let chosen = page.lines().any(|line| line.contains(&choice) && line.contains(" checked>"));
        assert!(chosen, "the page lacks {facet}");
    }
}

/// A value that the entry has not.
fn other(facet: Facet) -> &'static str {
    let of_another = if facet == Facet::Source { "fr-sill" } else { "nothing" };
    facet.allowed().last().copied().unwrap_or(of_another)
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
    index.rebuild(vec![document].into(), Cursor::default()).await.expect("built");
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
