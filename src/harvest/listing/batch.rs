//! Items on their way to the pipeline, in batches. A batch holds some hundred
//! items, or fewer where they are heavy: what is on its way is bounded in number and in memory.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::decoder::{Decoder, failed};
use super::error::ListingError;
use super::item::{Entry, Item, RawItem};
use super::survey::{MOST_ENTRIES, Survey};
use crate::digest::Digest;
use crate::formats::json::{canonical, tree};
use crate::formats::{Code, Decoded, ExternalId, Finding, TooLarge};

/// Items that travel together.
const BATCH: usize = 200;
/// Bytes of memory that a batch takes before it is sent on.
const HEAVIEST_BATCH: usize = 8 * 1024 * 1024;
/// Entries at the beginning of a document of which one must be what the format reads.
const MOST_UNRECOGNISED: usize = 20;
/// What a finding takes in memory, in bytes.
const FINDING: usize = 400;

/// Takes the digests of the items of one document and sends them on. It blocks: it is for threads of
/// its own.
pub(super) struct Batch {
    pub decoder: Decoder,
    pub sender: mpsc::Sender<Vec<Item>>,
    pub cancel: CancellationToken,
    /// Entries of the listing until now.
    pub entries: Arc<AtomicU64>,
    pub items: Vec<Item>,
    pub weight: usize,
    /// Why nothing more is taken.
    pub ended: Option<ListingError>,
    /// Items that wait until one is recognised as what the format reads; `None` from then on, and
    /// where a connector has composed the items.
    pub unrecognised: Option<Vec<Value>>,
    /// Which ids entries of the document share.
    pub survey: Arc<Survey>,
}

impl Batch {
    /// Takes an item as the source wrote it.
    pub fn raw(&mut self, raw: Value) -> ControlFlow<()> {
        if let Some(waiting) = &mut self.unrecognised {
            let fits = self.decoder.format.kind().fits(&raw);
            self.weight += tree::weight(&raw);
            waiting.push(raw);
            let is_enough = waiting.len() >= MOST_UNRECOGNISED
                || (waiting.len() > 1 && self.weight > HEAVIEST_BATCH);
            if !fits && !is_enough {
                return ControlFlow::Continue(());
            }
            if !fits {
                self.ended = Some(self.stranger());
                return ControlFlow::Break(());
            }
            let waiting = self.unrecognised.take().unwrap_or_default();
            self.weight = 0;
            return waiting.into_iter().try_for_each(|raw| self.take(raw));
        }
        self.take(raw)
    }

    fn take(&mut self, raw: Value) -> ControlFlow<()> {
        let item = RawItem::new(raw, Arc::clone(&self.survey));
        self.push(Item::Raw(Box::new(item)))
    }

    /// Says that the document is a list of something else.
    fn stranger(&self) -> ListingError {
        let kind = self.decoder.format.kind();
        let message =
            format!("the document is not {kind}: expected entries with {}", kind.members());
        ListingError::Unusable(Finding::new(Code::ListingNotOfTheFormat, "", message))
    }

    /// Takes what is known of an item that was too large to be read.
    pub fn too_large(&mut self, item: TooLarge) -> ControlFlow<()> {
        let digest = Digest::of(canonical(&item.outline));
        let Decoder { format, context } = &self.decoder;
        let known_by = format.decode(item.outline, context).external_id;
        let finding = Finding::new(Code::EntryTooLarge, "", item.message);
        let mut decoded = Decoded { external_id: known_by, ..failed(finding) };
        self.survey.identify(&mut decoded, &digest);
        self.push(Item::Decoded { digest, decoded: Box::new(decoded) })
    }

    /// Takes what a connector composed.
    pub fn entry(&mut self, entry: Entry) -> ControlFlow<()> {
        match entry {
            Entry::Raw(raw) => self.raw(raw),
            Entry::Kept { external_id } => self.push(Item::Kept { external_id }),
            Entry::Unread { external_id, finding } => self.push(unread(external_id, finding)),
        }
    }

    fn push(&mut self, item: Item) -> ControlFlow<()> {
        if self.entries.fetch_add(1, Ordering::Relaxed) >= MOST_ENTRIES {
            self.ended = Some(ListingError::TooManyEntries(MOST_ENTRIES));
            return ControlFlow::Break(());
        }
        self.weight += weight(&item);
        self.items.push(item);
        if self.items.len() < BATCH && self.weight < HEAVIEST_BATCH {
            return ControlFlow::Continue(());
        }
        self.send()
    }

    /// Sends on what is left.
    ///
    /// # Errors
    /// [`ListingError`] where not everything was taken.
    pub fn end(mut self) -> Result<(), ListingError> {
        let is_strange = self.unrecognised.as_ref().is_some_and(|waiting| !waiting.is_empty());
        if is_strange && self.ended.is_none() {
            self.ended = Some(self.stranger());
        }
        let _ = self.send();
        self.ended.map_or(Ok(()), Err)
    }

    fn send(&mut self) -> ControlFlow<()> {
        self.weight = 0;
        let items = std::mem::replace(&mut self.items, Vec::with_capacity(BATCH));
        let is_sent = items.is_empty() || self.sender.blocking_send(items).is_ok();
        if is_sent && !self.cancel.is_cancelled() {
            return ControlFlow::Continue(());
        }
        self.ended.get_or_insert(ListingError::Stopped);
        ControlFlow::Break(())
    }
}

/// What an item takes in memory until it is staged: what was made of it is about as heavy.
fn weight(item: &Item) -> usize {
    match item {
        Item::Raw(item) => 2 * tree::weight(&item.value),
        Item::Decoded { decoded, .. } => FINDING * decoded.findings.len(),
        Item::Kept { external_id } => external_id.len(),
    }
}

fn unread(external_id: String, finding: Finding) -> Item {
    let external_id = Some(ExternalId::Given(external_id));
    let decoded = Decoded { external_id, ..failed(finding) };
    Item::Decoded { digest: Digest::of(""), decoded: Box::new(decoded) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::SourceContext;
    use crate::formats::repository::Repository;
    use serde_json::json;

    fn batch(entries: u64) -> (Batch, mpsc::Receiver<Vec<Item>>) {
        let (sender, receiver) = mpsc::channel(100);
        let batch = Batch {
            decoder: Decoder { format: &Repository, context: SourceContext::default() },
            sender,
            cancel: CancellationToken::new(),
            entries: Arc::new(AtomicU64::new(entries)),
            items: Vec::new(),
            weight: 0,
            ended: None,
            unrecognised: None,
            survey: Arc::default(),
        };
        (batch, receiver)
    }

    #[test]
    fn a_listing_ends_at_the_last_entry_that_may_be() {
        let (mut batch, mut receiver) = batch(MOST_ENTRIES - 1);
        assert!(batch.raw(json!({})).is_continue());
        assert!(batch.raw(json!({})).is_break());
        let ended = batch.end().expect_err("too many");
        assert_eq!(ended.code(), Code::ListingTooLarge);
        assert_eq!(receiver.try_recv().expect("what was read").len(), 1);
    }

    #[test]
    fn heavy_items_travel_in_small_batches() {
        let heavy = json!({ "repository": {"a": vec![json!({}); 8_000]} });
        let (mut sent, mut light) = (batch(0), batch(0));
        for _ in 0..3 {
            assert!(sent.0.raw(heavy.clone()).is_continue());
            assert!(light.0.raw(json!({})).is_continue());
        }
        assert_eq!(sent.1.try_recv().expect("sent at once").len(), 1);
        assert!(light.1.try_recv().is_err(), "a batch holds many");
    }
}
