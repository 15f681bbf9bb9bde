//! JSON documents as a stream of items, so that a listing of any length needs the memory of one.
//!
//! How long a value is and how heavy its tree would be is looked at before there is a tree.

pub mod tree;

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use thiserror::Error;

use self::tree::TreeError;
use super::{Envelope, TooLarge};

/// Bytes of the largest item that is taken. The largest real ones have some hundred thousand; what
/// is taken is stored, shown and exported again.
pub const LARGEST_ITEM: usize = 4 * 1024 * 1024;
/// Bytes of memory that the tree of one item may take.
pub const HEAVIEST_ITEM: usize = 16 * 1024 * 1024;
/// Bytes of the largest item that is passed over. A larger one ends the reading.
const LARGEST_PASSED_OVER: u64 = 32 * 1024 * 1024;
/// Bytes, and of memory, of the largest value that is kept beside the items.
const LARGEST_BESIDE: usize = 1024 * 1024;
/// Bytes of the largest document that is read as a whole, and of the memory that its tree may take.
pub const LARGEST_WHOLE: usize = 32 * 1024 * 1024;
const HEAVIEST_WHOLE: usize = 96 * 1024 * 1024;

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
    /// A part of the document that would take more memory than it may.
    #[error("{what} is too large: {why}")]
    TooLarge { what: &'static str, why: String },
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
    /// Items handed over, and those that are too large.
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
    /// Items that are too large to be read.
    pub too_large: Vec<TooLarge>,
    unreadable: Option<Unreadable>,
    /// Why the reading ended, where that is no matter of syntax.
    refused: Option<SplitError>,
}

impl Streamed {
    /// What the document says beside its items, where it declares nothing and has no next page.
    pub fn envelope(self) -> Envelope {
        Envelope { items: self.items, too_large: self.too_large, ..Envelope::default() }
    }
}

/// Elements that are JSON by their signs, but have no value: a number beyond all numbers, half of
/// a surrogate pair, lists in lists without end.
#[derive(Debug, PartialEq)]
pub struct Unreadable {
    number: u64,
    first: u64,
    message: String,
}

impl Unreadable {
    /// Counts one at `position` to those before it.
    fn count(before: &mut Option<Self>, position: u64, error: &serde_json::Error) {
        let new = || Self { number: 0, first: position, message: error.to_string() };
        before.get_or_insert_with(new).number += 1;
    }
}

impl From<Unreadable> for SplitError {
    fn from(Unreadable { number, first, message }: Unreadable) -> Self {
        Self::Elements { number, first, message }
    }
}

/// A document that was read as a whole.
#[derive(Debug, PartialEq)]
pub struct Whole {
    /// Its tree; null stands for the smallest object around whatever cannot be read.
    pub value: Value,
    /// What cannot be read.
    pub unreadable: Option<Unreadable>,
}

impl Whole {
    /// The tree, where all of it could be read.
    ///
    /// # Errors
    /// [`SplitError::Elements`] where it could not.
    pub fn complete(self) -> Result<Value, SplitError> {
        match self.unreadable {
            None => Ok(self.value),
            Some(unreadable) => Err(unreadable.into()),
        }
    }
}

/// What an object at the root is, where a document may also be a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum One {
    /// One item, as large as an item may be.
    Item,
    /// A registry of many, as large as a document may be.
    Registry,
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
    read(document, Keys { items: item_keys, wanted, of_one_item: None }, emit)
}

