//! What a source would give, without writing anything: for whoever adds one.

use tokio::sync::mpsc;

use super::{HarvestError, Harvester};
use crate::clock;
use crate::formats::Decoded;
use crate::harvest::listing::{Decoder, Item, Outcome};
use crate::store::entity::source;

/// The beginning of a listing.
#[derive(Debug)]
pub struct Preview {
    pub items: Vec<Decoded>,
    /// How the reading ended; `None` where there was more than was asked for, or no time left.
    pub outcome: Option<Outcome>,
}

impl Harvester {
    /// Reads the first `most` items of a source, which need not be in the database. `input` is a
    /// file or address to read in place of the source's own.
    ///
    /// # Errors
    /// [`HarvestError`] where the source cannot be asked at all.
    pub async fn preview(
        &self,
        source: &source::Model,
        input: Option<&str>,
        most: usize,
    ) -> Result<Preview, HarvestError> {
        // Who looks wants to see the items, not that they are what they were.
        let source = source::Model { validators: None, ..source.clone() };
        let (sender, receiver) = mpsc::channel(1);
        let (connector, mut listing) = self.listing(input, clock::now(), &source, sender).await?;
        let decoder = listing.decoder();
        let reading = async move {
            let result = connector.read(&mut listing).await;
            listing.end(result)
        };
        let mut items = Vec::new();
        let both = async { tokio::join!(reading, collect(receiver, &decoder, &mut items, most)) };
        let outcome = tokio::time::timeout(self.run_timeout, both).await.ok();
        let all = items.len() <= most;
        items.truncate(most);
        Ok(Preview { items, outcome: outcome.map(|(outcome, ())| outcome).filter(|_| all) })
    }
}

/// Takes items until there are more than `most`; whoever sends more finds that nobody listens.
async fn collect(
    mut receiver: mpsc::Receiver<Vec<Item>>,
    decoder: &Decoder,
    items: &mut Vec<Decoded>,
    most: usize,
) {
    while items.len() <= most
        && let Some(batch) = receiver.recv().await
    {
        items.extend(batch.into_iter().filter_map(|item| match item {
            Item::Raw(item) => Some(decoder.decode(*item)),
            Item::Decoded { decoded, .. } => Some(*decoded),
            Item::Kept { .. } => None,
        }));
    }
}
