//! The fourth slot of a licence: what we conclude from what others state.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::content::LicenceStatement;
use crate::licence::conflict::{Class, Severity, Stated, classify, worst};
use crate::licence::facts::{Facts, common, facts};
use crate::licence::{Outcome, Range};

/// What we conclude about a software's licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Concluded {
    /// All records that state a licence state this one.
    Resolved { expression: String, range: Range },
    /// Records name licences without saying which holds, or how they combine.
    Ambiguous {
        candidates: BTreeSet<String>,
        /// Whether something is stated beside the candidates that none of them stands for: terms
        /// that are not understood or not listed. It may take away what the candidates give.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        incomplete: bool,
    },
    /// Records do not agree. Nothing is concluded (SPDX `NOASSERTION`), not even where they share
    /// a licence: which of them is right is for their owners to say.
    Conflict {
        /// How far they are apart. What was stored before classes were told counts as the worst.
        #[serde(default = "contradiction")]
        class: Class,
        expressions: BTreeSet<String>,
    },
    /// Nobody states a licence that we understand.
    Unknown,
}

impl Concluded {
    /// The expression, where there is one.
    pub fn expression(&self) -> Option<&str> {
        match self {
            Self::Resolved { expression, .. } => Some(expression),
            _ => None,
        }
    }

    /// Every expression that somebody states, whether or not we conclude it.
    pub fn stated(&self) -> Vec<&str> {
        match self {
            Self::Resolved { expression, .. } => vec![expression],
            Self::Ambiguous { candidates: all, .. } | Self::Conflict { expressions: all, .. } => {
                all.iter().map(String::as_str).collect()
            }
            Self::Unknown => Vec::new(),
        }
    }

    /// What is known whichever of the stated expressions holds. They may also hold together, or one
    /// by choice: what is true of each of them is true then, too. `None` where nothing is stated.
    pub fn facts(&self) -> Option<Facts> {
        match self {
            Self::Resolved { expression, .. } => Some(facts(expression)),
            Self::Ambiguous { incomplete: true, .. } => Some(Facts::nothing()),
            Self::Ambiguous { .. } | Self::Conflict { .. } => Some(common(self.stated())),
            Self::Unknown => None,
        }
    }

    /// How serious the disagreement between records is.
    pub fn conflict(&self) -> Severity {
        match self {
            Self::Conflict { class, .. } => class.severity(),
            _ => Severity::None,
        }
    }

    /// The state as a word: `resolved`, `ambiguous`, `conflict`, `unknown`.
    pub fn state(&self) -> &'static str {
        match self {
            Self::Resolved { .. } => "resolved",
            Self::Ambiguous { .. } => "ambiguous",
            Self::Conflict { .. } => "conflict",
            Self::Unknown => "unknown",
        }
    }
}

/// Concludes from each record's statements.
///
/// A record that states one expression, and nothing beside it, vouches for it; one that states
/// several has not said how they combine, and one half never speaks for the whole. `GPL-3.0` (range
/// not stated) does not contradict `GPL-3.0-or-later` or `GPL-3.0-only`: the statement that says
/// more counts. A record that says nothing certain contradicts no other record.
pub(super) fn conclude<'a>(records: impl Iterator<Item = &'a [LicenceStatement]>) -> Concluded {
    let mut vouched: Vec<One> = Vec::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    let mut incomplete = false;
    for statements in records {
        let said = Said::of(statements);
        match said.expressions.as_slice() {
            [one] if said.candidates.is_empty() && !said.others => vouched.push(one.clone()),
            [] if said.candidates.is_empty() => {}
            several => {
                open.extend(several.iter().map(|(expression, _)| expression.clone()));
                open.extend(said.candidates);
                incomplete |= said.others;
            }
        }
    }
    let vouched = settle(vouched);
    match vouched.as_slice() {
        [(expression, range)] => {
            Concluded::Resolved { expression: expression.clone(), range: *range }
        }
        [] if open.is_empty() => Concluded::Unknown,
        [] => Concluded::Ambiguous { candidates: open, incomplete },
        several => Concluded::Conflict {
            class: worst(&several.iter().map(|one| Some(stated(one))).collect::<Vec<_>>()),
            expressions: several.iter().map(|(expression, _)| expression.clone()).collect(),
        },
    }
}

/// What one record says.
#[derive(Default)]
struct Said {
    expressions: Vec<One>,
    candidates: BTreeSet<String>,
    /// Whether it says something beside them that no expression stands for.
    others: bool,
}

