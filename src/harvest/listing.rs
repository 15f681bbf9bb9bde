//! Reading one listing: a connector asks for documents, their items are decoded in a thread of
//! their own and flow to the pipeline in batches.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::client::{FetchError, Fetched, Fetcher, Validators};
use super::rules_version;
use crate::digest::sha256_hex;
use crate::formats::json::{SplitError, canonical};
use crate::formats::{Decoded, Envelope, Finding, ItemFormat, Severity, SourceContext};

/// Items that travel together.
const BATCH: usize = 200;
/// Documents of one listing: a pager that never ends is cut off here.
const MOST_DOCUMENTS: u32 = 10_000;

/// An item on its way to the pipeline.
#[derive(Debug)]
pub struct Item {
    /// SHA-256 of the raw item as received.
    pub digest: String,
    pub decoded: Decoded,
}

/// Where documents come from.
#[derive(Debug)]
pub enum Origin {
    /// The source's own address, or one given by hand.
    Web(Fetcher),
    /// A file given by hand, in place of the first document.
    File(PathBuf),
    /// Bytes in this binary.
    Embedded(&'static [u8]),
}

/// Why a listing could not be read to its end.
#[derive(Debug, Error)]
pub enum ListingError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("{document}: {error}")]
    Split { document: String, error: SplitError },
    #[error("the file given by hand cannot be read: {error}")]
    File { error: std::io::Error },
    #[error("{0} is not an address")]
    Address(String),
    #[error("the pages repeat themselves at {0}")]
    Repeats(String),
    /// The document as a whole is not what it should be; the finding says why.
    #[error("{}", .0.message)]
    Unusable(Finding),
    #[error("the listing declares {declared} entries and holds {read}")]
    Count { declared: u64, read: u64 },
    #[error("a file holds one page, and this one names a next page")]
    NextPageOfFile,
    #[error("the listing has more than {MOST_DOCUMENTS} documents")]
    TooManyDocuments,
    #[error("the run was stopped")]
    Stopped,
}

impl ListingError {
    /// The code of the finding that tells the source's owner.
    pub fn code(&self) -> &str {
        match self {
            Self::Unusable(finding) => &finding.code,
            Self::Fetch(FetchError::MediaType { .. })
            | Self::Split { error: SplitError::Html, .. } => "listing-html",
            Self::Fetch(FetchError::Status { .. }) => "listing-http-status",
            Self::Fetch(FetchError::Refused { .. } | FetchError::Redirects { .. }) => {
                "listing-refused-address"
            }
            Self::Fetch(FetchError::TooLarge { .. }) => "listing-too-large",
            Self::Fetch(_) => "listing-unreachable",
            Self::Split { error: SplitError::Truncated { .. }, .. } => "listing-truncated",
            Self::Split { .. } => "listing-not-of-the-format",
            Self::File { .. } | Self::Address(_) | Self::NextPageOfFile | Self::Stopped => {
                "listing-not-read"
            }
            Self::Repeats(_) | Self::TooManyDocuments => "listing-pages-repeat",
            Self::Count { .. } => "listing-count-differs",
        }
    }
}

/// What is known after the last document.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Why the listing is not complete.
    pub error: Option<ListingError>,
    /// The server said that nothing has changed since the last complete listing.
    pub not_modified: bool,
    /// What was wrong with documents as a whole.
    pub findings: Vec<Finding>,
    /// Validators by address, for the next run.
    pub validators: BTreeMap<String, Validators>,
}

/// The validators of a source's last complete listing, and the rules by which it was read: under
/// other rules the same bytes may say something else, so they must be read again.
#[derive(Debug, Serialize, Deserialize)]
pub struct Confirmed {
    rules: String,
    documents: BTreeMap<String, Validators>,
}

impl Confirmed {
    /// Validators of a listing that was read by the rules of this binary.
    pub fn now(documents: BTreeMap<String, Validators>) -> Self {
        Self { rules: rules_version(), documents }
    }

    /// The validators, if the listing was read by the rules of this binary.
    pub fn by_these_rules(self) -> BTreeMap<String, Validators> {
        if self.rules == rules_version() { self.documents } else { BTreeMap::new() }
    }
}

/// A listing being read.
pub struct Listing {
    /// Where it begins.
    pub url: Option<Url>,
    pub format: &'static dyn ItemFormat,
    pub context: SourceContext,
    origin: Origin,
    known: BTreeMap<String, Validators>,
    sender: mpsc::Sender<Vec<Item>>,
    cancel: CancellationToken,
    documents: u32,
    outcome: Outcome,
}

/// One document of a listing.
#[derive(Debug)]
pub enum Page {
    Read(Envelope),
    NotModified,
}

impl Listing {
    /// A listing whose items go to `sender`.
    pub fn new(
        url: Option<Url>,
        format: &'static dyn ItemFormat,
        context: SourceContext,
        origin: Origin,
        known: BTreeMap<String, Validators>,
        sender: mpsc::Sender<Vec<Item>>,
        cancel: CancellationToken,
    ) -> Self {
        let outcome = Outcome::default();
        Self { url, format, context, origin, known, sender, cancel, documents: 0, outcome }
    }

