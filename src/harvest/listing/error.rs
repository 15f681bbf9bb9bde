//! Why a listing was not read to its end, in words for the source's owner.

use chrono::TimeDelta;
use reqwest::StatusCode;
use thiserror::Error;

use crate::formats::Code;
use crate::formats::Finding;
use crate::formats::json::SplitError;
use crate::formats::recognise::Kind;
use crate::harvest::options::OptionsError;
use crate::outbound::{FetchError, cut};

/// Characters of the longest message.
const LONGEST_MESSAGE: usize = 500;

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
    #[error("the listing has more than {0} entries")]
    TooManyEntries(u64),
    #[error("the listing has more than {0} documents")]
    TooManyDocuments(u32),
    #[error(
        "{failures} files at {host} could not be read one after another, so the rest was not asked \
         for; the last one: {last}"
    )]
    GaveUp { host: String, failures: u32, last: String },
    #[error("{unread} of {of} files could not be read")]
    Unread { unread: u64, of: u64 },
    #[error("the options of the source cannot be used: {0}")]
    Options(#[from] OptionsError),
    #[error("it takes longer than {0} s, the longest time for one run")]
    TooSlow(u64),
    #[error("the run was stopped")]
    Stopped,
}

/// Adds to what is told of a document that is not of the format what it looks like.
pub(super) fn name_kind(finding: &mut Finding, other: Kind) {
    if finding.code == Code::ListingNotOfTheFormat {
        finding.message.push_str(&format!("; it looks like {other}"));
    }
}

impl ListingError {
    /// The code of the finding that tells the source's owner.
    pub fn code(&self) -> Code {
        match self {
            Self::Unusable(finding) => finding.code,
            Self::Fetch(FetchError::MediaType { .. })
            | Self::Split { error: SplitError::Html, .. } => Code::ListingHtml,
            Self::Fetch(FetchError::Status { status: StatusCode::TOO_MANY_REQUESTS, .. })
            | Self::Fetch(FetchError::Busy { .. }) => Code::ListingBusy,
            Self::Fetch(FetchError::Status { .. }) => Code::ListingHttpStatus,
            Self::Fetch(FetchError::Certificate { .. }) => Code::ListingCertificate,
            Self::Fetch(FetchError::Encoding { .. }) => Code::ListingCompression,
            Self::Fetch(FetchError::TooSlow { .. }) => Code::ListingTooSlow,
            Self::Fetch(FetchError::Refused { .. } | FetchError::Redirects { .. }) => {
                Code::ListingRefusedAddress
            }
            Self::Fetch(FetchError::TooLarge { .. })
            | Self::TooManyEntries(_)
            | Self::Split { error: SplitError::TooLarge { .. }, .. } => Code::ListingTooLarge,
            Self::GaveUp { .. } | Self::Unread { .. } => Code::ListingFilesUnread,
            Self::Fetch(_) => Code::ListingUnreachable,
            Self::Address(_) => Code::ListingNextUnusable,
            Self::TooSlow(_) => Code::ListingTooSlow,
            Self::Split { error: SplitError::Truncated { .. }, .. } => Code::ListingTruncated,
            Self::Split { error: SplitError::Elements { .. }, .. } => {
                Code::ListingEntriesUnreadable
            }
            Self::Split { .. } => Code::ListingNotOfTheFormat,
            Self::File { .. } | Self::NextPageOfFile | Self::Options(_) | Self::Stopped => {
                Code::ListingNotRead
            }
            Self::Repeats(_) | Self::TooManyDocuments(_) => Code::ListingPagesRepeat,
            Self::Count { .. } => Code::ListingCountDiffers,
        }
    }

    /// The same error of a document that looks like another kind, where it is one because of that.
    #[must_use]
    pub fn naming(self, other: Option<Kind>) -> Self {
        let Some(other) = other.filter(|_| self.code() == Code::ListingNotOfTheFormat) else {
            return self;
        };
        let mut finding = match self {
            Self::Unusable(finding) => finding,
            error => Finding::new(Code::ListingNotOfTheFormat, "", error.message()),
        };
        name_kind(&mut finding, other);
        Self::Unusable(finding)
    }

    /// The error as it is stored: a source can make its words as long as it likes, and databases
    /// refuse NUL.
    pub fn message(&self) -> String {
        cut(self.to_string().replace('\0', ""), LONGEST_MESSAGE)
    }

    /// Whether the source is to blame, so that it had better be left alone for a while.
    pub fn is_of_the_source(&self) -> bool {
        !matches!(self, Self::File { .. } | Self::Options(_) | Self::Stopped)
    }

    /// The pause that the server asked for.
    pub fn pause_asked_for(&self) -> Option<TimeDelta> {
        match self {
            Self::Fetch(FetchError::Busy { seconds, .. }) => {
                TimeDelta::try_seconds(i64::try_from(*seconds).ok()?)
            }
            _ => None,
        }
    }
}
