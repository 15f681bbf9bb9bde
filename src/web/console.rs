//! What the console of the sources needs beside the store.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use super::auth::attempts::Attempts;

/// Most watchers of runs at the same time.
const WATCHERS: usize = 100;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Console {
    /// Rung when a run waits for a worker.
    pub wake: Arc<Notify>,
    /// Cancelled when the process is asked to stop: what is streamed ends then.
    pub stopping: CancellationToken,
    /// Attempts at showing a token.
    pub attempts: Arc<Attempts>,
    /// Places for watchers of runs.
    pub watchers: Arc<Semaphore>,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            wake: Arc::default(),
            stopping: CancellationToken::new(),
            attempts: Arc::default(),
            watchers: Arc::new(Semaphore::new(WATCHERS)),
        }
    }
}
