//! Errors as the world sees them: problem documents (RFC 9457) with a stable code. What went
//! wrong inside is logged once, here, and never sent.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;
use tracing::error;
use utoipa::ToSchema;

use crate::search::SearchError;
use crate::store::StoreError;

/// The code of a search that the engine does not answer.
pub const SEARCH_UNAVAILABLE: &str = "search-unavailable";

/// Seconds after which to ask again where the search engine does not answer.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("30");

/// Why a request was not answered as asked.
#[derive(Debug, Error)]
pub enum Error {
    #[error("the parameter {name} is {found:?}: expected {expected}")]
    Parameter { name: String, found: String, expected: String },
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    #[error("{what} {id} was withdrawn: {detail}")]
    Gone { what: &'static str, id: String, detail: String },
    #[error("nothing answers at {path}")]
    NoRoute { path: String },
    #[error("{method} is not answered at {path}")]
    Method { method: String, path: String },
    #[error("the search engine does not answer")]
    SearchUnavailable(String),
    #[error("the server failed; the operator has been told")]
    Internal(String),
}

/// A problem document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code tells the kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The meaning of the status.
    pub title: String,
    pub status: u16,
    /// What happened, to what, and what was expected.
    pub detail: String,
    /// A stable word for programs.
    pub code: &'static str,
}

impl Error {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Parameter { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound { .. } | Self::NoRoute { .. } => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::SearchUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameter { .. } => "invalid-parameter",
            Self::NotFound { .. } => "not-found",
            Self::Gone { .. } => "withdrawn",
            Self::NoRoute { .. } => "no-such-address",
            Self::Method { .. } => "method-not-allowed",
            Self::SearchUnavailable(_) => SEARCH_UNAVAILABLE,
            Self::Internal(_) => "internal",
        }
    }

    /// Logs what must not be sent.
    pub fn log(&self) {
        if let Self::Internal(cause) | Self::SearchUnavailable(cause) = self {
            error!(cause, "a request failed: {cause}");
        }
    }

    /// The problem document.
    pub fn problem(&self) -> Problem {
        let status = self.status();
        Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            code: self.code(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let problem = self.problem();
        let mut response = (self.status(), Json(problem.clone())).into_response();
        // For whoever shows errors in another form.
        response.extensions_mut().insert(problem);
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        if matches!(self, Self::SearchUnavailable(_)) {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what, id } => Self::NotFound { what, id },
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<SearchError> for Error {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::UnknownFacet { name, known } => Self::Parameter {
                expected: format!("one of {known}"),
                found: name,
                name: "facet".to_owned(),
            },
            SearchError::Unavailable(cause) => Self::SearchUnavailable(cause),
            other => Self::Internal(other.to_string()),
        }
    }
}
