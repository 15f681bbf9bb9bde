//! From the text of a JSON value to a tree, under a bound: three bytes of text, such as `[],`, can
//! take a hundred bytes of memory.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use thiserror::Error as ThisError;

/// What the parts of a tree take in memory, in bytes, rounded up: a place in a list that grew, a
/// list, an object (which has room for eleven keys from the first on), a key.
const PLACE: usize = 64;
const LIST: usize = 80;
const OBJECT: usize = 560;
const KEY: usize = 120;
/// How deep a document is opened to find what of it cannot be read.
const DEEPEST_OPENED: usize = 16;
/// Bytes of an outline, and of one text in it.
const LONGEST_OUTLINE: usize = 16 * 1024;
const LONGEST_TEXT: usize = 1024;

/// Why a text did not become a tree.
#[derive(Debug, ThisError)]
pub enum TreeError {
    /// The tree would take more memory than it may.
    #[error("as a tree it takes more than {most} bytes of memory")]
    TooHeavy { most: usize },
    /// The text has no value.
    #[error(transparent)]
    NoValue(#[from] serde_json::Error),
}

/// The tree of a text, if it takes at most `most` bytes of memory.
///
/// # Errors
/// [`TreeError`] where it would take more, or the text is not a JSON value.
pub fn parse(text: &str, most: usize) -> Result<Value, TreeError> {
    let mut left = most;
    parse_within(text, &mut left, most)
}

/// What a tree takes in memory, in bytes, rounded up.
pub fn weight(value: &Value) -> usize {
    let own = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(elements) => LIST + elements.iter().map(weight).sum::<usize>(),
        Value::Object(members) => {
            let inner = members.iter().map(|(key, value)| KEY + key.len() + weight(value));
            OBJECT + inner.sum::<usize>()
        }
    };
    PLACE + own
}

/// The tree of a text in which some values may be unreadable, such as half of a surrogate pair:
/// null stands for the smallest object around each of them, and `on_unreadable` is told.
///
/// # Errors
/// [`TreeError::TooHeavy`] where it would take more than `most` bytes of memory.
pub fn parse_leniently(
    text: &RawValue,
    most: usize,
    on_unreadable: &mut dyn FnMut(&serde_json::Error),
) -> Result<Value, TreeError> {
    let mut lenient = Lenient { left: most, most, on_unreadable };
    Ok(lenient.read(text, 0)?.unwrap_or_default())
}

/// The first of `keys` that an object does not have; the first of all where it is no object.
pub fn missing_key<'k>(text: &str, keys: &[&'k str]) -> Option<&'k str> {
    let mut missing = keys.to_vec();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // Where the rest cannot be read, what was read of it counts.
    let _ = deserializer.deserialize_map(Missing(&mut missing));
    missing.first().copied()
}

/// The short scalars of an object, without what it nests: enough to know an entry by that is too
/// large to be read. Anything that is no object has an empty outline.
pub fn outline(text: &str) -> Value {
    let mut outline = Map::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // Where the rest cannot be read, what was read of it is the outline.
    let _ = deserializer.deserialize_map(Outline(&mut outline));
    Value::Object(outline)
}

fn parse_within(text: &str, left: &mut usize, most: usize) -> Result<Value, TreeError> {
    let before = *left;
    let mut is_over = false;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Node { left, is_over: &mut is_over }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match read {
        Ok(value) => Ok(value),
        Err(_) if is_over => Err(TreeError::TooHeavy { most }),
        Err(error) => {
            *left = before;
            Err(error.into())
        }
    }
}

/// Builds a value as long as something is left of its budget.
struct Node<'a> {
    left: &'a mut usize,
    is_over: &'a mut bool,
}

