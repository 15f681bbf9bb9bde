//! Few requests to one host at the same time, however many sources it serves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests to one host at the same time.
const PER_HOST: usize = 2;

/// What all clients share: the politeness towards hosts.
#[derive(Debug, Default)]
pub struct Politeness {
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Politeness {
    /// Waits until the host may be asked; it is busy until the permit is dropped.
    pub(super) async fn turn(&self, host: &str) -> Option<OwnedSemaphorePermit> {
        let semaphore = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Semaphore::new(PER_HOST));
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(new))
        };
        semaphore.acquire_owned().await.ok()
    }
}