impl Said {
    fn of(statements: &[LicenceStatement]) -> Self {
        let mut said = Self::default();
        for statement in statements {
            match &statement.normalised.outcome {
                Outcome::Expression { expression, range, .. } => {
                    let one = (expression.clone(), *range);
                    if said.expressions.len() < MOST {
                        said.expressions.push(one);
                    } else {
                        said.others |= !said.expressions.contains(&one);
                    }
                }
                Outcome::Candidates { candidates, .. } => {
                    said.candidates.extend(candidates.iter().cloned());
                }
                Outcome::NotListed { .. } | Outcome::Rejected { .. } => said.others = true,
                // One licence of a list, of which not even the name is told. Whoever else is silent,
                // such as a forge that recognises no licence, takes nothing from what is declared.
                Outcome::NoStatement => {
                    said.others |= statements.iter().any(|other| {
                        other.slot == statement.slot && other.normalised.is_statement()
                    });
                }
            }
        }
        said.expressions = settle(said.expressions);
        said
    }
}

/// Expressions of one record that are compared with each other. A record that states more has not
/// said which holds.
const MOST: usize = 32;

/// An expression and whether it says what holds for later versions.
type One = (String, Range);

fn stated((expression, range): &One) -> Stated<'_> {
    Stated { expression, range: *range }
}

/// Leaves out what another one says as well: in other words, or more precisely. Does not depend
/// on the order.
fn settle(mut all: Vec<One>) -> Vec<One> {
    all.sort_by(|a, b| (a.1 == Range::Unstated, &a.0).cmp(&(b.1 == Range::Unstated, &b.0)));
    all.dedup();
    let mut kept: Vec<One> = Vec::new();
    for one in all {
        let is_said = kept
            .iter()
            .any(|other| classify(Some(stated(other)), Some(stated(&one))) <= Class::DeprecatedId);
        if !is_said {
            kept.push(one);
        }
    }
    kept
}

