//! The door of everything that costs something: who asks how often, how many are answered at the
//! same time, and what becomes of the others. An honest refusal comes soon and says when to ask
//! again.
//!
//! Whether the process runs, and what lies in the binary, is answered outside of it.

/// How often somebody may ask.
pub mod budget;
/// Who asks.
pub mod client;
/// How many take the whole catalogue.
pub mod exports;
/// A request as a whole, and its answer.
mod whole;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::AppState;
use super::auth;
use super::error::Error;
use crate::config::Server;
use budget::{Budget, Key};
use client::{Client, Proxies};
use exports::Exports;
pub use whole::Streamed;

/// Longest time that a request waits for its turn. With what it takes itself it is answered or
/// refused within two seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Whoever asks too often hears so after this time: told at once, some ask again at once, and to
/// refuse them would cost as much as to answer others.
const REFUSAL: Duration = Duration::from_millis(500);
/// Tokens that are looked up at the same time because the budget of an address is used up.
const LOOKED_UP: usize = 4;

/// What the door knows.
#[derive(Debug)]
pub struct Door {
    /// Places for requests that are being answered.
    places: Semaphore,
    at_once: usize,
    /// Of addresses and of tokens; none where nobody counts.
    budget: Option<Budget>,
    lookups: Semaphore,
    proxies: Proxies,
    /// Places for exports.
    pub exports: Exports,
    /// Longest time for the body of a request.
    body: Duration,
}

impl Door {
    /// As the settings want it.
    pub fn new(settings: &Server) -> Self {
        Self {
            places: Semaphore::new(settings.requests_at_once),
            at_once: settings.requests_at_once,
            budget: Budget::new(settings.client_rate, settings.client_burst),
            lookups: Semaphore::new(LOOKED_UP),
            proxies: Proxies::new(settings.proxies.clone(), settings.proxy_header),
            exports: Exports::new(settings.exports_at_once),
            body: Duration::from_secs(settings.body_seconds),
        }
    }

    /// Forgets whose budget is full.
    pub fn tidy(&self) {
        if let Some(budget) = &self.budget {
            budget.tidy();
        }
    }

    /// Whether half of the places are taken: before that, whoever asks often harms nobody.
    fn is_under_load(&self) -> bool {
        self.places.available_permits() <= self.at_once / 2
    }

    /// Counts a request, and refuses it where its client has asked too often while others wait.
    async fn count(
        &self,
        state: &AppState,
        client: Client,
        token: Option<&str>,
    ) -> Result<(), Error> {
        let Some(budget) = &self.budget else { return Ok(()) };
        let Err(wait) = budget.take(Key::from(client)) else { return Ok(()) };
        if !self.is_under_load() {
            return Ok(());
        }
        let of_token = async {
            // A flood of tokens must not become one of the database.
            let _lookup = self.lookups.try_acquire().ok()?;
            let token = auth::known(state, token?).await.ok().flatten()?;
            Some(budget.take(Key::Token(token.id)))
        };
        let wait = match of_token.await {
            Some(Ok(())) => return Ok(()),
            Some(Err(wait)) => wait,
            None => wait,
        };
        tokio::time::sleep(REFUSAL).await;
        Err(Error::TooOften { wait })
    }

    /// A place to be answered at.
    async fn place(&self) -> Result<SemaphorePermit<'_>, Error> {
        let place = tokio::time::timeout(LONGEST_WAIT, self.places.acquire()).await;
        place.ok().and_then(Result::ok).ok_or(Error::TooBusy("too many ask at the same time"))
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new(&Server::default())
    }
}

/// Lets a request in, or refuses it.
pub async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let door = Arc::clone(&state.door);
    let answered = async {
        let client = Client::of(&request, &door.proxies);
        let token = auth::bearer(request.headers());
        door.count(&state, client, token).await?;
        let mut request = whole::request(request, door.body).await?;
        request.extensions_mut().insert(client);
        let _place = door.place().await?;
        tokio::select! {
            response = next.run(request) => whole::response(response).await,
            () = state.pulse.away() => Err(Error::DatabaseAway),
        }
    };
    answered.await.unwrap_or_else(IntoResponse::into_response)
}
