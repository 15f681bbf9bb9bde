//! Admission of whatever costs something: who asks how often, how many are answered at the same
//! time, and what becomes of the others. An honest refusal comes soon and says when to ask again.
//!
//! Whether the process runs, and what lies in the binary, is answered outside of it.

/// How often tokens may be shown that are not good.
pub mod attempts;
/// A request as a whole, and its answer.
mod buffered;
/// Who asks.
pub mod client;
/// How many take the whole catalogue.
pub mod exports;
/// How often and how many may ask.
pub mod limits;
/// How often somebody may ask.
pub mod rate_limit;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headers::Authorization;

use super::auth;
use super::error::Error;
use super::state::AppState;
pub use buffered::Streamed;
use client::Client;
use rate_limit::Key;

/// Lets a request in, or refuses it.
pub async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limits = Arc::clone(&state.limits);
    let answered = async {
        let client = limits.client(&request);
        let shown = auth::bearer(request.headers());
        count(&state, client, shown.as_ref().map(Authorization::token)).await?;
        let mut request = buffered::request(request, limits.body).await?;
        request.extensions_mut().insert(client);
        let _place = limits.place().await?;
        tokio::select! {
            response = next.run(request) => buffered::response(response).await,
            () = state.pulse.away() => Err(Error::DatabaseAway),
        }
    };
    answered.await.unwrap_or_else(IntoResponse::into_response)
}

/// Counts a request, and refuses it where its client has asked too often while others wait.
async fn count(state: &AppState, client: Client, token: Option<&str>) -> Result<(), Error> {
    let limits = &state.limits;
    let Some(rate) = &limits.rate else { return Ok(()) };
    let Err(wait) = rate.take(Key::from(client)) else { return Ok(()) };
    if !limits.is_under_load() {
        return Ok(());
    }
    let of_token = async {
        // A flood of tokens must not become one of the database.
        let _lookup = limits.lookups.try_acquire().ok()?;
        let token = auth::known(state, token?).await.ok().flatten()?;
        Some(rate.take(Key::Token(token.id)))
    };
    let wait = match of_token.await {
        Some(Ok(())) => return Ok(()),
        Some(Err(wait)) => wait,
        None => wait,
    };
    Err(limits::too_often(wait).await)
}
