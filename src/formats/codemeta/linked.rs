//! The JSON-LD around CodeMeta, read without its contexts: they are remote, and what a document
//! means must not depend on what another server answers today. Terms are told by their names.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Where terms of CodeMeta and schema.org come from, as keys are written.
const PREFIXES: &[&str] = &["schema:", "codemeta:", "sdo:"];

/// The keys of a software node that refer to a node beside it, and are followed.
const FOLLOWED: &[&str] = &["publisher", "producer", "sourceOrganization", "license"];

/// What is copied to where a node is referred to is bounded: the longest text in bytes, and the
/// references under one key that are followed.
const LONGEST: usize = 200;
const MOST_REFERENCES: usize = 8;

/// The nodes of a document that stand for software, one by one: the elements of its `@graph`, or
/// itself.
pub fn software(mut document: Value) -> Box<dyn Iterator<Item = Value>> {
    let graph = document.as_object_mut().and_then(|root| root.remove("@graph"));
    let nodes = match graph {
        None => return Box::new(std::iter::once(document)),
        Some(Value::Array(nodes)) => nodes,
        Some(single) => vec![single],
    };
    let by_id: BTreeMap<String, Value> =
        nodes.iter().filter_map(|node| Some((id(node)?.to_owned(), card(node)))).collect();
    let software = nodes.into_iter().filter(|node| is_software(node) == Some(true));
    Box::new(software.map(move |node| with_cards(node, &by_id)))
}

/// Whether a node says that it is software; `None` where it does not say what it is.
pub fn is_software(node: &Value) -> Option<bool> {
    let types = ["@type", "type"].iter().find_map(|key| node.get(key))?;
    let is_software = |kind: &Value| {
        let kind = local_name(kind.as_str().unwrap_or_default()).to_lowercase();
        ["software", "application", "library", "service"].iter().any(|word| kind.contains(word))
    };
    match types {
        Value::Array(types) if types.is_empty() => None,
        Value::Array(types) => Some(types.iter().any(is_software)),
        single => Some(is_software(single)),
    }
}

/// The same node with plain keys and values: `name` for `schema:name` or an address that ends so,
/// `@id` and `@type` for `id` and `type`, and without the wrappings of values and lists. A key
/// that is written plainly goes before one that is not.
pub fn plain(node: &Value) -> Value {
    match node {
        Value::Array(elements) => elements.iter().map(plain).collect(),
        Value::Object(object) => plain_object(object),
        scalar => scalar.clone(),
    }
}

fn plain_object(object: &Map<String, Value>) -> Value {
    let wrapped = ["@value", "@list", "@set"].iter().find_map(|key| object.get(*key));
    if let Some(value) = wrapped {
        return plain(value);
    }
    let mut result = Map::new();
    for (key, value) in object {
        let local = match key.as_str() {
            "id" => "@id",
            "type" => "@type",
            other => local_name(other),
        };
        if local == key || !result.contains_key(local) {
            result.insert(local.to_owned(), plain(value));
        }
    }
    Value::Object(result)
}

/// The last part of a term: what stands after a known prefix, or at the end of an address.
pub fn local_name(term: &str) -> &str {
    if let Some(local) = PREFIXES.iter().find_map(|prefix| term.strip_prefix(prefix)) {
        return local;
    }
    if term.starts_with("http://") || term.starts_with("https://") {
        return term.rsplit(['/', '#']).next().unwrap_or(term);
    }
    term
}

fn id(node: &Value) -> Option<&str> {
    ["@id", "id"].iter().find_map(|key| node.get(key))?.as_str()
}

/// What is copied of a node to where another refers to it: little, for any number may refer to it.
fn card(node: &Value) -> Value {
    const KEPT: [&str; 7] = ["@id", "id", "@type", "type", "name", "url", "identifier"];
    let Value::Object(object) = node else { return Value::Null };
    let is_short = |value: &Value| value.as_str().is_some_and(|text| text.len() <= LONGEST);
    let is_little = |value: &Value| match value {
        Value::Array(elements) => elements.len() <= 4 && elements.iter().all(is_short),
        single => is_short(single),
    };
    let is_kept = |key: &str, value: &Value| KEPT.contains(&local_name(key)) && is_little(value);
    let kept = object.iter().filter(|(key, value)| is_kept(key, value));
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn with_cards(mut node: Value, by_id: &BTreeMap<String, Value>) -> Value {
    let Some(object) = node.as_object_mut() else { return node };
    for (_, value) in object.iter_mut().filter(|(key, _)| FOLLOWED.contains(&local_name(key))) {
        let references = match value {
            Value::Array(elements) => elements.iter_mut().take(MOST_REFERENCES).collect(),
            single => vec![single],
        };
        for reference in references {
            let is_bare = reference.as_object().is_some_and(|object| object.len() == 1);
            if is_bare && let Some(card) = id(reference).and_then(|id| by_id.get(id)) {
                *reference = card.clone();
            }
        }
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_graph_is_its_software_and_what_that_refers_to() {
        let check = |document: Value, expected: &[Value]| {
            let found: Vec<Value> = software(document.clone()).collect();
            assert_eq!(found, expected, "{document}");
        };
        let file = json!({"@context": "x", "name": "Parcel"});
        check(file.clone(), &[file]);
        check(json!(7), &[json!(7)]);
        check(json!({"@graph": []}), &[]);
        check(
            json!({"@context": "x", "@graph": [
                {"@id": "_:a", "@type": "SoftwareSourceCode", "publisher": {"@id": "_:b"},
                 "author": {"@id": "_:c"}, "license": [{"@id": "_:d"}, {"@id": "_:none"}]},
                {"@id": "_:b", "@type": ["Organization"], "name": "Office", "address": {"x": 1},
                 "url": "x".repeat(500)},
                {"@id": "_:c", "@type": "Person", "name": "A. Person"},
                {"id": "_:d", "name": "EUPL-1.2"},
            ]}),
            &[json!({
                "@id": "_:a", "@type": "SoftwareSourceCode", "author": {"@id": "_:c"},
                "publisher": {"@id": "_:b", "@type": ["Organization"], "name": "Office"},
                "license": [{"id": "_:d", "name": "EUPL-1.2"}, {"@id": "_:none"}],
            })],
        );
    }

    #[test]
    fn software_says_so() {
        let check = |kind: Value, expected: Option<bool>| {
            assert_eq!(is_software(&json!({ "@type": kind })), expected, "{kind}");
        };
        check(json!("SoftwareSourceCode"), Some(true));
        check(json!("schema:WebApplication"), Some(true));
        check(json!(["http://schema.org/SoftwareApplication", "x"]), Some(true));
        check(json!("Dataset"), Some(false));
        check(json!([7]), Some(false));
        check(json!([]), None);
        assert_eq!(is_software(&json!({"type": "SoftwareLibrary"})), Some(true));
        assert_eq!(is_software(&json!({"name": "Parcel"})), None);
    }

    #[test]
    fn terms_have_one_spelling() {
        let check = |node: Value, expected: Value| assert_eq!(plain(&node), expected, "{node}");
        check(json!({"schema:name": "a", "name": "b"}), json!({"name": "b"}));
        check(json!({"http://schema.org/name": [{"@value": "a"}]}), json!({"name": ["a"]}));
        check(json!({"codemeta:x": {"@list": [1, {"id": "y"}]}}), json!({"x": [1, {"@id": "y"}]}));
        check(
            json!({"type": "schema:X", "other:name": "a"}),
            json!({"@type": "schema:X", "other:name": "a"}),
        );
    }
}