impl Node<'_> {
    fn spend<E: Error>(&mut self, bytes: usize) -> Result<(), E> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                *self.left = left;
                Ok(())
            }
            None => {
                *self.is_over = true;
                Err(E::custom("too heavy"))
            }
        }
    }

    fn inner(&mut self) -> Node<'_> {
        Node { left: self.left, is_over: self.is_over }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<Value, D::Error> {
        self.spend(PLACE)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<Value, E> {
        self.spend(text.len())?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Value, A::Error> {
        self.spend(LIST)?;
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element_seed(self.inner())? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        self.spend(OBJECT)?;
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.spend(KEY + key.len())?;
            let value = map.next_value_seed(self.inner())?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

/// Reads what can be read of a text, part by part where the whole has no value.
struct Lenient<'a> {
    left: usize,
    most: usize,
    on_unreadable: &'a mut dyn FnMut(&serde_json::Error),
}

impl Lenient<'_> {
    /// `None`: it cannot be read, and has no parts that could.
    fn read(&mut self, text: &RawValue, depth: usize) -> Result<Option<Value>, TreeError> {
        let error = match parse_within(text.get(), &mut self.left, self.most) {
            Ok(value) => return Ok(Some(value)),
            Err(TreeError::NoValue(error)) => error,
            Err(error) => return Err(error),
        };
        let has_parts = text.get().trim_start().starts_with(['[', '{']);
        if has_parts && depth < DEEPEST_OPENED {
            let before = self.left;
            let mut failed = None;
            let parts = Parts { lenient: self, depth, failed: &mut failed };
            let read = serde_json::Deserializer::from_str(text.get()).deserialize_any(parts);
            return match (read, failed) {
                (_, Some(error)) => Err(error),
                (Ok(value), None) => Ok(Some(value)),
                (Err(error), None) => {
                    self.left = before;
                    (self.on_unreadable)(&error);
                    Ok(Some(Value::Null))
                }
            };
        }
        (self.on_unreadable)(&error);
        Ok(has_parts.then_some(Value::Null))
    }
}

struct Parts<'a, 'b> {
    lenient: &'a mut Lenient<'b>,
    depth: usize,
    failed: &'a mut Option<TreeError>,
}

impl Parts<'_, '_> {
    fn read<E: Error>(&mut self, text: &RawValue) -> Result<Option<Value>, E> {
        let left = self.lenient.left.checked_sub(OBJECT);
        let read = match left {
            None => Err(TreeError::TooHeavy { most: self.lenient.most }),
            Some(left) => {
                self.lenient.left = left;
                self.lenient.read(text, self.depth + 1)
            }
        };
        read.map_err(|error| {
            *self.failed = Some(error);
            E::custom("too heavy")
        })
    }
}

impl<'de> Visitor<'de> for Parts<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element::<&RawValue>()? {
            elements.push(self.read(element)?.unwrap_or_default());
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Some(Map::new());
        while let Some((key, text)) = map.next_entry::<String, &RawValue>()? {
            match (self.read(text)?, &mut members) {
                (Some(value), Some(members)) => {
                    members.insert(key, value);
                }
                // The rest is passed over.
                (Some(_), None) => {}
                (None, members) => *members = None,
            }
        }
        Ok(members.map_or(Value::Null, Value::Object))
    }
}

struct Missing<'a, 'k>(&'a mut Vec<&'k str>);

impl<'de> Visitor<'de> for Missing<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
            self.0.retain(|missing| *missing != key);
        }
        Ok(())
    }
}

struct Outline<'a>(&'a mut Map<String, Value>);

impl<'de> Visitor<'de> for Outline<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut left = LONGEST_OUTLINE;
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(Scalar)?;
            if let Some(value) = value.filter(|_| key.len() <= LONGEST_TEXT) {
                let taken = KEY + key.len() + weight(&value);
                let Some(rest) = left.checked_sub(taken) else { return Ok(()) };
                left = rest;
                self.0.insert(key, value);
            }
        }
        Ok(())
    }
}

/// A short scalar, or nothing.
struct Scalar;

