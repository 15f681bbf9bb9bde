//! From `dct:license` and its like to statements: an address, a described licence document, or a
//! text.

use super::node::{Node, Placed, literal, node};
use crate::catalogue::content::{LicenceSlot, LicenceStatement};
use crate::formats::licence_field::{Part, of_parts, statement};
use crate::formats::{Code, Finding};
use crate::licence::Context;

const LICENCE: &[&str] = &["dct:license", "doap:license", "schema:license"];
const NAME: &[&str] =
    &["spdx:licenseId", "dct:title", "rdfs:label", "skos:prefLabel", "foaf:name", "schema:name"];
const PARTS: &[&str] = &["dcat:distribution", "rad:distribution"];
/// Kinds of licences, such as "Attribution": no licence.
const KINDS: &str = "http://purl.org/adms/licencetype/";

/// The statements of an entry: its own, or else those of its files and versions.
pub(super) fn licences(entry: &Node<'_>, findings: &mut Vec<Finding>) -> Vec<LicenceStatement> {
    let mut values = entry.values(LICENCE);
    let mut parts = entry.nodes(PARTS);
    let mut versions = entry.nodes(&[super::describe::VERSIONS]);
    while values.is_empty() && !(parts.is_empty() && versions.is_empty()) {
        values.extend(parts.iter().flat_map(|part| part.values(LICENCE)));
        values.extend(versions.iter().flat_map(|version| version.values(LICENCE)));
        parts = versions.iter().flat_map(|version| version.nodes(PARTS)).collect();
        versions = versions
            .iter()
            .flat_map(|version| version.nodes(&[super::describe::VERSIONS]))
            .collect();
    }
    if values.is_empty() {
        let message = "no licence is stated: expected an address of the EU's table of licences, \
                       of spdx.org, or an SPDX expression";
        findings.push(Finding::new(Code::LicenceMissing, "dct:license", message));
    }
    let mut statements: Vec<LicenceStatement> = Vec::new();
    for value in values {
        for made in one(value, findings) {
            if statements.iter().all(|known| known.normalised.outcome != made.normalised.outcome) {
                statements.push(made);
            }
        }
    }
    statements
}

/// A text, or a document: its address, the addresses of the same elsewhere, and its name, which are
/// one statement.
fn one((value, path): Placed<'_>, findings: &mut Vec<Finding>) -> Vec<LicenceStatement> {
    let asserted = LicenceSlot::Asserted;
    if let Some(text) = literal(value) {
        let context = if text.contains("://") && !text.contains(char::is_whitespace) {
            Context::Url
        } else {
            Context::Text
        };
        return statement(text, asserted, context, &path, findings).into_iter().collect();
    }
    let Some(document) = node((value, path.clone())) else { return Vec::new() };
    let iri = document.iri().filter(|iri| !iri.starts_with(KINDS));
    let same = document.nodes(&["skos:exactMatch", "owl:sameAs"]);
    let addresses = iri.into_iter().chain(same.iter().filter_map(Node::iri));
    let mut parts: Vec<Part> =
        addresses.map(|iri| Part::address(iri.to_owned(), path.clone())).collect();
    parts.extend(document.line(NAME).map(|name| Part::new(name, path.clone())));
    if parts.is_empty() {
        let message = "a kind of licence is stated, and no licence: expected the address of one";
        findings.push(Finding::new(Code::LicenceMissing, path, message));
        return Vec::new();
    }
    of_parts(parts, asserted, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::licence::Outcome;
    use serde_json::{Value, json};

    #[test]
    fn a_licence_is_an_address_a_document_or_a_text() {
        let table = "http://publications.europa.eu/resource/authority/licence";
        let check = |licence: Value, expected: &str| {
            let item = json!({"dct:license": [licence]});
            let mut findings = Vec::new();
            let entry = Node::of(&item).expect("an object");
            let told = match licences(&entry, &mut findings).first() {
                None => "nothing".to_owned(),
                Some(statement) => match &statement.normalised.outcome {
                    Outcome::Expression { expression, .. } => expression.clone(),
                    Outcome::Candidates { candidates, .. } => candidates.join(" or "),
                    other => format!("{other:?}"),
                },
            };
            let told = match findings.first() {
                Some(finding) => format!("{told}, {}", finding.code),
                None => told,
            };
            assert_eq!(told, expected, "{licence}");
        };
        let eu = |code: &str| json!({"@id": format!("{table}/{code}")});
        check(eu("EUPL_1_2"), "EUPL-1.2");
        check(eu("CC0"), "CC0-1.0");
        check(eu("CC_BYNC_4_0"), "CC-BY-NC-4.0");
        check(eu("APACHE_2_0"), "Apache-2.0");
        check(eu("BSD_3_CLAUSE"), "BSD-3-Clause");
        check(eu("COM_REUSE"), "NotListed { licence_ref: None }, licence-not-listed");
        check(json!({"@id": "http://spdx.org/licenses/Apache-2.0.html"}), "Apache-2.0");
        check(json!({"@id": "https://choosealicense.com/licenses/mit/"}), "MIT");
        check(json!("MIT"), "MIT");
        check(json!({"@value": "EUPL v1.2", "@language": "en"}), "EUPL-1.2");
        check(json!("https://spdx.org/licenses/MIT"), "MIT");
        let kind = json!([{"@id": "http://purl.org/adms/licencetype/Attribution"}]);
        check(
            json!({"@type": ["dct:LicenseDocument"], "dct:type": kind}),
            "nothing, licence-missing",
        );
        check(
            json!({"@id": "http://purl.org/adms/licencetype/Attribution"}),
            "nothing, licence-missing",
        );
        check(json!({"dct:type": kind, "rdfs:label": ["MIT"]}), "MIT");
        check(json!({"@id": "http://example.org/l", "skos:exactMatch": [eu("CC0")]}), "CC0-1.0");
        check(json!({"@id": "http://example.org/l", "dct:title": ["EUPL 1.2"]}), "EUPL-1.2");
    }

    #[test]
    fn the_licence_of_the_files_counts_where_the_entry_has_none() {
        let licence = json!([{"@id": "http://spdx.org/licenses/MIT"}]);
        let file = json!([{"dct:license": licence}, {"dct:license": licence}]);
        for item in [
            json!({"dcat:distribution": file}),
            json!({"versions": [{"dcat:distribution": file}]}),
            json!({"versions": [{"versions": [{"dct:license": licence}]}]}),
        ] {
            let mut findings = Vec::new();
            let entry = Node::of(&item).expect("an object");
            let statements = licences(&entry, &mut findings);
            assert_eq!((statements.len(), findings.len()), (1, 0), "{item}");
            let raw = &statements.first().expect("one").normalised.raw;
            assert_eq!(raw, "http://spdx.org/licenses/MIT");
        }
    }
}
