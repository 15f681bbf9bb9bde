//! From a statement to its [`Outcome`].
//!
//! This first version explains exact SPDX expressions, other letter case, deprecated identifiers
//! and the words that state nothing. It refuses the rest and says at which token.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::deprecated::replacement;
use super::{Confidence, Context, Normalised, Outcome, Range};

/// A longer text is a licence, not the name of one.
const LONGEST_STATEMENT: usize = 400;

/// What `raw` states, read as `context`. Pure; never fails and never panics.
pub fn normalise(raw: &str, context: Context) -> Normalised {
    Normalised { raw: raw.to_owned(), context, outcome: outcome(raw.trim(), context) }
}

fn outcome(statement: &str, context: Context) -> Outcome {
    if states_nothing(statement) {
        return Outcome::NoStatement;
    }
    if statement.len() > LONGEST_STATEMENT {
        return rejected(statement);
    }
    let subject = match context {
        Context::Url => match spdx_page(statement) {
            Some(id) => id,
            None => return rejected(statement),
        },
        Context::Spdx | Context::Text => statement,
    };
    expression(subject, context)
}

/// The words by which people and tools say that they state nothing. `NOASSERTION` and `NONE` must
/// be caught here: the `spdx` crate parses the first as if it were a licence.
fn states_nothing(statement: &str) -> bool {
    const WORDS: &[&str] = &[
        "",
        "-",
        "--",
        "?",
        "n/a",
        "na",
        "n.a.",
        "none",
        "null",
        "nil",
        "noassertion",
        "unknown",
        "undefined",
        "unspecified",
        "not specified",
        "not stated",
        "not available",
        "not applicable",
        "no license",
        "no licence",
        "other",
        "tbd",
        "todo",
        "copyright",
        "license",
        "licence",
        "license.txt",
        "license.md",
        "see license",
        "see license file",
        "unlicensed",
        "non renseigné",
        "non renseignée",
        "inconnu",
        "inconnue",
        "aucune",
        "sans objet",
        "sconosciuta",
        "nessuna",
        "unbekannt",
        "keine",
        "keine angabe",
        "onbekend",
        "desconocida",
        "ninguna",
    ];
    let folded = statement.to_lowercase();
    WORDS.contains(&folded.as_str())
}

/// The identifier in the address of a page of the SPDX list: `https://spdx.org/licenses/MIT.html`.
fn spdx_page(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let id = rest.strip_prefix("spdx.org/licenses/")?;
    Some(id.trim_end_matches('/').trim_end_matches(".html").trim_end_matches(".json"))
}

fn rejected(unexplained: &str) -> Outcome {
    Outcome::Rejected { unexplained: unexplained.chars().take(80).collect() }
}

/// Reads an SPDX expression in any letter case and brings its identifiers up to date.
fn expression(statement: &str, context: Context) -> Outcome {
    let mut parts: Vec<String> = Vec::new();
    let mut range = Range::Stated;
    for token in tokens(statement) {
        match explain(token, context) {
            Some((text, token_range)) => {
                if token_range == Range::Unstated {
                    range = Range::Unstated;
                }
                parts.push(text);
            }
            None => return rejected(token),
        }
    }
    let expression = parts.join(" ").replace("( ", "(").replace(" )", ")");
    // The gate: whatever the rules above made must be a strict SPDX expression.
    if spdx::Expression::parse(&expression).is_err() {
        return rejected(statement);
    }
    let confidence = if expression == statement { Confidence::Verbatim } else { Confidence::Alias };
    Outcome::Expression { expression, confidence, range }
}

fn tokens(statement: &str) -> impl Iterator<Item = &str> {
    statement.split_whitespace().flat_map(split_parentheses)
}

fn split_parentheses(word: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = word;
    while let Some(at) = rest.find(['(', ')']) {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            tokens.push(before);
        }
        let (parenthesis, after) = from.split_at(1);
        tokens.push(parenthesis);
        rest = after;
    }
    if !rest.is_empty() {
        tokens.push(rest);
    }
    tokens
}

/// The current spelling of one token, or `None` where it is neither an operator nor on the list.
fn explain(token: &str, context: Context) -> Option<(String, Range)> {
    let stated = |text: &str| Some((text.to_owned(), Range::Stated));
    if matches!(token, "(" | ")" | "AND" | "OR" | "WITH") {
        return stated(token);
    }
    match token.to_ascii_lowercase().as_str() {
        "or" => return stated("OR"),
        "with" => return stated("WITH"),
        // In prose "and" may join two licences that are meant as a choice; it counts only where
        // the field is made for SPDX.
        "and" => return (context == Context::Spdx).then(|| ("AND".to_owned(), Range::Stated)),
        _ => {}
    }
    if token.starts_with("LicenseRef-") || token.starts_with("DocumentRef-") {
        return stated(token);
    }
    let folded = token.to_ascii_lowercase();
    if let Some(&id) = IDENTIFIERS.get(&folded) {
        return Some(match replacement(id) {
            Some((current, range)) => (group(current), range),
            None => (id.to_owned(), Range::Stated),
        });
    }
    if let Some(&exception) = EXCEPTIONS.get(&folded) {
        return stated(exception);
    }
    let base = folded.strip_suffix('+')?;
    let id = IDENTIFIERS.get(base)?;
    // `GPL-3.0+` is on the list above; `GPL-3.0-or-later+` and `GPL-3.0-only+` mean nothing.
    if spdx::license_id(id).is_some_and(|licence| licence.is_gnu()) {
        return None;
    }
    stated(&format!("{id}+"))
}

