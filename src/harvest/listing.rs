//! Reading one listing: a connector asks for documents, their items are decoded in a thread of
//! their own and flow to the pipeline in batches.

mod batch;
mod decoder;
mod error;
mod file;
mod item;
mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use decoder::Decoder;
pub use error::ListingError;
use error::name_kind;
pub use file::{Answer, Ask, Body};
pub use item::{Entry, Item, RawItem};

use self::batch::Batch;
use self::survey::Survey;
use super::options;
use super::rules_version;
use crate::formats::json::SplitError;
use crate::formats::recognise::{Kind, looks_like};
use crate::formats::{DocumentContext, Envelope, Finding, ItemFormat, Severity, SourceContext};
use crate::outbound::{FetchError, Fetched, Fetcher, Request, Validators};

/// Documents of one listing: a pager that never ends is cut off here.
const MOST_DOCUMENTS: u32 = 10_000;
/// Bytes of a document by which it is told what it looks like.
const BEGINNING: usize = 64 * 1024;
/// The longest that a parser which asks for the time may take for one document.
const LONGEST_PARSE: Duration = Duration::from_secs(60);

/// Where documents come from.
#[derive(Debug)]
pub enum Origin {
    /// The source's own address, or one given by hand.
    Web(Box<Fetcher>),
    /// A file given by hand, in place of the first document.
    File(PathBuf),
    /// Bytes in this binary.
    Embedded(&'static [u8]),
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
    /// What other sources' active records ask a connector for that adds to them; else empty.
    pub wanted: BTreeSet<String>,
    origin: Origin,
    known: BTreeMap<String, Validators>,
    sender: mpsc::Sender<Vec<Item>>,
    cancel: CancellationToken,
    documents: AtomicU32,
    entries: Arc<AtomicU64>,
    /// Why the listing is not complete, although its reading went on.
    lacking: Mutex<Option<ListingError>>,
    not_modified: bool,
    findings: Vec<Finding>,
    validators: Mutex<BTreeMap<String, Validators>>,
}

/// A reader that keeps the beginning of what was read.
struct Remembering<'a> {
    reader: &'a mut dyn Read,
    beginning: Vec<u8>,
}

impl<'a> Remembering<'a> {
    fn new(reader: &'a mut dyn Read) -> Self {
        Self { reader, beginning: Vec::new() }
    }
}

impl Read for Remembering<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.reader.read(buffer)?;
        let room = BEGINNING.saturating_sub(self.beginning.len()).min(length);
        self.beginning.extend(buffer.iter().take(room));
        Ok(length)
    }
}

/// Where a document is read from, if need be twice.
trait Document: Read + Seek + Send {}

