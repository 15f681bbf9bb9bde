//! The search engine that lives in this process: an index in memory, made of documents. What
//! answers never changes: a write makes the next state beside it, and swaps them.
//!
//! The way of a query: [`expand`] finds what its words may stand for in the [`vocabulary`], each
//! word's [`expansion`]; in each of the two segments, [`matches`] finds the documents of each word
//! and [`rank`] those of all; [`facets`] filters and counts; [`answer`] puts the segments together.
//! The ranking compares what [`key`] packs, then the id.
//!
//! The way of a document: [`build`] makes a [`segment`] of documents, or one of two; [`state`]
//! knows which segments answer. Beside a large one stands its [`precomputed_top`].

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use tokio::sync::{Mutex, mpsc};
use tracing::warn;
use uuid::Uuid;

use super::{
    Answer, Cursor, Document, Documents, Query, Schema, SearchError, SearchIndex, Synonyms,
};
use build::{Builder, base};
use config::IndexConfig;
pub use config::Tuning;
pub use snapshot::SnapshotError;
use state::State;

mod answer;
mod best;
mod build;
mod config;
mod dense;
mod dictionary;
mod expand;
mod expansion;
mod facets;
mod field_position;
mod forward;
mod jagged;
mod key;
mod matches;
mod packed;
mod postings;
mod precomputed_top;
mod prefix_postings;
mod rank;
mod segment;
mod snapshot;
mod state;
mod vocabulary;

/// Pages of documents that are read ahead of the building.
const PAGES: usize = 2;

/// From this many documents on, a search is kept off the threads that serve requests.
const LONG: usize = 100_000;

/// The embedded engine. It starts empty, at cursor 0.
pub struct Embedded {
    config: Arc<IndexConfig>,
    current: ArcSwap<State>,
    /// Held while the next state is made, so that no change is lost.
    writing: Mutex<()>,
    kept: Option<Arc<Kept>>,
}

/// The file in which an index is kept.
struct Kept {
    path: PathBuf,
    about: String,
}

impl Embedded {
    /// An empty index.
    ///
    /// # Errors
    /// [`SearchError::Unavailable`] where the index cannot be made.
    pub fn new(schema: Schema, synonyms: Synonyms) -> Result<Self, SearchError> {
        Self::tuned(schema, synonyms, Tuning::default())
    }

    /// An empty index with other sizes from which on faster ways are taken.
    ///
    /// # Errors
    /// [`SearchError::Unavailable`] where the index cannot be made.
    pub fn tuned(schema: Schema, synonyms: Synonyms, tuning: Tuning) -> Result<Self, SearchError> {
        let config = IndexConfig { schema, synonyms, tuning };
        let empty = base(&config, Builder::new(&config.schema))
            .and_then(|base| State::of(&config, base, Cursor::default()))
            .map_err(|error| unavailable(&error))?;
        Ok(Self {
            config: Arc::new(config),
            current: ArcSwap::from_pointee(empty),
            writing: Mutex::new(()),
            kept: None,
        })
    }

    /// Makes the next state on a thread of its own and swaps.
    async fn swap(
        &self,
        make: impl FnOnce(&IndexConfig) -> Result<State, fst::Error> + Send + 'static,
    ) -> Result<(), SearchError> {
        let config = Arc::clone(&self.config);
        let made = tokio::task::spawn_blocking(move || make(&config)).await;
        let next = made.map_err(|error| unavailable(&error))?;
        self.current.store(Arc::new(next.map_err(|error| unavailable(&error))?));
        Ok(())
    }

    /// The same index, kept in a file as soon as it is large (see [`Tuning::keep`]): after a build,
    /// and each time that the segments were made one. `about` says of what it is an index: a file
    /// about something else is not read.
    #[must_use]
    pub fn kept_in(self, path: PathBuf, about: String) -> Self {
        Self { kept: Some(Arc::new(Kept { path, about })), ..self }
    }

