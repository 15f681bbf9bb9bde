//! A publiccode.yml that stands as a text inside of an item.

use serde_json::Value;

use super::{Reading, read};
use crate::formats::{Code, Finding};

/// Reads the publiccode.yml at `key` of an item, and leaves the text without persons' data in its
/// place. Paths of findings and of persons' data begin with the key.
pub fn take(item: &mut Value, key: &str, findings: &mut Vec<Finding>) -> Reading {
    let text = match item.get(key) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        // JSON is YAML: what is not a text can still be read as one.
        Some(other) => {
            let message = "Expected the publiccode.yml as one text.";
            findings.push(Finding::new(Code::PubliccodeWrongType, key, message));
            other.to_string()
        }
    };
    let inside = |path: &str| {
        if path.is_empty() { key.to_owned() } else { format!("{key}.{path}") }
    };
    let mut reading = read(&text);
    for finding in std::mem::take(&mut reading.findings) {
        findings.push(Finding { path: inside(&finding.path), ..finding });
    }
    for datum in &mut reading.personal {
        datum.path = inside(&datum.path);
    }
    if let Some(place) = item.get_mut(key)
        && !place.is_null()
    {
        *place = Value::String(reading.text.clone());
    }
    reading
}
