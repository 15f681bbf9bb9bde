//! What is concluded about a licence, in words. An unknown never looks like a yes.

use super::paths;
use crate::catalogue::content::LicenceStatement;
use crate::catalogue::merge::licence::Concluded;
use crate::licence::conflict::Severity;
use crate::licence::facts::{Fact, Facts, Kind, facts, full_name, identifiers};
use crate::web::i18n::language::Language;
use crate::web::i18n::translation::translated;
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// A conclusion in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The CSS class: `good` only where the licence is known to be open source.
    pub class: &'static str,
    pub text: String,
}

/// A licence with its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceLink {
    pub id: String,
    pub name: Option<&'static str>,
    pub href: String,
}

impl Shorten for Badge {
    fn shorten(&mut self, brevity: Brevity) {
        self.text.shorten(brevity);
    }
}

impl Shorten for LicenceLink {
    fn shorten(&mut self, brevity: Brevity) {
        self.id.shorten(brevity);
    }
}

/// What is concluded from the statements.
pub fn badge(t: Language, licence: &Concluded, statements: &[LicenceStatement]) -> Badge {
    let stated = licence.stated().join(" / ");
    let (class, text) = match licence {
        Concluded::Resolved { expression, .. } => {
            let (class, key) = match facts(expression).osi_approved {
                Fact::Yes => ("good", "licence-osi-yes"),
                Fact::No => ("plain", "licence-osi-no"),
                Fact::NotStated => ("plain", "licence-osi-not-stated"),
            };
            (class, t.with(key, &[("licence", expression)]))
        }
        Concluded::Ambiguous { incomplete, .. } => {
            let key = match is_open_source(licence) {
                _ if *incomplete => "licence-incomplete",
                Fact::Yes => "licence-unclear-open-source",
                Fact::No => "licence-unclear-not-open-source",
                Fact::NotStated => "licence-ambiguous",
            };
            ("open", t.with(key, &[("licences", &stated)]))
        }
        Concluded::Conflict { class, .. } => {
            let key = match (is_open_source(licence), class.severity()) {
                (Fact::Yes, _) => "licence-disputed-open-source",
                (Fact::No, _) => "licence-disputed-not-open-source",
                (Fact::NotStated, Severity::Hard) => "licence-conflict",
                (Fact::NotStated, Severity::Soft | Severity::None) => "licence-differs",
            };
            ("open", t.with(key, &[("licences", &stated)]))
        }
        Concluded::Unknown if statements.iter().any(|one| one.normalised.is_statement()) => {
            ("open", t.say("licence-not-understood"))
        }
        Concluded::Unknown => ("open", t.say("licence-unknown")),
    };
    Badge { class, text }
}

/// Whether it is open source whichever of the stated licences holds.
fn is_open_source(licence: &Concluded) -> Fact {
    licence.facts().map_or(Fact::NotStated, |facts| facts.open_source)
}

/// The licences that somebody states, each with its page.
pub fn links(licence: &Concluded) -> PartialList<LicenceLink> {
    let mut all: Vec<LicenceLink> = Vec::new();
    for id in licence.stated().into_iter().flat_map(identifiers) {
        if !all.iter().any(|one| one.id == id) {
            all.push(LicenceLink { name: full_name(&id), href: paths::licence(&id), id });
        }
    }
    PartialList::new(all, 0)
}

