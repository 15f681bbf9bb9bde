//! From a field that holds a licence to a statement, and to what its owner should know about it.

use super::Finding;
use super::fields::shorten;
use crate::catalogue::content::{LicenceSlot, LicenceStatement};
use crate::licence::{CandidateReason, Context, Outcome, Range, normalise};

/// The statement that `raw`, which stands at `path`, makes. `None` where nothing is written; words
/// that state nothing, such as `N/A`, stay a statement with that outcome.
pub fn statement(
    raw: &str,
    slot: LicenceSlot,
    context: Context,
    path: &str,
    findings: &mut Vec<Finding>,
) -> Option<LicenceStatement> {
    let normalised = normalise(raw, context);
    findings.extend(finding(raw, &normalised.outcome, path));
    (!raw.trim().is_empty()).then_some(LicenceStatement { slot, normalised })
}

fn finding(raw: &str, outcome: &Outcome, path: &str) -> Option<Finding> {
    let raw = shorten(raw);
    match outcome {
        Outcome::Expression { range: Range::Stated, .. } => None,
        Outcome::Expression { expression, range: Range::Unstated, .. } => {
            let message = format!(
                "{raw:?} does not say whether later versions of the licence hold too and counts \
                 as {expression}: expected an identifier with -only or -or-later"
            );
            Some(Finding::info("licence-deprecated-id", path, message))
        }
        Outcome::Candidates { candidates, reason } => {
            let message = format!(
                "{raw:?} {}; it may mean {}: expected one SPDX expression",
                open_question(*reason),
                candidates.join(" or ")
            );
            Some(Finding::info("licence-ambiguous", path, message))
        }
        Outcome::NotListed { .. } => {
            let message = format!(
                "{raw:?} names no licence of the SPDX list: expected an identifier from the list"
            );
            Some(Finding::info("licence-not-listed", path, message))
        }
        Outcome::NoStatement => {
            let message = if raw.trim().is_empty() {
                "no licence is stated: expected an SPDX expression".to_owned()
            } else {
                format!("{raw:?} states no licence: expected an SPDX expression")
            };
            Some(Finding::info("licence-missing", path, message))
        }
        Outcome::Rejected { unexplained } => {
            let message = format!(
                "{raw:?} is not understood at {unexplained:?}: expected an SPDX expression"
            );
            Some(Finding::warning("licence-not-understood", path, message))
        }
    }
}

fn open_question(reason: CandidateReason) -> &'static str {
    match reason {
        CandidateReason::VersionNotStated => "does not state the version",
        CandidateReason::OperatorNotStated => "does not say whether one or all of them hold",
        CandidateReason::ExceptionVersion => "does not state the version of the exception",
        CandidateReason::FamilyItem => "names a family of licences",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_its_finding() {
        let check = |raw: &str, is_statement: bool, expected: &[&str]| {
            let mut findings = Vec::new();
            let statement =
                statement(raw, LicenceSlot::Asserted, Context::Text, "licence", &mut findings);
            assert_eq!(statement.is_some(), is_statement, "{raw:?}");
            let found: Vec<String> = findings
                .iter()
                .map(|finding| format!("{} {}", finding.code, finding.path))
                .collect();
            assert_eq!(found, expected, "{raw:?}");
        };
        check("EUPL-1.2", true, &[]);
        check("GPL-3.0", true, &["licence-deprecated-id licence"]);
        check("N/A", true, &["licence-missing licence"]);
        check(" ", false, &["licence-missing licence"]);
        check("GNU GPL v3", true, &["licence-deprecated-id licence"]);
        check("EUPL", true, &["licence-ambiguous licence"]);
        check("MIT, EUPL-1.2", true, &["licence-ambiguous licence"]);
        check("proprietary", true, &["licence-not-listed licence"]);
        check("Parcel Licence", true, &["licence-not-understood licence"]);
    }

    #[test]
    fn what_is_not_understood_names_the_part() {
        let mut findings = Vec::new();
        statement("MIT parcel", LicenceSlot::Asserted, Context::Text, "l", &mut findings);
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [r#""MIT parcel" is not understood at "parcel": expected an SPDX expression"#]
        );
    }
}
