//! What a run that waits for a decision would do.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::store::records;
use crate::store::runs::{self, ItemStatus, State};
use crate::store::sources::SourceStatus;
use crate::web::error::Error;
use crate::web::i18n::language::{Language, amount};
use crate::web::i18n::phrase::Phrase;
use crate::web::pages::entry_links::{EntryLink, entry_links};
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// The most entries that are shown of those that would go.
const SHOWN: u64 = 20;

/// A run that waits for a decision.
pub struct HeldRun {
    pub run: Uuid,
    pub at: String,
    pub reason: Option<Phrase>,
    /// How many items would be added, changed and so on.
    pub counts: Vec<(String, String)>,
    /// How many records would be missing or withdrawn.
    pub going: u64,
    pub going_text: String,
    pub examples: PartialList<EntryLink>,
}

impl Shorten for HeldRun {
    fn shorten(&mut self, brevity: Brevity) {
        self.reason.shorten(brevity);
        self.examples.shorten(brevity);
    }
}

/// The newest run that is held, with what it would do.
pub async fn newest(
    t: Language,
    db: &impl ConnectionTrait,
    status: &SourceStatus,
) -> Result<Option<HeldRun>, Error> {
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
    Ok(Some(HeldRun {
        run: row.id,
        at: t.moment(row.started_at.unwrap_or(row.queued_at)),
        reason: row.reason.clone().map(|reason| Phrase::message(t, reason)),
        counts,
        going,
        going_text: t.count("held-going", going),
        examples: PartialList::new(entries(t, db, &row.source_id, &ids).await?, left_out),
    }))
}

/// Entries of a source by their names, in the order of `ids`.
async fn entries(
    t: Language,
    db: &impl ConnectionTrait,
    source: &str,
    ids: &[String],
) -> Result<Vec<EntryLink>, Error> {
    let records = records::refs(db, source, ids).await?;
    let known: HashMap<&String, Uuid> =
        ids.iter().filter_map(|id| Some((id, records.get(id)?.software?))).collect();
    entry_links(t, db, ids.iter().map(|id| (id.clone(), known.get(id).copied())).collect()).await
}
