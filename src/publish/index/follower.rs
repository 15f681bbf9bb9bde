//! Keeps a search index in step with the store: builds it, follows the event log, and builds it
//! anew where it is not an index of this log.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream;
use thiserror::Error;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};
use uuid::Uuid;

use super::document;
use crate::catalogue::needs::Labels;
use crate::clock;
use crate::search::{Cursor, Document, Documents, SearchError, SearchIndex};
use crate::store::events::{self, Event};
use crate::store::leases::{self, Lease};
use crate::store::views::{self, Software};
use crate::store::{Store, StoreError, sources};

/// Entries read from the store at a time.
const PAGE: u64 = 500;
/// Events looked at at a time.
const EVENTS: u64 = 5_000;
/// How often the log is looked at although nobody rang: another process may have written to it.
const PATROL: Duration = Duration::from_secs(2);
/// After a build that failed, the next one waits so long; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// The longest such pause.
const LAST_PAUSE: Duration = Duration::from_secs(300);

/// The lease on an index that several processes share. No source is named so.
const LEASE: &str = ":search-index";

/// Why the index could not be brought up to date.
#[derive(Debug, Error)]
pub enum IndexError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The log has no such event any more, or never had it.
    #[error("the search index cannot follow the log from event {seq} on: {why}")]
    Unusable { seq: i64, why: Unusable },
}

/// Why an index cannot be gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unusable {
    #[error("it was never built for this version, or is not what was left")]
    Unbuilt,
    #[error("a rebuild was asked for")]
    Asked,
    #[error(
        "the log has another event there, as after a database was restored from a backup or begun \
         anew"
    )]
    OtherLog,
}

/// How far an index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// It contains the whole log.
    Current,
    /// Events have to be followed.
    Behind,
    /// It has to be built.
    Unusable(Unusable),
}

/// Keeps an index in step with the store.
pub struct Follower {
    pub store: Store,
    pub index: Arc<dyn SearchIndex>,
    pub labels: Arc<Labels>,
}

/// When the next build may be tried.
#[derive(Debug, Default)]
struct Pauses {
    failed: u32,
    until: Option<Instant>,
}

impl Pauses {
    fn is_over(&self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }

    /// Each failure in a row doubles the pause.
    fn after_failure(&mut self) -> Duration {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failed.min(16)).min(LAST_PAUSE);
        self.failed += 1;
        self.until = Some(Instant::now() + pause);
        pause
    }
}

impl Follower {
    /// Makes an index in memory ready: goes on with what an earlier process has left, or builds it.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails.
    pub async fn start(&self) -> Result<(), IndexError> {
        if self.index.restore().await? {
            match self.progress().await? {
                Progress::Current | Progress::Behind => {
                    let events = self.catch_up().await?;
                    info!(events, "took up the search index of before, and {events} events since");
                    return Ok(());
                }
                Progress::Unusable(why) => info!("the search index of before is of no use: {why}"),
            }
        }
        let documents = self.rebuild().await?;
        info!(documents, "built the search index: {documents} documents");
        Ok(())
    }

    /// Builds the index from nothing. The old one answers until the new one is ready. Returns the
    /// number of documents.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails.
    pub async fn rebuild(&self) -> Result<usize, IndexError> {
        // The cursor is read first: what changes meanwhile is followed once more, which is harmless.
        let cursor = self.end_of_log().await?;
        let count = AtomicUsize::new(0);
        let pages = stream::try_unfold(None, |after| {
            let count = &count;
            async move {
                let page = self.page(after).await;
                let page = page.map_err(|error| SearchError::Documents(Box::new(error)))?;
                let Some(last) = page.last().map(|document| document.id) else { return Ok(None) };
                count.fetch_add(page.len(), Ordering::Relaxed);
                Ok(Some((page, Some(last))))
            }
        });
        self.index.rebuild(Documents::pages(pages), cursor).await?;
        Ok(count.into_inner())
    }

    /// The documents of the next entries in the order of ids.
    async fn page(&self, after: Option<Uuid>) -> Result<Vec<Document>, StoreError> {
        self.documents(&views::page(self.store.read(), after, PAGE).await?).await
    }

