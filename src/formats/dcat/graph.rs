//! The triples of one document, by subject. Named graphs are united: a catalogue that gives each
//! resource a graph of its own says the same as one that does not.

use std::collections::{BTreeMap, HashSet};
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
        text: Box<str>,
        lang: Option<Arc<str>>,
        datatype: Option<Arc<str>>,
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

/// What is said of one resource: short names of its types, and of its properties with their values,
/// all sorted.
#[derive(Debug, Default)]
pub(super) struct Description {
    pub types: Vec<Arc<str>>,
    statements: Vec<(Arc<str>, Object)>,
}

impl Description {
    /// Whether nothing but types is said.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The properties with their values.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &[(Arc<str>, Object)])> {
        self.statements
            .chunk_by(|(one, _), (other, _)| one == other)
            .filter_map(|values| Some((values.first()?.0.as_ref(), values)))
    }

    /// The values of a property.
    pub fn values(&self, property: &str) -> impl Iterator<Item = &Object> {
        let start = self.statements.partition_point(|(name, _)| name.as_ref() < property);
        let values = self.statements.get(start..).unwrap_or_default().iter();
        values.take_while(move |(name, _)| name.as_ref() == property).map(|(_, value)| value)
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
        self.types.iter().any(|kind| types.contains(&kind.as_ref()))
    }
}

/// A document's triples.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub subjects: BTreeMap<Resource, Description>,
}

impl Graph {
    /// What is said of a resource.
    pub fn get(&self, resource: &Resource) -> Option<&Description> {
        self.subjects.get(resource)
    }
}

/// Collects the triples of a document. Texts that many of them share are kept once.
#[derive(Debug, Default)]
pub(super) struct Builder {
    graph: Graph,
    texts: HashSet<Arc<str>>,
}

impl Builder {
    /// Adds a triple.
    pub fn add(&mut self, triple: Triple) {
        let subject = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => Resource::Named(self.shared(node.as_str())),
            NamedOrBlankNode::BlankNode(node) => Resource::Blank(self.shared(node.as_str())),
        };
        let is_type = triple.predicate == rdf::TYPE;
        let object = match triple.object {
            Term::NamedNode(node) if is_type => {
                let kind = self.shared(&short(node.as_str()));
                self.graph.subjects.entry(subject).or_default().types.push(kind);
                return;
            }
            Term::NamedNode(node) => Object::Resource(Resource::Named(self.shared(node.as_str()))),
            Term::BlankNode(node) => Object::Resource(Resource::Blank(self.shared(node.as_str()))),
            Term::Literal(literal) => {
                let is_text = literal.language().is_some() || literal.datatype() == xsd::STRING;
                Object::Literal {
                    text: literal.value().into(),
                    lang: literal.language().map(|lang| self.shared(lang)),
                    datatype: (!is_text).then(|| self.shared(&short(literal.datatype().as_str()))),
                }
            }
        };
        let property = self.shared(&short(triple.predicate.as_str()));
        let about = self.graph.subjects.entry(subject).or_default();
        about.statements.push((property, object));
    }

    /// The graph: sorted, and each triple once.
    pub fn graph(mut self) -> Graph {
        for about in self.graph.subjects.values_mut() {
            about.types.sort_unstable();
            about.types.dedup();
            about.statements.sort_unstable();
            about.statements.dedup();
            about.statements.shrink_to_fit();
        }
        self.graph
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
