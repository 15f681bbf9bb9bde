//! The documents of the Open Resource Exchange: objects made of the data files of its site, so that
//! an entry's id is a key and not in the entry. From them, items that stand for themselves.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::{Map, Value, json};

use crate::formats::json::{SplitError, Unreadable, Whole, whole};

/// The names of administrations by their codes: an object with a text for each language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Administrations(BTreeMap<String, Value>);

impl Administrations {
    /// Reads the list of administrations: for each level of government, their codes and names.
    ///
    /// # Errors
    /// [`SplitError`] where the document is not that list.
    pub fn read(document: &mut dyn Read) -> Result<Self, SplitError> {
        let root = whole(document)?.complete()?;
        let root = object(root, "an object with a list for each level of government")?;
        let administrations = root.values().filter_map(Value::as_array).flatten();
        let named = administrations.filter_map(|administration| {
            let code = administration.get("code")?.as_str()?;
            let names = administration.get("name")?.as_object()?;
            let name = ["en", "fr"].into_iter().filter_map(|language| {
                Some((language.to_owned(), short(names.get(language)?)?.clone()))
            });
            Some((code.to_owned(), Value::Object(name.collect())))
        });
        Ok(Self(named.collect()))
    }

    /// Writes the name beside the code `adminCode` of an object, where it is known.
    fn add(&self, administration: &mut Value) {
        let Some(object) = administration.as_object_mut() else { return };
        let code = object.get("adminCode").and_then(Value::as_str);
        if let Some(name) = code.and_then(|code| self.0.get(code)) {
            object.insert("name".to_owned(), name.clone());
        }
    }
}

/// A text that is short enough to be copied to every entry that refers to it.
fn short(value: &Value) -> Option<&Value> {
    const LONGEST: usize = 500;
    value.as_str().is_some_and(|text| text.len() <= LONGEST).then_some(value)
}

/// The items of one of the two lists: `software.json`, entries by the names of their files; or
/// `code.json`, for each level of government the files of its administrations, with releases.
/// Beside them, what of the list cannot be read.
///
/// # Errors
/// [`SplitError`] where the document is neither.
pub fn items(
    document: &mut dyn Read,
    names: &Administrations,
) -> Result<(Vec<Value>, Option<Unreadable>), SplitError> {
    const EXPECTED: &str =
        "an object with entries by their ids, or with releases of administrations";
    let Whole { value, unreadable } = whole(document)?;
    let root = object(value, EXPECTED)?;
    if !root.is_empty() && !root.values().any(Value::is_object) {
        let found = "an object without entries".to_owned();
        return Err(SplitError::Shape { found, expected: EXPECTED.to_owned() });
    }
    let mut items = Vec::new();
    for (key, value) in root {
        match value {
            Value::Object(level) if is_level(&level) => {
                for file in level.into_values() {
                    add_releases(file, names, &mut items);
                }
            }
            Value::Object(file) if file.contains_key("releases") => {
                add_releases(Value::Object(file), names, &mut items);
            }
            entry => items.push(software(&key, entry, names)),
        }
    }
    Ok((items, unreadable))
}

fn object(root: Value, expected: &str) -> Result<Map<String, Value>, SplitError> {
    match root {
        Value::Object(object) => Ok(object),
        _ => {
            Err(SplitError::Shape { found: "no object".to_owned(), expected: expected.to_owned() })
        }
    }
}

/// Whether an object holds files with releases. A level without any file is empty.
fn is_level(object: &Map<String, Value>) -> bool {
    object.is_empty() || object.values().any(|file| file.get("releases").is_some())
}

/// An entry of used software with its key.
fn software(key: &str, entry: Value, names: &Administrations) -> Value {
    let mut item = match entry {
        Value::Object(entry) => entry,
        _ => Map::new(),
    };
    if let Some(Value::Array(administrations)) = item.get_mut("administrations") {
        administrations.iter_mut().for_each(|administration| names.add(administration));
    }
    item.insert("list".to_owned(), "software".into());
    item.insert("key".to_owned(), key.into());
    Value::Object(item)
}

/// Each release of an administration with what the file says of the administration. A file may
/// well have none.
fn add_releases(mut file: Value, names: &Administrations, items: &mut Vec<Value>) {
    let releases = match file.get_mut("releases").map(Value::take) {
        Some(Value::Array(releases)) => releases,
        None | Some(Value::Null) => Vec::new(),
        Some(single) => vec![single],
    };
    let code = file.get("adminCode").and_then(short).cloned();
    let mut administration = json!({ "adminCode": code });
    names.add(&mut administration);
    for release in releases {
        let mut item = match release {
            Value::Object(release) => release,
            _ => Map::new(),
        };
        item.insert("list".to_owned(), "code".into());
        item.insert("administration".to_owned(), administration.clone());
        items.push(Value::Object(item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str, names: &Administrations) -> Result<Value, String> {
        items(&mut document.as_bytes(), names)
            .map(|(items, _)| Value::from(items))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn items_carry_what_their_place_says() {
        let names = Administrations::read(
            &mut r#"{"federal": [{"code": "x", "name": {"en": "X Office"}}, {"code": "y"}, 1],
                     "others": null}"#
                .as_bytes(),
        )
        .expect("a list");
        let check = |document: &str, expected: Value| {
            assert_eq!(told(document, &names), Ok(expected), "{document}");
        };
        check("{}", json!([]));
        check(
            r#"{"parcel": {"administrations": [{"adminCode": "x"}, {"adminCode": "y"}, 1]}}"#,
            json!([{"list": "software", "key": "parcel", "administrations":
                [{"adminCode": "x", "name": {"en": "X Office"}}, {"adminCode": "y"}, 1]}]),
        );
        check(
            r#"{"federal": {"x": {"adminCode": "x", "releases": [{"status": "Beta"}]},
                            "y": {"adminCode": "y", "releases": []}}, "aboriginal": {}}"#,
            json!([{"list": "code", "status": "Beta",
                    "administration": {"adminCode": "x", "name": {"en": "X Office"}}}]),
        );
        check(
            r#"{"z": {"adminCode": "z", "releases": {"status": "Beta"}}, "parcel": 1}"#,
            json!([{"list": "software", "key": "parcel"},
                   {"list": "code", "status": "Beta", "administration": {"adminCode": "z"}}]),
        );
    }

    #[test]
    fn what_is_no_list_is_an_error_of_the_listing() {
        for (document, expected) in [
            ("[]", "the document is no object"),
            ("null", "the document is no object"),
            (r#"{"message": "Not Found"}"#, "the document is an object without entries"),
        ] {
            let told = told(document, &Administrations::default()).expect_err(document);
            assert!(told.starts_with(expected), "{document}: {told}");
        }
    }
}
