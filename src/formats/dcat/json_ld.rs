//! What is checked of a JSON-LD document before the parser sees it, and the contexts that we know.
//!
//! A context says what the keys of a document mean. Documents often name one by its address; an
//! address in a document is never fetched, so only contexts that stand here can be read.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::formats::json::tree::{self, TreeError};

/// Bytes of memory that a context may take.
const HEAVIEST_CONTEXT: usize = 16 * 1024 * 1024;
/// The deepest nesting of objects and lists.
const DEEPEST: usize = 32;
/// The most work for contexts: terms that are defined, times the places where a context begins.
/// The parser copies all terms at each.
const MOST_TERMS_COPIED: usize = 1_000_000;
/// The longest chain of terms that are defined by each other, and the deepest nesting of contexts:
/// the parser follows both by calling itself.
const LONGEST_CHAIN: usize = 8;
/// The most values of a document. The parser keeps what stands before an object's `@id`.
const MOST_VALUES: usize = 300_000;

/// Well-known contexts by their addresses, as far as the properties that are read need them.
const CONTEXTS: &[(&[&str], &str)] = &[
    (
        &[
            "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "http://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        ],
        include_str!("project-open-data.context.json"),
    ),
    (
        &[
            "https://schema.org",
            "https://schema.org/",
            "http://schema.org",
            "http://schema.org/",
            "https://schema.org/docs/jsonldcontext.jsonld",
            "https://schema.org/docs/jsonldcontext.json",
        ],
        include_str!("schema-org.context.json"),
    ),
];

/// The context at a well-known address.
pub(super) fn context(address: &str) -> Option<&'static str> {
    CONTEXTS.iter().find(|(known, _)| known.contains(&address)).map(|(_, context)| *context)
}

/// Why a document is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It needs this context, which is not among the known ones.
    UnknownContext(String),
    /// It is nested too deeply, or its contexts take too much work.
    TooComplex,
    /// It is not JSON.
    Syntax(serde_json::Error),
}

/// Refuses what is not JSON, is nested too deeply, needs a context that we do not have, or has
/// contexts that would take the parser too long.
pub(super) fn check(document: &[u8]) -> Result<(), Refusal> {
    let mut seen = Seen::default();
    let mut deserializer = serde_json::Deserializer::from_slice(document);
    let scan = Scan { seen: &mut seen, depth: 0 };
    let result = scan.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if seen.is_too_complex {
        return Err(Refusal::TooComplex);
    }
    result.map_err(Refusal::Syntax)?;
    if let Some(address) = seen.unknown {
        return Err(Refusal::UnknownContext(address));
    }
    let places = if seen.has_scoped { seen.objects } else { seen.contexts };
    if seen.terms.saturating_mul(places) > MOST_TERMS_COPIED {
        return Err(Refusal::TooComplex);
    }
    Ok(())
}

/// Keys of lists whose elements are entries of their own.
const LISTS: &[&str] = &["dataset", "dcat:dataset", "member", "hydra:member"];

/// The resources of a document one by one, each a document with the context of all: what is wrong
/// in one of them does not spoil the others. `None` where the document is not that plain, or where
/// copying its context so often would be too much.
pub(super) fn parted(document: &str) -> Option<Vec<Value>> {
    let root = tree::parse(document, HEAVIEST_CONTEXT * 8).ok()?;
    let (context, resources) = match root {
        Value::Array(resources) => (None, resources),
        Value::Object(mut root) => {
            let context = root.remove("@context");
            match root.remove("@graph") {
                Some(Value::Array(resources)) => (context, resources),
                Some(one) => (context, vec![one]),
                None => (context, vec![Value::Object(root)]),
            }
        }
        _ => return None,
    };
    let mut all = Vec::new();
    resources.into_iter().for_each(|resource| part(resource, &mut all));
    let mut seen = Seen::default();
    context.iter().for_each(|context| seen.context(context, 0));
    if seen.terms.saturating_mul(all.len()) > MOST_TERMS_COPIED {
        return None;
    }
    let document = |resource: Value| match &context {
        Some(context) => json!({"@context": context, "@graph": [resource]}),
        None => resource,
    };
    Some(all.into_iter().map(document).collect())
}

/// Takes the entries of a list out of it: there they are named by their addresses.
fn part(mut resource: Value, all: &mut Vec<Value>) {
    let plain = resource.as_object_mut().filter(|object| !object.contains_key("@context"));
    for (_, list) in plain.into_iter().flatten().filter(|(key, _)| LISTS.contains(&key.as_str())) {
        for entry in list.as_array_mut().into_iter().flatten().filter(|entry| entry.is_object()) {
            let name = entry.get("@id").filter(|id| id.is_string()).cloned();
            let name = name.map_or(json!({}), |id| json!({"@id": id}));
            if *entry != name {
                all.push(std::mem::replace(entry, name));
            }
        }
    }
    all.push(resource);
}

