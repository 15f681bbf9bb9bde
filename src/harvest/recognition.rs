//! Which items of a listing are what they were, told by their digests before they are decoded.
//!
//! An item that a record was made of by these rules, and about which the findings that it gave are
//! open, would be decoded to what is known of it. That is so for formats whose items say by
//! themselves which they are ([`crate::formats::ItemFormat::stands_alone`]).

use std::collections::{BTreeSet, HashMap};

use super::listing::{Decoder, Item, RawItem};
use crate::digest::Digest;
use crate::formats::{Decoded, SourceContext};
use crate::store::findings::Open;
use crate::store::records::{self, Same};
use crate::store::{Store, StoreError, findings};

/// An item, decoded where that was needed.
#[derive(Debug)]
pub enum Recognised {
    /// It is what the record with this external id was made of.
    Same { external_id: String, item: Box<RawItem> },
    /// Its format made this of it.
    Decoded { digest: Digest, decoded: Box<Decoded> },
    /// The server says that it is what it was in the last complete listing.
    Kept { external_id: String },
}

/// What the items of a source are recognised by.
pub struct Recogniser {
    pub store: Store,
    pub source: String,
    pub rules: String,
    pub context: Digest,
    pub decoder: Decoder,
}

impl Recogniser {
    /// Recognises the items of a batch, and decodes the others in a thread of their own.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn recognise(&self, batch: Vec<Item>) -> Result<Vec<Recognised>, StoreError> {
        let mut same = self.same(&batch).await?;
        let decoder = self.decoder.clone();
        let recognised = tokio::task::spawn_blocking(move || {
            let recognised = batch.into_iter().map(|item| match item {
                Item::Raw(item) => match same.remove(&item.digest) {
                    Some(external_id) => Recognised::Same { external_id, item },
                    None => {
                        let digest = item.digest;
                        let decoded = Box::new(decoder.decode(*item));
                        Recognised::Decoded { digest, decoded }
                    }
                },
                Item::Decoded { digest, decoded } => Recognised::Decoded { digest, decoded },
                Item::Kept { external_id } => Recognised::Kept { external_id },
            });
            recognised.collect()
        });
        Ok(recognised.await?)
    }

    /// The external ids of the items that are what they were.
    async fn same(&self, batch: &[Item]) -> Result<HashMap<Digest, String>, StoreError> {
        if !self.decoder.format.stands_alone() {
            return Ok(HashMap::new());
        }
        let digests: Vec<Digest> = batch
            .iter()
            .filter_map(|item| match item {
                Item::Raw(item) => Some(item.digest),
                _ => None,
            })
            .collect();
        let known = records::same(self.store.read(), &self.source, &digests, &self.rules).await?;
        let ids: Vec<String> = known.values().map(|one| one.external_id.clone()).collect();
        let mut open = findings::codes_among(self.store.read(), &self.source, &ids).await?;
        let as_before = |(digest, Same { external_id, fingerprint }): (Digest, Same)| {
            let open = open.remove(&external_id).unwrap_or_default();
            (fingerprint == self::fingerprint(&self.context, &open))
                .then_some((digest, external_id))
        };
        Ok(known.into_iter().filter_map(as_before).collect())
    }
}

/// The digest of what a format may know about a source.
///
/// # Errors
/// Where the settings of the source cannot be written as JSON.
pub fn digest_of_context(context: &SourceContext) -> Result<Digest, serde_json::Error> {
    // Not the day: a format that looks at it does not stand alone.
    let SourceContext { source, base_url, country, operator, options, as_of: _ } = context;
    let known = (source, base_url, country, operator, options);
    Ok(Digest::of(serde_json::to_string(&known)?))
}

/// The fingerprint of the findings of an item and of what its decoder knew about the source.
pub fn fingerprint(context: &Digest, found: &Open) -> i64 {
    let found: BTreeSet<&(String, String)> = found.iter().collect();
    let mut text = context.to_string();
    for (code, path) in found {
        text.extend(["\n", code, "\u{1f}", path]);
    }
    i64::from_be_bytes(Digest::of(text).beginning())
}
