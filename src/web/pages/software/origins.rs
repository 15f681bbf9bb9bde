//! The records of an entry: where its data come from, and on which terms they are shown.

use super::field_statements::{StatedBy, stated_by};
use crate::store::records::Record;
use crate::web::i18n::language::Language;
use crate::web::i18n::names::ValueNames;
use crate::web::i18n::phrase::Phrase;
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// A record and the terms under which its data are shown.
pub struct Origin {
    pub stated_by: StatedBy,
    pub external_id: String,
    pub state: String,
    pub attribution: Option<String>,
    pub data_licence: Option<String>,
    pub entry_pages: PartialList<String>,
    pub first_seen: String,
    /// Why it is taken to be about the same software as the other records.
    pub join_reason: Option<Phrase>,
}

impl Shorten for Origin {
    fn shorten(&mut self, brevity: Brevity) {
        self.stated_by.shorten(brevity);
        [&mut self.external_id, &mut self.state].into_iter().for_each(|text| text.shorten(brevity));
        self.attribution.shorten(brevity);
        self.data_licence.shorten(brevity);
        self.join_reason.shorten(brevity);
        self.entry_pages.retain(|page| brevity.has_room_for(page));
        self.entry_pages.shorten(brevity);
    }
}

/// Where the data come from. A source that has withdrawn the entry is named too.
pub fn origins(names: &ValueNames<'_>, records: &[Record]) -> PartialList<Origin> {
    let t = names.t;
    records
        .iter()
        .map(|record| {
            let source = names.source(&record.source_id);
            Origin {
                stated_by: stated_by(names, record),
                external_id: record.external_id.clone(),
                state: state(t, record),
                attribution: source.and_then(|source| source.attribution.clone()),
                data_licence: source.and_then(|source| source.data_licence.clone()),
                entry_pages: record.content.entry_pages.iter().map(ToString::to_string).collect(),
                first_seen: t.date(record.first_seen.date_naive()),
                join_reason: record.join_reason.clone().map(|reason| Phrase::message(t, reason)),
            }
        })
        .collect()
}

/// Whether the source still lists the entry.
fn state(t: Language, record: &Record) -> String {
    if let Some(at) = record.withdrawn_at {
        let withdrawal = record.withdrawal.clone().unwrap_or_default();
        let day = t.date(withdrawal.on.unwrap_or(at.date_naive()));
        return match withdrawal.reason {
            Some(reason) => {
                let reason = t.of("withdrawal", &reason);
                t.with("record-withdrawn-because", &[("day", &day), ("reason", &reason)])
            }
            None => t.with("record-withdrawn", &[("day", &day)]),
        };
    }
    match record.missing_since {
        Some(since) => t.with("record-missing-since", &[("day", &t.date(since.date_naive()))]),
        None => t.say("record-listed"),
    }
}