/// The document without languages and types of texts that are none, such as `"@language": null`.
pub(super) fn mended(mut document: Value) -> Value {
    mend(&mut document);
    document
}

fn mend(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(mend),
        Value::Object(object) => {
            if object.contains_key("@value") {
                for key in ["@language", "@type"] {
                    if object.get(key).is_some_and(|value| !value.is_string()) {
                        object.remove(key);
                    }
                }
            }
            let inner = object.iter_mut().filter(|(key, _)| *key != "@context");
            inner.for_each(|(_, inner)| mend(inner));
        }
        _ => {}
    }
}

/// The address of the resource of a document that [`parted`] made, as written.
pub(super) fn id(document: &Value) -> Option<&str> {
    let resource = document.pointer("/@graph/0").unwrap_or(document);
    resource.get("@id")?.as_str()
}

/// What a document holds.
#[derive(Debug, Default)]
struct Seen {
    objects: usize,
    contexts: usize,
    terms: usize,
    /// A term brings a context of its own, which then begins wherever the term is used.
    has_scoped: bool,
    unknown: Option<String>,
    is_too_complex: bool,
    values: usize,
}

impl Seen {
    fn context(&mut self, value: &Value, depth: usize) {
        self.contexts += 1;
        self.is_too_complex |= depth > LONGEST_CHAIN;
        match value {
            Value::String(address) => self.remote(address),
            Value::Array(parts) => parts.iter().for_each(|part| self.context(part, depth + 1)),
            Value::Object(terms) => {
                self.terms += terms.len();
                self.is_too_complex |= has_long_chain(terms);
                if let Some(Value::String(address)) = terms.get("@import") {
                    self.remote(address);
                }
                for inner in terms.values().filter_map(|term| term.get("@context")) {
                    self.has_scoped = true;
                    self.context(inner, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn remote(&mut self, address: &str) {
        match context(address) {
            Some(known) => self.terms += known.lines().count(),
            None if self.unknown.is_none() => self.unknown = Some(address.to_owned()),
            None => {}
        }
    }
}

/// Whether terms are defined by each other in a chain that is too long, or in a circle.
fn has_long_chain(terms: &Map<String, Value>) -> bool {
    let needs = |term: &str, definition: &Value| -> Vec<String> {
        let parts = definition.as_object().into_iter().flat_map(Map::values);
        let texts = parts.chain([definition]).filter_map(Value::as_str).chain([term]);
        let names = texts.flat_map(|text| [Some(text), text.split(':').next()]).flatten();
        names.filter(|name| *name != term && terms.contains_key(*name)).map(str::to_owned).collect()
    };
    let needs: Vec<(&String, Vec<String>)> =
        terms.iter().map(|(term, definition)| (term, needs(term, definition))).collect();
    // The terms at the end of chains of 0, 1, 2 … steps.
    let mut ends: HashSet<&str> = terms.keys().map(String::as_str).collect();
    for _ in 0..LONGEST_CHAIN {
        let longer = |needed: &Vec<String>| needed.iter().any(|name| ends.contains(name.as_str()));
        let next = needs.iter().filter(|(_, needed)| longer(needed));
        ends = next.map(|(term, _)| term.as_str()).collect();
    }
    !ends.is_empty()
}

struct Scan<'a> {
    seen: &'a mut Seen,
    depth: usize,
}

impl Scan<'_> {
    fn inner<E: Error>(&mut self) -> Result<Scan<'_>, E> {
        if self.depth >= DEEPEST {
            self.seen.is_too_complex = true;
            return Err(E::custom("nested too deeply"));
        }
        self.seen.values += 1;
        if self.seen.values > MOST_VALUES {
            self.seen.is_too_complex = true;
            return Err(E::custom("too many values"));
        }
        Ok(Scan { seen: self.seen, depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Scan<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.seen.objects += 1;
        while let Some(key) = map.next_key::<String>()? {
            if key == "@context" {
                let text: &RawValue = map.next_value()?;
                match tree::parse(text.get(), HEAVIEST_CONTEXT) {
                    Ok(value) => self.seen.context(&value, 0),
                    Err(TreeError::NoValue(error)) => return Err(A::Error::custom(error)),
                    Err(TreeError::TooHeavy { .. }) => {
                        self.seen.is_too_complex = true;
                        return Err(A::Error::custom("too many terms"));
                    }
                }
            } else {
                map.next_value_seed(self.inner()?)?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.inner()?)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str) -> String {
        match check(document.as_bytes()) {
            Ok(()) => "taken".to_owned(),
            Err(Refusal::UnknownContext(address)) => format!("needs {address}"),
            Err(Refusal::TooComplex) => "too complex".to_owned(),
            Err(Refusal::Syntax(_)) => "not JSON".to_owned(),
        }
    }

    #[test]
    fn contexts_that_we_do_not_have_are_named() {
        for (document, expected) in [
            (r#"{"@context": {"a": "http://example.org/a"}, "a": 1}"#, "taken"),
            (r#"{"@context": "https://schema.org", "name": "x"}"#, "taken"),
            (r#"{"@context": "https://example.org/c"}"#, "needs https://example.org/c"),
            (r#"{"@context": [{}, "c.jsonld"]}"#, "needs c.jsonld"),
            (r#"[{"x": {"@context": {"@import": "c"}}}]"#, "needs c"),
            (r#"{"@context": {"a": {"@context": "c"}}}"#, "needs c"),
            (r#"{"\u0040context": "c"}"#, "needs c"),
            (r#"{"a": "@context", "b": ["c"]}"#, "taken"),
            (r#"{"a": "#, "not JSON"),
            ("", "not JSON"),
        ] {
            assert_eq!(told(document), expected, "{document}");
        }
    }

    #[test]
    fn what_would_take_too_long_is_refused() {
        let terms: String =
            (0..2000).map(|i| format!("\"t{i}\":\"http://example.org/{i}\",")).collect();
        let wide = |inner: &str| format!("{{\"@context\":{{{terms}\"z\":{inner}}},\"@graph\":[");
        let many = |part: &str, n: usize| vec![part; n].join(",");
        let check = |document: String, expected: &str| {
            assert_eq!(told(&document), expected, "{}", document.len());
        };
        let plain = wide("null");
        let scoped = wide("{\"@id\":\"http://example.org/z\",\"@context\":{}}");
        check(format!("{plain}{}]}}", many("{}", 1000)), "taken");
        check(format!("{plain}{}]}}", many("{\"@context\":{}}", 1000)), "too complex");
        check(format!("{scoped}{}]}}", many("{\"z\":{}}", 1000)), "too complex");
        check(format!("{}1{}", "[".repeat(32), "]".repeat(32)), "taken");
        check(format!("{}1{}", "[".repeat(33), "]".repeat(33)), "too complex");
        check("[".repeat(1_000_000), "too complex");
        check(format!("[{}]", many("{}", 300_000)), "too complex");
        let chain = |n: usize| -> String {
            let terms = (0..n).map(|i| format!("\"t{i}\": \"t{}:x\"", i + 1));
            format!("{{\"@context\": {{{}}}}}", terms.collect::<Vec<_>>().join(","))
        };
        check(chain(8), "taken");
        check(chain(10_000), "too complex");
        check("{\"@context\": {\"a\": \"b:x\", \"b\": \"a:x\"}}".to_owned(), "too complex");
        check("{\"@context\": {\"a\": \"a\", \"a:b\": \"a:b\"}}".to_owned(), "taken");
        let nested = "{\"@context\": {\"a\": ".repeat(20) + "1" + &"}}".repeat(20);
        check(nested, "too complex");
    }

    #[test]
    fn a_document_is_parted_into_its_resources() {
        let document = json!({
            "@context": {"a": "http://example.org/a"},
            "@graph": [
                {"@id": "c", "dcat:dataset": [{"@id": "d", "a": 1}, {"@id": "e"}]},
                {"@id": "f", "a": {"@value": "x", "@language": null}},
            ],
        });
        let parts = parted(&document.to_string()).expect("plain");
        let ids: Vec<_> = parts.iter().map(id).collect();
        assert_eq!(ids, [Some("d"), Some("c"), Some("f")]);
        assert_eq!(parts[1]["@graph"][0]["dcat:dataset"], json!([{"@id": "d"}, {"@id": "e"}]));
        assert_eq!(mended(parts[2].clone())["@graph"][0]["a"], json!({"@value": "x"}));
    }

    #[test]
    fn the_contexts_are_json_with_a_context() {
        for (_, text) in CONTEXTS {
            let context: Value = serde_json::from_str(text).expect("JSON");
            assert!(context["@context"].is_object());
        }
    }
}
