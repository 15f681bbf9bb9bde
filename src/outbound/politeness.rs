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
            // Whoever asks a host, or waits for that, holds on to its semaphore.
            hosts.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
            let new = || Arc::new(Semaphore::new(PER_HOST));
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(new))
        };
        semaphore.acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_known_of_hosts_shrinks_again() {
        let politeness = Politeness::default();
        let known = || politeness.hosts.lock().expect("nobody panicked").len();
        let held = politeness.turn("held.example.org").await;
        for number in 0..1_000 {
            drop(politeness.turn(&format!("host{number}.example.org")).await);
        }
        assert_eq!(known(), 2, "the one that is asked, and the last one");
        let second = politeness.turn("held.example.org").await;
        assert!(held.is_some() && second.is_some());
        let third = politeness.turn("held.example.org");
        let waited = tokio::time::timeout(std::time::Duration::from_millis(50), third).await;
        assert!(waited.is_err(), "no more than {PER_HOST} at a time");
    }
}
