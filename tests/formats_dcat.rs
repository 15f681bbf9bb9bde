//! Catalogues in RDF: syntaxes, entries, pages, and what is refused.

#![expect(clippy::expect_used, reason = "the lints spare test functions, but not what they share")]

#[path = "support/formats.rs"]
mod support;

use std::fs::File;
use std::ops::ControlFlow;

use fedcat::formats::dcat::Dcat;
use fedcat::formats::json::SplitError;
use fedcat::formats::{Disposition, DocumentContext, Envelope, ItemFormat, SourceContext};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Read, assert_stable, fixture, summary};

fn context() -> SourceContext {
    SourceContext { base_url: "https://centre.example.org/".to_owned(), ..SourceContext::default() }
}

/// A document as it would be read at an address.
fn split(mut document: &[u8]) -> (Vec<Value>, Result<Envelope, SplitError>) {
    let place =
        DocumentContext { address: "https://centre.example.org/", ..DocumentContext::NOWHERE };
    let mut items = Vec::new();
    let end = Dcat.split_at(&mut document, &place, &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    (items, end)
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture("dcat", name)).expect("a readable file")
}

fn read(name: &str) -> Read {
    let (items, end) = split(&bytes(name));
    let items = items.into_iter().map(|item| (item.clone(), Dcat.decode(item, &context())));
    Read { items: items.collect(), end }
}

fn summaries(name: &str) -> Vec<Value> {
    let read = read(name);
    assert_stable(&Dcat, &read, &context());
    let items = read.end.expect("a listing").items;
    assert_eq!(items, read.items.len() as u64);
    read.items.iter().map(|(_, decoded)| summary(decoded)).collect()
}

