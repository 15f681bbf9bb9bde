//! The web server: API, pages, and what both stand on. Thin: it reads from the store and the
//! index and writes answers.

/// What to do about findings.
pub mod advice;
pub mod api;
/// Feeds.
mod atom;
/// Who is an operator.
pub mod auth;
mod cache;
/// What the console of the sources needs beside the store.
pub mod console;
/// Who is let in, and when.
pub mod door;
pub mod error;
pub mod listing;
/// What is near to a search that found nothing.
pub mod near;
pub mod pages;
pub mod params;
/// Raw items and the places in them.
pub mod raw;
pub mod router;
/// A search as the page and the API carry it out.
pub mod searching;
/// Connections.
pub mod server;
/// What the pages of a search have shown.
pub mod shown;
/// What a reader may mean by the first letters.
pub mod suggest;
/// What is asked of every request and of every refusal.
mod wellformed;

use std::sync::Arc;

use crate::catalogue::needs::Labels;
use crate::config::Contact;
use crate::search::SearchIndex;
use crate::store::Store;
use crate::store::pulse::Pulse;
use console::Console;
use door::Door;
use shown::Shown;

/// What handlers may touch. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub index: Arc<dyn SearchIndex>,
    /// Labels of categories by language.
    pub labels: Arc<Labels>,
    /// What the pages of searches have shown.
    pub shown: Arc<Shown>,
    /// The address by which the world reaches this server, without a slash at the end.
    pub public_url: Arc<str>,
    /// How to reach the operator.
    pub contact: Option<Arc<Contact>>,
    pub console: Console,
    pub door: Arc<Door>,
    /// Whether the database answers.
    pub pulse: Pulse,
}
