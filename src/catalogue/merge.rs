//! From the records of one software to one entry, value by value. Pure and explainable: every
//! value keeps the records that say it, and the values that lost stay beside the one that won.

pub mod licence;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::content::Content;
use licence::Concluded;

/// One record as the merge sees it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub record: Uuid,
    pub source: &'a str,
    pub external_id: &'a str,
    /// The source's priority: the lower number wins.
    pub priority: i32,
    pub content: &'a Content,
}

/// The merged entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The values that won.
    pub content: Content,
    /// Every value that any record states, and who states it.
    pub provenance: Vec<Statement>,
    /// What we conclude about the licence.
    pub licence: Concluded,
    /// When the result changes by itself, because a dated statement expires.
    pub next_change_at: Option<DateTime<Utc>>,
}

/// One value of one field and the records that state it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The field of [`Content`].
    pub field: String,
    /// The language or the element that the value is for; none for a single value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    pub value: Value,
    /// Whether this is the value that the entry shows.
    pub chosen: bool,
    /// The records that state it, the most trusted first.
    pub records: Vec<Uuid>,
}

/// How a field is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The value of the most trusted source wins as a whole.
    Single,
    /// The same, language by language.
    PerLanguage,
    /// The elements of all sources together. Elements are the same when the named members agree,
    /// without regard to case; without names, when the elements do.
    Union(&'static [&'static str]),
}

/// Every field of [`Content`] and its way of merging, in the order in which pages show them.
pub const FIELDS: &[(&str, Way)] = &[
    ("name", Way::PerLanguage),
    ("aliases", Way::Union(&[])),
    ("summary", Way::PerLanguage),
    ("description", Way::PerLanguage),
    ("features", Way::PerLanguage),
    ("context_of_use", Way::PerLanguage),
    ("recommendations", Way::Union(&["verdict", "wording"])),
    ("supported_by_contract", Way::Single),
    ("homepage", Way::Single),
    ("repository", Way::Single),
    ("other_repositories", Way::Union(&[])),
    ("documentation", Way::Single),
    ("api_documentation", Way::Single),
    ("roadmap", Way::Single),
    ("download", Way::Single),
    ("disclaimer", Way::Single),
    ("supplementary", Way::Union(&[])),
    ("logo", Way::Single),
    ("entry_pages", Way::Union(&[])),
    ("licences", Way::Union(&["slot", "raw"])),
    ("version", Way::Single),
    ("version_min", Way::Single),
    ("released_on", Way::Single),
    ("created_on", Way::Single),
    ("last_activity_on", Way::Single),
    ("development_status", Way::Single),
    ("software_type", Way::Single),
    ("categories", Way::Union(&[])),
    ("tags", Way::Union(&[])),
    ("audience", Way::Union(&[])),
    ("intended_countries", Way::Union(&[])),
    ("unsupported_countries", Way::Union(&[])),
    ("deployed_in", Way::Union(&[])),
    ("developed_in", Way::Union(&[])),
    ("goals", Way::Union(&["number"])),
    ("conforms_to", Way::Union(&[])),
    ("public_platforms", Way::Union(&[])),
    ("platforms", Way::Union(&[])),
    ("interface_languages", Way::Union(&[])),
    ("programming_languages", Way::Union(&[])),
    ("maintenance", Way::Single),
    ("publisher", Way::Single),
    ("involved", Way::Union(&["role", "name"])),
    ("usages", Way::Union(&["organisation", "evidence"])),
    ("support", Way::Union(&["name"])),
    ("replaces", Way::Union(&["name"])),
    ("similar", Way::Union(&["name"])),
    ("part_of", Way::Union(&["name"])),
    ("based_on", Way::Union(&[])),
    ("dependencies", Way::Union(&["kind", "name"])),
    ("identifiers", Way::Union(&["scheme", "value"])),
    ("publicly_developed", Way::Single),
    ("listed_on", Way::Single),
];

