//! The search index as a follower: makes documents of entries and keeps up with the event log.

mod attributes;
mod entry;
pub mod facets;
mod follower;
mod rows;

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveTime;

use crate::catalogue::content::{Content, UsageEvidence};
use crate::catalogue::needs::Labels;
use crate::catalogue::text::fold::sort_key;
use crate::digest::sha256_hex;
use crate::search::{Document, MAX_POPULARITY, Schema, SearchError};
use crate::seeds::products::PRODUCTS as PRODUCT_SEEDS;
use crate::store::views::{RecordSource, Software};
pub use attributes::Attribute;
use entry::Entry;
pub use facets::Facet;
pub use follower::{Follower, IndexError, Unusable};

/// What the index is built for.
///
/// # Errors
/// [`SearchError`] where there are more attributes or facets than fit an index.
pub fn schema() -> Result<Schema, SearchError> {
    Schema::new(&Attribute::names(), &Facet::names())
}

/// Rises when [`document`] makes of the same entry another document than before.
const DOCUMENTS: u32 = 2;

/// Names what documents are made for and of, beside the entries: an index of another version has
/// to be built anew.
///
/// # Errors
/// [`SearchError`] as of [`schema`].
pub fn version(labels: &Labels) -> Result<String, SearchError> {
    // What the needs are recognised by is part of the documents too.
    let needs = sha256_hex(crate::seeds::NEEDS.as_bytes());
    let all = format!("{DOCUMENTS} {needs} {:?} {labels:?} {PRODUCT_SEEDS}", schema()?);
    Ok(sha256_hex(all.as_bytes()))
}

/// The document of an entry. `inventories` are the sources that list code, whoever it is for.
pub fn document(
    software: &Software,
    sources: &[RecordSource],
    inventories: &HashSet<String>,
    labels: &Labels,
) -> Document {
    let entry = Entry::new(software, sources, labels);
    let content = entry.content;
    Document {
        id: software.id,
        texts: Attribute::ALL.iter().map(|attribute| attribute.texts(&entry)).collect(),
        facets: Facet::ALL.iter().map(|facet| facet.values(&entry)).collect(),
        name: sort_key(content.plain_name().unwrap_or_default()),
        is_secondary: entry.is_only_inventoried(inventories),
        popularity: popularity(content, sources),
        fresh: last_sign_of_life(content),
        added: software.created_at.timestamp(),
    }
}

/// Evidence of use: sources that list it weigh most, then administrations that a catalogue names,
/// then users that the project names itself.
fn popularity(content: &Content, sources: &[RecordSource]) -> u32 {
    let listed: BTreeSet<&str> = sources.iter().map(|one| one.source.as_str()).collect();
    let of = |evidence: UsageEvidence| {
        content.usages.iter().filter(|usage| usage.evidence == evidence).count()
    };
    let users: u32 = content.usages.iter().filter_map(|usage| usage.users).sum();
    let evidence = listed.len() * 1_000
        + of(UsageEvidence::Catalogue) * 100
        + of(UsageEvidence::Project).min(100)
        + usize::try_from(users.min(1_000)).unwrap_or(0);
    u32::try_from(evidence).unwrap_or(u32::MAX).min(MAX_POPULARITY)
}

fn last_sign_of_life(content: &Content) -> i64 {
    let day = content.released_on.max(content.last_activity_on);
    day.map_or(0, |day| day.and_time(NaiveTime::MIN).and_utc().timestamp())
}
