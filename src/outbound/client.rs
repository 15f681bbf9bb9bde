//! The one HTTP client for foreign servers. It refuses addresses that are not public, as literals
//! and as resolved, at every redirect; it bounds redirects, size and time; and it is polite.

use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use tempfile::NamedTempFile;
use url::{Host, Origin, Url};

use super::address::is_public;
use super::error::{FetchError, MOST_REDIRECTS, shown};
use super::headers::{Validators, compression, media_type, pause_asked_for, validators};
use super::limits::Limits;
use super::politeness::Politeness;
use super::resolver::{Lookup, Resolver};

/// A body on disk, so that its size does not matter to the memory.
#[derive(Debug)]
pub struct Document {
    pub file: NamedTempFile,
    pub bytes: u64,
    pub validators: Validators,
    pub headers: HeaderMap,
    /// The address that answered in the end.
    pub url: Url,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub url: Url,
    /// What the answer should be, in one word for whoever gets something else.
    pub expected: &'static str,
    /// The `Accept` header; none is sent where this is empty.
    pub accept: &'static str,
    /// Where it holds validators, the server is asked whether the document has changed.
    pub known: Validators,
    /// Largest body, if smaller than that of the [`Limits`].
    pub max_bytes: Option<u64>,
}

/// A header that only the source's own server gets to see, such as one with a key.
#[derive(Debug, Clone)]
pub struct Credential {
    pub origin: Origin,
    pub name: HeaderName,
    pub value: HeaderValue,
}

/// An answer.
#[derive(Debug)]
pub enum Fetched {
    Document(Box<Document>),
    /// The server says that the document is what it was.
    NotModified,
}

/// Where one request of a try led to.
enum Hop {
    Arrived(Fetched),
    Onwards(Url),
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
    credential: Option<Credential>,
}

impl Request {
    /// An unconditional request for a document.
    pub fn new(url: Url, expected: &'static str) -> Self {
        Self { url, expected, accept: "", known: Validators::default(), max_bytes: None }
    }
}

