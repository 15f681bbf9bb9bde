//! The triples of one document, by subject. Named graphs are united: a catalogue that gives each
//! resource a graph of its own says the same as one that does not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oxrdf::vocab::{rdf, xsd};
use oxrdf::{NamedOrBlankNode, Term, Triple};

use super::names::short;

/// A resource: one with an address, or a blank one, whose label means nothing outside the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Resource {
    Named(Arc<str>),
    Blank(Arc<str>),
}

impl Resource {
    /// The address of a named resource.
    pub fn iri(&self) -> Option<&str> {
        match self {
            Self::Named(iri) => Some(iri),
            Self::Blank(_) => None,
        }
    }
}

/// What a property points to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Resource(Resource),
    /// A text, with its language, or with the short name of its type where that is not a string.
    Literal {
        text: String,
        lang: Option<String>,
        datatype: Option<String>,
    },
}

impl Object {
    /// The text of a literal, or the address of a named resource.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Resource(resource) => resource.iri(),
            Self::Literal { text, .. } => Some(text),
        }
    }
}

/// What is said of one resource: short names of properties, and their values.
#[derive(Debug, Default)]
pub(super) struct Description {
    pub types: BTreeSet<Arc<str>>,
    pub properties: BTreeMap<Arc<str>, BTreeSet<Object>>,
}

impl Description {
    /// The values of a property.
    pub fn values(&self, property: &str) -> impl Iterator<Item = &Object> {
        self.properties.get(property).into_iter().flatten()
    }

    /// The resources that a property points to.
    pub fn resources(&self, property: &str) -> impl Iterator<Item = &Resource> {
        self.values(property).filter_map(|object| match object {
            Object::Resource(resource) => Some(resource),
            Object::Literal { .. } => None,
        })
    }

    /// Whether the resource is of one of these types.
    pub fn is_any(&self, types: &[&str]) -> bool {
        types.iter().any(|one| self.types.contains(*one))
    }
}

/// A document's triples.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub subjects: BTreeMap<Resource, Description>,
    /// Texts that many triples share are kept once.
    texts: BTreeSet<Arc<str>>,
}

impl Graph {
    /// What is said of a resource.
    pub fn get(&self, resource: &Resource) -> Option<&Description> {
        self.subjects.get(resource)
    }

    /// Adds a triple; adding it twice changes nothing.
    pub fn insert(&mut self, triple: Triple) {
        let subject = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => Resource::Named(self.shared(node.as_str())),
            NamedOrBlankNode::BlankNode(node) => Resource::Blank(self.shared(node.as_str())),
        };
        let property = self.shared(&short(triple.predicate.as_str()));
        let is_type = triple.predicate == rdf::TYPE;
        let object = match triple.object {
            Term::NamedNode(node) if is_type => {
                let kind = self.shared(&short(node.as_str()));
                self.subjects.entry(subject).or_default().types.insert(kind);
                return;
            }
            Term::NamedNode(node) => Object::Resource(Resource::Named(self.shared(node.as_str()))),
            Term::BlankNode(node) => Object::Resource(Resource::Blank(self.shared(node.as_str()))),
            Term::Literal(literal) => {
                let is_text = literal.language().is_some() || literal.datatype() == xsd::STRING;
                Object::Literal {
                    text: literal.value().to_owned(),
                    lang: literal.language().map(str::to_owned),
                    datatype: (!is_text).then(|| short(literal.datatype().as_str())),
                }
            }
        };
        let description = self.subjects.entry(subject).or_default();
        description.properties.entry(property).or_default().insert(object);
    }

    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }
}
