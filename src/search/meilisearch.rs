//! The search engine that lives in a server of its own, Meilisearch: for catalogues that outgrow
//! the memory of a replica, or that other applications search too.
//!
//! Four indexes: `<name>`, which answers, and `<name>_state`, whose one document says of which
//! version it is and up to which event it was written; and while a rebuild runs, the same two
//! with `_next`. A rebuild swaps both pairs in one step of the server, and a change writes the
//! state last: what the state says is never ahead of what can be found.

use async_trait::async_trait;
use uuid::Uuid;

use super::{Answer, Cursor, Document, Documents, Query, Schema, SearchError, SearchIndex};
pub use engine::{Connection, Meilisearch};

mod ask;
mod document;
mod engine;
mod http;
mod marks;
mod settings;
mod tasks;
mod write;

#[async_trait]
impl SearchIndex for Meilisearch {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn is_shared(&self) -> bool {
        true
    }

    /// Before the beginning also where what the server holds was built by another version, or has
    /// lost many of its documents, or all: somebody may have removed the index and not its state.
    async fn cursor(&self) -> Result<Cursor, SearchError> {
        let state = self.read_state().await?.filter(|state| state.version == self.version);
        let Some(state) = state else { return Ok(Cursor::default()) };
        let is_there = match self.count(&self.index()).await? {
            Some(0) => state.documents == 0,
            Some(count) => count >= state.documents / 2,
            None => false,
        };
        Ok(if is_there {
            Cursor { seq: state.cursor, mark: state.mark }
        } else {
            Cursor::default()
        })
    }

    async fn rebuild(&self, documents: Documents<'_>, cursor: Cursor) -> Result<(), SearchError> {
        let _writing = self.writing.lock().await;
        self.write_anew(documents, self.state(cursor)).await
    }

    /// The change becomes visible in steps of a thousand documents, removals first.
    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<(), SearchError> {
        self.check(&put)?;
        let _writing = self.writing.lock().await;
        self.write_change(&put, &removed, self.state(cursor)).await
    }

    async fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        ask::answer(self, query).await
    }
}