/// Streams the elements of the array at the root, or hands over the object at the root as the one
/// item of its document, if it has all of `keys`: an object without them is an error message.
///
/// # Errors
/// [`SplitError`] as soon as the bytes are not the expected; earlier items have been handed over.
pub fn stream_many_or_one(
    document: &mut dyn Read,
    keys: &[&str],
    one: One,
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<Streamed, SplitError> {
    read(document, Keys { items: &[], wanted: &[], of_one_item: Some((one, keys)) }, emit)
}

/// Reads a whole document, for formats that spread what belongs to one item over several places.
///
/// # Errors
/// [`SplitError`] where the bytes are not one JSON value, or one that is too large.
pub fn whole(document: &mut dyn Read) -> Result<Whole, SplitError> {
    let mut reader = BufReader::new(document);
    let head = [first_of_content(&mut reader)?];
    let left = Cell::new(LARGEST_WHOLE as u64);
    let guarded = Guarded { inner: head.as_slice().chain(reader), left: &left };
    let none = Keys { items: &[], wanted: &[], of_one_item: None };
    let text: Box<RawValue> =
        serde_json::from_reader(guarded).map_err(|error| split_error(error, none))?;
    whole_of(&text)
}

fn whole_of(text: &RawValue) -> Result<Whole, SplitError> {
    let mut unreadable = None;
    let value = tree::parse_leniently(text, HEAVIEST_WHOLE, &mut |error| {
        Unreadable::count(&mut unreadable, 0, error);
    });
    let value = value.map_err(|error| too_large("the document", &error))?;
    Ok(Whole { value, unreadable })
}

fn too_large(what: &'static str, why: &TreeError) -> SplitError {
    SplitError::TooLarge { what, why: why.to_string() }
}

fn read(
    document: &mut dyn Read,
    keys: Keys<'_>,
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<Streamed, SplitError> {
    let mut reader = BufReader::new(document);
    let first = first_of_content(&mut reader)?;
    if matches!(first, 0 | 0xFE | 0xFF) {
        let message = "the text begins like UTF-16 or UTF-32, expected UTF-8".to_owned();
        return Err(SplitError::Syntax { message });
    }
    let mut state = Streamed::default();
    let mut stopped = false;
    let head = [first];
    let left = Cell::new(LARGEST_PASSED_OVER);
    let guarded = Guarded { inner: head.as_slice().chain(reader), left: &left };
    let mut deserializer = serde_json::Deserializer::from_reader(guarded);
    let mut sink = Sink { state: &mut state, stopped: &mut stopped, emit, left: &left };
    let result = match keys.of_one_item {
        Some((one, keys)) if first == b'{' => {
            left.set(LARGEST_WHOLE as u64);
            let text = Box::<RawValue>::deserialize(&mut deserializer);
            text.and_then(|text| sink.one_item(&text, one, keys))
        }
        _ => deserializer.deserialize_any(Root { keys, sink }),
    };
    let result = result.and_then(|()| {
        left.set(LARGEST_PASSED_OVER);
        deserializer.end()
    });
    match (result, state.refused.take()) {
        (_, Some(refused)) => Err(refused),
        (Ok(()), None) => match state.unreadable.take() {
            Some(unreadable) => Err(unreadable.into()),
            None => Ok(state),
        },
        (Err(_), None) if stopped => Ok(state),
        (Err(error), None) => Err(split_error(error, keys)),
    }
}

/// Reads past a byte order mark and white space; returns the first byte of the content.
fn first_of_content(reader: &mut dyn Read) -> Result<u8, SplitError> {
    let mut byte = [0u8; 1];
    loop {
        if reader.read(&mut byte)? == 0 {
            return Err(SplitError::Truncated { line: 1, column: 0 });
        }
        let [b] = byte;
        if b == b'<' {
            return Err(SplitError::Html);
        }
        if !b.is_ascii_whitespace() && !matches!(b, 0xEF | 0xBB | 0xBF) {
            return Ok(b);
        }
    }
}

/// A document that fails where a value goes on for longer than `left` says: the parser keeps a
/// value until it ends. Whoever asks for the next value sets `left` anew.
struct Guarded<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Guarded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(read)
    }
}

fn split_error(error: serde_json::Error, keys: Keys<'_>) -> SplitError {
    match error.classify() {
        serde_json::error::Category::Eof => {
            SplitError::Truncated { line: error.line(), column: error.column() }
        }
        serde_json::error::Category::Io
            if error.io_error_kind() == Some(io::ErrorKind::FileTooLarge) =>
        {
            let why = format!("it has more than {LARGEST_PASSED_OVER} bytes");
            SplitError::TooLarge { what: "a part of the document", why }
        }
        serde_json::error::Category::Io => SplitError::Io(error.into()),
        serde_json::error::Category::Syntax => SplitError::Syntax { message: error.to_string() },
        serde_json::error::Category::Data => SplitError::Shape {
            found: error.to_string(),
            expected: match (keys.items, keys.of_one_item) {
                ([], None) => "an array of entries".to_owned(),
                ([], Some((_, one))) => one_expected(one),
                (many, _) => {
                    format!("an array of entries, or an object with {}", many.join(" or "))
                }
            },
        },
    }
}

fn one_expected(keys: &[&str]) -> String {
    format!("an array of entries, or one entry with {}", keys.join(" and "))
}

struct Sink<'a> {
    state: &'a mut Streamed,
    stopped: &'a mut bool,
    emit: &'a mut dyn FnMut(Value) -> ControlFlow<()>,
    /// See [`Guarded`].
    left: &'a Cell<u64>,
}

