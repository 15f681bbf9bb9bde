//! What of a document could not be read, and whom it concerns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::resources::Entries;
use super::syntax::Flaw;
use crate::formats::{Code, Finding, Position};

/// The key of an item that stands for an entry that could not be read.
pub(super) const UNREADABLE: &str = "unreadable";
/// The key that says which values of an entry could not be read.
pub(super) const LEFT_OUT: &str = "leftOut";

/// A flaw as it stands in an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
}

/// The flaws of a document, by whom they concern.
#[derive(Debug, Default)]
pub(super) struct Flawed {
    /// Entries that cannot be read.
    pub whole: BTreeMap<String, Vec<Told>>,
    /// Entries of which a value cannot be read.
    pub partly: BTreeMap<String, Vec<Told>>,
    /// What concerns no entry, or one that cannot be told.
    pub findings: Vec<Finding>,
}

impl Flawed {
    /// Sorts the flaws of a document with these entries.
    pub fn of(flaws: Vec<Flaw>, entries: &Entries<'_>) -> Self {
        let mut flawed = Self::default();
        for Flaw { about, position, why, is_whole } in flaws {
            let is_entry =
                |iri: &String| entries.all.iter().any(|entry| entry.iri() == Some(iri.as_str()));
            let told = Told { why, position };
            match about {
                Some(iri) if is_whole => flawed.whole.entry(iri).or_default().push(told),
                Some(iri) if is_entry(&iri) => flawed.partly.entry(iri).or_default().push(told),
                about => flawed.findings.push(told.finding(about.as_deref(), is_whole)),
            }
        }
        flawed
    }

    /// Whether the document is one of entries, although none of them can be read.
    pub fn is_known(&self) -> bool {
        !self.whole.is_empty()
    }
}

impl Told {
    /// What is told of the document as a whole: it may lack an entry, or only a word about one.
    fn finding(self, about: Option<&str>, is_whole: bool) -> Finding {
        let about = about.map_or("a part of the document".to_owned(), |iri| format!("<{iri}>"));
        let line = self.position.map(|at| format!("line {}: ", at.line)).unwrap_or_default();
        let why = &self.why;
        if is_whole {
            let message = format!("{line}{about} cannot be read, and may be an entry: {why}");
            return Finding::new(Code::ListingEntriesUnreadable, "", message).at(self.position);
        }
        let message = format!("{line}a value of {about} is left out: {why}");
        Finding::new(Code::RdfValueUnreadable, "", message).at(self.position)
    }
}

/// The findings about an entry.
pub(super) fn told(flaws: &Value, code: Code) -> Vec<Finding> {
    let flaws: Vec<Told> = serde_json::from_value(flaws.clone()).unwrap_or_default();
    let line = |at: Position| format!(" in line {}", at.line);
    let place = |index: usize| if index == 0 { "@id".to_owned() } else { format!("@id[{index}]") };
    let tell = |(index, Told { why, position }): (usize, Told)| {
        let line = position.map(line).unwrap_or_default();
        let message = format!("what the document says{line} cannot be read: {why}");
        Finding::new(code, place(index), message).at(position)
    };
    flaws.into_iter().enumerate().map(tell).collect()
}
