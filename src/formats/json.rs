//! JSON documents as a stream of items, so that a listing of any length needs the memory of one.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use thiserror::Error;

/// Why a document could not be read to its end.
#[derive(Debug, Error)]
pub enum SplitError {
    /// The bytes stop in the middle.
    #[error("the document ends in the middle, at line {line}, column {column}: it is truncated")]
    Truncated { line: usize, column: usize },
    /// The bytes are not JSON.
    #[error("not JSON: {message}")]
    Syntax { message: String },
    /// A web page instead of data, as portals show for errors, log-ins and CAPTCHAs.
    #[error("an HTML page instead of JSON")]
    Html,
    /// Valid JSON of another shape.
    #[error("the document is {found}, expected {expected}")]
    Shape { found: String, expected: String },
    /// A list with elements in it that have no value. All others have been handed over.
    #[error("{number} of the entries cannot be read, first the one at position {first}: {message}")]
    Elements { number: u64, first: u64, message: String },
    /// The bytes could not be read.
    #[error("reading the document failed: {0}")]
    Io(#[from] io::Error),
}

/// The result of [`stream`].
#[derive(Debug, Default)]
pub struct Streamed {
    /// Items handed over.
    pub items: u64,
    /// The first key under which items stood; `None` for an array at the root.
    pub key: Option<String>,
    /// Whether the items were the values of an object instead of the elements of an array.
    pub keyed: bool,
    /// Whether the root was an object. Without a `key` it is then no listing for a format that
    /// insists on one: error messages are served as objects.
    pub root_is_object: bool,
    /// The values of the wanted keys beside the items.
    pub beside: Map<String, Value>,
    unreadable: Option<Unreadable>,
}

/// Elements that are JSON by their signs, but have no value: a number beyond all numbers, half of
/// a surrogate pair, lists in lists without end.
#[derive(Debug)]
struct Unreadable {
    number: u64,
    first: u64,
    message: String,
}

/// Streams the items of a JSON document: the elements of the array at the root, or of the array
/// (or the values of the object) under each of `item_keys` in the root object: where a document
/// has two lists, neither counts as absent. The values of `wanted` keys are kept, all others are
/// skipped unread. A byte order mark is skipped.
///
/// # Errors
/// [`SplitError`] as soon as the bytes are not the expected; earlier items have been handed over.
pub fn stream(
    document: &mut dyn Read,
    item_keys: &[&str],
    wanted: &[&str],
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<Streamed, SplitError> {
    read(document, Keys { items: item_keys, wanted, of_one_item: &[] }, emit)
}

/// Streams the elements of the array at the root, or hands over the object at the root as the one
/// item of its document, if it has all of `keys`: an object without them is an error message.
///
/// # Errors
/// [`SplitError`] as soon as the bytes are not the expected; earlier items have been handed over.
pub fn stream_many_or_one(
    document: &mut dyn Read,
    keys: &[&str],
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<Streamed, SplitError> {
    read(document, Keys { items: &[], wanted: &[], of_one_item: keys }, emit)
}

/// Reads a whole document, for formats that spread what belongs to one item over several places.
///
/// # Errors
/// [`SplitError`] where the bytes are not one JSON value.
pub fn whole(document: &mut dyn Read) -> Result<Value, SplitError> {
    let mut reader = BufReader::new(document);
    let first = skip_to_content(&mut reader)?;
    let head = match first {
        Some(b'<') => return Err(SplitError::Html),
        Some(first) => [first],
        None => return Err(SplitError::Truncated { line: 1, column: 0 }),
    };
    let read = serde_json::from_reader(head.as_slice().chain(reader));
    read.map_err(|error| split_error(error, Keys { items: &[], wanted: &[], of_one_item: &[] }))
}

fn read(
    document: &mut dyn Read,
    keys: Keys<'_>,
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<Streamed, SplitError> {
    let mut reader = BufReader::new(document);
    let first = skip_to_content(&mut reader)?;
    let first = match first {
        Some(b'<') => return Err(SplitError::Html),
        Some(0 | 0xFE | 0xFF) => {
            let message = "the text begins like UTF-16 or UTF-32, expected UTF-8".to_owned();
            return Err(SplitError::Syntax { message });
        }
        Some(first) => first,
        None => return Err(SplitError::Truncated { line: 1, column: 0 }),
    };
    let mut state = Streamed::default();
    let mut stopped = false;
    let head = [first];
    let mut deserializer = serde_json::Deserializer::from_reader(head.as_slice().chain(reader));
    let sink = Sink { state: &mut state, stopped: &mut stopped, emit };
    let result = deserializer.deserialize_any(Root { keys, sink });
    match result.and_then(|()| deserializer.end()) {
        Ok(()) => match state.unreadable {
            Some(Unreadable { number, first, message }) => {
                Err(SplitError::Elements { number, first, message })
            }
            None => Ok(state),
        },
        Err(_) if stopped => Ok(state),
        Err(error) => Err(split_error(error, keys)),
    }
}

/// Reads past a byte order mark and white space; returns the first byte of the content.
fn skip_to_content(reader: &mut dyn Read) -> io::Result<Option<u8>> {
    let mut byte = [0u8; 1];
    loop {
        if reader.read(&mut byte)? == 0 {
            return Ok(None);
        }
        let [b] = byte;
        if !b.is_ascii_whitespace() && !matches!(b, 0xEF | 0xBB | 0xBF) {
            return Ok(Some(b));
        }
    }
}

fn split_error(error: serde_json::Error, keys: Keys<'_>) -> SplitError {
    match error.classify() {
        serde_json::error::Category::Eof => {
            SplitError::Truncated { line: error.line(), column: error.column() }
        }
        serde_json::error::Category::Io => SplitError::Io(error.into()),
        serde_json::error::Category::Syntax => SplitError::Syntax { message: error.to_string() },
        serde_json::error::Category::Data => SplitError::Shape {
            found: error.to_string(),
            expected: match (keys.items, keys.of_one_item) {
                ([], []) => "an array of entries".to_owned(),
                ([], one) => {
                    format!("an array of entries, or one entry with {}", one.join(" and "))
                }
                (many, _) => {
                    format!("an array of entries, or an object with {}", many.join(" or "))
                }
            },
        },
    }
}

impl Streamed {
    fn unreadable_number(&self) -> u64 {
        self.unreadable.as_ref().map_or(0, |unreadable| unreadable.number)
    }
}

struct Sink<'a> {
    state: &'a mut Streamed,
    stopped: &'a mut bool,
    emit: &'a mut dyn FnMut(Value) -> ControlFlow<()>,
}

impl Sink<'_> {
    /// Reads an element for itself: what is wrong in it does not spoil the others.
    fn hand_over_raw<E: serde::de::Error>(&mut self, element: &RawValue) -> Result<(), E> {
        match serde_json::from_str(element.get()) {
            Ok(item) => self.hand_over(item),
            Err(error) => {
                let position = self.state.items + self.state.unreadable_number();
                let new = || Unreadable { number: 0, first: position, message: error.to_string() };
                self.state.unreadable.get_or_insert_with(new).number += 1;
                Ok(())
            }
        }
    }

    fn hand_over<E: serde::de::Error>(&mut self, item: Value) -> Result<(), E> {
        self.state.items += 1;
        match (self.emit)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                *self.stopped = true;
                Err(E::custom("stopped by the reader"))
            }
        }
    }
}

