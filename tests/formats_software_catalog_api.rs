//! The Software Catalog API: from pages to items, from items to records.

#![expect(clippy::expect_used, reason = "a test may fail by panicking, also in its helpers")]

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use fedcat::formats::json::SplitError;
use fedcat::formats::software_catalog_api::{SoftwareCatalogApi, next_page};
use fedcat::formats::{Decoded, Disposition, Envelope, ExternalId, ItemFormat, SourceContext};
use serde_json::{Value, json};
use skipped::shared;

fn split(text: &str) -> (Vec<Value>, Result<Envelope, SplitError>) {
    let mut items = Vec::new();
    let envelope = SoftwareCatalogApi.split(&mut text.as_bytes(), &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    (items, envelope)
}

fn italy() -> SourceContext {
    SourceContext {
        source: "it-developers".to_owned(),
        base_url: "https://api.example.org/v1".to_owned(),
        country: Some("IT".to_owned()),
        operator: "Example Department".to_owned(),
        ..SourceContext::default()
    }
}

fn show(decoded: &Decoded) -> Value {
    let id = match &decoded.external_id {
        Some(ExternalId::Given(id)) => json!(id),
        Some(other) => json!(format!("{other:?}")),
        None => Value::Null,
    };
    let disposition = match &decoded.disposition {
        Disposition::Listed(content) => json!({"listed": content}),
        Disposition::Withdrawn(withdrawal) => json!({"withdrawn": withdrawal}),
        other => json!(format!("{other:?}")),
    };
    json!({
        "external_id": id,
        "disposition": disposition,
        "findings": decoded.findings,
        "raw": decoded.raw,
        "personal": decoded.personal,
    })
}

fn page() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/software-catalog-api");
    fs::read_to_string(folder.join("page.json")).expect("the fixture")
}

#[test]
fn every_item_decodes_as_recorded() {
    let (items, envelope) = split(&page());
    let envelope = envelope.expect("a page");
    assert_eq!(envelope.items, 10);
    assert_eq!(envelope.next.as_deref(), Some("?page[after]=WyIyMDIyIiwiMSJd"));
    assert_eq!(envelope.findings, []);
    for (index, item) in items.into_iter().enumerate() {
        insta::assert_json_snapshot!(
            format!("item-{index}"),
            show(&SoftwareCatalogApi.decode(item, &italy()))
        );
    }
}

#[test]
fn a_stored_item_decodes_to_the_same_record() {
    for item in split(&page()).0 {
        let first = SoftwareCatalogApi.decode(item, &italy());
        let again = SoftwareCatalogApi.decode(first.raw.clone(), &italy());
        assert_eq!(again.disposition, first.disposition);
        assert_eq!(again.external_id, first.external_id);
        assert_eq!(again.raw, first.raw);
        assert_eq!(again.personal, []);
    }
}

#[test]
fn the_country_of_a_publisher_is_never_taken_from_the_catalogue() {
    let item = split(&page()).0.swap_remove(0);
    let Disposition::Listed(content) = SoftwareCatalogApi.decode(item, &italy()).disposition else {
        panic!("the item is listed");
    };
    let publisher = content.publisher.expect("a publisher");
    let says_so = publisher.uri.is_some_and(|uri| uri.starts_with("urn:x-italian-pa:"));
    assert_eq!(publisher.country.is_some(), says_so);
}

#[test]
fn the_last_page_is_told_from_one_without_links() {
    let check = |text: &str, next: Option<&str>, findings: usize| {
        let envelope = split(text).1.expect("a page");
        assert_eq!(envelope.next.as_deref(), next, "{text}");
        assert_eq!(envelope.findings.len(), findings, "{text}");
    };
    check(r#"{"data":[],"links":{"prev":null,"next":null}}"#, None, 0);
    check(r#"{"links":{"next":"?page[after]=YQ=="},"data":[]}"#, Some("?page[after]=YQ=="), 0);
    check(r#"{"data":[]}"#, None, 1);
    check(r#"{"data":[],"links":{"next":7}}"#, None, 1);
}

#[test]
fn what_is_no_page_is_refused() {
    for text in [
        "{}",
        "[]",
        r#"{"data":null}"#,
        r#"{"data":{"a":{}},"links":{"next":null}}"#,
        r#"{"title":"can't get Software","status":500}"#,
        "<html></html>",
        r#"{"data":[{"id":"1"}"#,
        "",
    ] {
        assert!(split(text).1.is_err(), "{text}");
    }
}

#[test]
fn recorded_pages_are_read() {
    let Some(folder) = shared("data/it-developers-italia") else { return };
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for number in [1, 2] {
        let path = folder.join(format!("api-v1-software-page{number}.json"));
        let (items, envelope) = split(&fs::read_to_string(path).expect("a recorded page"));
        let envelope = envelope.expect("a page");
        assert_eq!(
            envelope.next.as_deref().and_then(|next| next_page(next, &[])).is_some(),
            number == 1
        );
        for item in items {
            let decoded = SoftwareCatalogApi.decode(item, &italy());
            let again = SoftwareCatalogApi.decode(decoded.raw.clone(), &italy());
            assert_eq!(again.disposition, decoded.disposition);
            let disposition = match &decoded.disposition {
                Disposition::Listed(_) => "listed",
                Disposition::Withdrawn(_) => "withdrawn",
                _ => "failed",
            };
            *counts.entry(format!("({disposition})")).or_default() += 1;
            *counts.entry("(personal)".to_owned()).or_default() +=
                u32::try_from(decoded.personal.len()).expect("a small number");
            if let Disposition::Listed(content) = &decoded.disposition {
                *counts.entry("(usages)".to_owned()).or_default() +=
                    u32::try_from(content.usages.len()).expect("a small number");
            }
            for finding in decoded.findings {
                *counts.entry(finding.code.to_string()).or_default() += 1;
            }
        }
    }
    assert_eq!(counts.get("(failed)"), None);
    eprintln!("{counts:#?}");
}
