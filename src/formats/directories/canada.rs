//! The administrations of Canada's Open Resource Exchange, `administrations.json`: for each level
//! of government a list of codes and of names in both languages.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use super::Listed;
use crate::catalogue::organisation::{Identifier, Organisation, Scheme};
use crate::catalogue::text::Lang;
use crate::formats::Severity;
use crate::formats::fields::Fields;
use crate::formats::{Code, Finding};

/// Codes that stand for all who are no administration of Canada.
const NO_ORGANISATIONS: [&str; 2] = ["public", "international"];

/// The administrations of the document.
pub fn organisations(document: &Value) -> Listed {
    let mut findings = Vec::new();
    let mut listed: BTreeMap<Identifier, Organisation> = BTreeMap::new();
    let levels: Vec<&String> =
        document.as_object().into_iter().flat_map(|levels| levels.keys()).collect();
    let mut root = Fields::new(document, "", &mut findings);
    for level in levels {
        for (administration, path) in root.list(level) {
            let mut fields = Fields::new(administration, &path, root.findings());
            let Some(organisation) = organisation(&mut fields) else { continue };
            let Some(identifier) = organisation.identifiers.first().cloned() else { continue };
            match listed.entry(identifier) {
                Entry::Vacant(place) => {
                    place.insert(organisation);
                }
                Entry::Occupied(first) => {
                    let message = format!("a second {} is left out: expected one", first.key());
                    fields.warn(Code::DuplicateId, "code", message);
                }
            }
        }
    }
    Listed { organisations: listed.into_values().collect(), findings }
}

fn organisation(fields: &mut Fields<'_>) -> Option<Organisation> {
    let code = fields.line("code").unwrap_or_default();
    if NO_ORGANISATIONS.contains(&code.as_str()) {
        return None;
    }
    let name = fields.localized_line("name", &Lang::unknown());
    if name.is_empty() {
        let path = fields.path_of("name");
        let message = "the administration is left out: expected a name in each language";
        fields.add(Finding::new(Code::NameMissing, path, message).severity(Severity::Warning));
        return None;
    }
    match Identifier::new(Scheme::CanadaOre, &code) {
        Ok(identifier) => Some(Organisation {
            name,
            country: Some("CA".to_owned()),
            identifiers: [identifier].into(),
            ..Organisation::default()
        }),
        Err(problem) => {
            fields.warn(Code::InvalidIdentifier, "code", format!("it is left out: {problem}"));
            None
        }
    }
}
