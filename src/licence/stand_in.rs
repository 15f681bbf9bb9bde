//! The words for contexts and outcomes, for the API and the command line.

use super::{CandidateReason, Confidence, Context, Normalised, Outcome, Range};

/// The words that [`context`] reads.
pub const CONTEXTS: &str = "spdx, url, text";

/// Reads the word for a context.
pub fn context(word: &str) -> Option<Context> {
    match word {
        "spdx" => Some(Context::Spdx),
        "url" => Some(Context::Url),
        "text" => Some(Context::Text),
        _ => None,
    }
}

/// The word for a context.
pub fn context_word(context: Context) -> &'static str {
    match context {
        Context::Spdx => "spdx",
        Context::Url => "url",
        Context::Text => "text",
    }
}

/// One sentence on what we make of a statement, and why.
pub fn explanation(normalised: &Normalised) -> String {
    match &normalised.outcome {
        Outcome::Expression { expression, confidence, range } => {
            let how = match confidence {
                Confidence::Verbatim => "written as on the SPDX list",
                Confidence::Alias => "another spelling of it",
                Confidence::Grammar => "every word of it is explained",
                Confidence::SoleVersion => "the licence has only this version",
            };
            let later = match range {
                Range::Stated => "",
                Range::Unstated => "; it does not say whether later versions may be chosen",
            };
            format!("The statement means {expression}: {how}{later}.")
        }
        Outcome::Candidates { candidates, reason } => {
            let why = match reason {
                CandidateReason::VersionNotStated => "does not say which version",
                CandidateReason::OperatorNotStated => "does not say how the licences combine",
                CandidateReason::ExceptionVersion => "does not say which version of the exception",
                CandidateReason::FamilyItem => "names a family of licences",
            };
            format!("The statement {why}; it may mean {}.", candidates.join(", "))
        }
        Outcome::NotListed { .. } => {
            "The statement names a licence that is not on the SPDX list.".to_owned()
        }
        Outcome::NoStatement => "Nothing is stated.".to_owned(),
        Outcome::Rejected { unexplained } => {
            format!("No rule explains \u{201c}{unexplained}\u{201d}, so the statement is not read.")
        }
    }
}
