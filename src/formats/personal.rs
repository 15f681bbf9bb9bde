//! Persons' data: cut out of an item at decode and kept apart.
//!
//! The value is replaced by `personal:N`, a reference to the N-th datum, so that the rest of the
//! item can be stored, re-evaluated and republished.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
