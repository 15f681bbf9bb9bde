//! Followers of the event log: what is made of the catalogue for others. Each can be thrown away
//! and made again, and none of them can block a harvest.

pub mod export;
pub mod index;
