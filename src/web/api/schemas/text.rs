//! Texts, languages and addresses.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// A language tag (BCP 47) in its canonical spelling, such as `fr` or `zh-Hant`.
/// `und` stands for text whose language the source does not say.
#[derive(ToSchema)]
#[schema(example = "fr")]
pub struct Lang(pub String);

/// One text per language. Never holds an empty text.
#[derive(ToSchema)]
#[schema(example = json!({"fr": "Suite bureautique"}))]
pub struct LocalizedText(pub BTreeMap<String, String>);

/// A `http` or `https` address with a host and without credentials: the only kind of address
/// that is stored from a source and shown as a link.
#[derive(ToSchema)]
#[schema(format = "uri", example = "https://example.org/software")]
pub struct WebUrl(pub String);
