//! What can go wrong with a request, in words for the source's owner.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use thiserror::Error;
use url::Url;

use super::resolver::NotPublic;

/// Redirects that are followed.
pub(super) const MOST_REDIRECTS: usize = 5;
/// Characters of an address that are shown: a server can redirect to a longer one.
const LONGEST_SHOWN: usize = 300;

/// Why a request brought nothing.
#[derive(Debug, Error)]
pub enum FetchError {
    #[error("{url} is not an address that can be fetched: {reason}")]
    Refused { url: String, reason: String },
    #[error("{url} cannot be reached: {reason}")]
    Unreachable { url: String, reason: String },
    #[error("{url} does not show a certificate that can be trusted: {reason}")]
    Certificate { url: String, reason: String },
    #[error("{url} answered {status}")]
    Status { url: String, status: StatusCode },
    #[error("{url} asks to come back in {seconds} s")]
    Busy { url: String, seconds: u64 },
    #[error("{url} answered {found} instead of {expected}")]
    MediaType { url: String, found: String, expected: &'static str },
    #[error("{url} is compressed as {found}, expected gzip or no compression")]
    Encoding { url: String, found: String },
    #[error("{url} is larger than {max_bytes} bytes")]
    TooLarge { url: String, max_bytes: u64 },
    #[error("{url} redirects more than {MOST_REDIRECTS} times")]
    Redirects { url: String },
    #[error("the answer of {url} broke off: {reason}")]
    BrokeOff { url: String, reason: String },
    #[error("{url} was not read to its end within {limit:?}")]
    TooSlow { url: String, limit: Duration },
    #[error("cannot keep the answer of {url}: {error}")]
    Spool { url: String, error: io::Error },
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

    /// Why nothing came back of a request that was sent, or should have been.
    pub(super) fn of_sending(url: &Url, error: &reqwest::Error) -> Self {
        let url = shown(url);
        if causes(error).any(|cause| cause.is::<NotPublic>()) {
            return Self::Refused { url, reason: innermost(error) };
        }
        match causes(error).find_map(certificate_error) {
            Some(reason) => Self::Certificate { url, reason },
            None => Self::Unreachable { url, reason: cause(error) },
        }
    }

    /// Why a body has no end.
    pub(super) fn of_reading(url: &Url, error: &reqwest::Error) -> Self {
        Self::BrokeOff { url: shown(url), reason: cause(error) }
    }
}

/// An address as it may stand in a message: without a password, and not without end.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // An address that cannot have a password has none.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    cut(url.to_string(), LONGEST_SHOWN)
}

/// The first characters of a text.
pub(crate) fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.split_at(end).0),
        None => text,
    }
}

/// What went wrong with a connection, in few words: the innermost cause says most, and the address
/// stands beside it anyway.
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "there is no answer in time".to_owned()
    } else if error.is_connect() {
        format!("there is no connection ({})", innermost(error))
    } else {
        innermost(error)
    }
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// The error, its cause, the cause of that, and so on.
fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let outermost: &'a (dyn Error + 'static) = error;
    std::iter::successors(Some(outermost), |error| (*error).source())
}

/// What is wrong with the server's certificate, if that is it.
fn certificate_error(cause: &(dyn Error + 'static)) -> Option<String> {
    let mut cause = cause;
    // TLS reports through I/O errors, which do not count what they hold among their causes.
    while let Some(held) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = held;
    }
    match cause.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(reason) => Some(reason.to_string()),
        _ => None,
    }
}
