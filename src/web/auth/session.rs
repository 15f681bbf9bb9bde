//! Sessions of the website: a cookie that no script reads, and a token in every form, so that no
//! other site can send one in the operator's name.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::clock;
use crate::secrets::Secret;
use crate::store::audit::Actor;
use crate::store::entity::token;
use crate::store::sessions;
use crate::web::AppState;
use crate::web::error::Error;

/// What no cache may keep.
pub const NO_STORE: HeaderValue = HeaderValue::from_static("private, no-store");

/// Of the cookie. A browser takes one that begins with `__Host-` from this very host only, over
/// https only.
const NAME: &str = "fedcat_session";
const NAME_OVER_HTTPS: &str = "__Host-fedcat_session";

/// The session of whoever reads a page.
#[derive(Debug, Clone)]
pub struct Session {
    token: token::Model,
    secret: Secret,
}

/// A form with the session's token in it.
#[derive(Deserialize)]
struct Protected<T> {
    form_token: Secret,
    #[serde(flatten)]
    rest: T,
}

impl Session {
    /// Who has signed in.
    pub fn actor(&self) -> Actor {
        self.token.actor()
    }

    /// What stands in every form of this session and in none of another.
    pub fn form_token(&self) -> Secret {
        self.secret.derive("form")
    }

    /// Reads a form that a page of this session has sent.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the form's token is missing or of another session,
    /// [`Error::Parameter`] where a value does not fit.
    pub fn read<T: DeserializeOwned>(&self, body: &str) -> Result<T, Error> {
        let form: Protected<T> = serde_urlencoded::from_str(body).map_err(|error| {
            // Without its token nothing else is told about a form.
            match body.split('&').any(|pair| pair.starts_with("form_token=")) {
                true => Error::Parameter {
                    name: "form".to_owned(),
                    found: "other fields".to_owned(),
                    expected: error.to_string(),
                },
                false => Error::Forbidden,
            }
        })?;
        if form.form_token == self.form_token() { Ok(form.rest) } else { Err(Error::Forbidden) }
    }

    /// Ends it.
    ///
    /// # Errors
    /// [`Error::Internal`] where the database fails.
    pub async fn end(&self, state: &AppState) -> Result<(), Error> {
        Ok(sessions::end(&state.store, &self.secret).await?)
    }
}

/// Begins a session with a token, and gives the header that tells the browser.
///
/// # Errors
/// [`Error::Internal`] where the database fails.
pub async fn begin(state: &AppState, token: &token::Model) -> Result<String, Error> {
    let secret = Secret::new("").map_err(|error| Error::Internal(error.to_string()))?;
    sessions::begin(&state.store, token, &secret, clock::now()).await?;
    Ok(cookie(&state.public_url, secret.reveal(), sessions::LONGEST.num_seconds()))
}

/// The header that makes a browser forget its session.
pub fn forget(state: &AppState) -> String {
    cookie(&state.public_url, "", 0)
}

fn cookie(public_url: &str, value: &str, seconds: i64) -> String {
    let (name, secure) = match is_https(public_url) {
        true => (NAME_OVER_HTTPS, "; Secure"),
        false => (NAME, ""),
    };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn is_https(public_url: &str) -> bool {
    public_url.starts_with("https://")
}

/// Puts the session into the request, where the browser has one. Whatever was made for somebody
/// with a session cookie is kept by no cache.
pub async fn recognise(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(shown) = shown(&state.public_url, request.headers()) else {
        return next.run(request).await;
    };
    let known = match Secret::parse("", &shown) {
        Some(secret) => sessions::token_of(&state.store, &secret, clock::now())
            .await
            .map(|token| token.map(|token| Session { token, secret })),
        None => Ok(None),
    };
    let mut response = match known {
        Ok(session) => {
            if let Some(session) = session {
                request.extensions_mut().insert(session);
            }
            next.run(request).await
        }
        Err(error) => Error::from(error).into_response(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response
}

/// What the browser shows as its session.
fn shown(public_url: &str, headers: &HeaderMap) -> Option<String> {
    let name = if is_https(public_url) { NAME_OVER_HTTPS } else { NAME };
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_for_this_host_alone_where_there_is_https() {
        for (public_url, expected) in [
            (
                "https://x.example.org",
                "__Host-fedcat_session=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                "http://127.0.0.1:8080",
                "fedcat_session=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax",
            ),
        ] {
            assert_eq!(cookie(public_url, "v", 9), expected);
        }
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        for (cookies, expected) in [
            ("lang=fr; fedcat_session=v", Some("v")),
            ("fedcat_session=v;lang=fr", Some("v")),
            ("fedcat_session=", Some("")),
            ("xfedcat_session=v; __Host-fedcat_session=w", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookies.parse().expect("a value"));
            assert_eq!(shown("http://x", &headers).as_deref(), expected, "{cookies}");
        }
    }
}
