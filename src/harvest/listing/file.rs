//! Small documents that a connector reads itself: a file at a forge, a page of a registry.

use std::io::Read;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use url::Url;

use super::{Listing, ListingError, Origin, given_file, rewound};
use crate::outbound::{Document, FetchError, Fetched, Request, Validators};

/// Documents of one listing that are asked for one by one.
const MOST_FILES: u32 = 100_000;

/// What a connector asks for.
#[derive(Debug, Clone)]
pub struct Ask {
    pub url: Url,
    /// What the answer should be, in a word or two.
    pub expected: &'static str,
    /// The `Accept` header; none is sent where this is empty.
    pub accept: &'static str,
    /// Largest body.
    pub max_bytes: u64,
    /// `Some` asks whether the document has changed since the last complete listing. The text is
    /// whatever else the item is made of, such as the digest of its row in a list: where that has
    /// changed the document is asked for without a condition.
    pub since: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub enum Answer {
    Body(Body),
    /// It is what it was in the last complete listing.
    NotModified,
    /// There is none: the server answered 404 or 410.
    Absent,
}

/// A small document.
#[derive(Debug)]
pub struct Body {
    pub bytes: Vec<u8>,
    pub headers: Box<HeaderMap>,
    /// The address that answered in the end.
    pub url: Url,
}

impl Listing {
    /// Fetches one small document. Several may be asked for at the same time.
    ///
    /// # Errors
    /// [`ListingError`] where it cannot be had; whether that ends the listing is for the connector
    /// to say.
    pub async fn fetch(&self, ask: &Ask) -> Result<Answer, ListingError> {
        let number = self.next_document(MOST_FILES)?;
        let fetcher = match &self.origin {
            Origin::Web(fetcher) => fetcher,
            Origin::Embedded(bytes) => {
                return bounded(*bytes, ask).map(|bytes| answer(bytes, HeaderMap::new(), &ask.url));
            }
            Origin::File(path) => {
                let bytes = bounded(given_file(path, number)?, ask)?;
                return Ok(answer(bytes, HeaderMap::new(), &ask.url));
            }
        };
        let key = ask.since.as_ref().map(|mark| format!("{} {mark}", ask.url));
        let known = key.as_ref().and_then(|key| self.known.get(key)).cloned().unwrap_or_default();
        let request = Request {
            accept: ask.accept,
            known,
            max_bytes: Some(ask.max_bytes),
            ..Request::new(ask.url.clone(), ask.expected)
        };
        let document = match fetcher.get(&request).await {
            Ok(Fetched::Document(document)) => document,
            Ok(Fetched::NotModified) => {
                self.keep(key, request.known);
                return Ok(Answer::NotModified);
            }
            Err(FetchError::Status {
                status: StatusCode::NOT_FOUND | StatusCode::GONE, ..
            }) => {
                return Ok(Answer::Absent);
            }
            Err(error) => return Err(error.into()),
        };
        self.keep(key, document.validators.clone());
        let Document { file, headers, url, .. } = *document;
        let bytes = bounded(rewound(file.into_file(), &ask.url)?, ask)?;
        Ok(answer(bytes, headers, &url))
    }

    fn keep(&self, key: Option<String>, validators: Validators) {
        if let Some(key) = key {
            self.remember(key, validators);
        }
    }
}

fn answer(bytes: Vec<u8>, headers: HeaderMap, url: &Url) -> Answer {
    Answer::Body(Body { bytes, headers: Box::new(headers), url: url.clone() })
}

/// The bytes, if they are no more than were asked for.
fn bounded(reader: impl Read, ask: &Ask) -> Result<Vec<u8>, ListingError> {
    let mut bytes = Vec::new();
    let read = reader.take(ask.max_bytes + 1).read_to_end(&mut bytes);
    let length = read.map_err(|error| ListingError::File { error })?;
    if length as u64 > ask.max_bytes {
        let (url, max_bytes) = (ask.url.to_string(), ask.max_bytes);
        return Err(FetchError::TooLarge { url, max_bytes }.into());
    }
    Ok(bytes)
}
