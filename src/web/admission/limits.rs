//! The limits of what clients may ask: how often each, and how many at the same time.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::attempts::Attempts;
use super::client::{Client, Proxies};
use super::exports::Exports;
use super::rate_limit::RateLimit;
use crate::config::Server;
use crate::web::error::Error;

/// Longest time that a request waits for its turn. With what it takes itself it is answered or
/// refused within two seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Whoever asks too often hears so after this time: told at once, some ask again at once, and to
/// refuse them would cost as much as to answer others.
const REFUSAL: Duration = Duration::from_millis(500);
/// Tokens that are looked up at the same time because the budget of an address is used up.
const LOOKED_UP: usize = 4;
/// Most watchers of runs at the same time.
const WATCHERS: usize = 100;

/// The limits, and what is left of each.
#[derive(Debug)]
pub struct Limits {
    /// Places for requests that are being answered.
    places: Semaphore,
    at_once: usize,
    /// Budgets of addresses and of tokens; none where the settings count nobody.
    pub(super) rate: Option<RateLimit>,
    /// Places for tokens that are looked up because the budget of an address is used up.
    pub(super) lookups: Semaphore,
    proxies: Proxies,
    /// Places for exports.
    pub exports: Exports,
    /// Wrong tokens that clients may still show.
    pub attempts: Attempts,
    /// Places for watchers of runs.
    watchers: Arc<Semaphore>,
    /// Longest time for the body of a request.
    pub(super) body: Duration,
}

impl Limits {
    /// The limits of the settings.
    pub fn new(settings: &Server) -> Self {
        Self {
            places: Semaphore::new(settings.requests_at_once),
            at_once: settings.requests_at_once,
            rate: RateLimit::new(settings.client_rate, settings.client_burst),
            lookups: Semaphore::new(LOOKED_UP),
            proxies: Proxies::new(settings.proxies.clone(), settings.proxy_header),
            exports: Exports::new(settings.exports_at_once),
            attempts: Attempts::default(),
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            body: Duration::from_secs(settings.body_seconds),
        }
    }

    /// Forgets clients who have asked for nothing for long.
    pub fn tidy(&self) {
        if let Some(rate) = &self.rate {
            rate.tidy();
        }
        self.attempts.tidy();
    }

    /// A place for somebody who watches a run, kept as long as the permit is.
    ///
    /// # Errors
    /// [`Error::TooBusy`] where none is free.
    pub fn watcher(&self) -> Result<OwnedSemaphorePermit, Error> {
        let place = Arc::clone(&self.watchers).try_acquire_owned();
        place.map_err(|_| Error::TooBusy("too many watch runs already: reload the page"))
    }

    /// Who sent a request.
    pub(super) fn client(&self, request: &Request) -> Client {
        Client::of(request, &self.proxies)
    }

    /// Whether half of the places are taken: before that, whoever asks often harms nobody.
    pub(super) fn is_under_load(&self) -> bool {
        self.places.available_permits() <= self.at_once / 2
    }

    /// A place to be answered at.
    ///
    /// # Errors
    /// [`Error::TooBusy`] where none was free for a second.
    pub(super) async fn place(&self) -> Result<SemaphorePermit<'_>, Error> {
        let place = tokio::time::timeout(LONGEST_WAIT, self.places.acquire()).await;
        place.ok().and_then(Result::ok).ok_or(Error::TooBusy("too many ask at the same time"))
    }
}

/// The refusal of a client that asks too often; it comes late, so that asking again at once is
/// not worth it.
pub(super) async fn too_often(wait: Duration) -> Error {
    tokio::time::sleep(REFUSAL).await;
    Error::TooOften { wait }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(&Server::default())
    }
}
