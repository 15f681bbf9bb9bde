//! Documents on their way into an index: page by page, so that a catalogue is never in memory as a
//! whole.

use futures_util::stream::{self, BoxStream, Stream, StreamExt};

use super::{Document, SearchError};

/// Pages of documents, in any order; the order of their ids is the fastest. Of two documents with
/// the same id the later counts.
pub struct Documents<'a>(BoxStream<'a, Result<Vec<Document>, SearchError>>);

impl<'a> Documents<'a> {
    /// Documents that are read while they are handed over. The first error ends them.
    pub fn pages(
        pages: impl Stream<Item = Result<Vec<Document>, SearchError>> + Send + 'a,
    ) -> Self {
        Self(pages.boxed())
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    /// [`SearchError::Documents`] where it cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<Document>>, SearchError> {
        self.0.next().await.transpose()
    }
}

impl From<Vec<Document>> for Documents<'_> {
    fn from(documents: Vec<Document>) -> Self {
        Self::pages(stream::iter([Ok(documents)]))
    }
}
