//! The statements about the licence, one by one in their own words, and where the data come from.

use super::said::{Speaker, speaker};
use crate::catalogue::content::{LicenceSlot, LicenceStatement};
use crate::licence::Outcome;
use crate::store::records::Record;
use crate::web::pages::brief::{Brevity, Shorten, Shown};
use crate::web::pages::names::Names;
use crate::web::pages::phrase::Phrase;
use crate::web::pages::words::Language;

/// One statement about the licence.
pub struct LicenceSaid {
    pub speaker: Speaker,
    /// Who speaks: the publisher, a catalogue, a forge.
    pub slot: String,
    pub raw: String,
    /// What we make of it.
    pub outcome: String,
}

/// A record and the terms under which its data are shown.
pub struct Origin {
    pub speaker: Speaker,
    pub external_id: String,
    pub state: String,
    pub attribution: Option<String>,
    pub data_licence: Option<String>,
    pub entry_pages: Shown<String>,
    pub first_seen: String,
    /// Why it is taken to be about the same software as the other records.
    pub join_reason: Option<Phrase>,
}

impl Shorten for LicenceSaid {
    fn shorten(&mut self, brevity: Brevity) {
        self.speaker.shorten(brevity);
        self.raw.shorten(brevity);
        self.outcome.shorten(brevity);
    }
}

impl Shorten for Origin {
    fn shorten(&mut self, brevity: Brevity) {
        self.speaker.shorten(brevity);
        [&mut self.external_id, &mut self.state].into_iter().for_each(|text| text.shorten(brevity));
        self.attribution.shorten(brevity);
        self.data_licence.shorten(brevity);
        self.join_reason.shorten(brevity);
        self.entry_pages.retain(|page| brevity.has_room_for(page));
        self.entry_pages.shorten(brevity);
    }
}

/// All statements about the licence, the most trusted source first.
pub fn licences(names: &Names<'_>, records: &[Record]) -> Shown<LicenceSaid> {
    records
        .iter()
        .flat_map(|record| record.content.licences.iter().map(move |one| (record, one)))
        .map(|(record, statement)| LicenceSaid {
            speaker: speaker(names, record),
            slot: names.t.of("slot", slot(statement.slot)),
            raw: statement.normalised.raw.clone(),
            outcome: outcome(names.t, statement),
        })
        .collect()
}

/// Where the data come from. A source that has withdrawn the entry is named too.
pub fn origins(names: &Names<'_>, records: &[Record]) -> Shown<Origin> {
    let t = names.t;
    records
        .iter()
        .map(|record| {
            let source = names.source(&record.source_id);
            Origin {
                speaker: speaker(names, record),
                external_id: record.external_id.clone(),
                state: state(t, record),
                attribution: source.and_then(|source| source.attribution.clone()),
                data_licence: source.and_then(|source| source.data_licence.clone()),
                entry_pages: record.content.entry_pages.iter().map(ToString::to_string).collect(),
                first_seen: t.date(record.first_seen.date_naive()),
                join_reason: record.join_reason.clone().map(|reason| Phrase::told(t, reason)),
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

fn slot(slot: LicenceSlot) -> &'static str {
    match slot {
        LicenceSlot::Declared => "declared",
        LicenceSlot::Asserted => "asserted",
        LicenceSlot::Detected => "detected",
    }
}

fn outcome(t: Language, statement: &LicenceStatement) -> String {
    match &statement.normalised.outcome {
        Outcome::Expression { expression, .. } => {
            t.with("outcome-expression", &[("licence", expression)])
        }
        Outcome::Candidates { candidates, .. } => {
            t.with("outcome-candidates", &[("licences", &candidates.join(", "))])
        }
        Outcome::NotListed { .. } => t.say("outcome-not-listed"),
        Outcome::NoStatement => t.say("outcome-no-statement"),
        Outcome::Rejected { unexplained } => t.with("outcome-rejected", &[("part", unexplained)]),
    }
}
