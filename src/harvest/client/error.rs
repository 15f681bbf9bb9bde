//! What can go wrong with a request, in words for the source's owner.

use reqwest::StatusCode;
use thiserror::Error;

use super::MOST_REDIRECTS;

/// Why a request brought nothing.
#[derive(Debug, Error)]
pub enum FetchError {
    #[error("{url} is not an address that can be fetched: {reason}")]
    Refused { url: String, reason: String },
    #[error("{url} cannot be reached: {reason}")]
    Unreachable { url: String, reason: String },
    #[error("{url} answered {status}")]
    Status { url: String, status: StatusCode },
    #[error("{url} asks to come back in {seconds} s")]
    Busy { url: String, seconds: u64 },
    #[error("{url} answered {found} instead of {expected}")]
    MediaType { url: String, found: String, expected: &'static str },
    #[error("{url} is larger than {max_bytes} bytes")]
    TooLarge { url: String, max_bytes: u64 },
    #[error("{url} redirects more than {MOST_REDIRECTS} times")]
    Redirects { url: String },
    #[error("the answer of {url} broke off: {reason}")]
    BrokeOff { url: String, reason: String },
    #[error("cannot keep the answer of {url}: {error}")]
    Spool { url: String, error: std::io::Error },
}

impl FetchError {
    /// Whether another try may help.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::BrokeOff { .. } | Self::Busy { .. } => true,
            Self::Status { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            _ => false,
        }
    }
}

/// What went wrong with a connection, in few words: the innermost cause says most, and the address
/// stands beside it anyway.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(next) = innermost.source() {
        innermost = next;
    }
    if error.is_timeout() {
        "there is no answer in time".to_owned()
    } else if error.is_connect() {
        format!("there is no connection ({innermost})")
    } else {
        innermost.to_string()
    }
}
