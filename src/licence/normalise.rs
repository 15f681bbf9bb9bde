//! From a statement to its [`Outcome`]: words that state nothing, SPDX syntax, addresses, and then
//! the grammar, which must explain every token. The first that answers wins; whatever comes out
//! must be a valid SPDX expression.

use std::borrow::Cow;

use super::address::as_alias;
use super::table::TABLES;
use super::tokens::{OR_LATER, fold, tokens};
use super::{Context, Normalised, Outcome, address, expression, grammar, slips, together};

/// A longer text is a licence, not the name of one.
const LONGEST_STATEMENT: usize = 400;

/// What `raw` states, read as `context`. Pure; never fails and never panics.
pub fn normalise(raw: &str, context: Context) -> Normalised {
    let outcome = outcome(&single_spaced(raw.trim()), context);
    Normalised { raw: raw.to_owned(), context, outcome }
}

/// The text with one space for each run of white space. Longer texts are refused as they are.
fn single_spaced(text: &str) -> Cow<'_, str> {
    let is_single = |text: &str| {
        !text.contains("  ") && !text.contains(|char: char| char != ' ' && char.is_whitespace())
    };
    if text.len() > 2 * LONGEST_STATEMENT || is_single(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn outcome(statement: &str, context: Context) -> Outcome {
    if let Some(outcome) = expression::identifier(statement, context) {
        return outcome;
    }
    if statement.len() > LONGEST_STATEMENT {
        return rejected(statement);
    }
    let folded = fold(statement);
    if TABLES.states_nothing(&folded) {
        return Outcome::NoStatement;
    }
    if let Some(outcome) =
        expression::expression(statement, context).or_else(|| address::address(statement, context))
    {
        return outcome;
    }
    if matches!(context, Context::Url | Context::Wikidata) {
        return rejected(statement);
    }
    if let Some(outcome) = together::name_and_address(statement, context) {
        return outcome;
    }
    let Some(name) = without_classifier(&folded) else {
        return Outcome::NotListed { licence_ref: None };
    };
    let name = with_dots(name);
    let written = tokens(&name);
    let mended = slips::mended(&written);
    let tokens = mended.as_deref().unwrap_or(&written);
    let outcome = match grammar::parse(tokens, context) {
        Ok(outcome) if mended.is_some() => as_alias(outcome),
        Ok(outcome) => outcome,
        Err(at) => {
            let token = tokens.get(at).map_or(statement, |token| token.text);
            return rejected(as_written(statement, if token == OR_LATER { "+" } else { token }));
        }
    };
    // The gate: whatever the rules made must be a strict SPDX expression.
    match &outcome {
        Outcome::Expression { expression, .. } if spdx::Expression::parse(expression).is_err() => {
            rejected(statement)
        }
        _ => outcome,
    }
}

/// The name in a classifier of the Python package index, and any other text as it is. `None` for a
/// classifier that names no licence: `License :: OSI Approved`.
fn without_classifier(folded: &str) -> Option<&str> {
    let Some(rest) = folded.strip_prefix("license ::") else { return Some(folded) };
    let rest = rest.trim();
    let name = match rest.strip_prefix("osi approved") {
        Some(name) => name.trim().strip_prefix("::")?.trim(),
        None => rest,
    };
    (name != "dfsg approved").then_some(name)
}

/// Versions as slugs write them, with dots: `apache-2-0`, `lgpl_2_1`. Between single digits a dash or
/// an underscore says nothing else: no name of a licence has one there.
fn with_dots(folded: &str) -> Cow<'_, str> {
    let bytes = folded.as_bytes();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let starts_version = |before: &u8| matches!(before, b' ' | b'-' | b'_' | b'/' | b'v');
    let joins = |at: usize| {
        matches!(bytes.get(at), Some(b'-' | b'_'))
            && is_digit(at.checked_sub(1))
            && is_digit(Some(at + 1))
            && at.checked_sub(2).and_then(|at| bytes.get(at)).is_none_or(starts_version)
            && !matches!(bytes.get(at + 2), Some(b'.' | b'0'..=b'9'))
    };
    if !(0..bytes.len()).any(joins) {
        return Cow::Borrowed(folded);
    }
    Cow::Owned(folded.char_indices().map(|(at, char)| if joins(at) { '.' } else { char }).collect())
}

