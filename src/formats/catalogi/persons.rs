//! Cuts out of an item what is about persons, before anything else reads it.

use serde_json::{Map, Value};

use crate::formats::personal::{PersonalDatum, cut_all};

/// Cuts every text about a person out of the item and keeps a reference in its place.
///
/// `instances` (formerly `services`) is removed altogether and kept nowhere: the first version of
/// the API also serves the instances that users marked as not public, without the mark. So are
/// the numbers of the users who wrote or answer for an entry, which say nothing to anybody else.
pub fn cut(item: &mut Value) -> Vec<PersonalDatum> {
    if let Value::Object(entry) = item {
        entry.remove("instances");
        entry.remove("services");
    }
    let mut data = Vec::new();
    walk(item, String::new(), &mut data);
    data
}

fn walk(value: &mut Value, path: String, data: &mut Vec<PersonalDatum>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                walk(element, format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) if is_person(object) => cut_person(value, path, data),
        Value::Object(object) => {
            for key in ["dereferencedByUserId", "changedByUserId", "referentId"] {
                object.remove(key);
            }
            for (key, child) in object.iter_mut() {
                let path = path_of(&path, key);
                match key.as_str() {
                    "authors" | "developers" => walk_authors(child, path, data),
                    _ => walk(child, path, data),
                }
            }
        }
        _ => {}
    }
}

/// An author whom nothing calls an organisation may be a person.
fn walk_authors(value: &mut Value, path: String, data: &mut Vec<PersonalDatum>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                walk_authors(element, format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) if states(object, "@type", &["organization"]) => {
            walk(value, path, data);
        }
        _ => cut_person(value, path, data),
    }
}

fn is_person(object: &Map<String, Value>) -> bool {
    ["@type", "type", "additionalType"]
        .iter()
        .any(|key| states(object, key, &["person", "personne", "user"]))
}

/// Whether the text, or one of the list of texts, at `key` is one of `words` in any letter case.
fn states(object: &Map<String, Value>, key: &str, words: &[&str]) -> bool {
    let is_one = |value: &Value| {
        value.as_str().is_some_and(|text| words.contains(&text.to_lowercase().as_str()))
    };
    match object.get(key) {
        Some(Value::Array(elements)) => elements.iter().any(is_one),
        Some(value) => is_one(value),
        None => false,
    }
}

/// Cuts every text and number about a person: besides the name, each address and identifier
/// leads to it. What kind of thing it is and the organisations it belongs to stay.
fn cut_person(value: &mut Value, path: String, data: &mut Vec<PersonalDatum>) {
    let kept = ["@type", "type", "additionalType", "subjectOf", "affiliations"];
    cut_all(value, path, &kept, data);
}

fn path_of(parent: &str, key: &str) -> String {
    if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") }
}
