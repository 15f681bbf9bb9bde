//! What a source no longer lists, and what it shares with other sources.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::held::{Entry, named};
use crate::store::records::{self, State};
use crate::store::sources::{self, SourceStatus};
use crate::web::error::Error;
use crate::web::pages::brief::{Brevity, Shorten, Shown};
use crate::web::pages::words::{Language, amount};

/// Entries that are shown of those that are gone.
const GONE: u64 = 50;

/// An entry that is gone.
pub struct Gone {
    pub entry: Entry,
    /// "No longer in the listing since …" or "withdrawn on …".
    pub text: String,
}

/// How many entries another source lists too.
pub struct Overlap {
    pub name: String,
    pub href: String,
    pub count: String,
    /// Where they are listed.
    pub shared_href: String,
}

impl Shorten for Gone {
    fn shorten(&mut self, brevity: Brevity) {
        self.entry.shorten(brevity);
    }
}

impl Shorten for Overlap {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
    }
}

/// The entries that are gone, those that are missing first.
///
/// # Errors
/// [`Error::Internal`] where the database fails.
pub async fn gone(
    t: Language,
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Shown<Gone>, Error> {
    let rows = records::gone(db, source, GONE).await?;
    let ids = rows.iter().map(|row| (row.external_id.clone(), row.software)).collect();
    let entries = named(t, db, ids).await?;
    Ok(rows
        .into_iter()
        .zip(entries)
        .map(|(row, entry)| {
            let day = row.since.map(|at| t.date(at.date_naive())).unwrap_or_default();
            let key = if row.state == State::Missing { "lost-missing" } else { "lost-withdrawn" };
            Gone { entry, text: t.with(key, &[("day", &day)]) }
        })
        .collect())
}

/// What other sources list too, the most first.
///
/// # Errors
/// [`Error::Internal`] where the database fails.
pub async fn overlap(
    t: Language,
    db: &impl ConnectionTrait,
    status: &SourceStatus,
) -> Result<Shown<Overlap>, Error> {
    let id = &status.source.id;
    let names: HashMap<String, String> =
        sources::all(db).await?.into_iter().map(|source| (source.id, source.name)).collect();
    Ok(sources::overlap(db, id)
        .await?
        .into_iter()
        .map(|(other, n)| Overlap {
            name: names.get(&other).cloned().unwrap_or_else(|| other.clone()),
            href: format!("/sources/{other}"),
            count: t.count("number-shared-entries", amount(n)),
            shared_href: format!("/sources/{id}/shared/{other}"),
        })
        .collect())
}
