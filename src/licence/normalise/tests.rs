//! Statements and what they mean, by kind.

use super::super::Range;
use super::*;

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
        ("http://publications.europa.eu/resource/authority/licence/COM_REUSE", Url, "not listed"),
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
    use crate::licence::Language::{De, Fr, It, Nl};
    use Context::{Cargo, Cran, Dep5, Fedora, Text, TextIn, Trove};
    for (raw, context, expected) in [
        ("GNU GPL v3", Text, "GPL-3.0-only (range not stated)"),
        ("GPLv3+", Text, "GPL-3.0-or-later"),
        ("GPL 3+ file LICENSE", Cran, "? file"),
        ("GPLv3+-like", Text, "? like"),
        ("GNU GPL 2.1", Text, "? 2.1"),
        ("Mozilla Public License (MPL) v2.0", Text, "MPL-2.0"),
        ("Mozilla Public License (EPL) v2.0", Text, "? 2.0"),
        ("version 3 of the GNU General Public License", Text, "GPL-3.0-only (range not stated)"),
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
        ("Artistic or GPL-1+, and ISC", Dep5, "(Artistic-1.0-Perl OR GPL-1.0-or-later) AND ISC"),
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
        ("LGPL-2.0+ with wxWidgets exception", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
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
        ("https://www.gnu.org/licenses/gpl-3.0.en.html", Url, "GPL-3.0-only (range not stated)"),
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
