//! Problems in items and listings, for the source's owner to read.

mod advice;
mod code;
mod severity;

use serde::{Deserialize, Serialize};

pub use advice::{About, Advice, Explained, explained};
pub use code::{Code, UnknownCode};
pub use severity::Severity;

/// A problem in one item or listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of problem it is; `docs/findings.md` explains all.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the raw item: dotted keys and `[n]`, such as `licences[0].spdx`. Empty: the whole.
    pub path: String,
    /// One sentence: what was found and what was expected.
    pub message: String,
    /// 1-based line and column in a text that has lines (publiccode.yml).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// A place in a text: 1-based line, 1-based column counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl Finding {
    /// A finding of the severity that its code has.
    pub fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        let severity = explained(code).map_or(Severity::Warning, |explained| explained.severity);
        Self { code, severity, path: path.into(), message: message.into(), position: None }
    }

    /// The same finding, as bad as it is here.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same finding at a place in a text.
    #[must_use]
    pub fn at(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }
}
