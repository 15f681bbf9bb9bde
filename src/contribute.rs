//! What people say about records. An act and its line in the log of acts are one transaction;
//! nobody edits an entry.

pub mod verdicts;
