//! The shapes of what the core serialises, for the document of the API alone: no value is made of
//! them. The core knows no OpenAPI; here it is said what its values look like as JSON, member by
//! member, where "may be absent" is an `Option`. `tests/contract_schemas.rs` holds them against
//! the types of the core, with every member and every word.

/// An entry's content.
pub mod content;
/// What a content is made of.
pub mod content_parts;
/// An event of the log.
pub mod event;
/// A line of an export.
pub mod export;
/// Licences.
pub mod licence;
/// What is told of records and runs.
pub mod record;
/// Texts, languages and addresses.
pub mod text;
