//! From a resource of a graph to an item: its description with all that belongs to it, as JSON.
//!
//! The shape is JSON-LD with short names: `@id`, `@type`, and a sorted list of values for each
//! property. Neither the order of the triples nor the labels of blank nodes can be seen in it, so
//! the same description is the same item in every syntax.

use serde_json::{Map, Value, json};

use super::graph::{Description, Graph, Object, Resource};
use super::resources::Entries;
use crate::formats::json::canonical;

/// The key of the versions and packages of an entry.
pub(super) const VERSIONS: &str = "versions";
/// The key that says that what belongs to the entry was left out, as it was too much.
pub(super) const SHORTENED: &str = "shortened";

/// Properties whose values belong to the entry, where the document describes them.
const BELONGING: &[&str] = &[
    "adms:contactPoint",
    "adms:identifier",
    "adms:relatedWebPage",
    "adms:status",
    "admssw:identifier",
    "admssw:intendedAudience",
    "admssw:programmingLanguage",
    "admssw:status",
    "dcat:contactPoint",
    "dcat:distribution",
    "dcat:theme",
    "dct:creator",
    "dct:language",
    "dct:license",
    "dct:publisher",
    "dct:rights",
    "dct:spatial",
    "dct:type",
    "doap:license",
    "doap:repository",
    "foaf:homepage",
    "foaf:page",
    "rad:distribution",
    "rad:theme",
    "schema:license",
    "schema:publisher",
    "vcard:hasAddress",
    "locn:address",
];
/// How many steps from the entry a description may be.
const DEEPEST: usize = 6;
/// The most bytes that may be added to an entry's own description.
const MOST_BELONGING: usize = 1024 * 1024;
/// The most bytes that all entries of a document may hold of what belongs to them.
const MOST_OF_DOCUMENT: usize = 256 * 1024 * 1024;

/// Describes the entries of one document.
pub(super) struct Describer<'a> {
    graph: &'a Graph,
    entries: &'a Entries<'a>,
    spent: usize,
}

impl<'a> Describer<'a> {
    /// A describer of these entries.
    pub fn new(graph: &'a Graph, entries: &'a Entries<'a>) -> Self {
        Self { graph, entries, spent: 0 }
    }

    /// The item of an entry; `None` where the document as a whole says too much of too little: the
    /// same things would have to be written again and again.
    pub fn item(&mut self, entry: &Resource) -> Option<Value> {
        if self.spent > MOST_OF_DOCUMENT {
            return None;
        }
        let mut walk = Walk { describer: self, left: MOST_BELONGING, path: Vec::new() };
        let whole = walk.resource(entry);
        let spent = MOST_BELONGING - walk.left;
        self.spent += spent;
        if spent < MOST_BELONGING {
            return Some(whole);
        }
        let mut alone = Walk { describer: self, left: 0, path: Vec::new() }.resource(entry);
        if let Some(item) = alone.as_object_mut() {
            item.insert(SHORTENED.to_owned(), json!(true));
        }
        Some(alone)
    }
}

struct Walk<'w, 'a> {
    describer: &'w Describer<'a>,
    left: usize,
    path: Vec<&'w Resource>,
}

impl<'w> Walk<'w, '_> {
    fn resource(&mut self, resource: &'w Resource) -> Value {
        let mut object = Map::new();
        if let Some(iri) = resource.iri() {
            object.insert("@id".to_owned(), json!(iri));
        }
        if let Some(about) = self.describer.graph.get(resource) {
            self.path.push(resource);
            self.description(resource, about, &mut object);
            self.path.pop();
        }
        Value::Object(object)
    }

    fn description(
        &mut self,
        resource: &'w Resource,
        about: &'w Description,
        object: &mut Map<String, Value>,
    ) {
        let versions = self.describer.entries.versions.get(resource);
        if !about.types.is_empty() {
            let types: Vec<&str> = about.types.iter().map(AsRef::as_ref).collect();
            object.insert("@type".to_owned(), json!(types));
        }
        for (property, values) in about.properties() {
            let mut list: Vec<Value> = Vec::new();
            for (_, value) in values {
                // A version is described once, where all are.
                let is_version = matches!((value, versions), (Object::Resource(one), Some(all))
                    if one.iri().is_none() && all.contains(&one));
                if !is_version {
                    list.push(self.value(property, value));
                }
            }
            insert_sorted(object, property, list);
        }
        if let Some(versions) = versions.filter(|_| self.left > 0) {
            let list = versions.iter().map(|version| self.nested(version)).collect();
            insert_sorted(object, VERSIONS, list);
        }
    }

    fn value(&mut self, property: &str, value: &'w Object) -> Value {
        match value {
            Object::Literal { text, lang: Some(lang), .. } => {
                json!({"@value": text.as_ref(), "@language": lang.as_ref()})
            }
            Object::Literal { text, datatype: Some(datatype), .. } => {
                json!({"@value": text.as_ref(), "@type": datatype.as_ref()})
            }
            Object::Literal { text, .. } => json!(text.as_ref()),
            Object::Resource(resource) if self.belongs(property, resource) => self.nested(resource),
            Object::Resource(resource) => match resource.iri() {
                Some(iri) => json!({"@id": iri}),
                None => json!({}),
            },
        }
    }

    /// A description inside another one, which counts against the bound.
    fn nested(&mut self, resource: &'w Resource) -> Value {
        let value = if self.left > 0 && self.path.len() < DEEPEST && !self.path.contains(&resource)
        {
            self.resource(resource)
        } else {
            json!({})
        };
        // Inner descriptions count again in the outer ones: a few times at most.
        self.left = self.left.saturating_sub(canonical(&value).len());
        value
    }

    /// Blank resources belong to whom names them; named ones where the property says so, unless
    /// they are entries themselves.
    fn belongs(&self, property: &str, resource: &Resource) -> bool {
        if self.left == 0 || self.describer.entries.all.contains(resource) {
            return false;
        }
        let is_described = self.describer.graph.get(resource).is_some();
        is_described && (resource.iri().is_none() || BELONGING.contains(&property))
    }
}

fn insert_sorted(object: &mut Map<String, Value>, key: &str, mut list: Vec<Value>) {
    list.sort_by_cached_key(canonical);
    list.dedup();
    if !list.is_empty() {
        object.insert(key.to_owned(), Value::Array(list));
    }
}