    /// Answers from the file from now on. Says whether there was one.
    ///
    /// # Errors
    /// [`SnapshotError`] where the file cannot be read, or is about something else.
    pub async fn load(&self) -> Result<bool, SnapshotError> {
        let _writing = self.writing.lock().await;
        let Some(kept) = self.kept.clone() else { return Ok(false) };
        let config = Arc::clone(&self.config);
        let read = move || match snapshot::read(&config, &kept.about, &kept.path)? {
            Some((segment, cursor)) => Ok(Some(State::of(&config, segment, cursor)?)),
            None => Ok(None),
        };
        let state: Result<Option<State>, SnapshotError> = tokio::task::spawn_blocking(read).await?;
        let state = state?;
        let is_there = state.is_some();
        if let Some(state) = state {
            self.current.store(Arc::new(state));
        }
        Ok(is_there)
    }

    /// Writes the file, where the index is large and in one segment. The index does not need it: a
    /// failure is told and no more.
    async fn keep(&self) {
        let Some(kept) = self.kept.clone() else { return };
        let current = self.current.load_full();
        if current.len() < self.config.tuning.keep {
            return;
        }
        let write = move || match current.only_segment() {
            Some(segment) => snapshot::write(segment, &kept.about, &current.cursor, &kept.path),
            None => Ok(()),
        };
        let written = tokio::task::spawn_blocking(write).await.map_err(SnapshotError::from);
        if let Err(error) = written.and_then(|written| written) {
            warn!(%error, "the search index could not be kept: the next start takes longer");
        }
    }

    /// Takes documents in on a thread of its own, while the next ones are read.
    async fn take_in(&self, mut documents: Documents<'_>) -> Result<Builder, SearchError> {
        let mut builder = Builder::new(&self.config.schema);
        let (pages, mut handed_over) = mpsc::channel::<Vec<Document>>(PAGES);
        let taking_in = tokio::task::spawn_blocking(move || {
            while let Some(page) = handed_over.blocking_recv() {
                page.iter().for_each(|document| builder.add(document));
            }
            builder
        });
        while let Some(page) = documents.next().await? {
            self.check(&page)?;
            if pages.send(page).await.is_err() {
                break;
            }
        }
        drop(pages);
        taking_in.await.map_err(|error| unavailable(&error))
    }

    fn check(&self, documents: &[Document]) -> Result<(), SearchError> {
        documents.iter().try_for_each(|document| self.config.schema.check(document))
    }
}

#[async_trait]
impl SearchIndex for Embedded {
    fn schema(&self) -> &Schema {
        &self.config.schema
    }

    async fn cursor(&self) -> Result<Cursor, SearchError> {
        Ok(self.current.load().cursor.clone())
    }

    async fn restore(&self) -> Result<bool, SearchError> {
        Ok(self.load().await.unwrap_or_else(|error| {
            warn!(%error, "the search index is built anew");
            false
        }))
    }

    async fn rebuild(&self, documents: Documents<'_>, cursor: Cursor) -> Result<(), SearchError> {
        let _writing = self.writing.lock().await;
        let builder = self.take_in(documents).await?;
        self.swap(move |config| State::of(config, base(config, builder)?, cursor)).await?;
        self.keep().await;
        Ok(())
    }

    /// A change can be found as soon as the small segment of changes is made anew, which takes some
    /// milliseconds. Where it has grown large, the segments are made one before this returns; the
    /// change can be found meanwhile.
    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<(), SearchError> {
        self.check(&put)?;
        let _writing = self.writing.lock().await;
        let current = self.current.load_full();
        self.swap(move |config| current.changed(config, &put, removed, cursor)).await?;
        let changed = self.current.load_full();
        if changed.is_worn(&self.config.tuning) {
            self.swap(move |config| changed.renewed(config)).await?;
            self.keep().await;
        }
        Ok(())
    }

    async fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        let current = self.current.load_full();
        let config = Arc::clone(&self.config);
        if current.len() < LONG {
            return answer::answer(&current, &config, query);
        }
        let query = query.clone();
        tokio::task::spawn_blocking(move || answer::answer(&current, &config, &query))
            .await
            .map_err(|error| unavailable(&error))?
    }
}

fn unavailable(problem: &dyn std::error::Error) -> SearchError {
    SearchError::Unavailable(problem.to_string())
}
