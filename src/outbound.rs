//! Requests to servers that are not ours: one HTTP client, which refuses addresses that are not
//! public, bounds redirects, size and time, and is polite. Knows nothing of what it fetches.

pub mod address;
mod client;
mod error;
mod headers;
mod limits;
mod politeness;
mod resolver;

pub use client::{Credential, Document, Fetched, Fetcher, Request};
pub use error::FetchError;
pub(crate) use error::cut;
pub use headers::Validators;
pub use limits::Limits;
pub use politeness::Politeness;
pub use resolver::{Lookup, SystemLookup};
