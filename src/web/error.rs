//! Errors as the world sees them: problem documents (RFC 9457) with a stable code. What went
//! wrong inside is logged once, here, and never sent.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;
use tracing::error;
use utoipa::ToSchema;

use crate::contribute::verdicts::VerdictError;
use crate::harvest::acts::{ActError, LONGEST_REASON};
use crate::search::SearchError;
use crate::store::StoreError;

/// The code of a request of a client that asks too often.
pub const TOO_OFTEN: &str = "too-many-requests";

/// Largest body of a request. No form and no act needs more.
pub const LARGEST_BODY: usize = 64 * 1024;

/// The code of a search that the engine does not answer.
pub const SEARCH_UNAVAILABLE: &str = "search-unavailable";

/// Seconds after which to ask again where something is not to be had right now, and where there
/// was only no room in that second.
const LATER: u64 = 30;
const SOON: u64 = 5;

/// Characters of the longest detail of a problem.
const LONGEST_DETAIL: usize = 1_000;

/// Why a request was not answered as asked.
#[derive(Debug, Error)]
pub enum Error {
    #[error("the parameter {name} is {found:?}: expected {expected}")]
    Parameter { name: String, found: String, expected: String },
    /// A value of which only some are known.
    #[error("the parameter {name} is {found:?}: expected one of {}", allowed.join(", "))]
    Value { name: String, found: String, allowed: Vec<String> },
    #[error("there is no parameter {name}: expected {}", one_of(allowed))]
    UnknownParameter { name: String, allowed: Vec<String> },
    #[error("there is no source {id:?}: expected one of {}", allowed.join(", "))]
    UnknownSource { id: String, allowed: Vec<String> },
    /// Whoever follows the log knows events that it does not hold.
    #[error("the log does not hold event {cursor}: it was restored. Make a first copy again")]
    OtherLog { cursor: String },
    /// More than a file of a search may hold: it is never cut.
    #[error(
        "the search finds {total} entries, and a file of a search holds at most {most}: choose \
         more facets, or take the whole catalogue, without `q`, facets and `sort`"
    )]
    TooManyFound { total: u64, most: usize },
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    #[error("{what} {id} was withdrawn: {detail}")]
    Gone { what: &'static str, id: String, detail: String },
    #[error("nothing answers at {path}")]
    NoRoute { path: String },
    #[error("{method} is not answered at {path}")]
    Method { method: String, path: String },
    /// No good token was shown.
    #[error("this needs the token of an operator")]
    Unauthorised,
    /// A form that does not come from a page of this session.
    #[error("this form does not come from a page of this session: open the page again")]
    Forbidden,
    #[error("too many wrong tokens were shown: try again in a minute")]
    TooManyAttempts,
    /// One client asks more than its share while others wait.
    #[error("you ask more often than others leave room for: wait as long as Retry-After says")]
    TooOften {
        /// When one more is welcome.
        wait: Duration,
    },
    #[error("the body of the request is longer than {LARGEST_BODY} bytes")]
    BodyTooLong,
    #[error("the body of the request did not arrive in time")]
    BodyTooSlow,
    /// The thing is in a state in which this cannot be done.
    #[error("{0}")]
    Conflict(String),
    #[error("{0}")]
    TooBusy(&'static str),
    #[error("the search engine does not answer")]
    SearchUnavailable(String),
    #[error("the database does not answer")]
    DatabaseAway,
    /// The address of a request is longer than any of ours.
    #[error("the address has {length} bytes: expected at most {most}")]
    TooLong { length: usize, most: usize },
    /// What a layer refused that does not know our problems.
    #[error("{words}")]
    Refused { status: StatusCode, words: String },
    /// The database can be read and not be written.
    #[error("nothing can be written now: the operator has been told")]
    Unwritable(String),
    #[error("the server failed; the operator has been told")]
    Internal(String),
}

/// A problem document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code tells the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: &'static str,
    /// The meaning of the status.
    #[schema(example = "Bad Request")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What happened, to what, and what was expected.
    #[schema(example = "the parameter limit is \"0\": expected a number from 1 to 500")]
    pub detail: String,
    /// A stable word for programs.
    #[schema(example = "invalid-parameter")]
    pub code: &'static str,
    /// The parameter that cannot be used, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "limit")]
    pub parameter: Option<String>,
    /// What may stand there instead, where that can be listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub allowed: Vec<String>,
}

