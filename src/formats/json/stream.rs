//! The items of a document, one after the other.

use std::fmt;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::guard::Guard;
use super::tree::{self, TreeError};
use super::whole::{LARGEST_WHOLE, Whole, whole_of};
use super::{SplitError, Unreadable, first_of_content, split_error, too_large};
use crate::formats::{Envelope, TooLarge};

/// Bytes of the largest item that is taken. The largest real ones have some hundred thousand; what
/// is taken is stored, shown and exported again.
pub const LARGEST_ITEM: usize = 4 * 1024 * 1024;
/// Bytes of memory that the tree of one item may take.
pub const HEAVIEST_ITEM: usize = 16 * 1024 * 1024;
/// Bytes of the largest item that is passed over. A larger one ends the reading.
const LARGEST_PASSED_OVER: u64 = 32 * 1024 * 1024;
/// Bytes, and of memory, of the largest value that is kept beside the items.
const LARGEST_BESIDE: usize = 1024 * 1024;

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

fn read(
    document: &mut dyn Read,
    keys: Keys<'_>,
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<Streamed, SplitError> {
    let mut reader = BufReader::new(document);
    let first = first_of_content(&mut reader)?;
    let mut state = Streamed::default();
    let mut stopped = false;
    let head = [first];
    let guard = Guard::new(LARGEST_PASSED_OVER);
    // The parser takes byte by byte, which only a buffer gives fast. What is read ahead counts for
    // the value before it: a limit is met a buffer early.
    let watched = BufReader::new(guard.watch(head.as_slice().chain(reader)));
    let mut deserializer = serde_json::Deserializer::from_reader(watched);
    let mut sink = Sink { state: &mut state, stopped: &mut stopped, emit, guard: &guard };
    let result = match keys.of_one_item {
        Some((one, keys)) if first == b'{' => {
            guard.allow(LARGEST_WHOLE as u64);
            let text = Box::<RawValue>::deserialize(&mut deserializer);
            text.and_then(|text| sink.one_item(&text, one, keys))
        }
        _ => deserializer.deserialize_any(Root { keys, sink }),
    };
    let result = result.and_then(|()| {
        guard.allow(LARGEST_PASSED_OVER);
        deserializer.end()
    });
    match (result, state.refused.take()) {
        (_, Some(refused)) => Err(refused),
        (Ok(()), None) => match state.unreadable.take() {
            Some(unreadable) => Err(unreadable.into()),
            None => Ok(state),
        },
        (Err(_), None) if stopped => Ok(state),
        (Err(error), None) => Err(split_error(error, &guard, keys.expected())),
    }
}

struct Sink<'a> {
    state: &'a mut Streamed,
    stopped: &'a mut bool,
    emit: &'a mut dyn FnMut(Value) -> ControlFlow<()>,
    guard: &'a Guard,
}

impl Sink<'_> {
    /// What follows may be as long as an item that is passed over.
    fn await_value(&self) {
        self.guard.allow(LARGEST_PASSED_OVER);
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

impl Keys<'_> {
    /// In words, for errors.
    fn expected(self) -> String {
        match (self.items, self.of_one_item) {
            ([], None) => "an array of entries".to_owned(),
            ([], Some((_, one))) => one_expected(one),
            (many, _) => format!("an array of entries, or an object with {}", many.join(" or ")),
        }
    }
}

fn one_expected(keys: &[&str]) -> String {
    format!("an array of entries, or one entry with {}", keys.join(" and "))
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
                self.sink.guard.allow(LARGEST_BESIDE as u64);
                let text = map.next_value::<Box<RawValue>>()?;
                match tree::parse(text.get(), LARGEST_BESIDE) {
                    Ok(value) => {
                        self.sink.state.beside.insert(key, value);
                    }
                    Err(TreeError::NoValue(error)) => {
                        let message = format!("the value of {key}: {error}");
                        return Err(self.sink.refuse(SplitError::Syntax { message }));
                    }
                    Err(error) => {
                        let refused = too_large("what stands beside the entries", &error);
                        return Err(self.sink.refuse(refused));
                    }
                }
            } else {
                // Nothing of it is kept.
                self.sink.guard.allow(u64::MAX);
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
    fn what_is_wrong_beside_the_items_is_named() {
        let long = format!(r#"{{"version":"{}","releases":[]}}"#, "x".repeat(2 * LARGEST_BESIDE));
        for (text, expected) in [
            (long.as_str(), "a part of the document is too large: it has more than 1048576 bytes"),
            (
                r#"{"version":1e999,"releases":[]}"#,
                "not JSON: the value of version: number out of range at line 1 column 5",
            ),
        ] {
            let (_, result) = read(text, &["releases"]);
            assert_eq!(result.expect_err("no listing").to_string(), expected);
        }
    }

    #[test]
    fn the_reader_may_stop() {
        let result = stream(&mut "[1,2,3]".as_bytes(), &[], &[], &mut |_| ControlFlow::Break(()));
        assert_eq!(result.expect("stopped, not failed").items, 1);
    }
}
