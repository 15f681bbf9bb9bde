//! Feeds in Atom (RFC 4287). Pure.

use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "atom.xml")]
pub struct Feed {
    /// Stays the same for ever: an address.
    pub id: String,
    pub title: String,
    /// Where the feed itself is.
    pub own_address: String,
    /// The page that shows the same.
    pub page: String,
    pub author: String,
    /// The language of its texts.
    pub lang: &'static str,
    /// When something last changed in it.
    pub updated: DateTime<Utc>,
    pub entries: Vec<Entry>,
}

/// An entry of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stays the same for ever.
    pub id: String,
    pub title: String,
    pub published: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub page: String,
    pub category: String,
    pub summary: String,
}

impl Feed {
    /// When something last changed in it.
    fn updated(&self) -> String {
        time(self.updated)
    }
}

impl Entry {
    fn published(&self) -> String {
        time(self.published)
    }

    fn updated(&self) -> String {
        time(self.updated)
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