impl Sink<'_> {
    /// What follows may be as long as an item that is passed over.
    fn await_value(&self) {
        self.left.set(LARGEST_PASSED_OVER);
    }

    /// Reads an element for itself: what is wrong in it does not spoil the others.
    fn hand_over_raw<E: serde::de::Error>(&mut self, element: &RawValue) -> Result<(), E> {
        let length = element.get().len();
        if length > LARGEST_ITEM {
            self.pass_over(
                element,
                format!("it has {length} bytes, at most {LARGEST_ITEM} are read"),
            );
            return Ok(());
        }
        match tree::parse(element.get(), HEAVIEST_ITEM) {
            Ok(item) => self.hand_over(item),
            Err(error @ TreeError::TooHeavy { .. }) => {
                self.pass_over(element, error.to_string());
                Ok(())
            }
            Err(TreeError::NoValue(error)) => {
                let before = self.state.unreadable.as_ref().map_or(0, |before| before.number);
                let position = self.state.items + before;
                Unreadable::count(&mut self.state.unreadable, position, &error);
                Ok(())
            }
        }
    }

    fn pass_over(&mut self, element: &RawValue, message: String) {
        self.state.items += 1;
        let outline = tree::outline(element.get());
        self.state.too_large.push(TooLarge { outline, message });
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

    /// The object at the root: an item, or a registry of which the format makes some.
    fn one_item<E: serde::de::Error>(
        &mut self,
        text: &RawValue,
        one: One,
        keys: &[&str],
    ) -> Result<(), E> {
        if let Some(missing) = tree::missing_key(text.get(), keys) {
            let found = format!("an object without {missing}");
            return Err(self.refuse(SplitError::Shape { found, expected: one_expected(keys) }));
        }
        if one == One::Item {
            return self.hand_over_raw(text);
        }
        match whole_of(text) {
            Ok(Whole { value, unreadable }) => {
                self.state.unreadable = unreadable;
                self.hand_over(value)
            }
            Err(error) => Err(self.refuse(error)),
        }
    }

    fn refuse<E: serde::de::Error>(&mut self, why: SplitError) -> E {
        self.state.refused = Some(why);
        E::custom("refused")
    }
}

/// Which keys of an object at the root matter.
#[derive(Clone, Copy)]
struct Keys<'a> {
    /// Under one of these stand the items.
    items: &'a [&'a str],
    /// The values of these are kept beside the items.
    wanted: &'a [&'a str],
    /// An object with all of these is the one item of its document; `None`: an object never is.
    of_one_item: Option<(One, &'a [&'a str])>,
}

struct Root<'a> {
    keys: Keys<'a>,
    sink: Sink<'a>,
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a listing")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, seq: A) -> Result<(), A::Error> {
        Items { sink: &mut self.sink }.visit_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.sink.state.root_is_object = true;
        loop {
            self.sink.await_value();
            let Some(key) = map.next_key::<String>()? else { return Ok(()) };
            if self.keys.items.contains(&key.as_str()) {
                self.sink.state.key.get_or_insert(key);
                map.next_value_seed(Items { sink: &mut self.sink })?;
            } else if self.keys.wanted.contains(&key.as_str()) {
                self.sink.left.set(LARGEST_BESIDE as u64);
                let text = map.next_value::<Box<RawValue>>()?;
                match tree::parse(text.get(), LARGEST_BESIDE) {
                    Ok(value) => {
                        self.sink.state.beside.insert(key, value);
                    }
                    Err(TreeError::NoValue(error)) => return Err(serde::de::Error::custom(error)),
                    Err(error) => {
                        let refused = too_large("what stands beside the entries", &error);
                        return Err(self.sink.refuse(refused));
                    }
                }
            } else {
                // Nothing of it is kept.
                self.sink.left.set(u64::MAX);
                map.next_value::<IgnoredAny>()?;
            }
        }
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
        loop {
            self.sink.await_value();
            let Some(item) = seq.next_element::<Box<RawValue>>()? else { return Ok(()) };
            self.sink.hand_over_raw(&item)?;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.sink.state.keyed = true;
        loop {
            self.sink.await_value();
            let Some((_, item)) = map.next_entry::<IgnoredAny, Box<RawValue>>()? else {
                return Ok(());
            };
            self.sink.hand_over_raw(&item)?;
        }
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
            let told = match whole(&mut text.as_bytes()).and_then(Whole::complete) {
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
            stream_many_or_one(&mut text.as_bytes(), &["id"], One::Item, &mut emit).map(|_| items)
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
