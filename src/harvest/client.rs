//! The one HTTP client for foreign servers. It refuses addresses that are not public, as literals
//! and as resolved, at every redirect; it bounds redirects, size and time; and it is polite.

use std::collections::HashMap;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderMap};
use reqwest::{Client, Response, StatusCode};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::{Host, Url};

use super::address::is_public;

/// Requests to one host at the same time.
const PER_HOST: usize = 2;
/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// Bounds of one request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest body, counted after decompression.
    pub max_bytes: u64,
    /// Longest time for one request, redirects and body included.
    pub total: Duration,
    /// Longest silence of the server.
    pub idle: Duration,
    /// Tries after the first that failed.
    pub retries: u32,
    /// Pause before the first retry; the next ones take four times as long each.
    pub backoff: Duration,
    /// The longest `Retry-After` that is waited for.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 256 * 1024 * 1024,
            total: Duration::from_secs(300),
            idle: Duration::from_secs(30),
            retries: 2,
            backoff: Duration::from_secs(2),
            patience: Duration::from_secs(60),
        }
    }
}

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

/// By what a server tells that a document has not changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// A body on disk, so that its size does not matter to the memory.
#[derive(Debug)]
pub struct Document {
    pub file: NamedTempFile,
    pub bytes: u64,
    pub validators: Validators,
    /// The address that answered in the end.
    pub url: Url,
}

/// An answer.
#[derive(Debug)]
pub enum Fetched {
    Document(Document),
    /// The server says that the document is what it was.
    NotModified,
}

/// What all clients share: the politeness towards hosts.
#[derive(Debug, Default)]
pub struct Politeness {
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Politeness {
    async fn turn(&self, host: &str) -> Option<OwnedSemaphorePermit> {
        let semaphore = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Semaphore::new(PER_HOST));
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(new))
        };
        semaphore.acquire_owned().await.ok()
    }
}

/// A client for one source.
#[derive(Debug)]
pub struct Fetcher {
    /// Resolves names to public addresses only.
    public: Client,
    /// For `allow`ed `host:port`s alone: the same host has other ports too.
    any: Client,
    allow: Vec<String>,
    insecure: bool,
    limits: Limits,
    politeness: Arc<Politeness>,
}

