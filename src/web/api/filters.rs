//! What a search is asked with, as the document describes it: the words, the facets and the order.
//! The same for hits and for files of what is found.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Array, Object, Schema, Type};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Required};

/// The facets by the names of their parameters.
const FACETS: &[(&str, &str)] = &[
    ("category", "publiccode.yml category"),
    (
        "need",
        "purpose: a publiccode.yml category or a narrower need, stated by a source or derived from name, keywords and texts",
    ),
    ("licence", "SPDX identifier"),
    ("licence_family", "identifier without its version, such as `GPL`"),
    ("open_source", "`yes`, `no` or `not-stated`"),
    (
        "copyleft",
        "`permissive`, `weak`, `share-alike`, `strong`, `network`, `not-open` or `not-stated`",
    ),
    ("licence_conflict", "between sources: `none`, `soft` (they share a licence) or `hard`"),
    ("country", "country of use, ISO 3166-1 alpha-2"),
    (
        "body",
        "kind of the administrations that use it, as far as their names say: `national`, `regional`, `local`, `education` or `health`",
    ),
    ("source", "source id"),
    ("platform", "`web`, `linux`, `windows`, `mac`, `android`, `ios`"),
    ("language", "language of the interface"),
    ("status", "publiccode.yml developmentStatus"),
    ("maintenance", "publiccode.yml maintenance.type"),
    ("support", "who gives support, as a source writes the name"),
    ("public", "`yes`: a public body develops it"),
    (
        "recommendation",
        "what a government says about using it: `recommended`, `observed` or `no_longer_recommended`",
    ),
    ("contract", "`yes`: the support contract of the source's government covers it"),
    (
        "replaces",
        "product that a source says it replaces: its id such as `microsoft-teams`, or its name",
    ),
];

/// The parameters.
pub struct Narrowing;

impl IntoParams for Narrowing {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let words = "What to look for. The last word counts as the beginning of a word unless a \
            space follows.";
        let order = "`relevance` (usual), `name`, `use`, `freshness` or `newest`";
        let facets = FACETS.iter().map(|(name, description)| parameter(name, description, texts()));
        let mut all = vec![parameter("q", words, text())];
        all.extend(facets);
        all.push(parameter("sort", order, text()));
        all
    }
}

impl Narrowing {
    /// Whether a parameter says what is searched, or in which order.
    pub fn has(name: &str) -> bool {
        matches!(name, "q" | "sort") || FACETS.iter().any(|(facet, _)| *facet == name)
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
