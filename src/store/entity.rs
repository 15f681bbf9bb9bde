//! The tables, one file each, without logic.

use sea_orm::DbErr;

pub mod audit;
pub mod candidate;
pub mod circuit;
pub mod counter;
pub mod event;
pub mod finding;
pub mod lease;
pub mod organisation;
pub mod organisation_identifier;
pub mod personal;
pub mod record;
pub mod record_key;
pub mod run;
pub mod run_item;
pub mod session;
pub mod shared;
pub mod software;
pub mod software_filter;
pub mod source;
pub mod staged;
pub mod tally;
pub mod token;
pub mod verdict;
mod word;

pub use word::UnknownWord;

/// The columns whose values are words.
const WORDS: [word::Column; 10] = [
    audit::AuditAct::COLUMN,
    event::EventEntity::COLUMN,
    event::EventKind::COLUMN,
    finding::FindingSeverity::COLUMN,
    record::RecordState::COLUMN,
    run::RunState::COLUMN,
    run_item::ItemStatus::COLUMN,
    software::SoftwareState::COLUMN,
    tally::TallyKind::COLUMN,
    token::TokenScope::COLUMN,
];

/// The word that the database holds and no enum has, where that is why a query failed.
pub(super) fn unknown_word(error: &DbErr) -> Option<UnknownWord> {
    UnknownWord::among(&WORDS, error)
}