impl Fetcher {
    /// A client that may also talk to `allow`ed `host:port`s, whatever their address. `insecure`
    /// sources are those whose own address begins with `http:`. `contact` is the address where
    /// an operator reads who we are. `names` are looked up once for each connection.
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
        names: &Arc<dyn Lookup>,
    ) -> Result<Self, FetchError> {
        // An error means that a provider has been installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .user_agent(format!("Fedcat/{} (+{contact})", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(limits.connect)
                .read_timeout(limits.idle)
        };
        let refused = |error: reqwest::Error| FetchError::Refused {
            url: "any address".to_owned(),
            reason: error.to_string(),
        };
        let public = Resolver::public(Arc::clone(names));
        let public = builder().dns_resolver(public).build().map_err(refused)?;
        let any = Resolver::any(Arc::clone(names));
        let any = builder().dns_resolver(any).build().map_err(refused)?;
        Ok(Self { public, any, allow, insecure, limits, politeness, credential: None })
    }

    /// The same client with a header for the source's own server.
    #[must_use]
    pub fn with_credential(self, credential: Option<Credential>) -> Self {
        Self { credential, ..self }
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// [`FetchError`] after the last try.
    pub async fn get(&self, request: &Request) -> Result<Fetched, FetchError> {
        let mut pause = self.limits.backoff;
        for attempt in 0.. {
            let error = match self.attempt(request).await {
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
            pause = pause.saturating_mul(4);
        }
        unreachable_after_retries(&request.url)
    }

    /// One try, redirects included. To wait for a turn does not count against the server.
    async fn attempt(&self, asked: &Request) -> Result<Fetched, FetchError> {
        let mut url = asked.url.clone();
        let mut left = self.limits.total;
        for _ in 0..=MOST_REDIRECTS {
            self.check(&url)?;
            let _turn = self.politeness.turn(url.host_str().unwrap_or_default()).await;
            let begun = Instant::now();
            let hop = tokio::time::timeout(left, self.hop(&url, asked)).await;
            let limit = self.limits.total;
            let too_slow = || FetchError::TooSlow { url: shown(&asked.url), limit };
            match hop.map_err(|_| too_slow())?? {
                Hop::Arrived(fetched) => return Ok(fetched),
                Hop::Onwards(next) => url = next,
            }
            left = left.saturating_sub(begun.elapsed());
        }
        Err(FetchError::Redirects { url: shown(&asked.url) })
    }

    /// One request of a try.
    async fn hop(&self, url: &Url, asked: &Request) -> Result<Hop, FetchError> {
        let response = self.send(url, asked).await?;
        if let Some(next) = redirect_target(url, &response) {
            if url.scheme() == "https" && next.scheme() != "https" {
                let reason = format!("{} redirects from https to {}", shown(url), next.scheme());
                return Err(FetchError::Refused { url: shown(&next), reason });
            }
            return Ok(Hop::Onwards(next));
        }
        // Who was not asked for changes cannot say that there are none: it would pass for the
        // end of a listing.
        let is_conditional = asked.known != Validators::default();
        if response.status() == StatusCode::NOT_MODIFIED && !is_conditional {
            return Err(FetchError::Status { url: shown(url), status: response.status() });
        }
        self.receive(url, response, asked).await.map(Hop::Arrived)
    }

    async fn send(&self, url: &Url, asked: &Request) -> Result<Response, FetchError> {
        let client = if self.is_allowed(url) { &self.any } else { &self.public };
        let mut request = client.get(url.clone());
        if !asked.accept.is_empty() {
            request = request.header(header::ACCEPT, asked.accept);
        }
        if let Some(etag) = &asked.known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &asked.known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        if let Some(credential) = self.credential.as_ref().filter(|one| one.origin == url.origin())
        {
            request = request.header(credential.name.clone(), credential.value.clone());
        }
        request.send().await.map_err(|error| FetchError::of_sending(url, &error))
    }

    async fn receive(
        &self,
        url: &Url,
        response: Response,
        asked: &Request,
    ) -> Result<Fetched, FetchError> {
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::NotModified);
        }
        if let Some(seconds) = pause_asked_for(status, response.headers(), crate::clock::now()) {
            return Err(FetchError::Busy { url: shown(url), seconds });
        }
        if !is_document(status) {
            return Err(FetchError::Status { url: shown(url), status });
        }
        if let Some(found) = media_type(response.headers()).filter(|found| found.contains("html")) {
            let expected = asked.expected;
            return Err(FetchError::MediaType { url: shown(url), found, expected });
        }
        if let Some(found) = compression(response.headers()) {
            return Err(FetchError::Encoding { url: shown(url), found });
        }
        let headers = response.headers().clone();
        let validators = validators(&headers);
        let limit = self.limits.max_bytes;
        let max_bytes = asked.max_bytes.map_or(limit, |asked| asked.min(limit));
        let (file, bytes) = spool(url, response, max_bytes).await?;
        let url = url.clone();
        Ok(Fetched::Document(Box::new(Document { file, bytes, validators, headers, url })))
    }

    /// Refuses an address before anything is sent to it. Names are checked again when they are
    /// resolved; literal addresses never reach the resolver, so they must be checked here.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        let refuse =
            |reason: &str| FetchError::Refused { url: shown(url), reason: reason.to_owned() };
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

/// Writes the body to a temporary file, counting what comes out of the decompression.
async fn spool(
    url: &Url,
    mut response: Response,
    max_bytes: u64,
) -> Result<(NamedTempFile, u64), FetchError> {
    let spool = |error| FetchError::Spool { url: shown(url), error };
    let too_large = || FetchError::TooLarge { url: shown(url), max_bytes };
    if response.content_length().is_some_and(|declared| declared > max_bytes) {
        return Err(too_large());
    }
    let mut file = NamedTempFile::new().map_err(spool)?;
    let mut bytes: u64 = 0;
    loop {
        let chunk = response.chunk().await.map_err(|error| FetchError::of_reading(url, &error))?;
        let Some(chunk) = chunk else { break };
        bytes += chunk.len() as u64;
        if bytes > max_bytes {
            return Err(too_large());
        }
        file.write_all(&chunk).map_err(spool)?;
    }
    file.flush().map_err(spool)?;
    Ok((file, bytes))
}

fn unreachable_after_retries(url: &Url) -> Result<Fetched, FetchError> {
    Err(FetchError::Unreachable { url: shown(url), reason: "no try was made".to_owned() })
}

/// Whether the body of an answer with this status is the document. Other answers of success have
/// none, a part of it, or say that it is still being made.
fn is_document(status: StatusCode) -> bool {
    matches!(status, StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION)
}

fn redirect_target(url: &Url, response: &Response) -> Option<Url> {
    let moved = response.status().is_redirection() && response.status() != StatusCode::NOT_MODIFIED;
    let location = response.headers().get(header::LOCATION).filter(|_| moved)?;
    // Some servers write addresses as people do, in UTF-8.
    url.join(str::from_utf8(location.as_bytes()).ok()?).ok()
}
