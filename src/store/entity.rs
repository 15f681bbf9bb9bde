//! The tables, one file each, without logic.

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
