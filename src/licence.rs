//! Licence statements: from what somebody wrote to a valid SPDX expression, or to a plain
//! statement of why not. Pure.
//!
//! The rule of the house is that a licence is never guessed: what cannot be explained token by
//! token is refused, and the raw text stays beside the outcome.

mod address;
mod bsd;
pub mod conflict;
mod context;
mod creative_commons;
mod deprecated;
mod explanation;
mod expression;
pub mod facts;
mod grammar;
mod grammar_words;
mod lines;
mod normalise;
mod sequences;
mod slips;
mod statement_tree;
mod table;
mod term;
mod together;
mod tokens;
mod tree;

use serde::{Deserialize, Serialize};

pub use context::{Context, Language, UnknownContext};
pub use normalise::normalise;
pub use together::together;

/// The version of the tables and rules behind [`normalise`]. Raise it when an outcome can change:
/// records are then re-evaluated from their stored content.
pub const RULES_VERSION: u32 = 3;

/// A statement and what we make of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Normalised {
    /// The statement as written.
    pub raw: String,
    /// What kind of text it is.
    pub context: Context,
    /// What we make of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What can come out of a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// A valid SPDX expression without deprecated identifiers.
    Expression { expression: String, confidence: Confidence, range: Range },
    /// A known family of licences of which the statement does not say enough.
    Candidates { candidates: Vec<String>, reason: CandidateReason },
    /// A named licence that the SPDX list does not hold.
    NotListed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        licence_ref: Option<String>,
    },
    /// The words say that nothing is stated: empty, `N/A`, `UNKNOWN`, `NOASSERTION` …
    NoStatement,
    /// Not understood. Names the first part that no rule explains.
    Rejected { unexplained: String },
}

/// How sure an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The statement is the expression, letter by letter.
    Verbatim,
    /// The statement is another spelling of it, from a table.
    Alias,
    /// The grammar explained every token.
    Grammar,
    /// The named licence has only one version.
    SoleVersion,
}

/// Whether a statement says what holds for later versions of a GNU licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// It says so, or the licence knows no such choice.
    Stated,
    /// It does not: `GPL-3.0` was written, and `-only` is the smaller grant that we conclude.
    Unstated,
}

/// What a statement leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateReason {
    VersionNotStated,
    OperatorNotStated,
    ExceptionVersion,
    FamilyItem,
}

impl Normalised {
    /// The expression, where there is one.
    pub fn expression(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Expression { expression, .. } => Some(expression),
            _ => None,
        }
    }

    /// Whether the statement says anything at all.
    pub fn is_statement(&self) -> bool {
        self.outcome != Outcome::NoStatement
    }
}
