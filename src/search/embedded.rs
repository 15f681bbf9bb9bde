//! The search engine that lives in this process: an index in memory, made of documents. What
//! answers never changes: a write makes the next state beside it, and swaps them.
//!
//! The way of a query: [`derive`] finds what its words may stand for in the [`vocabulary`]; in
//! each of the two segments, [`matches`] finds the documents of each word and [`rank`] those of
//! all; [`facets`] filters and counts; [`answer`] puts the segments together. The ranking compares
//! what [`key`] packs, then the id.
//!
//! The way of a document: [`build`] makes a [`segment`] of documents, or one of two; [`state`]
//! knows which segments answer.

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{Answer, Document, Query, Schema, SearchError, SearchIndex, Synonyms};
use build::Making;
pub use snapshot::SnapshotError;
use state::State;

mod answer;
mod build;
mod cards;
mod derive;
mod dictionary;
mod facets;
mod forward;
mod heavy;
mod key;
mod matches;
mod meaning;
mod packed;
mod postings;
mod rank;
mod runs;
mod segment;
mod snapshot;
mod state;
mod vocabulary;

/// From this many documents on, a search is kept off the threads that serve requests.
const LONG: usize = 100_000;

/// From which sizes on faster ways are taken. The answers are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// So many documents are many: lists are merged and words answered beforehand, facets counted
    /// by bitmaps.
    pub many: usize,
    /// So many changed documents are kept beside the rest before all are made one again; more
    /// where the index is large.
    pub delta: usize,
    /// Where the lists of a word are so many times longer than the documents that are left are
    /// many, the words of each document are looked at instead.
    pub look: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { many: 10_000, delta: 1_000, look: 100 }
    }
}

/// The embedded engine. It starts empty, at cursor 0.
pub struct Embedded {
    making: Arc<Making>,
    current: ArcSwap<State>,
    /// Held while the next state is made, so that no change is lost.
    writing: Mutex<()>,
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
        let making = Making { schema, synonyms, tuning };
        let empty = State::build(&making, Vec::new(), 0).map_err(|error| unavailable(&error))?;
        Ok(Self {
            making: Arc::new(making),
            current: ArcSwap::from_pointee(empty),
            writing: Mutex::new(()),
        })
    }

    /// Makes the next state on a thread of its own and swaps.
    async fn swap(
        &self,
        make: impl FnOnce(&Making) -> Result<State, fst::Error> + Send + 'static,
    ) -> Result<(), SearchError> {
        let making = Arc::clone(&self.making);
        let made = tokio::task::spawn_blocking(move || make(&making)).await;
        let next = made.map_err(|error| unavailable(&error))?;
        self.current.store(Arc::new(next.map_err(|error| unavailable(&error))?));
        Ok(())
    }

    /// Writes what answers to a file, where it is one segment: after a build, and each time that
    /// the segments were made one. Says whether it did. `about` says of what it is a snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`] where the file cannot be written.
    pub async fn save(&self, about: String, path: PathBuf) -> Result<bool, SnapshotError> {
        let current = self.current.load_full();
        let write = move || match current.only_segment() {
            Some(segment) => snapshot::write(segment, &about, current.cursor, &path).map(|()| true),
            None => Ok(false),
        };
        tokio::task::spawn_blocking(write).await?
    }

    /// Answers from a snapshot from now on. Says whether there was one.
    ///
    /// # Errors
    /// [`SnapshotError`] where the file cannot be read, or is about something else.
    pub async fn load(&self, about: String, path: PathBuf) -> Result<bool, SnapshotError> {
        let _writing = self.writing.lock().await;
        let making = Arc::clone(&self.making);
        let read = move || match snapshot::read(&making, &about, &path)? {
            Some((segment, cursor)) => Ok(Some(State::of(&making, segment, cursor)?)),
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

    fn check(&self, documents: &[Document]) -> Result<(), SearchError> {
        documents.iter().try_for_each(|document| self.making.schema.check(document))
    }
}

#[async_trait]
impl SearchIndex for Embedded {
    fn schema(&self) -> &Schema {
        &self.making.schema
    }

    async fn cursor(&self) -> Result<i64, SearchError> {
        Ok(self.current.load().cursor)
    }

    async fn rebuild(&self, documents: Vec<Document>, cursor: i64) -> Result<(), SearchError> {
        self.check(&documents)?;
        let _writing = self.writing.lock().await;
        self.swap(move |making| State::build(making, documents, cursor)).await
    }

    /// A change can be found as soon as the small segment of changes is made anew, which takes some
    /// milliseconds. Where it has grown large, the segments are made one before this returns; the
    /// change can be found meanwhile.
    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: i64,
    ) -> Result<(), SearchError> {
        self.check(&put)?;
        let _writing = self.writing.lock().await;
        let current = self.current.load_full();
        self.swap(move |making| current.changed(making, put, removed, cursor)).await?;
        let changed = self.current.load_full();
        if changed.is_worn(&self.making.tuning) {
            self.swap(move |making| changed.renewed(making)).await?;
        }
        Ok(())
    }

    async fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        let current = self.current.load_full();
        let making = Arc::clone(&self.making);
        if current.len() < LONG {
            return answer::answer(&current, &making, query);
        }
        let query = query.clone();
        tokio::task::spawn_blocking(move || answer::answer(&current, &making, &query))
            .await
            .map_err(|error| unavailable(&error))?
    }
}

fn unavailable(problem: &dyn std::error::Error) -> SearchError {
    SearchError::Unavailable(problem.to_string())
}
