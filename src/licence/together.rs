//! Several ways in which one licence is named, by an identifier, a name or an address, as one
//! statement.

use super::conflict::{Class, Stated, classify};
use super::facts::{family, identifiers};
use super::table::{Meaning, TABLES, canonical};
use super::tokens::{Kind, Token, fold, tokens};
use super::{CandidateReason, Confidence, Context, Normalised, Outcome, Range};

/// What two ways of naming one licence say together: where one says nothing certain, the other is
/// the answer. `None` where both say something, and differ.
pub fn together(one: &Normalised, other: &Normalised) -> Option<Normalised> {
    if is_silent(other, one) {
        return Some(one.clone());
    }
    if is_silent(one, other) {
        return Some(other.clone());
    }
    match (&one.outcome, &other.outcome) {
        (Outcome::Expression { .. }, Outcome::Expression { .. }) => same(one, other),
        (Outcome::Expression { .. }, Outcome::Candidates { .. }) => narrowed(other, one, false),
        (Outcome::Candidates { .. }, Outcome::Expression { .. }) => narrowed(one, other, true),
        (
            Outcome::Candidates { candidates, .. },
            Outcome::Candidates { candidates: others, .. },
        ) => candidates.iter().any(|id| others.contains(id)).then(|| one.clone()),
        _ => None,
    }
}

/// The one of two expressions that says more about later versions, where they mean the same. The
/// page of a licence does not tell what exception its name adds.
fn same(one: &Normalised, other: &Normalised) -> Option<Normalised> {
    let ((a, a_range), (b, b_range)) = (stated(one)?, stated(other)?);
    let mean_the_same = |a: &str, b: &str| {
        let one = Stated { expression: a, range: a_range };
        let other = Stated { expression: b, range: b_range };
        classify(Some(one), Some(other)) <= Class::DeprecatedId
    };
    match (without_exception(a), without_exception(b)) {
        (Some(bare), None) if mean_the_same(bare, b) => Some(one.clone()),
        (None, Some(bare)) if mean_the_same(a, bare) => Some(other.clone()),
        _ if !mean_the_same(a, b) => None,
        _ if a_range == Range::Unstated && b_range == Range::Stated => Some(other.clone()),
        _ => Some(one.clone()),
    }
}

/// The candidate that an expression confirms. Of several licences that a text names one after the
/// other it confirms none: it leaves the others open.
fn narrowed(open: &Normalised, certain: &Normalised, open_first: bool) -> Option<Normalised> {
    let (expression, range) = stated(certain)?;
    let Outcome::Candidates { candidates, reason } = &open.outcome else { return None };
    // A candidate says nothing about later versions, unless it says that they hold.
    let fits = |id: &&String| {
        let candidate = Stated { expression: id, range: Range::Unstated };
        classify(Some(candidate), Some(Stated { expression, range })) <= Class::DeprecatedId
    };
    let found = candidates.iter().find(fits)?;
    if *reason == CandidateReason::OperatorNotStated {
        return Some(open.clone());
    }
    if range == Range::Unstated && found.ends_with("-or-later") {
        let raw = if open_first { open } else { certain };
        return Some(Normalised {
            outcome: Outcome::Expression {
                expression: found.clone(),
                confidence: Confidence::Grammar,
                range: Range::Stated,
            },
            ..raw.clone()
        });
    }
    Some(certain.clone())
}

fn stated(said: &Normalised) -> Option<(&str, Range)> {
    match &said.outcome {
        Outcome::Expression { expression, range, .. } => Some((expression, *range)),
        _ => None,
    }
}

/// One licence without the exception that it comes with, if it is one licence with an exception.
fn without_exception(expression: &str) -> Option<&str> {
    let (licence, exception) = expression.split_once(" WITH ")?;
    (!licence.contains(' ') && !exception.contains(' ')).then_some(licence)
}

/// Whether what is said leaves the other alone: it states nothing, is the address of a text that we
/// do not know, or words of which none says anything against it. "Modified MIT", "proprietary" or
/// another version are no silence.
fn is_silent(said: &Normalised, beside: &Normalised) -> bool {
    match said.outcome {
        Outcome::NoStatement => true,
        Outcome::NotListed { .. } | Outcome::Rejected { .. } => {
            let raw = said.raw.trim();
            let is_address = raw.starts_with("http://") || raw.starts_with("https://");
            is_address || said.context == Context::Url || !contradicts(raw, beside)
        }
        Outcome::Expression { .. } | Outcome::Candidates { .. } => false,
    }
}

/// Whether words that we do not understand as a whole speak against what stands beside them: they
/// name other terms, a number that is none of its versions, or another licence.
fn contradicts(raw: &str, beside: &Normalised) -> bool {
    let ids: Vec<String> = match &beside.outcome {
        Outcome::Expression { expression, .. } => identifiers(expression),
        Outcome::Candidates { candidates, .. } => {
            candidates.iter().flat_map(|one| identifiers(one)).collect()
        }
        _ => return false,
    };
    let folded = fold(raw);
    let words = tokens(&folded);
    (0..words.len()).any(|at| {
        let rest = words.get(at..).unwrap_or_default();
        let is_other_number = rest.first().is_some_and(|token| {
            token.kind == Kind::Number && !ids.iter().any(|id| has_version(id, token.text))
        });
        is_other_number || TABLES.states_other_terms(rest, &ids) || names_another(rest, &ids)
    })
}

fn has_version(id: &str, number: &str) -> bool {
    id.split('-').any(|part| canonical(part) == canonical(number))
}

