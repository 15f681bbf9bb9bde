//! What a listing holds, on its way to the pipeline.

use std::sync::Arc;

use serde_json::Value;

use super::survey::Survey;
use crate::digest::Digest;
use crate::formats::json::canonical;
use crate::formats::{Decoded, Finding};

/// An item on its way to the pipeline.
#[derive(Debug)]
pub enum Item {
    /// As the source wrote it.
    Raw(Box<RawItem>),
    /// It could not be read; what is known of it is this.
    Decoded { digest: Digest, decoded: Box<Decoded> },
    /// The server says that it is what it was in the last complete listing.
    Kept { external_id: String },
}

/// An item as the source wrote it.
#[derive(Debug)]
pub struct RawItem {
    /// SHA-256 of its canonical form.
    pub digest: Digest,
    /// Bytes of its canonical form.
    pub(super) length: usize,
    pub(super) value: Value,
    /// Which ids entries of its document share.
    pub(super) survey: Arc<Survey>,
}

impl RawItem {
    /// Takes the digest of an item.
    pub(super) fn new(value: Value, survey: Arc<Survey>) -> Self {
        let canonical = canonical(&value);
        Self { digest: Digest::of(&canonical), length: canonical.len(), value, survey }
    }
}

/// What a connector that composes its items itself found at one place of its listing.
#[derive(Debug)]
pub enum Entry {
    /// An item for the format to decode.
    Raw(Value),
    /// An item of which all parts are what they were in the last complete listing.
    Kept { external_id: String },
    /// It is listed, but could not be read: the finding says why. What is known of it stays.
    Unread { external_id: String, finding: Finding },
}