/// Merges what the records say, as it stands on `as_of`: statements of use that have expired by
/// then are left out. Does not depend on the order of `said`, nor on a record given twice.
pub fn merge(said: &[Said<'_>], as_of: DateTime<Utc>) -> Merged {
    let mut ordered: Vec<&Said<'_>> = said.iter().collect();
    ordered.sort_by_key(|one| (one.priority, one.source, one.external_id, one.record));
    ordered.dedup_by_key(|one| one.record);

    let today = as_of.date_naive();
    let objects: Vec<(Uuid, Map<String, Value>)> =
        ordered.iter().map(|one| (one.record, object(one.content, today))).collect();
    let mut content = Map::new();
    let mut provenance = Vec::new();
    for (field, way) in FIELDS {
        let statements = statements(field, *way, &objects);
        if let Some(value) = assemble(*way, &statements) {
            content.insert((*field).to_owned(), value);
        }
        provenance.extend(statements);
    }
    Merged {
        // The parts come from `Content` values and go back where they were taken from.
        content: serde_json::from_value(Value::Object(content)).unwrap_or_default(),
        provenance,
        licence: licence::conclude(ordered.iter().map(|one| one.content.licences.as_slice())),
        next_change_at: next_expiry(&ordered, today),
    }
}

/// The record's content as a JSON object, without the statements of use that have expired.
fn object(content: &Content, today: NaiveDate) -> Map<String, Value> {
    let mut content = content.clone();
    content.usages.retain(|usage| usage.expires_on.is_none_or(|last| last >= today));
    match serde_json::to_value(&content) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The first midnight after which a statement of use that counts today no longer does.
fn next_expiry(ordered: &[&Said<'_>], today: NaiveDate) -> Option<DateTime<Utc>> {
    let last = ordered
        .iter()
        .flat_map(|one| &one.content.usages)
        .filter_map(|usage| usage.expires_on)
        .filter(|last| *last >= today)
        .min()?;
    Some(last.succ_opt()?.and_hms_opt(0, 0, 0)?.and_utc())
}

fn statements(field: &str, way: Way, objects: &[(Uuid, Map<String, Value>)]) -> Vec<Statement> {
    let mut parts: BTreeMap<Option<String>, Vec<Statement>> = BTreeMap::new();
    for (record, object) in objects {
        let Some(value) = object.get(field) else { continue };
        for (part, value) in split(way, value) {
            let rivals = parts.entry(part.clone()).or_default();
            match rivals.iter_mut().find(|rival| rival.value == *value) {
                Some(same) if same.records.contains(record) => {}
                Some(same) => same.records.push(*record),
                None => rivals.push(Statement {
                    field: field.to_owned(),
                    part,
                    value: value.clone(),
                    // Records come most trusted first, so the first value of a part wins.
                    chosen: rivals.is_empty(),
                    records: vec![*record],
                }),
            }
        }
    }
    parts.into_values().flatten().collect()
}

/// The parts of one record's value that are merged on their own.
fn split(way: Way, value: &Value) -> Vec<(Option<String>, &Value)> {
    match (way, value) {
        (Way::PerLanguage, Value::Object(map)) => {
            map.iter().map(|(lang, text)| (Some(lang.clone()), text)).collect()
        }
        (Way::Union(members), Value::Array(elements)) => {
            elements.iter().map(|element| (Some(identity(element, members)), element)).collect()
        }
        _ => vec![(None, value)],
    }
}

fn identity(element: &Value, members: &[&str]) -> String {
    let texts: Vec<String> = if members.is_empty() {
        vec![plain(element)]
    } else {
        members.iter().filter_map(|member| element.get(member)).map(plain).collect()
    };
    texts.join(" · ").to_lowercase()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The winning parts put together again.
fn assemble(way: Way, statements: &[Statement]) -> Option<Value> {
    let mut chosen = statements.iter().filter(|statement| statement.chosen).peekable();
    chosen.peek()?;
    Some(match way {
        Way::Single => chosen.next()?.value.clone(),
        Way::PerLanguage => Value::Object(
            chosen.filter_map(|one| Some((one.part.clone()?, one.value.clone()))).collect(),
        ),
        Way::Union(_) => Value::Array(chosen.map(|one| one.value.clone()).collect()),
    })
}

#[cfg(test)]
mod tests;