    /// Reads a listing that is one document, asking the server first whether it has changed.
    ///
    /// # Errors
    /// [`ListingError`] where it cannot be read to its end.
    pub async fn whole(&mut self) -> Result<(), ListingError> {
        match self.document(None, true).await? {
            Page::NotModified => self.outcome.not_modified = true,
            Page::Read(envelope) => {
                if let Some(declared) = envelope.declared
                    && declared != envelope.items
                {
                    return Err(ListingError::Count { declared, read: envelope.items });
                }
            }
        }
        Ok(())
    }

    /// Reads one document: of the address `url`, or of the listing's own. `conditional` sends the
    /// validators of the last complete listing.
    ///
    /// # Errors
    /// [`ListingError`] where it cannot be read to its end; items before that have been sent.
    pub async fn document(
        &mut self,
        url: Option<&Url>,
        conditional: bool,
    ) -> Result<Page, ListingError> {
        self.documents += 1;
        if self.documents > MOST_DOCUMENTS {
            return Err(ListingError::TooManyDocuments);
        }
        if self.cancel.is_cancelled() {
            return Err(ListingError::Stopped);
        }
        let (name, reader): (String, Box<dyn Read + Send>) = match &self.origin {
            Origin::Embedded(bytes) => ("the built-in entries".to_owned(), Box::new(*bytes)),
            Origin::File(path) => {
                if self.documents > 1 {
                    return Err(ListingError::NextPageOfFile);
                }
                let file = File::open(path).map_err(|error| ListingError::File { error })?;
                ("the file given by hand".to_owned(), Box::new(file))
            }
            Origin::Web(fetcher) => {
                let url = url
                    .or(self.url.as_ref())
                    .ok_or_else(|| ListingError::Address(String::new()))?
                    .clone();
                let none = Validators::default();
                let known = match self.known.get(url.as_str()) {
                    Some(known) if conditional => known,
                    _ => &none,
                };
                match fetcher.get(&url, "JSON", known).await? {
                    Fetched::NotModified => return Ok(Page::NotModified),
                    Fetched::Document(document) => {
                        if conditional {
                            self.outcome.validators.insert(url.to_string(), document.validators);
                        }
                        let file = document.file.into_file();
                        (url.to_string(), Box::new(rewound(file, &url)?))
                    }
                }
            }
        };
        let mut envelope = self.split(name, reader).await?;
        let mut findings = std::mem::take(&mut envelope.findings);
        let fatal = findings.iter().position(|one| one.severity == Severity::Error);
        let fatal = fatal.map(|position| findings.remove(position));
        self.outcome.findings.append(&mut findings);
        match fatal {
            Some(finding) => Err(ListingError::Unusable(finding)),
            None => Ok(Page::Read(envelope)),
        }
    }

    /// Splits and decodes a document in a thread of its own.
    async fn split(
        &self,
        document: String,
        mut reader: Box<dyn Read + Send>,
    ) -> Result<Envelope, ListingError> {
        let format = self.format;
        let context = self.context.clone();
        let sender = self.sender.clone();
        let cancel = self.cancel.clone();
        let work = move || {
            let mut batch = Vec::with_capacity(BATCH);
            let result = format.split(&mut *reader, &mut |raw| {
                let digest = sha256_hex(canonical(&raw).as_bytes());
                batch.push(Item { digest, decoded: format.decode(raw, &context) });
                if batch.len() < BATCH {
                    return ControlFlow::Continue(());
                }
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                match sender.blocking_send(full) {
                    Ok(()) if !cancel.is_cancelled() => ControlFlow::Continue(()),
                    _ => ControlFlow::Break(()),
                }
            });
            let delivered = batch.is_empty() || sender.blocking_send(batch).is_ok();
            (result, delivered && !cancel.is_cancelled())
        };
        match tokio::task::spawn_blocking(work).await {
            Ok((Ok(envelope), true)) => Ok(envelope),
            Ok((Err(error), true)) => Err(ListingError::Split { document, error }),
            Ok((_, false)) => Err(ListingError::Stopped),
            Err(panic) => Err(ListingError::Split {
                document,
                error: SplitError::Syntax { message: format!("the decoder failed: {panic}") },
            }),
        }
    }

    /// Ends the reading; the items' channel closes.
    pub fn end(mut self, result: Result<(), ListingError>) -> Outcome {
        if let Err(error) = result {
            self.outcome.findings.push(Finding::error(error.code(), "", error.to_string()));
            self.outcome.error = Some(error);
        }
        self.outcome
    }
}

fn rewound(mut file: File, url: &Url) -> Result<File, ListingError> {
    use std::io::Seek;
    file.rewind().map_err(|error| FetchError::Spool { url: url.to_string(), error })?;
    Ok(file)
}
