//! The search engine that lives in this process: an index in memory, made of the documents and
//! never changed. A write builds the next index beside the one that answers, and swaps them.
//!
//! The way of a query: [`derive`] finds what its words may stand for in the [`dictionary`];
//! [`score`] finds the documents through the [`postings`] and ranks them; [`facets`] filters and
//! counts; [`answer`] ties these together. The ranking compares, in this order: words given up,
//! wrong letters, nearness of the words, attribute, position, exactness, popularity, id.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{Answer, Document, Query, Schema, SearchError, SearchIndex, Synonyms};
use build::Index;

mod answer;
mod build;
mod derive;
mod dictionary;
mod facets;
mod forward;
mod postings;
mod runs;
mod score;

/// The embedded engine. It starts empty, at cursor 0.
pub struct Embedded {
    schema: Schema,
    synonyms: Synonyms,
    current: ArcSwap<Generation>,
    /// Held while the next generation is made, so that no change is lost.
    writing: Mutex<()>,
}

type Documents = BTreeMap<Uuid, Arc<Document>>;

/// What the answers contain at one time.
struct Generation {
    cursor: i64,
    documents: Documents,
    index: Index,
}

impl Embedded {
    /// An empty index.
    ///
    /// # Errors
    /// [`SearchError::Unavailable`] where the index cannot be made.
    pub fn new(schema: Schema, synonyms: Synonyms) -> Result<Self, SearchError> {
        let empty = Generation::build(&schema, Documents::new(), 0)?;
        let current = ArcSwap::from_pointee(empty);
        Ok(Self { schema, synonyms, current, writing: Mutex::new(()) })
    }

    /// Builds on a thread of its own and swaps.
    async fn swap(&self, documents: Documents, cursor: i64) -> Result<(), SearchError> {
        let schema = self.schema.clone();
        let building =
            tokio::task::spawn_blocking(move || Generation::build(&schema, documents, cursor));
        let next = building.await.map_err(|problem| unavailable(&problem))??;
        self.current.store(Arc::new(next));
        Ok(())
    }

    fn check(&self, documents: &[Document]) -> Result<(), SearchError> {
        documents.iter().try_for_each(|document| self.schema.check(document))
    }
}

#[async_trait]
impl SearchIndex for Embedded {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    async fn cursor(&self) -> Result<i64, SearchError> {
        Ok(self.current.load().cursor)
    }

    async fn rebuild(&self, documents: Vec<Document>, cursor: i64) -> Result<(), SearchError> {
        self.check(&documents)?;
        let _writing = self.writing.lock().await;
        self.swap(by_id(documents).collect(), cursor).await
    }

    /// Builds the whole index anew, which takes some ten milliseconds for thousands of documents
    /// and a second or two for a hundred thousand. A segment of changes beside the index, for
    /// larger catalogues, comes later.
    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: i64,
    ) -> Result<(), SearchError> {
        self.check(&put)?;
        let _writing = self.writing.lock().await;
        let mut documents = self.current.load().documents.clone();
        for id in removed {
            documents.remove(&id);
        }
        documents.extend(by_id(put));
        self.swap(documents, cursor).await
    }

    async fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        let current = self.current.load_full();
        answer::answer(&current.index, &self.schema, &self.synonyms, query)
    }
}

impl Generation {
    fn build(schema: &Schema, documents: Documents, cursor: i64) -> Result<Self, SearchError> {
        let in_order: Vec<&Document> = documents.values().map(Arc::as_ref).collect();
        let index = Index::build(schema, &in_order).map_err(|problem| unavailable(&problem))?;
        Ok(Self { cursor, documents, index })
    }
}

fn by_id(documents: Vec<Document>) -> impl Iterator<Item = (Uuid, Arc<Document>)> {
    documents.into_iter().map(|document| (document.id, Arc::new(document)))
}

fn unavailable(problem: &dyn std::error::Error) -> SearchError {
    SearchError::Unavailable(problem.to_string())
}
