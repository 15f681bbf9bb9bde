//! The web server: API, pages, and what both stand on. Thin: it reads from the store and the
//! index and writes answers.

pub mod api;
mod cache;
pub mod error;
pub mod listing;
pub mod pages;
pub mod params;
pub mod router;

use std::sync::Arc;

use crate::publish::index::Labels;
use crate::search::SearchIndex;
use crate::store::Store;

/// What handlers may touch. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub index: Arc<dyn SearchIndex>,
    /// Labels of categories by language.
    pub labels: Arc<Labels>,
    /// The address by which the world reaches this server, without a slash at the end.
    pub public_url: Arc<str>,
}