/// The facts about a licence, each with its source and date. What nobody states is left out, but for
/// open source and the kind of copyleft, of which "not stated" is said too.
pub fn fact_lines(t: Language, facts: &Facts) -> Vec<String> {
    Kind::ALL
        .into_iter()
        .filter_map(|kind| {
            let word = facts.word(kind);
            let line = t.known("fact", &format!("{}-{word}", kind.as_str()))?;
            let line = match facts.by_branch.get(&kind) {
                Some(branch) => t.with("fact-by-branch", &[("fact", &line), ("branch", branch)]),
                None => line,
            };
            Some(match kind.source() {
                Some(from) => t.with(
                    "fact-with-source",
                    &[
                        ("fact", &line),
                        ("source", &translated(t, &from.name)),
                        ("date", &translated(t, &from.date)),
                    ],
                ),
                None => line,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::LicenceSlot;
    use crate::licence::conflict::Class;
    use crate::licence::{Context, Range, normalise};

    fn check(licence: &Concluded, class: &str, text: &str) {
        check_with(licence, &[], class, text);
    }

    fn check_with(licence: &Concluded, raw: &[&str], class: &str, text: &str) {
        let statements: Vec<LicenceStatement> = raw
            .iter()
            .map(|raw| LicenceStatement {
                slot: LicenceSlot::Asserted,
                normalised: normalise(raw, Context::Text),
            })
            .collect();
        let badge = badge(Language::English, licence, &statements);
        assert_eq!((badge.class, badge.text.as_str()), (class, text));
    }

    #[test]
    fn every_fact_has_its_words() {
        let words = |expression: &str| fact_lines(Language::English, &facts(expression)).join("\n");
        for (expression, told) in [
            ("EUPL-1.2", "Open source ("),
            ("EUPL-1.2", "Approved by the Open Source Initiative ("),
            ("EUPL-1.2", "In the Appendix of the EUPL 1.2 ("),
            ("EUPL-1.2", "On the list for French administrations ("),
            ("EUPL-1.2", "Recommended by the Italian guidelines ("),
            ("EUPL-1.2", "On the list of the Digital Public Goods Alliance ("),
            ("MIT", "Free according to the Free Software Foundation ("),
            ("MIT OR SSPL-1.0", "Open source, if MIT is chosen ("),
            ("SSPL-1.0", "Not open source ("),
            ("LicenseRef-x", "Whether it is open source is not stated"),
        ] {
            assert!(words(expression).contains(told), "{expression}: {}", words(expression));
        }
    }

    #[test]
    fn only_a_known_open_source_licence_looks_good() {
        let resolved = |expression: &str| Concluded::Resolved {
            expression: expression.to_owned(),
            range: Range::Stated,
        };
        let two = || ["MIT".to_owned(), "EUPL-1.2".to_owned()].into();
        check(&resolved("MIT"), "good", "MIT – open source (OSI)");
        check(&resolved("SSPL-1.0"), "plain", "SSPL-1.0 – not approved by the OSI");
        check(&resolved("LicenseRef-x"), "plain", "LicenseRef-x – OSI approval not stated");
        check(
            &Concluded::Conflict { class: Class::Contradiction, expressions: two() },
            "open",
            "Open source: yes; exact licence disputed: EUPL-1.2 / MIT",
        );
        let unclear = |candidates: &[&str], incomplete| Concluded::Ambiguous {
            candidates: candidates.iter().map(|&one| one.to_owned()).collect(),
            incomplete,
        };
        check(
            &unclear(&["MIT", "EUPL-1.2"], false),
            "open",
            "Open source: yes; exact licence unclear: EUPL-1.2 / MIT",
        );
        check(
            &unclear(&["SSPL-1.0", "BUSL-1.1"], false),
            "open",
            "Open source: no; exact licence unclear: BUSL-1.1 / SSPL-1.0",
        );
        check(&unclear(&["MIT", "SSPL-1.0"], false), "open", "Licence unclear: MIT / SSPL-1.0");
        check(
            &unclear(&["MIT"], true),
            "open",
            "Licence unclear: MIT, and terms that are not understood",
        );
        let sspl = ["MIT".to_owned(), "SSPL-1.0".to_owned()].into();
        check(
            &Concluded::Conflict { class: Class::Contradiction, expressions: sspl },
            "open",
            "Sources contradict each other: MIT / SSPL-1.0",
        );
        check(&Concluded::Unknown, "open", "Licence not stated");
        check_with(&Concluded::Unknown, &["N/A"], "open", "Licence not stated");
        check_with(
            &Concluded::Unknown,
            &["as is"],
            "open",
            "Licence unclear: the statement is not understood",
        );
    }
}
