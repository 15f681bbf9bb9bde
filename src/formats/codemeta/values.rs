//! Values that everybody writes in another way: a text, a list of them, or objects that hold one.

use serde_json::Value;

use crate::catalogue::text::clean_line;
use crate::catalogue::urls::WebUrl;
use crate::formats::fields::Fields;

/// A text, or of an object the first text under `keys`, with its path; a finding where it is
/// neither.
pub(super) fn scalar_or(
    fields: &mut Fields<'_>,
    element: &Value,
    path: &str,
    keys: &[&str],
) -> Option<(String, String)> {
    match element {
        Value::String(text) => return Some((clean_line(text), path.to_owned())),
        Value::Number(number) => return Some((number.to_string(), path.to_owned())),
        _ => {}
    }
    let mut object = Fields::new(element, path, fields.findings());
    let key = keys.iter().find(|key| object.value(key).is_some())?;
    let path = object.path_of(key);
    object.line(key).map(|text| (text, path))
}

/// The texts at `key`: one, a list, or objects with names.
pub(super) fn names(fields: &mut Fields<'_>, key: &str) -> Vec<String> {
    let elements = fields.list(key);
    let named = elements.into_iter().filter_map(|(element, path)| {
        scalar_or(fields, element, &path, &["name", "identifier"]).map(|(text, _)| text)
    });
    named.filter(|text| !text.is_empty()).collect()
}

/// The first text at `key` that says something, in one line.
pub(super) fn first_text(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    match fields.value(key)? {
        Value::Array(elements) => {
            elements.iter().filter_map(Value::as_str).map(clean_line).find(|text| !text.is_empty())
        }
        _ => fields.line(key),
    }
}

/// The first text at `key`, with its lines.
pub(super) fn first_text_with_breaks(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    match fields.value(key)? {
        Value::Array(elements) => elements.iter().find_map(Value::as_str).map(str::to_owned),
        _ => fields.text(key),
    }
}

/// The addresses at `key`, with their paths: texts, or objects with one.
pub(super) fn addresses(fields: &mut Fields<'_>, key: &str) -> Vec<(WebUrl, String)> {
    let mut addresses = Vec::new();
    for (element, path) in fields.list(key) {
        if let Some((text, path)) = scalar_or(fields, element, &path, &["url", "@id"]) {
            addresses.extend(fields.parse_url(&text, &path).map(|url| (url, path)));
        }
    }
    addresses
}

/// The first address at `key`.
pub(super) fn first_address(fields: &mut Fields<'_>, key: &str) -> Option<WebUrl> {
    addresses(fields, key).into_iter().next().map(|(url, _)| url)
}