/// Whether the tokens start with the name of a licence of which none of `ids` is.
fn names_another(rest: &[Token<'_>], ids: &[String]) -> bool {
    let families: Vec<&str> = ids.iter().filter_map(|id| family(id)).collect();
    let is_of_them = |id: &str| family(id).is_some_and(|one| families.contains(&one));
    match TABLES.meaning(rest, Context::Text) {
        Some((Meaning::Family { index, .. }, _)) => TABLES
            .families
            .get(index)
            .is_some_and(|one| !families.iter().any(|family| one.prefix.starts_with(family))),
        Some((Meaning::Expression(expression), _)) => {
            !identifiers(expression).iter().any(|id| is_of_them(id))
        }
        Some((Meaning::Open(index), _)) => {
            !TABLES.open.get(index).is_some_and(|all| all.iter().any(|id| is_of_them(id)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    #[test]
    fn a_name_and_its_address_are_one_statement() {
        let check = |name: &str, address: &str, expected: &str| {
            let (name, address) =
                (normalise(name, Context::Text), normalise(address, Context::Url));
            let told = |both: Option<Normalised>| match both.map(|both| both.outcome) {
                Some(Outcome::Expression { expression, range: Range::Unstated, .. }) => {
                    format!("{expression} (range not stated)")
                }
                Some(Outcome::Expression { expression, .. }) => expression,
                Some(Outcome::Candidates { candidates, .. }) => candidates.join(" or "),
                Some(_) => "nothing".to_owned(),
                None => "differ".to_owned(),
            };
            assert_eq!(told(together(&name, &address)), expected, "{name:?} {address:?}");
            let turned = told(together(&address, &name));
            assert!(turned == expected || expected.contains(" or "), "{turned}, not {expected}");
        };
        let osi = |id: &str| format!("https://opensource.org/licenses/{id}");
        let gnu = |page: &str| format!("https://www.gnu.org/licenses/{page}.html");
        let own = "https://example.org/LICENSE.md";
        // The name says nothing certain.
        check("Parcel Office Open Terms", &osi("NASA-1.3"), "NASA-1.3");
        check("open source", &osi("MIT"), "MIT");
        check("N/A", &osi("MIT"), "MIT");
        check("EUPL", "https://spdx.org/licenses/EUPL-1.2", "EUPL-1.2");
        check("BSD", &osi("BSD-3-Clause"), "BSD-3-Clause");
        check("LGPL", &gnu("lgpl-3.0"), "LGPL-3.0-only (range not stated)");
        check("GPL or later", &gnu("gpl-3.0"), "GPL-3.0-or-later");
        check("Apache", "www.apache.org/licenses/LICENSE-2.0", "Apache-2.0");
        // The address says nothing certain.
        check("MIT", own, "MIT");
        check("EUPL", own, "EUPL-1.0 or EUPL-1.1 or EUPL-1.2");
        check("GPL-3.0-or-later", &gnu("gpl"), "GPL-3.0-or-later");
        check("Parcel Licence", own, "nothing");
        // Both say the same, one of them more.
        check("MIT License", &osi("MIT"), "MIT");
        check("GPL-3.0", &gnu("gpl-3.0"), "GPL-3.0-only (range not stated)");
        check("GPLv3+", &gnu("gpl-3.0"), "GPL-3.0-or-later");
        check(
            "GPL-2.0-only WITH Classpath-exception-2.0",
            &gnu("old-licenses/gpl-2.0"),
            "GPL-2.0-only WITH Classpath-exception-2.0",
        );
        check("public domain", "https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0");
        check("MIT, ISC", &osi("MIT"), "MIT or ISC");
        // Both say something, and differ.
        check("MIT", &osi("Apache-2.0"), "differ");
        check("GPL-2.0", &gnu("gpl-3.0"), "differ");
        check("EUPL", &osi("MIT"), "differ");
        check("MIT", &gnu("gpl"), "differ");
        check("MIT OR ISC", &osi("MIT"), "differ");
        check("proprietary", &osi("MIT"), "differ");
        check("public domain", &osi("MIT"), "differ");
        check("Modified MIT License", &osi("MIT"), "differ");
        check("MIT with Commons Clause", &osi("MIT"), "differ");
        check("Apache 3.0", &osi("Apache-2.0"), "differ");
        check("Parcel Licence 2.0", &osi("MIT"), "differ");
        check("GPL of the Parcel Office", &osi("MIT"), "differ");
        check("MIT, nur nicht kommerziell", &osi("MIT"), "differ");
        check("Licence MIT modifiée", &osi("MIT"), "differ");
    }

    #[test]
    fn a_text_may_hold_both() {
        for (text, expected) in [
            ("MIT (https://opensource.org/licenses/MIT)", Some("MIT")),
            ("[MIT](https://opensource.org/licenses/MIT)", Some("MIT")),
            ("EUPL: https://spdx.org/licenses/EUPL-1.2.html.", Some("EUPL-1.2")),
            (
                "GPL-3.0-or-later <https://www.gnu.org/licenses/gpl-3.0.html>",
                Some("GPL-3.0-or-later"),
            ),
            ("MIT, https://example.org/parcel/LICENSE", Some("MIT")),
            ("MIT (https://opensource.org/licenses/Apache-2.0)", None),
            ("MIT https://example.org/terms-of-sale", None),
            ("Parcel https://opensource.org/licenses/MIT", None),
            ("MIT https://opensource.org/licenses/MIT for tests", None),
        ] {
            let found = normalise(text, Context::Text);
            assert_eq!(found.expression(), expected, "{text}");
        }
    }
}