/// Which keys of an object at the root matter.
#[derive(Clone, Copy)]
struct Keys<'a> {
    /// Under one of these stand the items.
    items: &'a [&'a str],
    /// The values of these are kept beside the items.
    wanted: &'a [&'a str],
    /// An object with all of these is the one item of its document; empty: an object never is.
    of_one_item: &'a [&'a str],
}

struct Root<'a> {
    keys: Keys<'a>,
    sink: Sink<'a>,
}

impl Root<'_> {
    fn one_item<'de, A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut item = Map::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            item.insert(key, value);
        }
        match self.keys.of_one_item.iter().find(|key| !item.contains_key(**key)) {
            Some(missing) => Err(serde::de::Error::custom(format!("an object without {missing}"))),
            None => self.sink.hand_over(Value::Object(item)),
        }
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a listing")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element::<Box<RawValue>>()? {
            self.sink.hand_over_raw(&item)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.sink.state.root_is_object = true;
        if !self.keys.of_one_item.is_empty() {
            return self.one_item(map);
        }
        while let Some(key) = map.next_key::<String>()? {
            if self.keys.items.contains(&key.as_str()) {
                self.sink.state.key.get_or_insert(key);
                map.next_value_seed(Items { sink: &mut self.sink })?;
            } else if self.keys.wanted.contains(&key.as_str()) {
                self.sink.state.beside.insert(key, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Items<'a, 'b> {
    sink: &'a mut Sink<'b>,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element::<Box<RawValue>>()? {
            self.sink.hand_over_raw(&item)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.sink.state.keyed = true;
        while let Some((_, item)) = map.next_entry::<IgnoredAny, Box<RawValue>>()? {
            self.sink.hand_over_raw(&item)?;
        }
        Ok(())
    }
}

/// One text for one value, whatever the order of its keys: the basis of digests.
/// Keys sorted, no white space (as RFC 8785, but numbers as they were written).
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write_canonical(item, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str, keys: &[&str]) -> (Vec<Value>, Result<Streamed, SplitError>) {
        let mut items = Vec::new();
        let result = stream(&mut text.as_bytes(), keys, &["version"], &mut |item| {
            items.push(item);
            ControlFlow::Continue(())
        });
        (items, result)
    }

    #[test]
    fn a_whole_document_is_one_value() {
        for (text, expected) in [
            ("\u{FEFF} {\"a\": [1]}", "an object"),
            ("{\"a\": [1", "the document ends in the middle, at line 1, column 8: it is truncated"),
            ("", "the document ends in the middle, at line 1, column 0: it is truncated"),
            ("<html>", "an HTML page instead of JSON"),
            ("{} {}", "not JSON: trailing characters at line 1 column 4"),
        ] {
            let told = match whole(&mut text.as_bytes()) {
                Ok(value) if value.is_object() => "an object".to_owned(),
                Ok(other) => other.to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(told, expected, "{text}");
        }
    }

    #[test]
    fn items_stand_at_the_root_or_under_a_key() {
        for (text, count) in [
            ("[1,2,3]", 3),
            ("\u{FEFF} [1]", 1),
            (r#"{"version":"2","releases":[1,2],"other":{"deep":[]}}"#, 2),
            (r#"{"releases":{"a":1,"b":2}}"#, 2),
            (r#"{"projects":[],"releases":[1,2]}"#, 2),
            (r#"{"releases":[1],"projects":[2],"releases":[3]}"#, 3),
            ("{}", 0),
        ] {
            let (items, result) = read(text, &["releases", "projects"]);
            assert_eq!(items.len(), count, "{text}");
            assert_eq!(result.expect("a listing").items, count as u64, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_listing_is_told_apart() {
        let (items, truncated) = read("[1, 2, {\"a\":", &[]);
        assert_eq!(items, [json!(1), json!(2)]);
        assert!(matches!(truncated, Err(SplitError::Truncated { .. })));
        assert!(matches!(read("<!DOCTYPE html>", &[]).1, Err(SplitError::Html)));
        assert!(matches!(read("", &[]).1, Err(SplitError::Truncated { .. })));
        assert!(matches!(read("12", &[]).1, Err(SplitError::Shape { .. })));
        assert!(matches!(read("[1] x", &[]).1, Err(SplitError::Syntax { .. })));
    }

    #[test]
    fn an_element_without_a_value_does_not_spoil_the_others() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for element in ["1e999", r#"{"a":"\ud800"}"#, r#""\udc00\ud800""#, &deep] {
            for (text, keys) in [
                (format!("[1,2,{element},4]"), [].as_slice()),
                (format!(r#"{{"releases":[1,2,{element},4],"version":"2"}}"#), &["releases"]),
                (format!(r#"{{"releases":{{"a":1,"b":2,"c":{element},"d":4}}}}"#), &["releases"]),
            ] {
                let (items, result) = read(&text, keys);
                assert_eq!(items, [json!(1), json!(2), json!(4)]);
                let Err(SplitError::Elements { number: 1, first: 2, .. }) = result else {
                    panic!("{result:?}");
                };
            }
        }
        // What is no JSON at all has no end that could be found.
        for element in ["nul", "1..2", "\"\u{1}\"", "{1}"] {
            let (items, result) = read(&format!("[1,2,{element},4]"), &[]);
            assert_eq!(items, [json!(1), json!(2)], "{element:?}");
            assert!(matches!(result, Err(SplitError::Syntax { .. })), "{element:?}");
        }
    }

    #[test]
    fn an_object_is_the_one_item_of_its_document() {
        let read = |text: &str| {
            let mut items = Vec::new();
            let mut emit = |item| {
                items.push(item);
                ControlFlow::Continue(())
            };
            stream_many_or_one(&mut text.as_bytes(), &["id"], &mut emit).map(|_| items)
        };
        assert_eq!(read(r#"{"id":1,"a":[2]}"#).expect("one"), [json!({"id": 1, "a": [2]})]);
        assert_eq!(read(r#"[{"id":1},2]"#).expect("two"), [json!({"id": 1}), json!(2)]);
        assert!(matches!(read(r#"{"detail":"Not found"}"#), Err(SplitError::Shape { .. })));
        assert!(matches!(read(r#"{"id":1,"#), Err(SplitError::Truncated { .. })));
    }

    #[test]
    fn the_reader_may_stop() {
        let result = stream(&mut "[1,2,3]".as_bytes(), &[], &[], &mut |_| ControlFlow::Break(()));
        assert_eq!(result.expect("stopped, not failed").items, 1);
    }

    #[test]
    fn canonical_text_ignores_the_order_of_keys() {
        assert_eq!(canonical(&json!({"b": [1, "x"], "a": null})), r#"{"a":null,"b":[1,"x"]}"#);
    }
}