fn contradiction() -> Class {
    Class::Contradiction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::LicenceSlot;
    use crate::licence::facts::Kind;
    use crate::licence::{Context, normalise};

    fn concluded(records: &[&[&str]]) -> Concluded {
        let records: Vec<Vec<LicenceStatement>> = records
            .iter()
            .map(|statements| {
                statements
                    .iter()
                    .map(|raw| LicenceStatement {
                        slot: LicenceSlot::Asserted,
                        normalised: normalise(raw, Context::Spdx),
                    })
                    .collect()
            })
            .collect();
        conclude(records.iter().map(Vec::as_slice))
    }

    fn check(records: &[&[&str]], expected: &str) {
        let concluded = concluded(records);
        let class = match &concluded {
            Concluded::Conflict { class, .. } => format!(" ({})", class.as_str()),
            _ => String::new(),
        };
        let others = match &concluded {
            Concluded::Ambiguous { incomplete: true, .. } => " and others",
            _ => "",
        };
        let stated = concluded.stated().join(", ");
        let text = format!("{}{class} {stated}{others}", concluded.state());
        assert_eq!(text.trim(), expected, "{records:?}");
    }

    #[test]
    fn what_is_concluded_from_what_is_stated() {
        check(&[], "unknown");
        check(&[&["as is"], &["NOASSERTION"]], "unknown");
        check(&[&["BSD"]], "ambiguous BSD-2-Clause, BSD-3-Clause, BSD-4-Clause");
        check(&[&["MIT"], &["mit"]], "resolved MIT");
        check(&[&["MIT"], &["BSD"]], "resolved MIT");
        check(
            &[&["MIT"], &["AGPL-3.0-or-later"]],
            "conflict (contradiction) AGPL-3.0-or-later, MIT",
        );
        check(&[&["MIT", "Apache-2.0"]], "ambiguous Apache-2.0, MIT");
        check(&[&["MIT", "Apache-2.0"], &["MIT"]], "resolved MIT");
        check(&[&["GPL-3.0"], &["GPL-3.0-or-later"]], "resolved GPL-3.0-or-later");
        check(&[&["GPL-3.0"], &["GPL-3.0-only"]], "resolved GPL-3.0-only");
        check(&[&["GPL-3.0"], &["GPL-3.0"]], "resolved GPL-3.0-only");
        check(
            &[&["GPL-3.0-only"], &["GPL-3.0-or-later"]],
            "conflict (narrower-or-wider) GPL-3.0-only, GPL-3.0-or-later",
        );
        check(
            &[&["GPL-3.0"], &["GPL-3.0-only"], &["GPL-3.0-or-later"]],
            "conflict (narrower-or-wider) GPL-3.0-only, GPL-3.0-or-later",
        );
        check(
            &[&["EUPL-1.2"], &["EUPL-1.2 OR MIT"]],
            "conflict (choice) EUPL-1.2, EUPL-1.2 OR MIT",
        );
        check(
            &[&["EUPL-1.2"], &["EUPL-1.2 OR MIT"], &["ISC"]],
            "conflict (contradiction) EUPL-1.2, EUPL-1.2 OR MIT, ISC",
        );
        check(&[&["MIT OR ISC"], &["ISC OR MIT"]], "resolved ISC OR MIT");
        check(&[&["MIT OR ISC", "ISC OR MIT"]], "resolved ISC OR MIT");
    }

    #[test]
    fn one_half_of_an_entry_never_speaks_for_the_whole() {
        check(&[&["MIT", "Parcel Licence"]], "ambiguous MIT and others");
        check(&[&["MIT", "https://example.org/TERMS"]], "ambiguous MIT and others");
        check(&[&["proprietary", "MIT"]], "ambiguous MIT and others");
        check(&[&["MIT", "NOASSERTION"]], "ambiguous MIT and others");
        check(&[&["MIT", "EUPL"]], "ambiguous EUPL-1.0, EUPL-1.1, EUPL-1.2, MIT");
        check(&[&["EUPL", "as is"]], "ambiguous EUPL-1.0, EUPL-1.1, EUPL-1.2 and others");
        check(&[&["MIT", "CC-BY-NC-4.0"]], "ambiguous CC-BY-NC-4.0, MIT");
        check(&[&["MIT", "MIT"]], "resolved MIT");
        check(&[&["GPL-3.0", "GPL-3.0-or-later"]], "resolved GPL-3.0-or-later");
        // Several sources are not several licences of one entry.
        check(&[&["MIT"], &["Parcel Licence"]], "resolved MIT");
        check(&[&["MIT"], &["MIT", "Parcel Licence"]], "resolved MIT");
        check(&[&["ISC", "as is"], &["MIT"], &["0BSD"]], "conflict (contradiction) 0BSD, MIT");
        check(
            &[&["ISC", "as is"], &["EUPL-1.2", "MIT"]],
            "ambiguous EUPL-1.2, ISC, MIT and others",
        );
    }

    #[test]
    fn a_forge_that_recognises_nothing_takes_nothing_away() {
        let said = |slot, raw| LicenceStatement { slot, normalised: normalise(raw, Context::Spdx) };
        let declared = said(LicenceSlot::Declared, "EUPL-1.2");
        for (raw, state) in [("NOASSERTION", "resolved"), ("as is", "ambiguous")] {
            let statements = [declared.clone(), said(LicenceSlot::Detected, raw)];
            assert_eq!(conclude([statements.as_slice()].into_iter()).state(), state, "{raw}");
        }
    }

    #[test]
    fn what_is_true_of_every_expression_is_told() {
        let check = |records: &[&[&str]], expected: &str| {
            let facts = concluded(records).facts();
            let word = |kind| facts.as_ref().map_or("nothing", |facts| facts.word(kind));
            let told = [Kind::OpenSource, Kind::OsiApproved, Kind::Copyleft].map(word).join(" ");
            assert_eq!(told, expected, "{records:?}");
        };
        check(&[&["GPL-3.0-only"], &["GPL-3.0-or-later"]], "yes yes strong");
        check(&[&["MIT"], &["AGPL-3.0-only"]], "yes yes not-stated");
        check(&[&["MIT"], &["Elastic-2.0"]], "not-stated not-stated not-stated");
        check(&[&["SSPL-1.0"], &["BUSL-1.1"]], "no no not-open");
        check(&[&["MIT", "ISC"]], "yes yes permissive");
        check(&[&["MPL"]], "yes yes weak");
        check(&[&["MIT", "Parcel Licence"]], "not-stated not-stated not-stated");
        check(&[&["SSPL-1.0", "Parcel Licence"]], "not-stated not-stated not-stated");
        check(&[&["MIT", "EUPL-1.2"], &["ISC"]], "yes yes permissive");
        check(&[&["as is"]], "nothing nothing nothing");
    }

    #[test]
    fn a_conflict_stored_without_its_class_is_the_worst() {
        let stored = r#"{"state":"conflict","expressions":["MIT","ISC"]}"#;
        let read: Concluded = serde_json::from_str(stored).expect("a conclusion");
        assert_eq!(read.conflict(), Severity::Hard);
        let written = serde_json::to_value(&read).expect("JSON");
        assert_eq!(written["class"], "contradiction");
    }
}
