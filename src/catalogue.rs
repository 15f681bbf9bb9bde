//! The model and its rules, pure: no I/O, no clock, no database.
//!
//! A *record* is what one source says about one piece of software ([`content::Content`]).
//! [`matching`] decides which records describe the same software, [`merge`] makes one entry of
//! them and remembers, value by value, which record said it.

/// What kind of administration a name says.
pub mod body;
pub mod content;
pub mod countries;
pub mod keys;
pub mod languages;
pub mod matching;
pub mod merge;
pub mod needs;
pub mod organisation;
/// Which product a text names.
pub mod products;
pub mod recommended;
pub mod text;
pub mod urls;
pub mod vocabulary;
