//! Persons' data in an entry: everything under a `contact`, wherever it stands, and of `partners`
//! everything but which administration they are.

use serde_json::Value;

use crate::formats::personal::{PersonalDatum, cut_all};

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
        Value::Object(object) => {
            for (key, child) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match key.to_ascii_lowercase().as_str() {
                    "contact" => cut_all(child, path, &[], data),
                    "partners" => cut_all(child, path, &["adminCode"], data),
                    _ => walk(child, &path, data),
                }
            }
        }
        _ => {}
    }
}