/// What the listing's owner is told of a document that cannot be used.
fn told(document: &[u8]) -> String {
    let (items, end) = split(document);
    assert_eq!(items, Vec::<Value>::new(), "nothing of a document that cannot be used counts");
    match end {
        Ok(envelope) => {
            let finding = envelope.findings.first().expect("a finding");
            let line = finding.position.map(|at| format!(" (line {})", at.line));
            format!("{}: {}{}", finding.code, finding.message, line.unwrap_or_default())
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_catalogue_is_read_in_full() {
    insta::assert_json_snapshot!(summaries("catalogue.ttl"));
}

#[test]
fn items_are_stored_with_what_belongs_to_them() {
    let raw: Vec<Value> =
        read("catalogue.ttl").items.into_iter().map(|(_, decoded)| decoded.raw).collect();
    insta::assert_json_snapshot!(raw);
}

#[test]
fn every_syntax_gives_the_same_items() {
    let (expected, _) = split(&bytes("catalogue.ttl"));
    assert_eq!(expected.len(), 2);
    for name in ["catalogue.nt", "catalogue.rdf", "catalogue.jsonld", "catalogue.trig"] {
        let (items, end) = split(&bytes(name));
        assert_eq!(end.expect("a listing").findings, [], "{name}");
        assert_eq!(items, expected, "{name}");
    }
}

#[test]
fn releases_and_packages_belong_to_their_project() {
    insta::assert_json_snapshot!(summaries("software.ttl"));
}

#[test]
fn what_is_odd_is_told() {
    insta::assert_json_snapshot!(summaries("oddities.ttl"));
}

#[test]
fn what_few_catalogues_state_is_kept() {
    insta::assert_json_snapshot!(summaries("further.ttl"));
}

#[test]
fn well_known_contexts_are_not_asked_for() {
    insta::assert_json_snapshot!([
        summaries("project-open-data.json"),
        summaries("schema-org.jsonld")
    ]);
}

#[test]
fn only_software_is_listed_unless_all_is() {
    let mut context = context();
    let check = |context: &SourceContext, expected: &[&str]| {
        let (items, _) = split(&bytes("view-1.ttl"));
        let told = items.into_iter().map(|item| match Dcat.decode(item, context).disposition {
            Disposition::Listed(content) => content.plain_name().expect("a name").to_owned(),
            other => format!("{other:?}"),
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
    };
    let not = r#"NotListable { reason: "not-software" }"#;
    check(&context, &[not, not]);
    context.options.insert("all_are_software".to_owned(), json!(true));
    check(&context, &["Parcel", "Stamp"]);
}

#[test]
fn both_dialects_of_pages_name_the_next_one() {
    let check = |name: &str, items: u64, next: Option<&str>| {
        let (_, end) = split(&bytes(name));
        let expected = Envelope {
            items,
            declared: Some(3),
            next: next.map(str::to_owned),
            ..Envelope::default()
        };
        assert_eq!(end.expect("a page"), expected, "{name}");
    };
    check("paged-1.jsonld", 2, Some("https://portal.example.org/catalogue.jsonld?page=2"));
    check("paged-2.jsonld", 1, None);
    check("view-1.ttl", 2, Some("https://centre.example.org/?page=2"));
    check("view-2.ttl", 1, None);
}

#[test]
fn a_page_with_two_next_pages_is_refused() {
    let page = "@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
        <?page=1> a hydra:PartialCollectionView ; hydra:next <?page=2>, <?page=3> .";
    assert_eq!(
        told(page.as_bytes()),
        "listing-not-of-the-format: the page names several next pages: expected one"
    );
}

#[test]
fn what_cannot_be_used_says_why() {
    let documents =
        ["doctype.rdf", "unknown-context.jsonld", "cut-off.ttl", "cut-off.rdf", "cut-off.jsonld"];
    let told = documents.map(|name| (name, told(&bytes(name))));
    insta::assert_debug_snapshot!(told);
}

/// What becomes of each entry of a document, with what is told of it, and what is told of the whole.
fn outcome(document: &[u8]) -> Vec<String> {
    let (items, end) = split(document);
    let context = SourceContext {
        options: [("all_are_software".to_owned(), json!(true))].into_iter().collect(),
        ..context()
    };
    let mut told: Vec<String> = Vec::new();
    for item in items {
        let decoded = Dcat.decode(item, &context);
        let what = match &decoded.disposition {
            Disposition::Listed(content) => content.plain_name().expect("a name").to_owned(),
            other => format!("{:?} {other:?}", decoded.external_id.as_ref().expect("an id")),
        };
        told.push(what);
        let findings = decoded.findings.iter().filter(|finding| finding.code != "licence-missing");
        told.extend(findings.map(|finding| {
            let line = finding.position.map(|at| at.line);
            format!("  {} at {}, line {line:?}", finding.code, finding.path)
        }));
    }
    let findings = end.expect("a listing").findings;
    told.extend(findings.iter().map(|finding| format!("{}: {}", finding.code, finding.message)));
    told
}

#[test]
fn what_cannot_be_read_costs_nothing_else() {
    let turtle = |text: &str| {
        let names = "@prefix dcat: <http://www.w3.org/ns/dcat#> .
            @prefix dct: <http://purl.org/dc/terms/> .
            @prefix foaf: <http://xmlns.com/foaf/0.1/> .
            @prefix e: <https://portal.example.org/> .\n";
        outcome(format!("{names}{text}").as_bytes())
    };
    let long = format!("https://portal.example.org/{}", "x".repeat(5000));
    let documents = [
        turtle("e:1 a dcat:Dataset ; dct:title \"Parcel\"@fr_FR .\ne:2 a dcat:Dataset ; dct:title \"Stamp\" ."),
        turtle("e:1 a dcat:Dataset ; no:prefix \"Parcel\" .\n<2> a dcat:Dataset ; dct:title \"Stamp\" ."),
        turtle("<1> a dcat:Dataset ; dct:title \"Par. cel\"x .\n<2> a dcat:Dataset ; dct:title \"Stamp\" .\n<3> dct:title 1a ."),
        turtle(&format!("e:1 a dcat:Dataset ; dct:title \"Parcel\" ;\n foaf:logo <{long}> .")),
        turtle("e:2 a dcat:Dataset ; dct:title \"Stamp\" .\n[] a dcat:Dataset ; no:prefix \"x\" ."),
        turtle("e:1 a dcat:Dataset ; dct:title \"Parcel\" ; no:x 1\ne:2 a dcat:Dataset ; dct:title \"Stamp\" .\ne:3 a dcat:Dataset ; dct:title \"Box\" ."),
        outcome(
            br#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
            <dcat:Dataset rdf:about="https://portal.example.org/1"><dct:title xml:lang="fr_FR">Parcel</dct:title></dcat:Dataset>
            <dcat:Dataset rdf:about="https://portal.example.org/2"><no:title>Stamp</no:title></dcat:Dataset>
            <dcat:Dataset rdf:about="https://portal.example.org/3"><dct:title>Box</dct:title></dcat:Dataset>
            </rdf:RDF>"#,
        ),
        outcome(
            br#"{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
            "@id": "https://portal.example.org/c", "@type": "dcat:Catalog", "dcat:dataset": [
            {"@id": "https://portal.example.org/1", "@type": "dcat:Dataset", "dct:title": {"@value": "Parcel", "@language": null}},
            {"@id": "https://portal.example.org/2", "@type": "dcat:Dataset", "dct:title": {"@value": {"a": 1}}},
            {"@id": "https://portal.example.org/3", "@type": "dcat:Dataset", "dct:title": "Box"}]}"#,
        ),
    ];
    insta::assert_debug_snapshot!(documents);
    assert_eq!(
        outcome(&bytes("broken.ttl")).len(),
        3,
        "the other entry, and the broken one with its finding"
    );
}

#[test]
fn of_two_days_of_change_the_later_counts() {
    let document = "@prefix dcat: <http://www.w3.org/ns/dcat#> .
        @prefix dct: <http://purl.org/dc/terms/> .
        <1> a dcat:Dataset ; dct:type \"software\" ; dct:title \"Parcel\" ;
            dct:modified \"2024-02-29T24:00:00\" , \"2019-01-01\" , \"one day\" .";
    let (items, _) = split(document.as_bytes());
    let decoded = Dcat.decode(items.into_iter().next().expect("one"), &context());
    let Disposition::Listed(content) = decoded.disposition else { panic!("listed") };
    assert_eq!(content.last_activity_on.map(|day| day.to_string()).as_deref(), Some("2024-03-01"));
    assert!(decoded.findings.iter().any(|finding| finding.code == "invalid-date"));
}

#[test]
fn what_is_no_catalogue_is_refused() {
    let check = |document: &[u8], expected: &str| {
        let told = told(document);
        assert!(told.starts_with(expected), "{told}");
    };
    check(b"", "the document ends in the middle");
    check(b"<!DOCTYPE html><html><body>Error</body></html>", "an HTML page");
    check(b"{\"message\": \"Not found\"}", "listing-not-of-the-format: the document holds neither");
    check(b"[]", "listing-not-of-the-format: the document holds neither");
    check(b"Service unavailable", "listing-not-of-the-format: not Turtle");
    check(
        b"<http://example.org/a> <http://example.org/b> \"\xFF\" .",
        "listing-not-of-the-format: line 1 is not UTF-8",
    );
}

#[test]
fn an_empty_catalogue_is_a_listing() {
    let catalogue = b"<https://centre.example.org/c> a <http://www.w3.org/ns/dcat#Catalog> .";
    let (items, end) = split(catalogue);
    assert_eq!((items.len(), end.expect("a listing").findings.len()), (0, 0));
}

#[test]
fn documents_that_would_grow_are_refused() {
    let check = |document: String| {
        let told = told(document.as_bytes());
        assert!(told.starts_with("rdf-too-complex"), "{told}");
    };
    let long = "x".repeat(5000);
    let many: String = (0..60).map(|n| format!("p:a p:b p:c{n} .\n")).collect();
    check(format!("@prefix p: <http://example.org/{long}> . {many}"));
    check(format!("<a {}/>", "x:y='z' ".repeat(300)));
    check(format!("<a >{}", "<a>".repeat(100)));
    check("[".repeat(100).replace("[[", "[[[") + "{}");
    let triples: String = (0..500_001).map(|n| format!("<a> <b> {n} .\n")).collect();
    check(triples);
}

#[test]
fn an_entry_with_too_many_parts_counts_alone() {
    // Blank resources that each name the next level ten times.
    let mut document = "@prefix dct: <http://purl.org/dc/terms/> .
        <https://centre.example.org/a> a <http://schema.org/SoftwareApplication> ;
        dct:title \"Parcel\" ; dct:relation _:b0x0 .\n"
        .to_owned();
    for level in 0..6 {
        for from in 0..20 {
            for to in 0..20 {
                let next = level + 1;
                document += &format!(
                    "_:b{level}x{from} dct:relation _:b{next}x{to} ; dct:title \"{level}.{from}\" .\n"
                );
            }
        }
    }
    let (items, end) = split(document.as_bytes());
    assert_eq!(end.expect("a listing").items, 1);
    let decoded = Dcat.decode(items.into_iter().next().expect("one"), &context());
    assert!(matches!(decoded.disposition, Disposition::Listed(_)));
    let codes: Vec<&str> = decoded.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["rdf-entry-too-large", "licence-missing"]);
}

#[test]
fn patience_ends() {
    let mut file = File::open(fixture("dcat", "catalogue.ttl")).expect("a file");
    let place = DocumentContext { address: "", is_over: &|| true };
    let end = Dcat.split_at(&mut file, &place, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(end, Err(SplitError::Io(_))), "{end:?}");
}

#[test]
fn persons_are_cut_out() {
    for (name, persons) in [("catalogue.ttl", 5), ("software.ttl", 2), ("schema-org.jsonld", 2)] {
        let read = read(name);
        let cut: usize = read.items.iter().map(|(_, decoded)| decoded.personal.len()).sum();
        assert_eq!(cut, persons, "{name}");
        for (_, decoded) in read.items {
            let kept = format!("{:?} {}", decoded.disposition, decoded.raw);
            assert!(!kept.contains("Person\"") || !kept.contains(". Person"), "{kept}");
            assert!(!kept.contains("mailto:"), "{kept}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = split(&bytes);
    }

    #[test]
    fn any_mixture_of_rdf_ends(parts in prop::collection::vec(part(), 0..40)) {
        let (items, _) = split(parts.concat().as_bytes());
        for item in items {
            Dcat.decode(item, &context());
        }
    }

    #[test]
    fn any_item_decodes(item in any_json()) {
        let decoded = Dcat.decode(item, &context());
        let again = Dcat.decode(decoded.raw.clone(), &context());
        prop_assert_eq!(again.disposition, decoded.disposition);
        prop_assert_eq!(again.raw, decoded.raw);
    }
}

/// Pieces of all syntaxes, which together are sometimes valid.
fn part() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "@prefix dct: <http://purl.org/dc/terms/> .\n",
        "<a>",
        " <b> ",
        " a ",
        "dct:title ",
        "\"text\"",
        "@en",
        "^^",
        " ; ",
        " , ",
        " . ",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "_:x ",
        "GRAPH ",
        "<<",
        ">>",
        "\\u0041",
        "\u{FEFF}",
        "true ",
        "1.5e3 ",
        "<http://www.w3.org/ns/dcat#Dataset> ",
        "<http://schema.org/SoftwareApplication> ",
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" >",
        "</rdf:RDF>",
        "<rdf:Description rdf:about=\"a\">",
        "</rdf:Description>",
        "<rdf:li/>",
        "&amp;",
        "&x;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x",
        "?>",
        "{\"@id\":",
        "\"@context\":",
        "\"@graph\":",
        "\"@type\":",
        "\"@value\":",
        "\"@list\":",
        "\"@reverse\":",
        "null",
        ":",
        "\"@vocab\":",
    ])
    .prop_map(str::to_owned)
}

/// Values in the shapes of items, and others.
fn any_json() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "@id",
        "@type",
        "@value",
        "@language",
        "dct:title",
        "dct:license",
        "dct:publisher",
        "dct:issued",
        "dcat:contactPoint",
        "dcat:distribution",
        "doap:repository",
        "versions",
        "adms:status",
        "dct:type",
        "owl:sameAs",
        "dct:language",
        "shortened",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!("https://github.com/example-org/parcel")),
        Just(json!("schema:SoftwareApplication")),
        Just(json!("http://publications.europa.eu/resource/authority/licence/É")),
        Just(json!("2024-05-05é")),
    ];
    leaf.prop_recursive(4, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}
