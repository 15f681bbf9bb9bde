//! What a run that waits for a decision would do.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::store::runs::{self, ItemStatus, State};
use crate::store::sources::SourceStatus;
use crate::store::{named as store_named, records};
use crate::web::error::Error;
use crate::web::pages::brief::{Brevity, Shorten, Shown};
use crate::web::pages::phrase::{self, Phrase};
use crate::web::pages::software;
use crate::web::pages::words::{Language, amount};

/// Entries that are shown of those that would go.
const SHOWN: u64 = 20;

/// A run that waits.
pub struct Held {
    pub run: Uuid,
    pub at: String,
    pub reason: Option<Phrase>,
    /// How many items would be added, changed and so on.
    pub counts: Vec<(String, String)>,
    /// How many would go.
    pub going: u64,
    pub going_text: String,
    pub examples: Shown<Entry>,
}

/// An entry by its name.
pub struct Entry {
    pub name: Phrase,
    pub href: Option<String>,
}

impl Shorten for Held {
    fn shorten(&mut self, brevity: Brevity) {
        self.reason.shorten(brevity);
        self.examples.shorten(brevity);
    }
}

impl Shorten for Entry {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
        self.href.take_if(|href| !brevity.has_room_for(href));
    }
}

/// The newest run that is held, with what it would do.
///
/// # Errors
/// [`Error::Internal`] where the database fails.
pub async fn held(
    t: Language,
    db: &impl ConnectionTrait,
    status: &SourceStatus,
) -> Result<Option<Held>, Error> {
    use ItemStatus::{Added, Failed, Missing, Renamed, Updated, Withdrawn};
    let Some(row) = status.runs.iter().find(|row| row.state == State::Held) else {
        return Ok(None);
    };
    let by_status = runs::items_by_status(db, row.id).await?;
    let number = |status: ItemStatus| amount(by_status.get(&status).copied().unwrap_or(0));
    let ids = runs::taken_away(db, row.id, SHOWN).await?;
    let going = number(Missing) + number(Withdrawn);
    let counts = [Added, Updated, Renamed, Failed]
        .into_iter()
        .filter(|status| number(*status) > 0)
        .map(|status| (t.of("change", status.as_str()), t.number(number(status))))
        .collect();
    let left_out = going.saturating_sub(ids.len() as u64);
    let left_out = usize::try_from(left_out).unwrap_or(usize::MAX);
    Ok(Some(Held {
        run: row.id,
        at: t.moment(row.started_at.unwrap_or(row.queued_at)),
        reason: row.reason.clone().map(|reason| Phrase::told(t, reason)),
        counts,
        going,
        going_text: t.count("held-going", going),
        examples: Shown::new(entries(t, db, &row.source_id, &ids).await?, left_out),
    }))
}

/// Entries of a source by their names, in the order of `ids`.
async fn entries(
    t: Language,
    db: &impl ConnectionTrait,
    source: &str,
    ids: &[String],
) -> Result<Vec<Entry>, Error> {
    let records = records::refs(db, source, ids).await?;
    let known: HashMap<&String, Uuid> =
        ids.iter().filter_map(|id| Some((id, records.get(id)?.software?))).collect();
    named(t, db, ids.iter().map(|id| (id.clone(), known.get(id).copied())).collect()).await
}

/// Entries by their names.
///
/// # Errors
/// [`Error::Internal`] where the database fails.
pub async fn named(
    t: Language,
    db: &impl ConnectionTrait,
    ids: Vec<(String, Option<Uuid>)>,
) -> Result<Vec<Entry>, Error> {
    let software: Vec<Uuid> = ids.iter().filter_map(|(_, software)| *software).collect();
    let known = store_named::entries(db, &software).await?;
    Ok(ids
        .into_iter()
        .map(|(external_id, id)| {
            let entry = id.and_then(|id| Some((id, known.get(&id)?)));
            Entry {
                name: entry.map_or_else(
                    || Phrase::plain(external_id),
                    |(_, entry)| phrase::name(t, &entry.name),
                ),
                href: entry.map(|(id, entry)| software::href(id, &entry.slug)),
            }
        })
        .collect())
}
