//! Persons' data in an inventory: everything under `contact` and `contributors`, whatever shape
//! agencies give them, but for the contact's web address; under `partners`, which are agencies,
//! the ways to reach somebody there.

use serde_json::Value;

use crate::formats::personal::{PersonalDatum, cut_text};

/// Cuts the data of persons out of an item.
pub(super) fn cut(item: &mut Value) -> Vec<PersonalDatum> {
    let mut data = Vec::new();
    let Some(object) = item.as_object_mut() else { return data };
    for (key, value) in object {
        match key.to_ascii_lowercase().as_str() {
            "contact" | "contributors" => cut_all(value, key.clone(), &mut data),
            "partners" => cut_ways_to_reach(value, key.clone(), &mut data),
            _ => {}
        }
    }
    data
}

fn cut_all(value: &mut Value, path: String, data: &mut Vec<PersonalDatum>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                cut_all(element, format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                if !is_web_address(key, value) {
                    cut_all(value, format!("{path}.{key}"), data);
                }
            }
        }
        _ => cut_text(value, path, data),
    }
}

fn cut_ways_to_reach(value: &mut Value, path: String, data: &mut Vec<PersonalDatum>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                cut_ways_to_reach(element, format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                let path = format!("{path}.{key}");
                match key.to_ascii_lowercase().as_str() {
                    "email" | "phone" => cut_all(value, path, data),
                    _ => cut_ways_to_reach(value, path, data),
                }
            }
        }
        Value::String(text) if text.contains('@') => cut_text(value, path, data),
        _ => {}
    }
}

fn is_web_address(key: &str, value: &Value) -> bool {
    let is_mail = value.as_str().is_some_and(|text| text.contains('@'));
    key.eq_ignore_ascii_case("url") && !is_mail
}