    /// Follows the log to its end. Returns the number of events seen.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails, or the index is not one of this log; its
    /// cursor then stays.
    pub async fn catch_up(&self) -> Result<usize, IndexError> {
        let mut seen = 0;
        loop {
            let cursor = self.index.cursor().await?;
            // The event at the cursor comes along, so that what follows it is known to do so.
            let mut batch =
                events::after(self.store.read(), cursor.seq - 1, EVENTS + 1).await?.into_iter();
            let generation = events::search_generation(self.store.read()).await?;
            let first = if cursor.seq > 0 { batch.next() } else { None };
            Self::compare(&cursor, generation, first.as_ref())
                .map_err(|why| IndexError::Unusable { seq: cursor.seq, why })?;
            let batch: Vec<Event> = batch.collect();
            let Some(last) = batch.last() else { return Ok(seen) };
            let until = cursor_at(generation, Some(last));
            seen += batch.len();
            let touched: BTreeSet<Uuid> = batch
                .iter()
                .filter(|event| event.entity == "software")
                .flat_map(|event| [Some(event.id), event.target])
                .flatten()
                .collect();
            let touched: Vec<Uuid> = touched.into_iter().collect();
            let entries = views::by_ids(self.store.read(), &touched).await?;
            let (active, withdrawn): (Vec<Software>, Vec<Software>) =
                entries.into_values().partition(|entry| entry.state == "active");
            let put = self.documents(&active).await?;
            let removed = withdrawn.iter().map(|entry| entry.id).collect();
            self.index.apply(put, removed, until).await?;
        }
    }

    /// Follows until cancelled. Builds the index where there is none that can be gone on with, and
    /// when `fedcat reindex` asks for it.
    pub async fn follow(&self, wake: Arc<Notify>, cancel: CancellationToken) {
        let mut patrol = tokio::time::interval(PATROL);
        let mut pauses = Pauses::default();
        let mut is_failing = false;
        loop {
            tokio::select! {
                () = cancel.cancelled() => return,
                () = wake.notified() => {}
                _ = patrol.tick() => {}
            }
            if !pauses.is_over() {
                continue;
            }
            let stepped = self.step(&mut pauses).await;
            match &stepped {
                Ok(()) if is_failing => info!("the search index follows the event log again"),
                Ok(()) => {}
                // Told once, not at every look until it is mended.
                Err(error) if is_failing => debug!(%error, "the search index still cannot follow"),
                Err(error) => error!(%error, "the search index cannot follow the event log"),
            }
            is_failing = stepped.is_err();
        }
    }

    async fn step(&self, pauses: &mut Pauses) -> Result<(), IndexError> {
        if self.progress().await? == Progress::Current {
            return Ok(());
        }
        if self.index.is_shared() {
            // Where another process writes, it does so for all.
            self.alone(self.advance(pauses)).await?;
            Ok(())
        } else {
            self.advance(pauses).await
        }
    }

    /// Builds the index where it has to be built, then follows the log to its end.
    async fn advance(&self, pauses: &mut Pauses) -> Result<(), IndexError> {
        // Another process may have written to a shared one since it was last looked at.
        if let Progress::Unusable(why) = self.progress().await? {
            info!("the search index is built anew: {why}");
            match self.rebuild().await {
                Ok(documents) => {
                    *pauses = Pauses::default();
                    info!(documents, "rebuilt the search index: {documents} documents");
                }
                Err(error) => {
                    let pause = pauses.after_failure();
                    warn!(%error, "the search index was not built; next try in {pause:?}");
                    return Err(error);
                }
            }
        }
        self.catch_up().await?;
        Ok(())
    }

    async fn progress(&self) -> Result<Progress, IndexError> {
        let cursor = self.index.cursor().await?;
        let db = self.store.read();
        let generation = events::search_generation(db).await?;
        let event = events::at(db, cursor.seq).await?;
        Ok(match Self::compare(&cursor, generation, event.as_ref()) {
            Err(why) => Progress::Unusable(why),
            Ok(()) if cursor.seq == events::last(db).await? => Progress::Current,
            Ok(()) => Progress::Behind,
        })
    }

    /// Whether an index that has come so far is one of the log that has this event there.
    fn compare(cursor: &Cursor, generation: i64, event: Option<&Event>) -> Result<(), Unusable> {
        if *cursor == cursor_at(generation, event) {
            return Ok(());
        }
        let (built_for, _) = cursor.mark.split_once(' ').ok_or(Unusable::Unbuilt)?;
        if built_for == generation.to_string() {
            return Err(Unusable::OtherLog);
        }
        Err(Unusable::Asked)
    }

