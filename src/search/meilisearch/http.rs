//! The HTTP client under the Meilisearch SDK: time and the size of an answer are bounded,
//! redirects are not followed, and the key is never shown.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::AsyncRead;
use futures_util::io::AsyncReadExt;
use meilisearch_sdk::errors::{Error, MeilisearchError};
use meilisearch_sdk::request::{HttpClient, Method};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method as Verb, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error as ThisError;

/// A server that does not take the connection by then is not there.
const CONNECT: Duration = Duration::from_secs(3);
/// Largest answer that is read. A page of hits with what is marked in them is far below.
const MOST_BYTES: usize = 16 * 1024 * 1024;
const JSON: &str = "application/json";

/// A client with one key. A clone shares its connections.
#[derive(Debug, Clone)]
pub(super) struct Http(Client);

/// What makes an answer useless before anything is parsed.
#[derive(Debug, ThisError)]
enum Refused {
    #[error("{0}")]
    Transport(String),
    #[error("it answers with status {0}, without JSON that says why")]
    Status(u16),
    #[error("its answer is longer than {MOST_BYTES} bytes")]
    TooLong,
    #[error("the key for it holds signs that no key has")]
    Key,
}

impl Http {
    /// A client that sends `key` and waits at most `total` for an answer.
    #[expect(
        clippy::disallowed_methods,
        reason = "the operator names this server, which may well have a private address"
    )]
    pub(super) fn new(key: Option<&str>, total: Duration) -> Result<Self, Error> {
        // An error means that a provider has been installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let mut value =
                HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| other(Refused::Key))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let client = Client::builder()
            .user_agent(concat!("Fedcat/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(total)
            .build()
            .map_err(|error| transport(&error))?;
        Ok(Self(client))
    }

    async fn send<Output: DeserializeOwned>(
        &self,
        verb: Verb,
        url: String,
        body: Option<(Vec<u8>, &str)>,
        expected: u16,
    ) -> Result<Output, Error> {
        let mut request = self.0.request(verb, url);
        if let Some((bytes, media_type)) = body {
            request = request.header(CONTENT_TYPE, media_type).body(bytes);
        }
        let response = request.send().await.map_err(|error| transport(&error))?;
        let status = response.status().as_u16();
        let body = read(response).await?;
        if status == expected {
            return Ok(serde_json::from_slice(&body)?);
        }
        // Not the SDK's own `parse_response`: it logs as a warning what is none, such as that an
        // index is not there yet.
        match serde_json::from_slice::<MeilisearchError>(&body) {
            Ok(problem) => Err(problem.into()),
            Err(_) => Err(other(Refused::Status(status))),
        }
    }
}

#[async_trait]
impl HttpClient for Http {
    async fn request<Query, Body, Output>(
        &self,
        url: &str,
        method: Method<Query, Body>,
        expected: u16,
    ) -> Result<Output, Error>
    where
        Query: Serialize + Send + Sync,
        Body: Serialize + Send + Sync,
        Output: DeserializeOwned + 'static + Send,
    {
        let (verb, url) = (verb(&method), with_query(url, method.query())?);
        let body = method.body().map(serde_json::to_vec).transpose()?;
        self.send(verb, url, body.map(|bytes| (bytes, JSON)), expected).await
    }

    async fn stream_request<
        Query: Serialize + Send + Sync,
        Body: AsyncRead + Send + Sync + 'static,
        Output: DeserializeOwned + 'static,
    >(
        &self,
        url: &str,
        method: Method<Query, Body>,
        content_type: &str,
        expected: u16,
    ) -> Result<Output, Error> {
        let (verb, url) = (verb(&method), with_query(url, method.query())?);
        let body = match method.into_body() {
            Some(body) => Some((gather(body).await?, content_type)),
            None => None,
        };
        self.send(verb, url, body, expected).await
    }

    fn is_tokio(&self) -> bool {
        true
    }
}

fn with_query(url: &str, query: &impl Serialize) -> Result<String, Error> {
    let query = serde_urlencoded::to_string(query).map_err(other)?;
    Ok(if query.is_empty() { url.to_owned() } else { format!("{url}?{query}") })
}

fn verb<Q, B>(method: &Method<Q, B>) -> Verb {
    match method {
        Method::Get { .. } => Verb::GET,
        Method::Delete { .. } => Verb::DELETE,
        Method::Post { .. } => Verb::POST,
        Method::Put { .. } => Verb::PUT,
        Method::Patch { .. } => Verb::PATCH,
    }
}

/// What is sent is ours, and has been made in memory.
async fn gather(body: impl AsyncRead) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    std::pin::pin!(body).read_to_end(&mut bytes).await.map_err(other)?;
    Ok(bytes)
}

async fn read(mut response: Response) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| transport(&error))? {
        if body.len() + part.len() > MOST_BYTES {
            return Err(other(Refused::TooLong));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// The error with its causes: the outermost one only says that something failed.
fn transport(error: &reqwest::Error) -> Error {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    other(Refused::Transport(words))
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}