impl Fetcher {
    /// A client that may also talk to `allow`ed `host:port`s, whatever their address. `insecure`
    /// sources are those whose own address begins with `http:`. `contact` is the address where
    /// an operator reads who we are.
    ///
    /// # Errors
    /// [`FetchError::Refused`] where the TLS roots of the system cannot be read.
    #[expect(clippy::disallowed_methods, reason = "the one place where HTTP clients are built")]
    pub fn new(
        allow: Vec<String>,
        insecure: bool,
        contact: &str,
        limits: Limits,
        politeness: Arc<Politeness>,
    ) -> Result<Self, FetchError> {
        // An error means that a provider has been installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .user_agent(format!("Fedcat/{} (+{contact})", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(Duration::from_secs(10))
                .read_timeout(limits.idle)
                .timeout(limits.total)
        };
        let refused = |error: reqwest::Error| FetchError::Refused {
            url: "any address".to_owned(),
            reason: error.to_string(),
        };
        let public = builder().dns_resolver(Arc::new(PublicOnly)).build().map_err(refused)?;
        let any = builder().build().map_err(refused)?;
        Ok(Self { public, any, allow, insecure, limits, politeness })
    }

    /// Fetches a document, with a condition if `known` holds validators.
    ///
    /// # Errors
    /// [`FetchError`] after the last try.
    pub async fn get(
        &self,
        url: &Url,
        expected: &'static str,
        known: &Validators,
    ) -> Result<Fetched, FetchError> {
        let mut pause = self.limits.backoff;
        for attempt in 0.. {
            let error = match self.attempt(url, expected, known).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => error,
            };
            if attempt >= self.limits.retries || !error.is_passing() {
                return Err(error);
            }
            let wait = match &error {
                FetchError::Busy { seconds, .. } => Duration::from_secs(*seconds),
                _ => pause,
            };
            if wait > self.limits.patience {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            pause *= 4;
        }
        unreachable_after_retries(url)
    }

    async fn attempt(
        &self,
        start: &Url,
        expected: &'static str,
        known: &Validators,
    ) -> Result<Fetched, FetchError> {
        let mut url = start.clone();
        for _ in 0..=MOST_REDIRECTS {
            self.check(&url)?;
            let _turn = self.politeness.turn(url.host_str().unwrap_or_default()).await;
            let response = self.request(&url, known).await?;
            if let Some(next) = redirect_target(&url, &response) {
                if url.scheme() == "https" && next.scheme() != "https" {
                    let reason = format!("{url} redirects from https to {}", next.scheme());
                    return Err(FetchError::Refused { url: next.into(), reason });
                }
                url = next;
                continue;
            }
            // Who was not asked for changes cannot say that there are none: it would pass for the
            // end of a listing.
            if response.status() == StatusCode::NOT_MODIFIED && *known == Validators::default() {
                return Err(FetchError::Status { url: url.into(), status: response.status() });
            }
            return self.receive(url, response, expected).await;
        }
        Err(FetchError::Redirects { url: start.to_string() })
    }

    async fn request(&self, url: &Url, known: &Validators) -> Result<Response, FetchError> {
        let client = if self.is_allowed(url) { &self.any } else { &self.public };
        let mut request = client.get(url.clone());
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        request.send().await.map_err(|error| FetchError::Unreachable {
            url: url.to_string(),
            reason: cause(&error),
        })
    }

    async fn receive(
        &self,
        url: Url,
        response: Response,
        expected: &'static str,
    ) -> Result<Fetched, FetchError> {
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::NotModified);
        }
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
            && let Some(seconds) = retry_after(response.headers())
        {
            return Err(FetchError::Busy { url: url.into(), seconds });
        }
        if !status.is_success() {
            return Err(FetchError::Status { url: url.into(), status });
        }
        let media_type = text_header(response.headers(), header::CONTENT_TYPE);
        if let Some(found) = media_type.filter(|found| found.contains("html")) {
            return Err(FetchError::MediaType { url: url.into(), found, expected });
        }
        let validators = Validators {
            etag: text_header(response.headers(), header::ETAG),
            last_modified: text_header(response.headers(), header::LAST_MODIFIED),
        };
        let (file, bytes) = self.spool(&url, response).await?;
        Ok(Fetched::Document(Document { file, bytes, validators, url }))
    }

    /// Writes the body to a temporary file, counting what comes out of the decompression.
    async fn spool(
        &self,
        url: &Url,
        mut response: Response,
    ) -> Result<(NamedTempFile, u64), FetchError> {
        let spool = |error| FetchError::Spool { url: url.to_string(), error };
        let mut file = NamedTempFile::new().map_err(spool)?;
        let mut bytes: u64 = 0;
        loop {
            let chunk = response.chunk().await.map_err(|error| FetchError::BrokeOff {
                url: url.to_string(),
                reason: cause(&error),
            })?;
            let Some(chunk) = chunk else { break };
            bytes += chunk.len() as u64;
            if bytes > self.limits.max_bytes {
                let max_bytes = self.limits.max_bytes;
                return Err(FetchError::TooLarge { url: url.to_string(), max_bytes });
            }
            file.write_all(&chunk).map_err(spool)?;
        }
        file.flush().map_err(spool)?;
        Ok((file, bytes))
    }

    /// Refuses an address before anything is sent to it. Names are checked again when they are
    /// resolved; literal addresses never reach the resolver, so they must be checked here.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        let refuse =
            |reason: &str| FetchError::Refused { url: url.to_string(), reason: reason.to_owned() };
        match url.scheme() {
            "https" => {}
            "http" if self.insecure => {}
            "http" => return Err(refuse("only https is fetched")),
            other => return Err(refuse(&format!("the scheme {other} is not http or https"))),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("it holds a user name or a password"));
        }
        if self.is_allowed(url) {
            return Ok(());
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(refuse("it has no host")),
        };
        if literal.is_some_and(|address| !is_public(address)) {
            return Err(refuse("its address is not public"));
        }
        Ok(())
    }

    fn is_allowed(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(0);
        self.allow.iter().any(|entry| *entry == format!("{host}:{port}"))
    }
}

impl FetchError {
    /// Whether another try may help.
    fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::BrokeOff { .. } | Self::Busy { .. } => true,
            Self::Status { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            _ => false,
        }
    }
}

fn unreachable_after_retries(url: &Url) -> Result<Fetched, FetchError> {
    Err(FetchError::Unreachable { url: url.to_string(), reason: "no try was made".to_owned() })
}

fn redirect_target(url: &Url, response: &Response) -> Option<Url> {
    let moved = response.status().is_redirection() && response.status() != StatusCode::NOT_MODIFIED;
    let location = moved.then(|| text_header(response.headers(), header::LOCATION)).flatten()?;
    url.join(&location).ok()
}

fn text_header(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Seconds of a `Retry-After` header; its date form is read as well.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = text_header(headers, header::RETRY_AFTER)?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let date = chrono::DateTime::parse_from_rfc2822(&text).ok()?;
    u64::try_from((date.to_utc() - crate::clock::now()).num_seconds()).ok()
}

/// What went wrong with a connection, in few words: the innermost cause says most, and the address
/// stands beside it anyway.
fn cause(error: &reqwest::Error) -> String {
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

/// A resolver that gives public addresses only. The connection goes to what it gives, so a name
/// cannot be checked as one address and connected as another.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{name} has no public address").into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
