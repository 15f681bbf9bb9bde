//! Recorded RDF of the EU's vocabularies, of Joinup and of data portals. The numbers were checked
//! against the files with a script and another RDF library. Skipped where the files are absent;
//! they are not part of this repository.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::ops::ControlFlow;

use fedcat::formats::dcat::Dcat;
use fedcat::formats::{Disposition, DocumentContext, ItemFormat, SourceContext};
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::skipped::shared;
use support::stores::on_each;
use support::{harvest, put_source, source, told};

/// Entries, versions below them, and entries with a name; or why the file is refused.
fn read(file: &str) -> Option<String> {
    let bytes = std::fs::read(shared("data")?.join(file)).expect("a recorded file");
    let place =
        DocumentContext { address: "http://document.example.org/", ..DocumentContext::NOWHERE };
    let mut context = SourceContext::default();
    context.options.insert("all_are_software".to_owned(), json!(true));
    let (mut versions, mut named) = (0, 0);
    let end = Dcat.split_at(&mut bytes.as_slice(), &place, &mut |item: Value| {
        versions += item.get("versions").and_then(Value::as_array).map_or(0, Vec::len);
        let decoded = Dcat.decode(item, &context);
        named += usize::from(matches!(decoded.disposition, Disposition::Listed(_)));
        let again = Dcat.decode(decoded.raw.clone(), &context);
        assert_eq!(again.disposition, decoded.disposition);
        assert_eq!((again.raw, again.personal.len()), (decoded.raw, 0));
        ControlFlow::Continue(())
    });
    let envelope = match end {
        Ok(envelope) => envelope,
        Err(error) => return Some(error.to_string()),
    };
    Some(match envelope.findings.first() {
        Some(finding) => finding.code.to_string(),
        None => format!("{} entries, {versions} versions, {named} named", envelope.items),
    })
}

#[test]
fn recorded_files_hold_what_another_library_finds() {
    if shared("data").is_none() {
        return;
    }
    for (file, expected) in [
        ("eu-adms/adms-2.00/example-fruitasset.jsonld", "1 entries, 0 versions, 1 named"),
        ("eu-adms/adms-2.00/example-fruitasset.ttl", "1 entries, 0 versions, 1 named"),
        ("eu-adms/adms-2.00/example-admsrepository.ttl", "0 entries, 0 versions, 0 named"),
        ("eu-adms/adms-ap_validator/test-rule-0.rdf", "1 entries, 0 versions, 1 named"),
        ("eu-adms/joinup-dev/valid_adms.rdf", "3 entries, 2 versions, 3 named"),
        ("eu-adms/joinup-dev/invalid_adms.rdf", "2 entries, 2 versions, 1 named"),
        ("eu-adms/joinup-dev/invalid_drupal.rdf", "3 entries, 2 versions, 2 named"),
        ("eu-adms/joinup-dev/single_solution_valid_adms.rdf", "1 entries, 0 versions, 1 named"),
        ("eu-dcat/dcat-ap/example-ms_catalogue.jsonld", "1 entries, 0 versions, 1 named"),
        ("eu-dcat/dcat-ap/example-ms_catalogue.ttl", "1 entries, 0 versions, 1 named"),
        ("eu-dcat/dcat-ap/example-ms_dataset_2_licenses.jsonld", "2 entries, 0 versions, 2 named"),
        ("eu-dcat/dcat-ap/example-restrict_licenses.ttl", "2 entries, 0 versions, 2 named"),
        ("eu-dcat/udata-harvest-fixtures/bnodes.jsonld", "3 entries, 0 versions, 3 named"),
        ("eu-dcat/udata-harvest-fixtures/bnodes.xml", "3 entries, 0 versions, 3 named"),
        ("eu-dcat/udata-harvest-fixtures/catalog.xml", "4 entries, 0 versions, 4 named"),
        ("eu-dcat/udata-harvest-fixtures/evian.json", "8 entries, 0 versions, 8 named"),
        ("eu-dcat/udata-harvest-fixtures/flat.jsonld", "3 entries, 0 versions, 3 named"),
        ("eu-dcat/udata-harvest-fixtures/nested.jsonld", "1 entries, 0 versions, 1 named"),
        ("eu-dcat/udata-harvest-fixtures/series.xml", "1 entries, 0 versions, 1 named"),
        ("eu-dcat/udata-harvest-fixtures/sig.oreme.rdf", "1 entries, 0 versions, 1 named"),
        ("eu-dcat/udata-harvest-fixtures/udata.xml", "2 entries, 0 versions, 2 named"),
        // Official files that are not what they are called, or that no harvester should trust.
        ("eu-adms/adms-ap/adms-ap_v2.01_rdf_schema.ttl", "listing-not-of-the-format"),
        ("eu-adms/adms-ap/adms_sw_v1.00.rdf", "rdf-doctype"),
        ("eu-adms/adms-ap_validator/sample-turtle.ttl", "listing-not-of-the-format"),
        ("eu-adms/adms-ap_validator/sample-xml.rdf", "4 entries, 0 versions, 1 named"),
        ("eu-adms/joinup-dev/vocab/solution_category.rdf", "listing-not-of-the-format"),
        ("eu-dcat/dcat-ap/example-bees_wasps_dataset.ttl", "listing-not-of-the-format"),
        ("eu-dcat/udata-harvest-fixtures/geonetwork.xml", "1 entries, 0 versions, 0 named"),
        (
            "eu-adms/joinup-dev/empty.rdf",
            "the document ends in the middle, at line 1, column 0: it is truncated",
        ),
    ] {
        assert_eq!(read(file).as_deref(), Some(expected), "{file}");
    }
}

/// The two dialects of pages, as a portal's own tests record them, from one end to the other.
#[tokio::test]
async fn both_dialects_of_hydra_are_followed() {
    let Some(folder) = shared("data/eu-dcat/udata-harvest-fixtures") else { return };
    for dialect in ["paged", "partial"] {
        let page = |number: u32| {
            let file = folder.join(format!("{dialect}-collection-{number}.jsonld"));
            std::fs::read_to_string(file).expect("a recorded file")
        };
        let (first, second) = (page(1), page(2));
        on_each(move |store| {
            let (first, second) = (first.clone(), second.clone());
            async move {
                let fixture = Fixture::start().await;
                let at_fixture = |page: String| page.replace("http://data.test.org", &fixture.url);
                fixture.set("/catalog.jsonld", Reply::json(at_fixture(first)));
                fixture.set("/catalog.jsonld?page=2", Reply::json(at_fixture(second)));
                let url = format!("{}/catalog.jsonld", fixture.url);
                let mut facts = source("fr-portal", "dcat", &url, &fixture.host);
                facts.options =
                    json!({"allow": [fixture.host], "all_are_software": true}).to_string();
                put_source(&store, facts).await;
                let row = harvest(&store, "fr-portal", "2026-01-02T00:00:00Z").await;
                assert_eq!(
                    told(&row),
                    "succeeded: read 4 added 4 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                    "{:?}",
                    row.reason
                );
                let row = harvest(&store, "fr-portal", "2026-01-03T00:00:00Z").await;
                assert_eq!(row.counts().unchanged, 4, "{:?}", row.reason);
            }
        })
        .await;
    }
}
