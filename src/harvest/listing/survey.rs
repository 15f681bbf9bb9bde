//! Which ids several entries of a document share: found out before its entries are read, so that
//! the id of an entry depends neither on where it stands nor on what came before it.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::Value;

use crate::digest::{Digest, sha256_hex};
use crate::formats::json::canonical;
use crate::formats::{Code, Decoded, DocumentContext, ExternalId, Finding, ItemFormat, ItemNames};

/// Entries of one listing: of each, its identity is kept until the listing ends.
pub(super) const MOST_ENTRIES: u64 = 1_000_000;

/// The ids that several different entries could have, and the least digest among those entries.
/// Hashes, so that the memory does not depend on what a source writes.
#[derive(Debug, Default)]
pub(super) struct Survey {
    shared: HashMap<u64, u64>,
}

impl Survey {
    /// Looks through a document.
    pub fn of(
        format: &dyn ItemFormat,
        names: fn(&Value) -> Option<ItemNames>,
        document: &mut dyn Read,
        place: &DocumentContext<'_>,
    ) -> Self {
        let mut least: HashMap<u64, u64> = HashMap::new();
        let mut shared: HashSet<u64> = HashSet::new();
        let mut entries = 0;
        let mut add = |item: &Value| {
            let digest = hash(&sha256_hex(canonical(item).as_bytes()));
            for id in names(item).map(|names| names.ids).unwrap_or_default() {
                let of_id = least.entry(hash(&id)).or_insert(digest);
                if *of_id != digest {
                    shared.insert(hash(&id));
                    *of_id = digest.min(*of_id);
                }
            }
            entries += 1;
            // No more are read.
            if entries < MOST_ENTRIES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        // What is wrong with the document is told when it is read.
        if let Ok(envelope) = format.split_at(document, place, &mut |item| add(&item)) {
            let _ = envelope.too_large.iter().try_for_each(|item| add(&item.outline));
        }
        least.retain(|id, _| shared.contains(id));
        Self { shared: least }
    }

    /// Gives an item with this digest its id: the first of those that it may have which no other
    /// entry has. Of entries that agree in all that could name them one is taken, wherever it
    /// stands.
    pub fn identify(&self, decoded: &mut Decoded, digest: &Digest) {
        if !matches!(decoded.external_id, Some(ExternalId::Ranked(_))) {
            return;
        }
        let Some(ExternalId::Ranked(names)) = decoded.external_id.take() else { return };
        let alone = names.ids.iter().find(|id| !self.shared.contains_key(&hash(id)));
        let id = alone.or(names.ids.last());
        let least = id.and_then(|id| self.shared.get(&hash(id)));
        match id {
            Some(id) if least.is_none_or(|least| *least == hash(&digest.to_string())) => {
                decoded.external_id = Some(ExternalId::Given(id.clone()));
            }
            _ => {
                let message = "another entry agrees with it in all that could name it; only one \
                               of them was taken";
                decoded.findings = vec![Finding::new(Code::DuplicateId, "", message)];
            }
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
