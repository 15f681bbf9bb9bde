//! The value at the path of a finding in a raw item. Pure.

use serde_json::Value;

/// The value at a path or, where the item ends before, the last value on the way.
#[derive(Debug, PartialEq)]
pub struct ValueAtPath<'a> {
    /// The part of the path that the item has, which leads to the value.
    pub path: &'a str,
    pub value: &'a Value,
    /// Whether that is all of the path.
    pub is_whole: bool,
}

/// Follows a path of dotted keys and `[n]`. Keys may hold dots and brackets themselves: of those
/// that the rest of the path begins with, the longest is meant.
pub fn at<'a>(item: &'a Value, path: &'a str) -> ValueAtPath<'a> {
    let (mut value, mut rest) = (item, path);
    while !rest.is_empty() {
        let Some((inner, after)) = step(value, rest) else { break };
        (value, rest) = (inner, after);
    }
    let found = path.strip_suffix(rest).unwrap_or(path);
    ValueAtPath { path: found.trim_end_matches('.'), value, is_whole: rest.is_empty() }
}

/// One step into a value, and what is left of the path.
fn step<'a>(value: &'a Value, rest: &'a str) -> Option<(&'a Value, &'a str)> {
    match value {
        Value::Object(members) => {
            let rest = rest.strip_prefix('.').unwrap_or(rest);
            members
                .iter()
                .filter_map(|(key, inner)| {
                    let after = rest.strip_prefix(key.as_str())?;
                    let ends = after.is_empty() || after.starts_with(['.', '[']);
                    (ends && !key.is_empty()).then_some((key.len(), inner, after))
                })
                .max_by_key(|(length, _, _)| *length)
                .map(|(_, inner, after)| (inner, after))
        }
        Value::Array(items) => {
            let (number, after) = rest.strip_prefix('[')?.split_once(']')?;
            Some((items.get(number.parse::<usize>().ok()?)?, after))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_leads_to_the_value_or_as_near_as_the_item_goes() {
        let item = json!({
            "name": "x",
            "a": {"b": [1, {"c": "deep"}], "b.c": "dotted"},
            "publiccodeYml": "name: x",
            "": {"": 0}
        });
        for (path, found, value, is_whole) in [
            ("name", "name", json!("x"), true),
            ("a.b[1].c", "a.b[1].c", json!("deep"), true),
            ("a.b.c", "a.b.c", json!("dotted"), true),
            ("a.b[7].c", "a.b", json!([1, {"c": "deep"}]), false),
            ("a.b[x]", "a.b", json!([1, {"c": "deep"}]), false),
            ("publiccodeYml.legal.license", "publiccodeYml", json!("name: x"), false),
        ] {
            let place = at(&item, path);
            assert_eq!(
                (place.path, place.value, place.is_whole),
                (found, &value, is_whole),
                "{path}"
            );
        }
        for path in ["nothing", "..", "[0]", "[", "", "na"] {
            let place = at(&item, path);
            assert_eq!(
                (place.path, place.value, place.is_whole),
                ("", &item, path.is_empty()),
                "{path}"
            );
        }
    }
}