    async fn end_of_log(&self) -> Result<Cursor, StoreError> {
        let db = self.store.read();
        let generation = events::search_generation(db).await?;
        let last = events::at(db, events::last(db).await?).await?;
        Ok(cursor_at(generation, last.as_ref()))
    }

    /// Builds a shared index from nothing, unless another process writes to it. Returns the number
    /// of documents.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails.
    pub async fn rebuild_alone(&self) -> Result<Option<usize>, IndexError> {
        self.alone(self.rebuild()).await
    }

    /// Does what writes to a shared index under a lease, so that no process puts back what another
    /// has read later. Returns nothing where another one holds it.
    async fn alone<T>(
        &self,
        work: impl Future<Output = Result<T, IndexError>>,
    ) -> Result<Option<T>, IndexError> {
        let (run, holder) = (Uuid::now_v7(), crate::process::holder());
        let tx = self.store.write().await?;
        let taken = leases::take(&tx, LEASE, run, &holder, leases::TERM, clock::now()).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let Some((lease, gone)) = taken else { return Ok(None) };
        if gone.is_some() {
            warn!("took over the search index from a process that was killed or stood still");
        }
        let ended = tokio::select! {
            ended = work => ended,
            lost = leases::keep(&self.store, &lease) => Err(lost.into()),
        };
        self.give_back(&lease).await?;
        ended.map(Some)
    }

    /// Gives the lease back. Where it was lost meanwhile, what this process wrote last may lie over
    /// what its successor wrote: the index is then built anew by whoever has the lease.
    async fn give_back(&self, lease: &Lease) -> Result<(), StoreError> {
        let tx = self.store.write().await?;
        if !leases::release(&tx, lease).await? {
            warn!("lost the search index to another process while writing: asked for a rebuild");
            events::request_reindex(&tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn documents(&self, entries: &[Software]) -> Result<Vec<Document>, StoreError> {
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
        let mut sources = views::sources_of(self.store.read(), &ids).await?;
        let inventories = sources::inventories(self.store.read()).await?;
        Ok(entries
            .iter()
            .map(|entry| {
                let sources = sources.remove(&entry.id).unwrap_or_default();
                document(entry, &sources, &inventories, &self.labels)
            })
            .collect())
    }
}

/// The cursor of an index that was built when the rebuild of this number had been asked for, and
/// contains the log up to this event; `None` for a log without events.
fn cursor_at(generation: i64, event: Option<&Event>) -> Cursor {
    let (seq, mark) = event.map_or((0, ""), |event| (event.seq, event.mark.as_str()));
    Cursor { seq, mark: format!("{generation} {mark}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_failure_doubles_the_pause_up_to_a_bound() {
        let mut pauses = Pauses::default();
        assert!(pauses.is_over(), "nothing has failed");
        let seconds: Vec<u64> = (0..8).map(|_| pauses.after_failure().as_secs()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 300, 300, 300]);
        tokio::time::advance(Duration::from_secs(299)).await;
        assert!(!pauses.is_over());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(pauses.is_over());
    }

    #[test]
    fn an_index_is_of_use_where_the_log_has_the_same_event_at_its_cursor() {
        let event = |seq, mark: &str| Event {
            seq,
            at: clock::now(),
            kind: "create".to_owned(),
            entity: "software".to_owned(),
            id: Uuid::nil(),
            actor: "test".to_owned(),
            before: None,
            after: None,
            target: None,
            renamed_from: None,
            renamed_to: None,
            mark: mark.to_owned(),
        };
        let cursor = |seq, mark: &str| Cursor { seq, mark: mark.to_owned() };
        let seventh = event(7, "a");
        for (cursor, event, expected) in [
            (cursor(7, "0 a"), Some(&seventh), Ok(())),
            (cursor(0, "0 "), None, Ok(())),
            (cursor(0, ""), None, Err(Unusable::Unbuilt)),
            (cursor(7, "0 b"), Some(&seventh), Err(Unusable::OtherLog)),
            (cursor(7, "0 a"), None, Err(Unusable::OtherLog)),
            (cursor(7, "1 a"), Some(&seventh), Err(Unusable::Asked)),
        ] {
            assert_eq!(Follower::compare(&cursor, 0, event), expected, "{cursor:?}");
        }
    }
}
