//! A search engine that never answers.

use async_trait::async_trait;
use fedcat::publish::index::schema;
use fedcat::search::{
    Answer, Cursor, Document, Documents, Query, Schema, SearchError, SearchIndex,
};
use uuid::Uuid;

/// The engine.
pub struct Unavailable(Schema);

impl Default for Unavailable {
    fn default() -> Self {
        Self(schema().expect("a schema"))
    }
}

fn no_answer<T>() -> Result<T, SearchError> {
    Err(SearchError::Unavailable("connection refused by 192.0.2.1".to_owned()))
}

#[async_trait]
impl SearchIndex for Unavailable {
    fn schema(&self) -> &Schema {
        &self.0
    }

    async fn cursor(&self) -> Result<Cursor, SearchError> {
        no_answer()
    }

    async fn rebuild(&self, _: Documents<'_>, _: Cursor) -> Result<(), SearchError> {
        no_answer()
    }

    async fn apply(&self, _: Vec<Document>, _: Vec<Uuid>, _: Cursor) -> Result<(), SearchError> {
        no_answer()
    }

    async fn search(&self, _: &Query) -> Result<Answer, SearchError> {
        no_answer()
    }
}
