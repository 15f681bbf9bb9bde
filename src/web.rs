//! The web server: API, pages, and what both stand on. Thin: it reads from the store and the
//! index and writes answers.

/// Which addresses can be one of ours.
mod address_check;
/// Who is let in, and when.
pub mod admission;
pub mod api;
/// Feeds.
mod atom;
/// Who is an operator.
pub mod auth;
mod cache;
pub mod error;
/// The table of an export, as it is asked for.
pub mod export_table;
/// What to do about findings.
pub mod finding_advice;
/// Languages.
pub mod i18n;
/// The value at a path in a raw item.
pub mod item_path;
pub mod pages;
/// Refusals as problem documents.
mod problems;
/// Reading the query string of a page.
pub mod query;
pub mod router;
/// A search as the page and the API carry it out.
pub mod search;
/// Connections.
pub mod server;
/// Showing less of what is too long.
mod shorten;
/// What handlers may touch.
pub mod state;
/// Text in XML.
mod xml;

pub use state::AppState;
