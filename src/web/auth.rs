//! Who is an operator: whoever shows a good token, in the header of a request to the API or, on
//! the website, once at the beginning of a session.

/// How often tokens may be shown that are not good.
pub mod attempts;
/// Sessions of the website.
pub mod session;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use tracing::warn;

use super::AppState;
use super::error::Error;
use crate::clock;
use crate::secrets::Secret;
use crate::store::audit::Actor;
use crate::store::entity::token;
use crate::store::tokens::{self, PREFIX, Scope};

/// The operator who sends a request to the API, by `Authorization: Bearer`.
#[derive(Debug)]
pub struct Operator(pub Actor);

impl FromRequestParts<AppState> for Operator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let shown = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .ok_or(Error::Unauthorised)?
            .1;
        let token = admit(state, shown).await?;
        let now = clock::now();
        if !token.was_used_today(now) {
            let tx = state.store.write().await?;
            tokens::used(&tx, &token, now).await?;
            tx.commit().await.map_err(crate::store::StoreError::from)?;
        }
        Ok(Self(token.actor()))
    }
}

/// The operator's token that somebody shows, if it is good. What cannot be a token is refused
/// without a look at the database. Wrong ones are told so a few times a minute and then sent away;
/// a good one always opens, so that nobody can keep operators out by showing wrong ones.
///
/// # Errors
/// [`Error::Unauthorised`] where it is none that is good now, [`Error::TooManyAttempts`].
pub async fn admit(state: &AppState, shown: &str) -> Result<token::Model, Error> {
    let secret = Secret::parse(PREFIX, shown.trim()).ok_or(Error::Unauthorised)?;
    let now = clock::now();
    match tokens::good(state.store.read(), &secret, Scope::Operator, now).await? {
        Some(token) => Ok(token),
        None if state.console.attempts.take(now) => {
            warn!("a token was shown that is unknown, expired or revoked");
            Err(Error::Unauthorised)
        }
        None => Err(Error::TooManyAttempts),
    }
}
