//! From a source to changes in the catalogue: fetch, decode, stage, decide, apply.
//!
//! A run stages what it reads, decides, and only then applies, in batches that are each one
//! transaction. A run that is held, failed or killed applies nothing more than whole batches, and
//! only a *complete* listing can make an entry missing.

pub mod acts;
pub mod circuit;
pub mod connector;
pub mod connectors;
pub mod guard;
pub mod listing;
pub mod options;
pub mod pipeline;
mod recognition;
mod renaming;
pub mod schedule;
mod staging;
pub mod worker;

/// The version of everything that makes content of a raw item, and software of records. A record
/// made by other rules is re-evaluated although its raw item has not changed.
pub fn rules_version() -> String {
    let (formats, licence) = (crate::formats::RULES_VERSION, crate::licence::RULES_VERSION);
    format!("{formats}.{licence}.{}", crate::catalogue::matching::RULES_VERSION)
}
