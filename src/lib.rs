//! Fedcat: a federated catalogue of the free and open-source software that public
//! administrations use. `ARCHITECTURE.md` is the map in prose; this is the map of the modules.
//! Each stands on those above it and never reaches back.
#![cfg_attr(test, recursion_limit = "256")]

/// Licence statements and SPDX expressions, pure.
pub mod licence;

/// The model and its rules, pure: records, keys, matching, merging.
pub mod catalogue;

/// The formats that catalogues speak, pure: bytes to items, items to content.
pub mod formats;

/// What an installation starts with: sources, entries, synonyms, labels of categories.
pub mod seeds;

/// Entities and queries; the only module that knows SQL.
pub mod store;

/// Requests to servers that are not ours: one client, with its bounds.
pub mod outbound;

/// From a source to changes in the catalogue: fetch, decode, stage, decide, apply; and when.
pub mod harvest;

/// What people say about records: decisions, each with its line in the log.
pub mod contribute;

/// Full-text search with facets: what a question means, and the engines that answer it.
pub mod search;

/// The one place that reads the clock.
pub mod clock;

/// SHA-256: a digest as a value, and as text at the edge.
pub mod digest;

/// Which process this is, and whether another one has ended.
pub mod process;

/// Secrets: never shown, compared by hash.
pub mod secrets;

/// Followers of the event log: the search index and the exports.
pub mod publish;

/// Settings: file, environment, flags.
pub mod config;

/// The web server: API and pages.
pub mod web;

/// What every start does: database, schema, seeds.
pub mod setup;

/// The command line.
pub mod cli;
