//! `/sign-in` and `/sign-out`: a token exchanged for a session, and the end of it.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::layout::Layout;
use super::render;
use crate::web::AppState;
use crate::web::admission::client::Client;
use crate::web::auth::{admit, session};
use crate::web::error::Error;
use crate::web::i18n::language::Language;
use crate::web::i18n::reader::Reader;
use crate::web::query;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    layout: Layout,
    t: Language,
    /// Why the last attempt was refused.
    refused: Option<String>,
}

#[derive(Deserialize)]
struct SignInForm {
    token: String,
}

/// `GET /sign-in`
pub async fn get(reader: Reader) -> Result<Response, Error> {
    page(&reader, None)
}

/// `POST /sign-in`
pub async fn post(
    State(state): State<AppState>,
    client: Client,
    reader: Reader,
    body: String,
) -> Result<Response, Error> {
    // What was typed is repeated in no message.
    let form: SignInForm = query::parse(Some(&body)).map_err(|_| Error::Unauthorised)?;
    match admit(&state, client, &form.token).await {
        Ok(token) => {
            if let Some(before) = &reader.session {
                before.end(&state).await?;
            }
            let cookie = session::begin(&state, &token).await?;
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sources")).into_response())
        }
        Err(error @ (Error::Unauthorised | Error::TooManyAttempts)) => {
            let refused = match error {
                Error::TooManyAttempts => reader.language.say("sign-in-too-often"),
                _ => reader.language.say("sign-in-wrong"),
            };
            let mut response = page(&reader, Some(refused))?;
            *response.status_mut() = match error {
                Error::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Ok(response)
        }
        Err(other) => Err(other),
    }
}

/// `POST /sign-out`
pub async fn out(
    State(state): State<AppState>,
    reader: Reader,
    body: String,
) -> Result<Response, Error> {
    if let Some(session) = &reader.session {
        let _: NoFields = session.read(&body)?;
        session.end(&state).await?;
    }
    let cookie = session::forget(&state);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sources")).into_response())
}

/// A form with nothing but its token.
#[derive(Deserialize)]
struct NoFields {}

fn page(reader: &Reader, refused: Option<String>) -> Result<Response, Error> {
    let t = reader.language;
    let layout = Layout::new(reader, "sign-in", t.say("sign-in-title"));
    render::whole(&SignInPage { layout, t, refused })
}