impl<T: Read + Seek + Send> Document for T {}

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
        Self {
            url,
            format,
            context,
            wanted: BTreeSet::new(),
            origin,
            known,
            sender,
            cancel,
            documents: AtomicU32::new(0),
            entries: Arc::default(),
            lacking: Mutex::default(),
            not_modified: false,
            findings: Vec::new(),
            validators: Mutex::default(),
        }
    }

    /// The options of the source for its connector.
    ///
    /// # Errors
    /// [`ListingError::Options`] where they are not what the connector expects.
    pub fn options<T: DeserializeOwned>(&self) -> Result<T, ListingError> {
        Ok(options::read(&self.context.options)?)
    }

    /// Whether the listing is a file given by hand, so that nothing may be asked for beside it.
    pub fn is_file(&self) -> bool {
        matches!(self.origin, Origin::File(_))
    }

    /// Notes what is wrong with the listing as a whole.
    pub fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Says that a part of the listing could not be read, so that it is not complete; the reading
    /// goes on. The first one counts.
    pub fn lacks(&self, why: ListingError) {
        self.lacking.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
    }

    /// Says that nothing has changed since the last complete listing.
    pub fn nothing_changed(&mut self) {
        self.not_modified = true;
    }

    /// Whether this note was left in the last complete listing; if so it is left again. For what
    /// a server has no validators for, such as that there is no document at an address.
    pub fn recalls(&self, note: &str) -> bool {
        let is_known = self.known.contains_key(note);
        if is_known {
            self.note(note.to_owned());
        }
        is_known
    }

    /// Leaves a note for the next run, if this listing is complete.
    pub fn note(&self, note: String) {
        let mut all = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(note, Validators::default());
    }

    /// Hands over items that the connector composed itself, in order.
    ///
    /// # Errors
    /// [`ListingError::Stopped`] where the run has ended.
    pub async fn emit(&self, entries: Vec<Entry>) -> Result<(), ListingError> {
        let mut batch = self.batch();
        let work = move || {
            let _ = entries.into_iter().try_for_each(|entry| batch.entry(entry));
            batch.end()
        };
        tokio::task::spawn_blocking(work).await.map_err(decoder_failed)?
    }

    fn batch(&self) -> Batch {
        Batch {
            decoder: self.decoder(),
            sender: self.sender.clone(),
            cancel: self.cancel.clone(),
            entries: Arc::clone(&self.entries),
            items: Vec::new(),
            weight: 0,
            ended: None,
            unrecognised: None,
            survey: Arc::default(),
        }
    }

    /// What makes records of the items.
    pub fn decoder(&self) -> Decoder {
        Decoder { format: self.format, context: self.context.clone() }
    }

    /// Reads a listing that is one document, asking the server first whether it has changed.
    ///
    /// # Errors
    /// [`ListingError`] where it cannot be read to its end.
    pub async fn whole(&mut self) -> Result<(), ListingError> {
        let Some(envelope) = self.first_page().await? else { return Ok(()) };
        match envelope.declared {
            Some(declared) if declared != envelope.items => {
                Err(ListingError::Count { declared, read: envelope.items })
            }
            _ => Ok(()),
        }
    }

    /// Reads the first page of a listing, asking the server whether it has changed since the last
    /// listing that was complete and had no other page. `None`: it has not.
    ///
    /// # Errors
    /// [`ListingError`] where it cannot be read to its end.
    pub async fn first_page(&mut self) -> Result<Option<Envelope>, ListingError> {
        match self.document(None, true).await? {
            Page::Read(envelope) => Ok(Some(envelope)),
            Page::NotModified => {
                self.not_modified = true;
                Ok(None)
            }
        }
    }

    /// Reads one document of the format: of the address `url`, or of the listing's own.
    /// `conditional` sends the validators of the last complete listing.
    ///
    /// # Errors
    /// [`ListingError`] where it cannot be read to its end; items before that have been sent.
    pub async fn document(
        &mut self,
        url: Option<&Url>,
        conditional: bool,
    ) -> Result<Page, ListingError> {
        let number = self.next_document(MOST_DOCUMENTS)?;
        let (name, reader): (String, Box<dyn Document>) = match &self.origin {
            Origin::Embedded(bytes) => {
                ("the built-in entries".to_owned(), Box::new(Cursor::new(*bytes)))
            }
            Origin::File(path) => {
                let file = given_file(path, number)?;
                ("the file given by hand".to_owned(), Box::new(file))
            }
            Origin::Web(fetcher) => {
                let url = url
                    .or(self.url.as_ref())
                    .ok_or_else(|| ListingError::Address(String::new()))?
                    .clone();
                let mut request = Request::new(url.clone(), self.format.expected());
                request.accept = self.format.accept();
                if conditional {
                    request.known = self.known.get(url.as_str()).cloned().unwrap_or_default();
                }
                match fetcher.get(&request).await? {
                    Fetched::NotModified => {
                        self.remember(url.to_string(), request.known);
                        return Ok(Page::NotModified);
                    }
                    Fetched::Document(document) => {
                        if conditional {
                            self.remember(url.to_string(), document.validators);
                        }
                        let file = document.file.into_file();
                        (url.to_string(), Box::new(rewound(file, &url)?))
                    }
                }
            }
        };
        let address = url.or(self.url.as_ref()).map(Url::to_string).unwrap_or_default();
        let mut envelope = self.split(name, address, reader).await?;
        let mut findings = std::mem::take(&mut envelope.findings);
        let fatal = findings.iter().position(|one| one.severity == Severity::Error);
        let fatal = fatal.map(|position| findings.remove(position));
        self.findings.append(&mut findings);
        match fatal {
            Some(finding) => Err(ListingError::Unusable(finding)),
            None => Ok(Page::Read(envelope)),
        }
    }

    /// Splits and decodes a document in a thread of its own.
    async fn split(
        &self,
        document: String,
        address: String,
        mut reader: Box<dyn Document>,
    ) -> Result<Envelope, ListingError> {
        let mut batch = self.batch();
        batch.unrecognised = Some(Vec::new());
        let kind = self.format.kind();
        let work = move || {
            let format = batch.decoder.format;
            let (cancel, begun) = (batch.cancel.clone(), Instant::now());
            let is_over = || begun.elapsed() > LONGEST_PARSE || cancel.is_cancelled();
            let place = DocumentContext { address: &address, is_over: &is_over };
            if let Some(names) = format.names() {
                batch.survey = Arc::new(Survey::of(format, names, &mut *reader, &place));
                // Where that fails nothing more comes of the document, and the reading says so.
                let _ = reader.rewind();
            }
            let mut reader = Remembering::new(&mut *reader);
            let mut result = format.split_at(&mut reader, &place, &mut |raw| batch.raw(raw));
            if let Ok(envelope) = &mut result {
                let too_large = std::mem::take(&mut envelope.too_large);
                let _ = too_large.into_iter().try_for_each(|item| batch.too_large(item));
            }
            (result, batch.end(), looks_like(&reader.beginning))
        };
        let looks_like = |other: Option<Kind>| other.filter(|other| *other != kind);
        match tokio::task::spawn_blocking(work).await {
            Ok((Ok(mut envelope), Ok(()), other)) => {
                if let Some(other) = looks_like(other) {
                    envelope.findings.iter_mut().for_each(|finding| name_kind(finding, other));
                }
                Ok(envelope)
            }
            // An entry of another kind may well end the reading before the document does.
            Ok((_, Err(ended), other)) => Err(ended.naming(looks_like(other))),
            Ok((Err(error), Ok(()), other)) => {
                Err(ListingError::Split { document, error }.naming(looks_like(other)))
            }
            Err(panic) => Err(decoder_failed(panic)),
        }
    }

    /// Counts a document, and returns how many there were before it.
    fn next_document(&self, most: u32) -> Result<u32, ListingError> {
        let number = self.documents.fetch_add(1, Ordering::Relaxed);
        if number >= most {
            return Err(ListingError::TooManyDocuments(most));
        }
        if self.cancel.is_cancelled() { Err(ListingError::Stopped) } else { Ok(number) }
    }

    /// Keeps validators for the next run. Where a server gives none there is nothing to keep.
    fn remember(&self, key: String, validators: Validators) {
        if validators != Validators::default() {
            let mut all = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(key, validators);
        }
    }

    /// Forgets the validators of this run: a listing of several pages is read anew each time, for
    /// one page may have changed where another has not.
    pub fn forget_validators(&self) {
        self.validators.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Ends the reading; the items' channel closes.
    pub fn end(self, result: Result<(), ListingError>) -> Outcome {
        let mut findings = self.findings;
        let lacking = self.lacking.into_inner().unwrap_or_else(PoisonError::into_inner);
        let result = result.and(lacking.map_or(Ok(()), Err));
        if let Err(error) = &result {
            findings.push(Finding::new(error.code(), "", error.message()));
        }
        Outcome {
            error: result.err(),
            not_modified: self.not_modified,
            findings,
            validators: self.validators.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err calls")]
fn decoder_failed(panic: tokio::task::JoinError) -> ListingError {
    let message = format!("the decoder failed: {panic}");
    ListingError::Split {
        document: "the listing".to_owned(),
        error: SplitError::Syntax { message },
    }
}

/// The file given by hand, in place of the first document; there is no second one.
fn given_file(path: &std::path::Path, number: u32) -> Result<File, ListingError> {
    if number > 0 {
        return Err(ListingError::NextPageOfFile);
    }
    File::open(path).map_err(|error| ListingError::File { error })
}

fn rewound(mut file: File, url: &Url) -> Result<File, ListingError> {
    file.rewind().map_err(|error| FetchError::Spool { url: url.to_string(), error })?;
    Ok(file)
}
