//! Writing: in batches, each a task of the server that must have succeeded before the state says
//! so. A write that is cut short has written less than its state would say, never more.

use std::time::Duration;

use futures_util::io::Cursor;
use meilisearch_sdk::client::SwapIndexes;
use tracing::warn;
use uuid::Uuid;

use super::document::ID;
use super::engine::{Meilisearch, State, failed, unavailable};
use super::settings::settings;
use crate::search::{Document, Documents, SearchError};

/// Most documents of one task.
const BATCH: usize = 1_000;
/// Most bytes of one task, unless a single document has more. The server takes 100 MB.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Between two looks whether the indexes have been swapped.
const PAUSE: Duration = Duration::from_millis(50);
/// Codes of failures that say that there was nothing to do.
const ALREADY_THERE: &str = "index_already_exists";
const NOT_THERE: &str = "index_not_found";

impl Meilisearch {
    /// Removes documents, puts others, then writes the state. Where the index then holds another
    /// number of documents than this can have made of those before, it is not the index that the
    /// state speaks of, and the state is given up, so that the index is built anew.
    pub(super) async fn write_change(
        &self,
        put: &[Document],
        removed: &[Uuid],
        state: State,
    ) -> Result<(), SearchError> {
        let before = self.read_state().await?.map_or(0, |state| state.documents);
        let index = self.admin(&self.index());
        for ids in removed.chunks(BATCH) {
            self.done(index.delete_documents(ids).await).await?;
        }
        let mut batch = Batch::default();
        self.put(&self.index(), put, &mut batch).await?;
        self.send(&self.index(), batch).await?;
        let fewest = before.saturating_sub(removed.len() as u64);
        let most = before.saturating_add(put.len() as u64);
        match self.count(&self.index()).await? {
            Some(documents) if (fewest..=most).contains(&documents) => {
                self.put_state(&self.state_index(), &State { documents, ..state }).await
            }
            found => {
                let none = State { version: String::new(), ..state };
                self.put_state(&self.state_index(), &none).await?;
                let found = found.unwrap_or_default();
                Err(failed(&format!(
                    "the index holds {found} documents, expected {fewest} to {most}: somebody \
                     else has changed it, and it has to be built anew"
                )))
            }
        }
    }

    /// Builds both indexes of the next generation, swaps them with those that answer, and removes
    /// what answered before; or, where that fails, what was built so far.
    pub(super) async fn write_anew(
        &self,
        documents: Documents<'_>,
        state: State,
    ) -> Result<(), SearchError> {
        let (next, next_state) = (self.next(), self.next_state());
        let written = self.write_next(documents, state).await;
        for index in [&next, &next_state] {
            match &written {
                Ok(()) => {
                    if let Err(error) = self.drop_index(index).await {
                        warn!(%error, "the old index {index} is still there; the next rebuild removes it");
                    }
                }
                // Whoever cannot build cannot be waited for either.
                Err(_) => drop(self.admin.client.delete_index(index).await),
            }
        }
        written
    }

    async fn write_next(
        &self,
        mut documents: Documents<'_>,
        state: State,
    ) -> Result<(), SearchError> {
        let (next, next_state) = (self.next(), self.next_state());
        for index in [&next, &next_state] {
            // An earlier rebuild may have been cut short.
            self.drop_index(index).await?;
            self.create(index).await?;
        }
        let settings = settings(&self.fields, &self.synonyms);
        self.done(self.admin(&next).set_settings(&settings).await).await?;
        let mut batch = Batch::default();
        while let Some(page) = documents.next().await? {
            self.check(&page)?;
            self.put(&next, &page, &mut batch).await?;
        }
        self.send(&next, batch).await?;
        let state = State { documents: self.count(&next).await?.unwrap_or_default(), ..state };
        self.put_state(&next_state, &state).await?;
        self.swap(&next, &next_state, &state).await
    }

    /// Both pairs in one task, so that no state stands beside another's documents.
    async fn swap(&self, next: &str, next_state: &str, state: &State) -> Result<(), SearchError> {
        // Only what is there can be swapped.
        for index in [self.index(), self.state_index()] {
            self.create(&index).await?;
        }
        let pair = |one: String, other: &str| SwapIndexes {
            indexes: (one, other.to_owned()),
            rename: None,
        };
        let pairs = [pair(self.index(), next), pair(self.state_index(), next_state)];
        self.admin.client.swap_indexes(&pairs).await.map_err(unavailable)?;
        // A key that is limited to some indexes is not shown the task of a swap. That the state
        // is there says the same.
        self.in_time("the swap of the indexes", async {
            while self.read_state().await?.as_ref() != Some(state) {
                tokio::time::sleep(PAUSE).await;
            }
            Ok(())
        })
        .await
    }

    async fn create(&self, index: &str) -> Result<(), SearchError> {
        let queued = self.admin.client.create_index(index, Some(ID)).await;
        self.done_or(queued, ALREADY_THERE).await
    }

    pub(super) async fn drop_index(&self, index: &str) -> Result<(), SearchError> {
        self.done_or(self.admin.client.delete_index(index).await, NOT_THERE).await
    }

    /// Adds documents to a batch, which is sent each time that it is full.
    async fn put(
        &self,
        index: &str,
        documents: &[Document],
        batch: &mut Batch,
    ) -> Result<(), SearchError> {
        for document in documents {
            let line = self.fields.line(document);
            if !batch.has_room_for(&line) {
                self.send(index, std::mem::take(batch)).await?;
            }
            batch.add(&line);
        }
        Ok(())
    }

    async fn send(&self, index: &str, batch: Batch) -> Result<(), SearchError> {
        if batch.documents == 0 {
            return Ok(());
        }
        let lines = Cursor::new(batch.lines.into_bytes());
        self.done(self.admin(index).add_documents_ndjson(lines, Some(ID)).await).await
    }

    async fn put_state(&self, index: &str, state: &State) -> Result<(), SearchError> {
        self.done(self.admin(index).add_or_replace(&[state], Some(ID)).await).await
    }
}

/// The documents of one task.
#[derive(Default)]
struct Batch {
    lines: String,
    documents: usize,
}

impl Batch {
    fn has_room_for(&self, line: &str) -> bool {
        self.documents == 0
            || (self.documents < BATCH && self.lines.len() + line.len() <= BATCH_BYTES)
    }

    fn add(&mut self, line: &str) {
        self.lines.push_str(line);
        self.lines.push('\n');
        self.documents += 1;
    }
}