/// A replacement of several words must stay together beside `AND` and `OR`.
fn group(replacement: &str) -> String {
    if replacement.contains(" AND ") { format!("({replacement})") } else { replacement.to_owned() }
}

/// Every identifier of the list by its lower-case form.
static IDENTIFIERS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    spdx::identifiers::LICENSES
        .iter()
        .filter(|licence| !matches!(licence.name, "NOASSERTION" | "NONE"))
        .map(|licence| (licence.name.to_ascii_lowercase(), licence.name))
        .collect()
});

/// Every exception of the list by its lower-case form.
static EXCEPTIONS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    spdx::identifiers::EXCEPTIONS
        .iter()
        .map(|exception| (exception.name.to_ascii_lowercase(), exception.name))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, context: Context, expected: &str) {
        let normalised = normalise(raw, context);
        let found = match &normalised.outcome {
            Outcome::Expression { expression, range: Range::Unstated, .. } => {
                format!("{expression} (range not stated)")
            }
            Outcome::Expression { expression, .. } => expression.clone(),
            Outcome::NoStatement => "nothing".to_owned(),
            Outcome::Rejected { unexplained } => format!("? {unexplained}"),
            other => format!("{other:?}"),
        };
        assert_eq!(found, expected, "{raw:?} as {context:?}");
    }

    #[test]
    fn what_is_explained_and_what_is_refused() {
        use Context::{Spdx, Text, Url};
        for (raw, context, expected) in [
            ("MIT", Spdx, "MIT"),
            ("eupl-1.2", Spdx, "EUPL-1.2"),
            ("mit or apache-2.0", Text, "MIT OR Apache-2.0"),
            ("(MIT AND bsd-3-clause)", Spdx, "(MIT AND BSD-3-Clause)"),
            ("MIT and Apache-2.0", Spdx, "MIT AND Apache-2.0"),
            ("MIT and Apache-2.0", Text, "? and"),
            ("GPL-3.0", Spdx, "GPL-3.0-only (range not stated)"),
            ("GPL-3.0+", Spdx, "GPL-3.0-or-later"),
            (
                "gpl-2.0-with-classpath-exception",
                Text,
                "GPL-2.0-only WITH Classpath-exception-2.0 (range not stated)",
            ),
            ("LGPL-3.0-or-later AND MPL-2.0+", Spdx, "LGPL-3.0-or-later AND MPL-2.0+"),
            ("GPL-3.0-or-later+", Spdx, "? GPL-3.0-or-later+"),
            (
                "GPL-2.0-only with Classpath-exception-2.0",
                Spdx,
                "GPL-2.0-only WITH Classpath-exception-2.0",
            ),
            ("LicenseRef-Acme OR MIT", Spdx, "LicenseRef-Acme OR MIT"),
            ("MIT OR Net-SNMP", Spdx, "MIT OR (MIT-CMU AND BSD-3-Clause)"),
            ("https://spdx.org/licenses/MIT.html", Url, "MIT"),
            ("https://example.org/LICENSE", Url, "? https://example.org/LICENSE"),
            ("NOASSERTION", Spdx, "nothing"),
            ("  ", Text, "nothing"),
            ("N/A", Text, "nothing"),
            ("Other", Text, "nothing"),
            ("UNLICENSED", Text, "nothing"),
            ("BSD", Text, "? BSD"),
            ("MIT/X11", Text, "? MIT/X11"),
            ("LGPL-2.1, LGPL-2.0,  LGPL-3.0", Text, "? LGPL-2.1,"),
            ("MPL 2.0 et EPL 1.0", Text, "? MPL"),
            ("MIT MIT", Spdx, "? MIT MIT"),
        ] {
            check(raw, context, expected);
        }
    }

    #[test]
    fn a_licence_text_is_not_a_statement() {
        let text = "MIT ".repeat(200);
        assert!(matches!(normalise(&text, Context::Text).outcome, Outcome::Rejected { .. }));
    }

    proptest! {
        #[test]
        fn never_panics_and_every_answer_normalises_to_itself(raw in ".{0,60}") {
            for context in [Context::Spdx, Context::Text, Context::Url] {
                if let Some(expression) = normalise(&raw, context).expression() {
                    let again = normalise(expression, Context::Spdx);
                    prop_assert_eq!(again.expression(), Some(expression));
                }
            }
        }

        #[test]
        fn letter_case_does_not_change_the_answer(index in 0usize..700) {
            let Some(licence) = spdx::identifiers::LICENSES.get(index) else { return Ok(()) };
            let exact = normalise(licence.name, Context::Spdx);
            let upper = normalise(&licence.name.to_uppercase(), Context::Spdx);
            prop_assert_eq!(exact.expression(), upper.expression());
        }
    }
}
