//! What handlers may touch.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::admission::limits::Limits;
use super::search::page_memory::PageMemory;
use crate::catalogue::needs::Labels;
use crate::config::Contact;
use crate::search::SearchIndex;
use crate::store::Store;
use crate::store::pulse::Pulse;

/// What handlers may touch. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub index: Arc<dyn SearchIndex>,
    /// Labels of categories by language.
    pub labels: Arc<Labels>,
    /// What the pages of searches have shown.
    pub page_memory: Arc<PageMemory>,
    /// The address by which the world reaches this server, without a slash at the end.
    pub public_url: Arc<str>,
    /// How to reach the operator.
    pub contact: Option<Arc<Contact>>,
    /// How often, and how many at once, may ask.
    pub limits: Arc<Limits>,
    /// Whether the database answers.
    pub pulse: Pulse,
    /// Notified when a run waits for a worker.
    pub wake: Arc<Notify>,
    /// Cancelled when the process is asked to stop: what is streamed ends then.
    pub stopping: CancellationToken,
}