impl Error {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Parameter { .. }
            | Self::Value { .. }
            | Self::UnknownParameter { .. }
            | Self::TooManyFound { .. } => StatusCode::BAD_REQUEST,
            Self::NotFound { .. } | Self::NoRoute { .. } | Self::UnknownSource { .. } => {
                StatusCode::NOT_FOUND
            }
            Self::Gone { .. } => StatusCode::GONE,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorised => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::TooManyAttempts | Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::BodyTooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) | Self::OtherLog { .. } => StatusCode::CONFLICT,
            Self::TooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::Refused { status, .. } => *status,
            Self::SearchUnavailable(_)
            | Self::TooBusy(_)
            | Self::DatabaseAway
            | Self::Unwritable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameter { .. } | Self::Value { .. } => "invalid-parameter",
            Self::UnknownParameter { .. } => "unknown-parameter",
            Self::TooManyFound { .. } => "too-many-found",
            Self::UnknownSource { .. } => "unknown-source",
            Self::OtherLog { .. } => "log-restored",
            Self::NotFound { .. } => "not-found",
            Self::Gone { .. } => "withdrawn",
            Self::NoRoute { .. } => "no-such-address",
            Self::Method { .. } => "method-not-allowed",
            Self::Unauthorised => "token-needed",
            Self::Forbidden => "form-refused",
            Self::TooManyAttempts => "too-many-attempts",
            Self::TooOften { .. } => TOO_OFTEN,
            Self::BodyTooLong => "body-too-long",
            Self::BodyTooSlow => "body-too-slow",
            Self::Conflict(_) => "conflict",
            Self::TooBusy(_) => "too-busy",
            Self::SearchUnavailable(_) => SEARCH_UNAVAILABLE,
            Self::DatabaseAway => "database-unavailable",
            Self::TooLong { .. } => "address-too-long",
            Self::Refused { .. } => "refused",
            Self::Unwritable(_) => "not-writable",
            Self::Internal(_) => "internal",
        }
    }

    /// Seconds after which it is worth asking again, where it is.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::SearchUnavailable(_) | Self::TooManyAttempts | Self::Unwritable(_) => Some(LATER),
            Self::TooBusy(_) | Self::DatabaseAway => Some(SOON),
            // Of a part of a second the next one.
            Self::TooOften { wait } => Some(wait.as_secs().saturating_add(1)),
            _ => None,
        }
    }

    /// Logs what must not be sent.
    pub fn log(&self) {
        if let Self::Internal(cause) | Self::SearchUnavailable(cause) | Self::Unwritable(cause) =
            self
        {
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
            detail: cut(self.to_string()),
            code: self.code(),
            parameter: self.parameter().map(|name| cut(name.to_owned())),
            allowed: self.allowed().to_vec(),
        }
    }

    /// The parameter that cannot be used.
    fn parameter(&self) -> Option<&str> {
        match self {
            Self::Parameter { name, .. }
            | Self::Value { name, .. }
            | Self::UnknownParameter { name, .. } => Some(name),
            Self::UnknownSource { .. } => Some("source"),
            Self::OtherLog { .. } => Some("cursor"),
            _ => None,
        }
    }

    /// What may stand in its place.
    fn allowed(&self) -> &[String] {
        match self {
            Self::Value { allowed, .. }
            | Self::UnknownParameter { allowed, .. }
            | Self::UnknownSource { allowed, .. } => allowed,
            _ => &[],
        }
    }
}

fn one_of(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { format!("one of {}", names.join(", ")) }
}

/// What was asked may be long; nobody reads it to the end.
fn cut(detail: String) -> String {
    match detail.char_indices().nth(LONGEST_DETAIL) {
        Some((end, _)) => format!("{}…", detail.split_at(end).0),
        None => detail,
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
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if matches!(self, Self::Unauthorised) {
            let scheme = HeaderValue::from_static("Bearer realm=\"fedcat\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what, id } => Self::NotFound { what, id },
            away if away.is_away() => Self::DatabaseAway,
            wrong @ StoreError::WrongState { .. } => Self::Conflict(wrong.to_string()),
            other if other.is_unwritable() => Self::Unwritable(other.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<ActError> for Error {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Store(error) => error.into(),
            ActError::Reason { found } => Self::Parameter {
                name: "reason".to_owned(),
                found: format!("{found} characters"),
                expected: format!("1 to {LONGEST_REASON}"),
            },
            state => Self::Conflict(state.to_string()),
        }
    }
}

impl From<VerdictError> for Error {
    fn from(error: VerdictError) -> Self {
        match error {
            VerdictError::Store(error) => error.into(),
            VerdictError::OneRecord(named) => Self::Parameter {
                name: "records".to_owned(),
                found: format!("{named}, twice"),
                expected: "two records".to_owned(),
            },
            state => Self::Conflict(state.to_string()),
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
