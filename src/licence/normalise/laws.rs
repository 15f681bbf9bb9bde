//! What holds of every statement, however odd.

use proptest::prelude::*;

use super::*;
use crate::licence::{deprecated, facts};

/// Pieces of statements, sensible and not.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "GPL",
        "LGPL",
        "AGPLv3+",
        "EUPL",
        "MIT",
        "BSD",
        "CC",
        "BY",
        "SA",
        "Apache License",
        "Mozilla Public License",
        "Licence Ouverte",
        "GNU General Public License",
        "2",
        "2.0",
        "3",
        "4.0",
        "1.2",
        "3-clause",
        "New",
        "+",
        "or later",
        "only",
        "or",
        "and",
        "OR",
        "AND",
        "WITH",
        "/",
        "|",
        ",",
        "(",
        ")",
        ">=",
        "<",
        "version",
        "v",
        "with Classpath exception",
        "file LICENSE",
        "licensed under the",
        "Lizenz:",
        "ou toute version ultérieure",
        "oder",
        "License ::",
        "https://spdx.org/licenses/",
        "LicenseRef-x",
        "international",
        "ISC",
        "this software is",
        "est distribué sous",
        "wird unter der",
        "veröffentlicht",
        "GLP",
        "AGPPL",
        "plus",
        "CPE",
    ])
}

fn composed() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 1..8).prop_map(|pieces| pieces.join(" "))
}

fn any_context() -> impl Strategy<Value = Context> {
    prop::sample::select(Context::ALL)
}

/// What a person sees of an outcome, without how it was found.
fn essence(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Expression { expression, range, .. } => format!("{expression} {range:?}"),
        Outcome::Candidates { candidates, reason } => format!("{candidates:?} {reason:?}"),
        Outcome::NotListed { .. } => "not listed".to_owned(),
        Outcome::NoStatement => "nothing".to_owned(),
        Outcome::Rejected { .. } => "rejected".to_owned(),
    }
}

fn holds_the_gate(raw: &str, context: Context) -> Result<(), TestCaseError> {
    if let Some(expression) = normalise(raw, context).expression() {
        let parsed = spdx::Expression::parse(expression);
        prop_assert!(parsed.is_ok(), "{} -> {}", raw, expression);
        for id in facts::identifiers(expression) {
            prop_assert!(deprecated::replacement(&id).is_none(), "{}", id);
        }
        let again = normalise(expression, Context::Spdx);
        prop_assert_eq!(again.expression(), Some(expression));
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_text_panics_and_every_answer_passes_the_gate(raw in "\\PC{0,60}", context in any_context()) {
        holds_the_gate(&raw, context)?;
    }

    #[test]
    fn every_answer_to_a_composed_statement_passes_the_gate(
        raw in composed(), context in any_context()
    ) {
        holds_the_gate(&raw, context)?;
    }

    #[test]
    fn case_spacing_and_outer_parentheses_do_not_matter(
        raw in composed(), context in any_context()
    ) {
        // A `LicenseRef-` is a name of its own, in its own letters; so is an address.
        let raw = raw.replace("LicenseRef-x", "ISC").replace("https", "ISC");
        let found = essence(&normalise(&raw, context).outcome);
        let spaced = format!("  {}\t", raw.replace(' ', "  "));
        prop_assert_eq!(&essence(&normalise(&spaced, context).outcome), &found);
        if normalise(&raw, context).expression().is_some() {
            let parenthesised = format!("({raw})");
            prop_assert_eq!(&essence(&normalise(&parenthesised, context).outcome), &found);
        }
        let lower = essence(&normalise(&raw.to_lowercase(), context).outcome);
        let upper = essence(&normalise(&raw.to_uppercase(), context).outcome);
        prop_assert_eq!(lower, upper);
    }

    #[test]
    fn an_unknown_token_refuses_the_whole(
        before in composed(), after in composed(), context in any_context()
    ) {
        // Whatever follows a `LicenseRef-` belongs to that name.
        let before = before.replace("LicenseRef-x", "ISC");
        for raw in [
            format!("{before} frobnicated {after}"),
            format!("frobnicated {after}"),
            format!("{before} frobnicated"),
            format!("{before}-frobnicated"),
            format!("{before} (frobnicated)"),
        ] {
            let found = normalise(&raw, context);
            prop_assert_eq!(found.expression(), None, "{}", raw);
        }
    }

    /// Whatever stands around a name, no answer names a licence that the statement does not.
    #[test]
    fn no_answer_names_what_the_statement_does_not(raw in composed(), context in any_context()) {
        let lower = raw.to_lowercase();
        for id in normalise(&raw, context).expression().iter().flat_map(|one| facts::identifiers(one)) {
            let family = facts::family(&id).unwrap_or_default().to_lowercase();
            let names: &[&str] = match family.as_str() {
                "gpl" => &["gpl", "general public"],
                "apache" => &["apache"],
                "mpl" => &["mozilla"],
                "etalab" => &["ouverte"],
                "licenseref" | "" => &["licenseref"],
                "bsd" => &["clause"],
                _ => &[],
            };
            let is_named = names.iter().any(|name| lower.contains(name)) || lower.contains(&family);
            prop_assert!(is_named, "{} -> {}", raw, id);
        }
    }

    /// One slip in an abbreviation gives what is right without it, or nothing.
    #[test]
    fn a_slip_never_leads_elsewhere(
        name in prop::sample::select(vec!["GPL", "LGPL", "AGPL", "EUPL", "MPL", "EPL", "CDDL"]),
        version in prop::sample::select(vec!["1.0", "1.1", "1.2", "2.0", "2.1", "3.0"]),
        at in 0usize..4, doubles in any::<bool>(),
    ) {
        let mut letters: Vec<char> = name.chars().collect();
        if at + 1 >= letters.len() {
            return Ok(());
        }
        if doubles {
            letters.insert(at, letters[at]);
        } else {
            letters.swap(at, at + 1);
        }
        let written: String = letters.into_iter().collect();
        let right = normalise(&format!("{name} {version}"), Context::Text);
        let found = normalise(&format!("{written} {version}"), Context::Text);
        let is_itself = spdx::identifiers::LICENSES.iter().any(|l| l.name.starts_with(&written));
        prop_assert!(
            is_itself || found.expression().is_none() || found.expression() == right.expression(),
            "{} {} -> {:?}", written, version, found.expression()
        );
    }

    #[test]
    fn letter_case_does_not_change_an_identifier(index in 0usize..750) {
        let Some(licence) = spdx::identifiers::LICENSES.get(index) else { return Ok(()) };
        let exact = normalise(licence.name, Context::Spdx);
        let upper = normalise(&licence.name.to_uppercase(), Context::Spdx);
        prop_assert_eq!(exact.expression(), upper.expression());
    }
}
