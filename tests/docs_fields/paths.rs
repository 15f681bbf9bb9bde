//! Paths in items: keys with dots between them. Lists, and objects with numbers for keys, which
//! stand for lists, are no part of a path.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// How a format spells its keys, told the path above and a key: what differs in nothing but that
/// is one key. An empty spelling is no part of a path.
pub type Spelling = fn(&str, &str) -> String;

/// Keys as they are.
pub fn plain(_: &str, key: &str) -> String {
    key.to_owned()
}

/// The path of a key below another.
pub fn below(path: &str, key: &str, spelling: Spelling) -> String {
    let is_number = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let key = if is_number { String::new() } else { spelling(path, key) };
    match (path.is_empty(), key.is_empty()) {
        (_, true) => path.to_owned(),
        (true, _) => key,
        _ => format!("{path}.{key}"),
    }
}

/// A path as it is written, in the format's spelling.
pub fn spelt(path: &str, spelling: Spelling) -> String {
    path.split('.').fold(String::new(), |above, key| below(&above, key, spelling))
}

/// The paths of everything in an item that says something.
pub fn leaves(item: &Value, spelling: Spelling) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    collect(item, String::new(), spelling, &mut all);
    all
}

fn collect(value: &Value, path: String, spelling: Spelling, all: &mut BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::String(text) if text.trim().is_empty() => {}
        Value::Array(elements) => {
            elements.iter().for_each(|element| collect(element, path.clone(), spelling, all));
        }
        Value::Object(object) => {
            for (key, child) in object {
                collect(child, below(&path, key, spelling), spelling, all);
            }
        }
        _ => {
            all.insert(path);
        }
    }
}

/// Whether a row that names `named` speaks of `path`. A star at the end is everything below, and
/// the value itself; another star is any key.
pub fn covers(named: &str, path: &str) -> bool {
    let (mut named, mut path) = (named.split('.').peekable(), path.split('.'));
    while let Some(step) = named.next() {
        if step == "*" && named.peek().is_none() {
            return true;
        }
        match path.next() {
            Some(key) if step == "*" || step == key => {}
            _ => return false,
        }
    }
    path.next().is_none()
}

/// The item without the values at the paths that `goes` names. What holds nothing else goes too.
pub fn without(item: &Value, spelling: Spelling, goes: &dyn Fn(&str) -> bool) -> Value {
    kept(item, "", spelling, goes).unwrap_or(Value::Null)
}

fn kept(
    value: &Value,
    path: &str,
    spelling: Spelling,
    goes: &dyn Fn(&str) -> bool,
) -> Option<Value> {
    match value {
        Value::Array(elements) => {
            let left: Vec<Value> =
                elements.iter().filter_map(|one| kept(one, path, spelling, goes)).collect();
            (elements.is_empty() || !left.is_empty()).then_some(Value::Array(left))
        }
        Value::Object(object) => {
            let members = object.iter().filter_map(|(key, child)| {
                let child = kept(child, &below(path, key, spelling), spelling, goes)?;
                Some((key.clone(), child))
            });
            let left: Map<String, Value> = members.collect();
            (object.is_empty() || !left.is_empty()).then_some(Value::Object(left))
        }
        scalar => (!goes(path)).then(|| scalar.clone()),
    }
}
