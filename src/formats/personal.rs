//! Persons' data: cut out of an item at decode and kept apart.
//!
//! The value is replaced by `personal:N`, a reference to the N-th datum, so that the rest of the
//! item can be stored, re-evaluated and republished. In the middle of a text, where a reference
//! would read as a word, a mark stands in its place.

mod contacts;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A name, e-mail address or telephone number of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalDatum {
    /// Where it stood: dotted keys and `[n]`.
    pub path: String,
    /// The value as written.
    pub value: String,
}

/// Whether a text is a reference that [`cut`] left.
pub fn is_reference(text: &str) -> bool {
    text.strip_prefix("personal:")
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Cuts every non-empty text at `patterns` out of `item`. A pattern is a dotted path in which
/// `[]` stands for every element of a list: `organizations[].contact_email`.
pub fn cut(item: &mut Value, patterns: &[&str]) -> Vec<PersonalDatum> {
    let mut data = Vec::new();
    for pattern in patterns {
        let steps: Vec<&str> = pattern.split('.').collect();
        walk(item, &steps, String::new(), &mut data);
    }
    data
}

fn walk(value: &mut Value, steps: &[&str], path: String, data: &mut Vec<PersonalDatum>) {
    let Some((step, rest)) = steps.split_first() else {
        cut_text(value, path, data);
        return;
    };
    let key = step.trim_end_matches("[]");
    let Some(child) = value.get_mut(key) else {
        return;
    };
    let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    if !step.ends_with("[]") {
        walk(child, rest, path, data);
    } else if let Some(elements) = child.as_array_mut() {
        for (index, element) in elements.iter_mut().enumerate() {
            walk(element, rest, format!("{path}[{index}]"), data);
        }
    }
}

/// Cuts every text and number at or below `value`, but for what stands under one of the keys
/// `kept`: for objects that are about a person as a whole.
pub fn cut_all(value: &mut Value, path: String, kept: &[&str], data: &mut Vec<PersonalDatum>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                cut_all(element, format!("{path}[{index}]"), kept, data);
            }
        }
        Value::Object(object) => {
            for (key, child) in object.iter_mut().filter(|(key, _)| !kept.contains(&key.as_str())) {
                cut_all(child, format!("{path}.{key}"), kept, data);
            }
        }
        _ => cut_text(value, path, data),
    }
}

/// Cuts one text or number, as which telephone numbers are also written; leaves empty texts,
/// references and other values alone.
pub fn cut_text(value: &mut Value, path: String, data: &mut Vec<PersonalDatum>) {
    if let Value::Number(number) = value {
        *value = Value::String(number.to_string());
    }
    if let Value::String(text) = value
        && !text.trim().is_empty()
        && !is_reference(text)
    {
        let reference = format!("personal:{}", data.len());
        let text = std::mem::replace(text, reference);
        data.push(PersonalDatum { path, value: text });
    }
}

/// Cuts the e-mail addresses and telephone numbers out of every text of an item, and out of the
/// keys. The ids of an entry stay: they say which it is.
pub fn cut_contacts(item: &mut Value) -> Vec<PersonalDatum> {
    let mut data = Vec::new();
    sweep(item, "", &mut data);
    data
}

fn sweep(value: &mut Value, path: &str, data: &mut Vec<PersonalDatum>) {
    match value {
        Value::String(text) => {
            if let Some(rest) = swept(text, path, data) {
                *text = rest;
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                sweep(element, &format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) => {
            for (key, child) in object.iter_mut() {
                let is_id = matches!(key.as_str(), "id" | "_id" | "@id") && child.is_string();
                if !is_id {
                    sweep(child, &path_of(path, key), data);
                }
            }
            sweep_keys(object, path, data);
        }
        _ => {}
    }
}

/// Cuts what stands in keys, such as an organisation that is named by its address.
fn sweep_keys(object: &mut Map<String, Value>, path: &str, data: &mut Vec<PersonalDatum>) {
    let keys: Vec<String> =
        object.keys().filter(|key| contacts::cut(key).is_some()).cloned().collect();
    for key in keys {
        let (Some(mut rest), Some(child)) = (swept(&key, path, data), object.remove(&key)) else {
            continue;
        };
        while object.contains_key(&rest) {
            rest.push('…');
        }
        object.insert(rest, child);
    }
}

/// The text without what is a person's, which goes to `data`; `None` where nothing is.
fn swept(text: &str, path: &str, data: &mut Vec<PersonalDatum>) -> Option<String> {
    let (rest, values) = contacts::cut(text)?;
    data.extend(values.into_iter().map(|value| PersonalDatum { path: path.to_owned(), value }));
    Some(rest)
}

fn path_of(parent: &str, key: &str) -> String {
    if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses_and_numbers_are_cut_out_of_running_text() {
        let mut item = json!({
            "id": "parcel@example.org",
            "description": {"fr": "Écrire à aline@example.org.", "en": "personal:0"},
            "links": ["git@git.example.org:org/parcel.git", "Tel. 01 23 45 67 89"],
            "users": {"aline@example.org": 1, "(…)": 2},
            "stars": 12,
        });
        let data = cut_contacts(&mut item);
        assert_eq!(
            item,
            json!({
                "id": "parcel@example.org",
                "description": {"fr": "Écrire à (…).", "en": "personal:0"},
                "links": ["git@git.example.org:org/parcel.git", "Tel. (…)"],
                "users": {"(…)…": 1, "(…)": 2},
                "stars": 12,
            })
        );
        let data: Vec<(&str, &str)> =
            data.iter().map(|datum| (datum.path.as_str(), datum.value.as_str())).collect();
        assert_eq!(
            data,
            [
                ("description.fr", "aline@example.org"),
                ("links[1]", "01 23 45 67 89"),
                ("users", "aline@example.org"),
            ]
        );
        assert!(cut_contacts(&mut item).is_empty(), "cutting twice changes nothing");
    }

    #[test]
    fn data_are_replaced_by_references() {
        let mut item = json!({
            "contact": {"name": "A. Person", "email": ""},
            "organizations": [{"contact_email": "a@example.org"}, {"contact_email": null}],
        });
        let data = cut(
            &mut item,
            &["contact.name", "contact.email", "organizations[].contact_email", "absent.x"],
        );
        assert_eq!(
            item,
            json!({
                "contact": {"name": "personal:0", "email": ""},
                "organizations": [{"contact_email": "personal:1"}, {"contact_email": null}],
            })
        );
        assert_eq!(data.len(), 2);
        assert_eq!(data[1].path, "organizations[0].contact_email");
        assert!(cut(&mut item, &["contact.name"]).is_empty(), "cutting twice changes nothing");
    }
}