/// A folded token in the letters of the statement, where they differ in case only.
fn as_written<'a>(statement: &'a str, token: &'a str) -> &'a str {
    let at = statement.to_ascii_lowercase().find(token);
    at.and_then(|at| statement.get(at..at + token.len())).unwrap_or(token)
}

fn rejected(unexplained: &str) -> Outcome {
    Outcome::Rejected { unexplained: unexplained.chars().take(80).collect() }
}

#[cfg(test)]
mod tests {
    use super::super::{Range, facts};
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, context: Context, expected: &str) {
        let normalised = normalise(raw, context);
        let found = match &normalised.outcome {
            Outcome::Expression { expression, range: Range::Unstated, .. } => {
                format!("{expression} (range not stated)")
            }
            Outcome::Expression { expression, .. } => expression.clone(),
            Outcome::Candidates { candidates, .. } => format!("one of {}", candidates.join(", ")),
            Outcome::NotListed { .. } => "not listed".to_owned(),
            Outcome::NoStatement => "nothing".to_owned(),
            Outcome::Rejected { unexplained } => format!("? {unexplained}"),
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
            ("(MIT AND bsd-3-clause)", Spdx, "MIT AND BSD-3-Clause"),
            ("MIT and Apache-2.0", Spdx, "MIT AND Apache-2.0"),
            ("MIT and Apache-2.0", Text, "MIT AND Apache-2.0"),
            ("MIT and Apache 2.0", Text, "one of MIT, Apache-2.0"),
            ("GPL-3.0", Spdx, "GPL-3.0-only (range not stated)"),
            ("GPL-3.0+", Spdx, "GPL-3.0-or-later"),
            (
                "gpl-2.0-with-classpath-exception",
                Text,
                "GPL-2.0-only WITH Classpath-exception-2.0 (range not stated)",
            ),
            ("LGPL-3.0-or-later AND MPL-2.0+", Spdx, "LGPL-3.0-or-later AND MPL-2.0+"),
            ("GPL-3.0-or-later+", Spdx, "? +"),
            (
                "GPL-2.0-only with Classpath-exception-2.0",
                Spdx,
                "GPL-2.0-only WITH Classpath-exception-2.0",
            ),
            ("LicenseRef-Acme OR MIT", Spdx, "LicenseRef-Acme OR MIT"),
            ("MIT OR Net-SNMP", Spdx, "MIT OR (MIT-CMU AND BSD-3-Clause)"),
            ("https://spdx.org/licenses/MIT.html", Url, "MIT"),
            ("http://publications.europa.eu/resource/authority/licence/EUPL_1_2", Url, "EUPL-1.2"),
            (
                "http://publications.europa.eu/resource/authority/licence/CC_BYNC_4_0",
                Url,
                "CC-BY-NC-4.0",
            ),
            ("http://publications.europa.eu/resource/authority/licence/CC0", Url, "CC0-1.0"),
            (
                "http://publications.europa.eu/resource/authority/licence/GPL_3_0",
                Url,
                "GPL-3.0-only (range not stated)",
            ),
            (
                "http://publications.europa.eu/resource/authority/licence/COM_REUSE",
                Url,
                "not listed",
            ),
            ("https://example.org/LICENSE", Url, "not listed"),
            ("NOASSERTION", Spdx, "nothing"),
            ("  ", Text, "nothing"),
            ("N/A", Text, "nothing"),
            ("Other", Text, "nothing"),
            ("UNLICENSED", Text, "nothing"),
            ("BSD", Text, "one of BSD-2-Clause, BSD-3-Clause, BSD-4-Clause"),
            ("MIT/X11", Text, "MIT"),
            (
                "LGPL-2.1, LGPL-2.0,  LGPL-3.0",
                Text,
                "one of LGPL-2.1-only, LGPL-2.0-only, LGPL-3.0-only",
            ),
            ("MPL 2.0 et EPL 1.0", Text, "one of MPL-2.0, EPL-1.0"),
            ("MIT MIT", Spdx, "one of MIT"),
        ] {
            check(raw, context, expected);
        }
    }

    #[test]
    fn the_grammar_explains_every_token_or_refuses() {
        use super::super::Language::{De, Fr, It, Nl};
        use Context::{Cargo, Cran, Dep5, Fedora, Text, TextIn, Trove};
        for (raw, context, expected) in [
            ("GNU GPL v3", Text, "GPL-3.0-only (range not stated)"),
            ("GPLv3+", Text, "GPL-3.0-or-later"),
            ("GPL 3+ file LICENSE", Cran, "? file"),
            ("GPLv3+-like", Text, "? like"),
            ("GNU GPL 2.1", Text, "? 2.1"),
            ("Mozilla Public License (MPL) v2.0", Text, "MPL-2.0"),
            ("Mozilla Public License (EPL) v2.0", Text, "? 2.0"),
            (
                "version 3 of the GNU General Public License",
                Text,
                "GPL-3.0-only (range not stated)",
            ),
            ("GPL 2 or (at your option) any later version", Text, "GPL-2.0-or-later"),
            ("EUPL 1.2 only", Text, "EUPL-1.2"),
            ("EUPL 1.1 or later", Text, "EUPL-1.1+"),
            ("LGPL v2", Text, "one of LGPL-2.0-only, LGPL-2.1-only"),
            ("LGPL-2", Dep5, "LGPL-2.0-only (range not stated)"),
            ("LGPL (>= 2.0, < 3)", Cran, "LGPL-2.0-only OR LGPL-2.1-only"),
            ("GPL (> 2)", Cran, "GPL-3.0-or-later"),
            ("GPL (> 3)", Cran, "? 3"),
            ("ISC + file LICENSE", Cran, "ISC"),
            ("ISC/Zlib", Cargo, "ISC OR Zlib"),
            ("ISC/Zlib", Text, "one of ISC, Zlib"),
            ("ISC or Zlib, and X11", Dep5, "(ISC OR Zlib) AND X11"),
            ("ISC and/or Zlib", Dep5, "one of ISC, Zlib"),
            (
                "GPL-2 with Classpath exception",
                Dep5,
                "GPL-2.0-only WITH Classpath-exception-2.0 (range not stated)",
            ),
            (
                "GPL-3+ with Autoconf exception",
                Dep5,
                "one of GPL-3.0-or-later WITH Autoconf-exception-2.0, GPL-3.0-or-later WITH Autoconf-exception-3.0",
            ),
            ("ISC or proprietary", Text, "not listed"),
            ("3-Klausel-BSD-Lizenz", TextIn(De), "BSD-3-Clause"),
            ("New BSD (2-clause)", Text, "one of BSD-2-Clause, BSD-3-Clause, BSD-4-Clause"),
            ("CC BY-SA 4.0 International", Text, "CC-BY-SA-4.0"),
            ("CC BY-SA 3.0 International", Text, "? International"),
            ("CC BY-NC-SA 3.0 AU", Text, "not listed"),
            (
                "CC BY-SA",
                Text,
                "one of CC-BY-SA-1.0, CC-BY-SA-2.0, CC-BY-SA-2.5, CC-BY-SA-3.0, CC-BY-SA-4.0",
            ),
            ("Creative Commons Namensnennung 4.0", TextIn(De), "CC-BY-4.0"),
            ("sous licence publique de l’Union européenne, version 1.2", TextIn(Fr), "EUPL-1.2"),
            ("Licenza: EUPL 1.2 o successive", TextIn(It), "EUPL-1.2+"),
            ("MIT o EUPL-1.2", TextIn(It), "MIT OR EUPL-1.2"),
            ("MIT o EUPL-1.2", Text, "? o"),
            ("MIT of EUPL-1.2", TextIn(Nl), "MIT OR EUPL-1.2"),
            ("License :: OSI Approved :: MIT License", Trove, "MIT"),
            (
                "License :: OSI Approved :: Apache Software License",
                Trove,
                "one of Apache-1.0, Apache-1.1, Apache-2.0",
            ),
            ("License :: OSI Approved", Trove, "not listed"),
            ("MIT", Fedora, "one of MIT, MIT-CMU, X11, MIT-Modern-Variant"),
            ("GPL+", Fedora, "GPL-1.0-or-later"),
            ("Intel license", Text, "? license"),
        ] {
            check(raw, context, expected);
        }
    }

    #[test]
    fn or_later_and_exceptions_stay_with_the_candidates() {
        use Context::{Text, Trove};
        for (raw, context, expected) in [
            ("LGPLv2+", Text, "one of LGPL-2.0-or-later, LGPL-2.1-or-later"),
            ("LGPL 2 or later", Text, "one of LGPL-2.0-or-later, LGPL-2.1-or-later"),
            ("LGPLv2 only", Text, "one of LGPL-2.0-only, LGPL-2.1-only"),
            (
                "License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)",
                Trove,
                "one of LGPL-2.0-or-later, LGPL-2.1-or-later",
            ),
            ("CeCILL 2 ou ultérieure", Text, "one of CECILL-2.0+, CECILL-2.1+"),
            (
                "GPL with Classpath exception",
                Text,
                "one of GPL-1.0-only WITH Classpath-exception-2.0, \
                 GPL-2.0-only WITH Classpath-exception-2.0, \
                 GPL-3.0-only WITH Classpath-exception-2.0",
            ),
        ] {
            check(raw, context, expected);
        }
    }

    #[test]
    fn the_terms_of_perl_are_a_pair() {
        use Context::{Cran, Dep5, Fedora, Text};
        for (raw, context, expected) in [
            ("GPL-1+ or Artistic", Dep5, "GPL-1.0-or-later OR Artistic-1.0-Perl"),
            ("Artistic or GPL-1+", Dep5, "Artistic-1.0-Perl OR GPL-1.0-or-later"),
            (
                "Artistic or GPL-1+, and ISC",
                Dep5,
                "(Artistic-1.0-Perl OR GPL-1.0-or-later) AND ISC",
            ),
            ("Artistic | GPL (>= 1)", Cran, "Artistic-1.0-Perl OR GPL-1.0-or-later"),
            ("GPL+ or Artistic", Fedora, "GPL-1.0-or-later OR Artistic-1.0-Perl"),
            ("Perl", Text, "GPL-1.0-or-later OR Artistic-1.0-Perl"),
            ("Artistic", Dep5, "one of Artistic-1.0, Artistic-2.0"),
            ("Artistic or GPL-2+", Dep5, "one of Artistic-1.0, Artistic-2.0, GPL-2.0-or-later"),
            ("Artistic and GPL-1+", Dep5, "one of Artistic-1.0, Artistic-2.0, GPL-1.0-or-later"),
        ] {
            check(raw, context, expected);
        }
    }

    #[test]
    fn former_and_short_names_are_names() {
        for (raw, expected) in [
            ("Free Public License 1.0.0", "0BSD"),
            ("BSD+Patent", "BSD-2-Clause-Patent"),
            ("ALv2", "Apache-2.0"),
            ("UoI-NCSA", "NCSA"),
            ("NOSA 1.3", "NASA-1.3"),
            ("LOv2", "etalab-2.0"),
            ("dl-zero-de/2.0", "DL-DE-ZERO-2.0"),
            ("ELv2", "Elastic-2.0"),
            ("BSL 1.1", "BUSL-1.1"),
            ("BSL 1.0", "BSL-1.0"),
            ("wxWindows Library License", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
            ("GNU Library General Public License v2 or later", "LGPL-2.0-or-later"),
            ("Public Domain/CC0 1.0", "CC0-1.0"),
            ("GNU/GPL v3", "GPL-3.0-only (range not stated)"),
            ("apache-2-0", "Apache-2.0"),
            ("lgpl_2_1", "LGPL-2.1-only (range not stated)"),
            ("CC BY-SA 4", "CC-BY-SA-4.0"),
            ("GPL v2 or v3", "GPL-2.0-only OR GPL-3.0-only (range not stated)"),
            ("CC BY 2", "? 2"),
            ("APLv2", "? 2"),
            ("GPL 2 3", "? 3"),
            ("MIT or 2.0", "? 2.0"),
            ("LO 1.0", "? 1.0"),
        ] {
            check(raw, Context::Text, expected);
        }
    }

    #[test]
    fn exceptions_have_common_names() {
        let classpath = "GPL-2.0-only WITH Classpath-exception-2.0 (range not stated)";
        for (raw, expected) in [
            ("GPLv2 license, includes the Classpath exception", classpath),
            ("GPL2 w/ CPE", classpath),
            ("GPLv2 + Classpath exception", classpath),
            ("GPL 2 avec l’exception Classpath", classpath),
            ("GPLv2 mit Classpath-Ausnahme", classpath),
            ("GPL v2 con eccezione Classpath", classpath),
            (
                "LGPL-2.0+ with wxWidgets exception",
                "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
            ),
            ("Apache 2.0 with Runtime Library Exception", "Apache-2.0 WITH Swift-exception"),
            (
                "LGPL 2.1 only with OCaml linking exception",
                "LGPL-2.1-only WITH OCaml-LGPL-linking-exception",
            ),
            (
                "GPLv3 only with GCC runtime library exception",
                "one of GPL-3.0-only WITH GCC-exception-2.0, GPL-3.0-only WITH GCC-exception-3.1",
            ),
            ("GPLv2+CE", "? CE"),
            ("GPLv2 with parcel exception", "? parcel"),
            ("GPLv2 with exceptions", "? with"),
        ] {
            check(raw, Context::Text, expected);
        }
    }

    #[test]
    fn a_sentence_of_a_known_frame_says_its_licence_only() {
        for (raw, expected) in [
            ("This project is released under the MIT License.", "MIT"),
            ("The source code is covered by the EUPL 1.2", "EUPL-1.2"),
            ("Ce logiciel est distribué sous licence CeCILL-B", "CECILL-B"),
            ("Concédé sous licence EUPL, version 1.2", "EUPL-1.2"),
            ("Le code source est soumis à la licence MIT", "MIT"),
            ("Concesso in licenza a norma dell’EUPL, versione 1.2", "EUPL-1.2"),
            ("Il software è rilasciato sotto licenza MIT", "MIT"),
            ("Diese Software wird unter der EUPL 1.2 veröffentlicht.", "EUPL-1.2"),
            ("Der Quellcode unterliegt der MIT-Lizenz", "MIT"),
            ("Este software se distribuye bajo la licencia MIT", "MIT"),
            ("Con licencia con arreglo a la EUPL 1.2", "EUPL-1.2"),
            ("Deze software valt onder de EUPL 1.2", "EUPL-1.2"),
            ("In licentie gegeven krachtens de EUPL 1.2", "EUPL-1.2"),
            ("The documentation is under the MIT License", "? documentation"),
            ("This project is not licensed under MIT", "? not"),
            ("This project was released under MIT", "? was"),
            ("Dieses Projekt steht nicht unter der MIT-Lizenz", "? nicht"),
            ("Parts of this software are under MIT", "? Parts"),
            ("Ce logiciel n’est pas sous licence MIT", "? n"),
            ("Distributed by MIT", "? by"),
        ] {
            check(raw, Context::Text, expected);
        }
    }

    #[test]
    fn addresses_are_read_by_host() {
        use Context::{Text, Url, Wikidata};
        for (raw, context, expected) in [
            (
                "https://www.gnu.org/licenses/gpl-3.0.en.html",
                Url,
                "GPL-3.0-only (range not stated)",
            ),
            (
                "https://www.gnu.org/licenses/gpl.html",
                Url,
                "one of GPL-1.0-only, GPL-2.0-only, GPL-3.0-only",
            ),
            ("https://opensource.org/license/apache-2-0", Url, "Apache-2.0"),
            ("https://creativecommons.org/licenses/by/3.0/igo/", Url, "CC-BY-3.0-IGO"),
            ("https://creativecommons.org/licenses/by/3.0/igo/x", Url, "not listed"),
            ("https://creativecommons.org/licenses/by-sa/4.0/deed.fr", Text, "CC-BY-SA-4.0"),
            ("www.gnu.org/licenses/agpl-3.0.html", Text, "AGPL-3.0-only (range not stated)"),
            ("https://gnu.org.example.org/licenses/gpl-3.0.html", Url, "not listed"),
            ("wd:Q334661", Wikidata, "MIT"),
            ("https://www.wikidata.org/wiki/Q1376919", Wikidata, "one of EUPL-1.0, EUPL-1.1"),
            ("Q1", Wikidata, "? Q1"),
        ] {
            check(raw, context, expected);
        }
    }

    #[test]
    fn a_licence_text_is_not_a_statement() {
        let text = "MIT ".repeat(200);
        assert!(matches!(normalise(&text, Context::Text).outcome, Outcome::Rejected { .. }));
    }

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
                prop_assert!(super::super::deprecated::replacement(&id).is_none(), "{}", id);
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
}