impl<'de> DeserializeSeed<'de> for Scalar {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<Value>, E> {
        Ok(Some(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<Value>, E> {
        Ok(Some(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Option<Value>, E> {
        Ok(Some(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Option<Value>, E> {
        Ok(Some(value.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Value>, E> {
        Ok((text.len() <= LONGEST_TEXT).then(|| text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn leniently(text: &str, most: usize) -> (Result<Value, TreeError>, usize) {
        let raw: &RawValue = serde_json::from_str(text).expect("JSON by its signs");
        let mut unreadable = 0;
        let read = parse_leniently(raw, most, &mut |_| unreadable += 1);
        (read, unreadable)
    }

    #[test]
    fn a_tree_is_no_heavier_than_it_may_be() {
        for part in ["[]", "{}", "[1]", "{\"\":0}", "\"\"", "0", "null", "{\"\":[{}]}"] {
            let text = format!("[{}]", vec![part; 10_000].join(","));
            let tree = parse(&text, usize::MAX).expect("a value");
            let weight = weight(&tree);
            assert_eq!(parse(&text, weight).expect("just as heavy"), tree, "{part}");
            let error = parse(&text, weight - 1).expect_err(part);
            assert!(matches!(error, TreeError::TooHeavy { .. }), "{part}: {error}");
            let (lenient, unreadable) = leniently(&text, weight - 1);
            assert!(matches!(lenient, Err(TreeError::TooHeavy { .. })) && unreadable == 0);
        }
        assert!(matches!(parse("[1", 1000), Err(TreeError::NoValue(_))));
        assert!(matches!(parse("[1] x", 1000), Err(TreeError::NoValue(_))));
    }

    #[test]
    fn what_cannot_be_read_takes_the_object_around_it_along() {
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        for (text, expected, number) in [
            (
                r#"[1,"\ud83d",{"a":"\ud83d","b":2},{"a":3}]"#.to_owned(),
                json!([1, null, null, {"a": 3}]),
                2,
            ),
            (
                r#"{"a":{"b":{"c":1e999,"d":1},"e":2}}"#.to_owned(),
                json!({"a": {"b": null, "e": 2}}),
                1,
            ),
            (r#"{"a":{"\ud83d":1},"b":2}"#.to_owned(), json!({"a": null, "b": 2}), 1),
            (r#""\ud83d""#.to_owned(), json!(null), 1),
        ] {
            let (read, unreadable) = leniently(&text, 100_000);
            assert_eq!((read.expect("read"), unreadable), (expected, number), "{text}");
        }
        let (read, unreadable) = leniently(&format!("[{deep},1]"), 100_000);
        assert_eq!(read.expect("read")[1], json!(1));
        assert_eq!(unreadable, 1);
        let heavy = format!("[\"\\ud83d\",{}]", vec!["[]"; 10_000].join(","));
        assert!(matches!(leniently(&heavy, 100_000).0, Err(TreeError::TooHeavy { .. })));
    }

    #[test]
    fn an_outline_is_little_and_says_who_it_is() {
        let text = json!({
            "id": 7, "name": "Parcel", "text": "x".repeat(LONGEST_TEXT + 1), "list": [[1], {}],
            "object": {"a": {}}, "none": null, "last": true,
        });
        let expected = json!({"id": 7, "name": "Parcel", "last": true});
        assert_eq!(outline(&text.to_string()), expected);
        assert_eq!(outline(r#"{"id":7,"a":"\ud83d","b":1}"#), json!({"id": 7}));
        assert_eq!(outline("[1]"), json!({}));
        let many: Map<String, Value> = (0..10_000).map(|n| (n.to_string(), json!(n))).collect();
        let weight = weight(&outline(&Value::Object(many).to_string()));
        assert!(weight <= 2 * LONGEST_OUTLINE, "{weight}");
    }

    proptest! {
        #[test]
        fn a_tree_is_the_value_that_others_read(text in r#"[\[\]{}:,"\\a0-9.eu \-]{0,40}"#) {
            let expected = serde_json::from_str::<Value>(&text).ok();
            prop_assert_eq!(parse(&text, usize::MAX).ok(), expected);
        }
    }
}
