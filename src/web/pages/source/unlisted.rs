//! The entries that a source no longer lists.

use sea_orm::ConnectionTrait;

use crate::store::records::{self, State};
use crate::web::error::Error;
use crate::web::i18n::language::Language;
use crate::web::pages::entry_links::{EntryLink, entry_links};
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// The most entries that are shown of those that are no longer listed.
const UNLISTED: u64 = 50;

/// An entry that the source no longer lists.
pub struct UnlistedEntry {
    pub entry: EntryLink,
    /// "No longer in the listing since …" or "withdrawn on …".
    pub text: String,
}

impl Shorten for UnlistedEntry {
    fn shorten(&mut self, brevity: Brevity) {
        self.entry.shorten(brevity);
    }
}

/// The entries that are no longer listed, those that are missing first.
pub async fn unlisted(
    t: Language,
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<PartialList<UnlistedEntry>, Error> {
    let rows = records::gone(db, source, UNLISTED).await?;
    let ids = rows.iter().map(|row| (row.external_id.clone(), row.software)).collect();
    let entries = entry_links(t, db, ids).await?;
    Ok(rows
        .into_iter()
        .zip(entries)
        .map(|(row, entry)| {
            let day = row.since.map(|at| t.date(at.date_naive())).unwrap_or_default();
            let key = if row.state == State::Missing { "lost-missing" } else { "lost-withdrawn" };
            UnlistedEntry { entry, text: t.with(key, &[("day", &day)]) }
        })
        .collect())
}
