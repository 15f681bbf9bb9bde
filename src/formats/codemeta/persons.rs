//! Persons' data in CodeMeta: of everything under the terms for those who made it, unless it says
//! that it is an organisation; of everything that says that it is a person; and every way to reach
//! somebody.

use serde_json::{Map, Value};

use super::linked::local_name;
use crate::formats::personal::{PersonalDatum, cut_all, cut_text};

/// Terms whose values are persons, if they are not said to be organisations.
const PEOPLE: &[&str] = &[
    "author",
    "creator",
    "contributor",
    "maintainer",
    "copyrightHolder",
    "editor",
    "translator",
    "accountablePerson",
    "reviewer",
    "member",
    "employee",
    "founder",
    "copyrightNotice",
    "creditText",
];

/// Terms by whose values somebody is reached.
const WAYS_TO_REACH: &[&str] = &["email", "telephone", "faxNumber", "phone"];

/// What is no datum of a person about whom an object is: what it is, and where the person works.
const KEPT: &[&str] = &["@type", "type", "affiliation", "schema:affiliation", "worksFor"];

/// Cuts the data of persons out of an item.
pub fn cut(item: &mut Value) -> Vec<PersonalDatum> {
    let mut data = Vec::new();
    walk(item, "", &mut data);
    data
}

fn walk(value: &mut Value, path: &str, data: &mut Vec<PersonalDatum>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                walk(element, &format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) if is_of(object, "person") => cut_person(value, path, data),
        Value::Object(object) => {
            for (key, child) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let term = local_name(key);
                if WAYS_TO_REACH.contains(&term) {
                    cut_all(child, path, &[], data);
                } else if PEOPLE.contains(&term) {
                    walk_people(child, &path, data);
                } else {
                    walk(child, &path, data);
                }
            }
        }
        // An address at ORCID is a person, wherever it stands.
        Value::String(text) if text.contains("//orcid.org/") => {
            cut_text(value, path.to_owned(), data);
        }
        _ => {}
    }
}

/// A maker whom nothing calls an organisation may be a person.
fn walk_people(value: &mut Value, path: &str, data: &mut Vec<PersonalDatum>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                walk_people(element, &format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) if is_organisation(object) => walk(value, path, data),
        _ => cut_person(value, path, data),
    }
}

/// Cuts every text and number about a person: besides the name, each address and identifier
/// leads to it. Of where the person works the organisation stays.
fn cut_person(value: &mut Value, path: &str, data: &mut Vec<PersonalDatum>) {
    cut_all(value, path.to_owned(), KEPT, data);
    if let Value::Object(object) = value {
        for (key, child) in object.iter_mut().filter(|(key, _)| KEPT.contains(&key.as_str())) {
            walk(child, &format!("{path}.{key}"), data);
        }
    }
}

/// Whether the object says that it is an organisation, of whatever kind.
pub fn is_organisation(object: &Map<String, Value>) -> bool {
    const KINDS: &[&str] = &[
        "organization",
        "organisation",
        "corporation",
        "collegeoruniversity",
        "ngo",
        "consortium",
        "project",
    ];
    KINDS.iter().any(|kind| is_of(object, kind))
}

/// Whether a value is an object of which the type ends with `kind`.
pub fn has_type(value: &Value, kind: &str) -> bool {
    value.as_object().is_some_and(|object| is_of(object, kind))
}

/// Whether the type of an object, or one of its types, ends with `kind`.
fn is_of(object: &Map<String, Value>, kind: &str) -> bool {
    let is_one = |value: &Value| {
        value.as_str().is_some_and(|text| local_name(text).to_lowercase().ends_with(kind))
    };
    match object.get("@type").or_else(|| object.get("type")) {
        Some(Value::Array(kinds)) => kinds.iter().any(is_one),
        Some(single) => is_one(single),
        None => false,
    }
}
