//! One sentence that says what was made of a statement, and why.

use super::{CandidateReason, Confidence, Normalised, Outcome, Range};

impl Normalised {
    /// One English sentence for people: what we make of the statement, and why.
    pub fn explanation(&self) -> String {
        let raw = shorten(&self.raw);
        match &self.outcome {
            Outcome::Expression { expression, confidence, range } => {
                let how = match confidence {
                    Confidence::Verbatim => format!("{expression:?} is a valid SPDX expression"),
                    Confidence::Alias => {
                        format!("{raw:?} is a known spelling of the SPDX expression {expression}")
                    }
                    Confidence::Grammar => {
                        format!(
                            "every part of {raw:?} is understood; together they are {expression}"
                        )
                    }
                    Confidence::SoleVersion => format!(
                        "{raw:?} states no version, and {expression} is the only one on the SPDX list"
                    ),
                };
                let later = match range {
                    Range::Stated => "",
                    Range::Unstated => {
                        "; whether later versions hold too is not stated, so the smaller grant counts"
                    }
                };
                sentence(&format!("{how}{later}"))
            }
            Outcome::Candidates { candidates, reason } => {
                let open = match reason {
                    CandidateReason::VersionNotStated => "does not state the version",
                    CandidateReason::OperatorNotStated => {
                        "does not say whether one or all of its licences hold"
                    }
                    CandidateReason::ExceptionVersion => {
                        "does not say which exception, or which version of it, is meant"
                    }
                    CandidateReason::FamilyItem => "is a name that several licences share",
                };
                let or = if candidates.len() > 1 { "it may be " } else { "it names " };
                sentence(&format!("{raw:?} {open}; {or}{}", candidates.join(", ")))
            }
            Outcome::NotListed { .. } => {
                sentence(&format!("{raw:?} names terms that the SPDX list does not hold"))
            }
            Outcome::NoStatement => match self.raw.trim() {
                "" => "No licence is stated.".to_owned(),
                _ => sentence(&format!("{raw:?} states no licence")),
            },
            Outcome::Rejected { unexplained } => sentence(&format!(
                "{raw:?} is not understood: no rule explains {:?}",
                shorten(unexplained)
            )),
        }
    }
}

/// The text with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use crate::licence::{Context, normalise};

    #[test]
    fn each_outcome_is_told_in_one_sentence() {
        for (raw, expected) in [
            ("EUPL-1.2", r#""EUPL-1.2" is a valid SPDX expression."#),
            (
                "GNU GPL v3",
                "Every part of \"GNU GPL v3\" is understood; together they are GPL-3.0-only; whether \
                 later versions hold too is not stated, so the smaller grant counts.",
            ),
            ("ODbL", "\"ODbL\" states no version, and ODbL-1.0 is the only one on the SPDX list."),
            (
                "EUPL",
                "\"EUPL\" does not state the version; it may be EUPL-1.0, EUPL-1.1, EUPL-1.2.",
            ),
            (
                "MIT, EUPL-1.2",
                "\"MIT, EUPL-1.2\" does not say whether one or all of its licences hold; it may be \
                 MIT, EUPL-1.2.",
            ),
            ("proprietary", "\"proprietary\" names terms that the SPDX list does not hold."),
            ("", "No licence is stated."),
            ("N/A", "\"N/A\" states no licence."),
            ("MIT-like", "\"MIT-like\" is not understood: no rule explains \"like\"."),
        ] {
            assert_eq!(normalise(raw, Context::Text).explanation(), expected);
        }
    }
}
