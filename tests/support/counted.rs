//! A search engine that counts how often it is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use fedcat::search::{
    Answer, Cursor, Document, Documents, Query, Schema, SearchError, SearchIndex,
};
use uuid::Uuid;

/// The engine that answers, and the number of questions.
pub struct Counted {
    engine: Arc<dyn SearchIndex>,
    asked: AtomicUsize,
}

impl Counted {
    pub fn new(engine: Arc<dyn SearchIndex>) -> Self {
        Self { engine, asked: AtomicUsize::new(0) }
    }

    /// The number of questions since it was last asked for.
    pub fn take(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl SearchIndex for Counted {
    fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    async fn cursor(&self) -> Result<Cursor, SearchError> {
        self.engine.cursor().await
    }

    async fn rebuild(&self, documents: Documents<'_>, cursor: Cursor) -> Result<(), SearchError> {
        self.engine.rebuild(documents, cursor).await
    }

    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<(), SearchError> {
        self.engine.apply(put, removed, cursor).await
    }

    async fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.engine.search(query).await
    }
}
