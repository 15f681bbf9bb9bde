//! How many take the whole catalogue at the same time. Each holds a piece of it in memory, for as
//! long as it takes to read all others; and few of them may ask the database at once, whatever
//! their number is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::stream::{self, Stream};
use thiserror::Error as ThisError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::publish::export::ExportError;
use crate::web::error::Error;

/// Exports that ask the database at the same time. It has eight connections that read.
const READING: usize = 2;
/// Bytes that are handed to the connection at a time.
const PIECE: usize = 64 * 1024;

/// The limits of exports.
#[derive(Debug, Clone)]
pub struct Exports {
    places: Arc<Semaphore>,
    reading: Arc<Semaphore>,
    pace: Pace,
}

/// How fast an export must be read, before it is compressed.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Whoever reads more slowly gives up the place.
    bytes_a_second: u64,
    /// Time that a reader may lag behind that pace.
    grace: Duration,
}

/// Why an export broke off.
#[derive(Debug, ThisError)]
pub enum Broken {
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error("its reader took {taken} bytes in {seconds} s")]
    TooSlow { taken: u64, seconds: u64 },
}

impl Default for Pace {
    fn default() -> Self {
        Self { bytes_a_second: 32 * 1024, grace: Duration::from_secs(60) }
    }
}

/// Somebody who takes an export.
struct Reader<S> {
    pages: S,
    /// What is not yet handed on of the page that was read last.
    page: Bytes,
    exports: Exports,
    begun: Instant,
    taken: u64,
    /// Given back at the end.
    _place: OwnedSemaphorePermit,
}

impl Exports {
    /// At most `at_once` exports at the same time.
    pub fn new(at_once: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(at_once)),
            reading: Arc::new(Semaphore::new(READING)),
            pace: Pace::default(),
        }
    }

    /// A place for one export.
    ///
    /// # Errors
    /// [`Error::TooBusy`] where none is free.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Error> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| Error::TooBusy("too many read the whole catalogue already"))
    }

    /// The pages of an export as pieces for whoever has a place.
    pub fn pieces<S>(
        &self,
        place: OwnedSemaphorePermit,
        pages: S,
    ) -> impl Stream<Item = Result<Bytes, Broken>> + use<S>
    where
        S: Stream<Item = Result<Bytes, ExportError>>,
    {
        let reader = Reader {
            pages: Box::pin(pages),
            page: Bytes::new(),
            exports: self.clone(),
            begun: Instant::now(),
            taken: 0,
            _place: place,
        };
        stream::try_unfold(reader, |mut reader| async move {
            Ok(reader.next().await?.map(|piece| (piece, reader)))
        })
    }
}

impl<S: Stream<Item = Result<Bytes, ExportError>> + Unpin> Reader<S> {
    async fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        self.is_in_time()?;
        while self.page.is_empty() {
            // The semaphore is never closed.
            let _turn = self.exports.reading.acquire().await;
            match self.pages.try_next().await? {
                Some(page) => self.page = page,
                None => return Ok(None),
            }
        }
        let piece = self.page.split_to(self.page.len().min(PIECE));
        self.taken = self.taken.saturating_add(piece.len() as u64);
        Ok(Some(piece))
    }

    fn is_in_time(&self) -> Result<(), Broken> {
        let Pace { bytes_a_second, grace } = self.exports.pace;
        let seconds = self.begun.elapsed().saturating_sub(grace).as_secs();
        match self.taken < bytes_a_second.saturating_mul(seconds) {
            true => {
                Err(Broken::TooSlow { taken: self.taken, seconds: self.begun.elapsed().as_secs() })
            }
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    fn pages(number: usize) -> impl Stream<Item = Result<Bytes, ExportError>> {
        stream::iter((0..number).map(|_| Ok(Bytes::from(vec![b'x'; 3 * PIECE / 2]))))
    }

    #[tokio::test]
    async fn an_export_arrives_whole_in_pieces_and_gives_its_place_back() {
        let exports = Exports::new(1);
        let pieces = exports.pieces(exports.place().expect("a place"), pages(3));
        assert!(exports.place().is_err());
        let pieces: Vec<Bytes> = pieces.try_collect().await.expect("read");
        assert_eq!(pieces.iter().map(Bytes::len).sum::<usize>(), 3 * (3 * PIECE / 2));
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE));
        assert!(exports.place().is_ok());
    }

    #[tokio::test]
    async fn who_reads_too_slowly_loses_the_place() {
        let pace = Pace { bytes_a_second: u64::MAX, grace: Duration::ZERO };
        let exports = Exports { pace, ..Exports::new(1) };
        let mut pieces = Box::pin(exports.pieces(exports.place().expect("a place"), pages(3)));
        assert!(matches!(pieces.next().await, Some(Ok(_))));
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert!(matches!(pieces.next().await, Some(Err(Broken::TooSlow { .. }))));
        drop(pieces);
        assert!(exports.place().is_ok());
    }

    #[tokio::test]
    async fn readers_hold_nothing_of_the_database_while_they_do_not_read() {
        let exports = Exports::new(10);
        let mut standing = Vec::new();
        for _ in 0..10 {
            let mut pieces = Box::pin(exports.pieces(exports.place().expect("a place"), pages(3)));
            assert!(matches!(pieces.next().await, Some(Ok(_))));
            standing.push(pieces);
        }
        assert_eq!(exports.reading.available_permits(), READING);
    }
}
