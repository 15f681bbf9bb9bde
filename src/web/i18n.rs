//! The languages of the pages, and what is said in them.

/// The languages, their messages, numbers and dates.
pub mod language;
/// What values of the catalogue are called.
pub mod names;
/// The language that a browser's settings ask for.
pub mod negotiation;
/// Foreign text with its language.
pub mod phrase;
/// Who reads, and in which language.
pub mod reader;
/// What Fedcat writes in English, in French.
pub mod translation;
