//! The statements about the licence, one by one in their own words.

use super::field_statements::{StatedBy, stated_by};
use crate::catalogue::content::{LicenceSlot, LicenceStatement};
use crate::licence::Outcome;
use crate::store::records::Record;
use crate::web::i18n::language::Language;
use crate::web::i18n::names::ValueNames;
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// One statement about the licence.
pub struct LicenceView {
    pub stated_by: StatedBy,
    /// Who speaks: the publisher, a catalogue, a forge.
    pub slot: String,
    pub raw: String,
    /// What we make of it.
    pub outcome: String,
}

impl Shorten for LicenceView {
    fn shorten(&mut self, brevity: Brevity) {
        self.stated_by.shorten(brevity);
        self.raw.shorten(brevity);
        self.outcome.shorten(brevity);
    }
}

/// All statements about the licence, the most trusted source first.
pub fn licences(names: &ValueNames<'_>, records: &[Record]) -> PartialList<LicenceView> {
    records
        .iter()
        .flat_map(|record| record.content.licences.iter().map(move |one| (record, one)))
        .map(|(record, statement)| LicenceView {
            stated_by: stated_by(names, record),
            slot: names.t.of("slot", slot(statement.slot)),
            raw: statement.normalised.raw.clone(),
            outcome: outcome(names.t, statement),
        })
        .collect()
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
