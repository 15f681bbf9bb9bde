//! What a search is asked with, as the document describes it: the words, the facets and the order.
//! The same for hits and for files of what is found.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Array, Object, Schema, Type};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Required};

use crate::publish::index::Facet;

/// The parameters.
pub struct Narrowing;

impl IntoParams for Narrowing {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let words = "What to look for. The last word counts as the beginning of a word unless a \
            space follows.";
        let order = "`relevance` (usual), `name`, `use`, `freshness` or `newest`";
        let facets = Facet::ALL.iter();
        let facets =
            facets.map(|facet| parameter(&facet.parameter(), facet.description(), texts()));
        let mut all = vec![parameter("q", words, text())];
        all.extend(facets);
        all.push(parameter("sort", order, text()));
        all
    }
}

impl Narrowing {
    /// Whether a parameter says what is searched, or in which order.
    pub fn has(name: &str) -> bool {
        matches!(name, "q" | "sort") || Facet::ALL.iter().any(|facet| facet.parameter() == name)
    }
}

fn parameter(name: &str, description: &str, schema: impl Into<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema.into()))
        .build()
}

fn text() -> Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}

fn texts() -> Array {
    ArrayBuilder::new().items(text()).build()
}
