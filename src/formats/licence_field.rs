//! From a field that holds a licence to a statement, and to what its owner should know about it.

use serde_json::Value;

use super::{Code, Finding};
use crate::catalogue::content::{LicenceSlot, LicenceStatement};
use crate::catalogue::text::shorten;
use crate::licence::{CandidateReason, Context, Normalised, Outcome, Range, normalise, together};

/// One of the ways in which an entry names one licence: by an identifier, a name or an address.
#[derive(Debug, Clone)]
pub struct Part {
    pub raw: String,
    pub context: Context,
    pub path: String,
}

impl Part {
    /// A text under `path`, which may be an address also where a name is expected.
    pub fn new(raw: String, path: String) -> Self {
        Self::within(raw, path, Context::Text)
    }

    /// A text in a field of the kind `context`, unless it is an address.
    pub fn within(raw: String, path: String, context: Context) -> Self {
        let is_address = ["http://", "https://"].iter().any(|scheme| raw.starts_with(scheme));
        Self { context: if is_address { Context::Url } else { context }, raw, path }
    }

    /// The text of a field that holds an address.
    pub fn address(raw: String, path: String) -> Self {
        Self { raw, context: Context::Url, path }
    }
}

/// What the ways of naming one licence state together: one statement, or each that says something
/// of its own where they differ, with a finding. The name first, for what it says is shown where
/// both mean the same.
pub fn of_parts(
    parts: Vec<Part>,
    slot: LicenceSlot,
    findings: &mut Vec<Finding>,
) -> Vec<LicenceStatement> {
    let mut written: Vec<Part> =
        parts.iter().filter(|part| !part.raw.trim().is_empty()).cloned().collect();
    if written.is_empty() {
        written.extend(parts.into_iter().next());
    }
    let mut said: Vec<(Normalised, String)> = Vec::new();
    for part in written {
        let next = normalise(&part.raw, part.context);
        let both = said
            .iter()
            .enumerate()
            .find_map(|(at, (one, _))| together(one, &next).map(|both| (at, both)));
        match both {
            None => said.push((next, part.path)),
            Some((at, both)) => {
                if let Some(place) = said.get_mut(at) {
                    let path = if both.raw == next.raw { part.path } else { place.1.clone() };
                    *place = (both, path);
                }
            }
        }
    }
    if let [(one, path), (other, _), ..] = said.as_slice() {
        let message = format!(
            "{:?} and {:?} name different licences, and which of them holds is open: expected a \
             name and an address of one licence",
            shorten(&one.raw),
            shorten(&other.raw)
        );
        findings.push(Finding::new(Code::LicenceNameAndAddressDiffer, path, message));
    }
    let mut statements = Vec::new();
    for (normalised, path) in said {
        findings.extend(finding(&normalised.raw, &normalised.outcome, &path));
        if !normalised.raw.trim().is_empty() {
            statements.push(LicenceStatement { slot, normalised });
        }
    }
    statements
}

/// The statement of an element of a list of licences that holds no text where one is expected. It
/// cannot be left out: what it means may hold beside the others.
pub fn unreadable(value: &Value, slot: LicenceSlot) -> LicenceStatement {
    let raw = shorten(&value.to_string());
    let outcome = Outcome::Rejected { unexplained: raw.chars().take(80).collect() };
    LicenceStatement { slot, normalised: Normalised { raw, context: Context::Text, outcome } }
}

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
            Some(Finding::new(Code::LicenceDeprecatedId, path, message))
        }
        Outcome::Candidates { candidates, reason } => {
            let message = format!(
                "{raw:?} {}; it may mean {}: expected one SPDX expression",
                open_question(*reason),
                candidates.join(" or ")
            );
            Some(Finding::new(Code::LicenceAmbiguous, path, message))
        }
        Outcome::NotListed { .. } => {
            let message = format!(
                "{raw:?} names no licence of the SPDX list: expected an identifier from the list"
            );
            Some(Finding::new(Code::LicenceNotListed, path, message))
        }
        Outcome::NoStatement => {
            let message = if raw.trim().is_empty() {
                "no licence is stated: expected an SPDX expression".to_owned()
            } else {
                format!("{raw:?} states no licence: expected an SPDX expression")
            };
            Some(Finding::new(Code::LicenceMissing, path, message))
        }
        Outcome::Rejected { unexplained } => {
            let message = format!(
                "{raw:?} is not understood at {unexplained:?}: expected an SPDX expression"
            );
            Some(Finding::new(Code::LicenceNotUnderstood, path, message))
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
    fn the_ways_of_naming_one_licence_are_one_statement() {
        let check = |name: &str, address: &str, stated: &[&str], expected: &[&str]| {
            let parts = vec![
                Part::new(name.to_owned(), "name".to_owned()),
                Part::address(address.to_owned(), "URL".to_owned()),
            ];
            let mut findings = Vec::new();
            let raw: Vec<String> = of_parts(parts, LicenceSlot::Asserted, &mut findings)
                .into_iter()
                .map(|statement| statement.normalised.raw)
                .collect();
            assert_eq!(raw, stated, "{name:?} {address:?}");
            let found: Vec<String> = findings
                .iter()
                .map(|finding| format!("{} {}", finding.code, finding.path))
                .collect();
            assert_eq!(found, expected, "{name:?} {address:?}");
        };
        let isc = "https://opensource.org/licenses/ISC";
        check("Parcel Open Terms", isc, &[isc], &[]);
        check("ISC License", isc, &["ISC License"], &[]);
        check("", isc, &[isc], &[]);
        check("ISC", "", &["ISC"], &[]);
        check("", "", &[], &["licence-missing name"]);
        check("N/A", "https://example.org/L", &["N/A"], &["licence-missing name"]);
        check("MIT", isc, &["MIT", isc], &["licence-name-and-address-differ name"]);
        check(
            "proprietary",
            isc,
            &["proprietary", isc],
            &["licence-name-and-address-differ name", "licence-not-listed name"],
        );
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
