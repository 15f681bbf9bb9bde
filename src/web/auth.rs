//! Who is an operator: whoever shows a good token, in the header of a request to the API or, on
//! the website, once at the beginning of a session.

/// Sessions of the website.
pub mod session;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use headers::authorization::Bearer;
use headers::{Authorization, HeaderMapExt};
use tracing::warn;

use super::AppState;
use super::admission::client::Client;
use super::error::Error;
use crate::clock;
use crate::secrets::Secret;
use crate::store::StoreError;
use crate::store::audit::Actor;
use crate::store::entity::token;
use crate::store::tokens::{self, PREFIX, Scope};

/// The operator who sends a request to the API, by `Authorization: Bearer`.
#[derive(Debug)]
pub struct Operator(pub Actor);

impl FromRequestParts<AppState> for Operator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Ok(client) = Client::from_request_parts(parts, state).await;
        let shown = bearer(&parts.headers).ok_or(Error::Unauthorised)?;
        let token = admit(state, client, shown.token()).await?;
        let now = clock::now();
        if !token.was_used_today(now) {
            let tx = state.store.write().await?;
            tokens::used(&tx, &token, now).await?;
            tx.commit().await.map_err(StoreError::from)?;
        }
        Ok(Self(token.actor()))
    }
}

/// The token that a request to the API shows.
pub fn bearer(headers: &HeaderMap) -> Option<Authorization<Bearer>> {
    headers.typed_get()
}

/// The operator's token that is shown, where it is good now. What cannot be a token is refused
/// without a look at the database.
pub async fn known(state: &AppState, shown: &str) -> Result<Option<token::Model>, StoreError> {
    match Secret::parse(PREFIX, shown.trim()) {
        Some(secret) => {
            tokens::good(state.store.read(), &secret, Scope::Operator, clock::now()).await
        }
        None => Ok(None),
    }
}

/// The operator's token that a client shows, if it is good. A client that shows wrong ones is told
/// so a few times a minute and then sent away; a good one always opens, so that nobody can keep
/// operators out by showing wrong ones.
///
/// # Errors
/// [`Error::Unauthorised`] where it is none that is good now, [`Error::TooManyAttempts`].
pub async fn admit(state: &AppState, client: Client, shown: &str) -> Result<token::Model, Error> {
    match known(state, shown).await? {
        Some(token) => Ok(token),
        None if state.limits.attempts.take(client) => {
            warn!("a token was shown that is unknown, expired or revoked");
            Err(Error::Unauthorised)
        }
        None => Err(Error::TooManyAttempts),
    }
}
