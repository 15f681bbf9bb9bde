//! From the records of one software to one entry, value by value. Pure and explainable: every
//! value keeps the records that say it, and the values that lost stay beside the one that won.

mod fields;
pub mod licence;
mod statement;

use chrono::{DateTime, NaiveDate, Utc};

use super::content::Content;
pub use fields::FIELDS;
use licence::Concluded;
pub use statement::{Said, Statement};

/// The merged entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The values that won.
    pub content: Content,
    /// Every value that any record states, and who states it.
    pub provenance: Vec<Statement>,
    /// What we conclude about the licence.
    pub licence: Concluded,
    /// When the result changes by itself, because a dated statement expires.
    pub next_change_at: Option<DateTime<Utc>>,
}

/// Merges what the records say, as it stands on `as_of`: statements of use that have expired by
/// then are left out. Does not depend on the order of `said`, nor on a record given twice.
///
/// # Errors
/// Where a value cannot be written as JSON.
pub fn merge(said: &[Said<'_>], as_of: DateTime<Utc>) -> Result<Merged, serde_json::Error> {
    let mut ordered: Vec<&Said<'_>> = said.iter().collect();
    ordered.sort_by_key(|one| (one.priority, one.source, one.external_id, one.record));
    ordered.dedup_by_key(|one| one.record);

    let today = as_of.date_naive();
    let (content, provenance) = fields::merge(&ordered, today)?;
    Ok(Merged {
        content,
        provenance,
        licence: licence::conclude(ordered.iter().map(|one| one.content.licences.as_slice())),
        next_change_at: next_expiry(&ordered, today),
    })
}

/// The first midnight after which a statement of use that counts today no longer does.
fn next_expiry(ordered: &[&Said<'_>], today: NaiveDate) -> Option<DateTime<Utc>> {
    let last = ordered
        .iter()
        .flat_map(|one| &one.content.usages)
        .filter_map(|usage| usage.expires_on)
        .filter(|last| *last >= today)
        .min()?;
    Some(last.succ_opt()?.and_hms_opt(0, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests;
