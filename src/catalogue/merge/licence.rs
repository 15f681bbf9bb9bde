//! The fourth slot of a licence: what we conclude from what others state.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalogue::content::LicenceStatement;
use crate::licence::conflict::{Class, Severity, Stated, classify, worst};
use crate::licence::{Outcome, Range};

/// What we conclude about a software's licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Concluded {
    /// All records that state a licence state this one.
    Resolved { expression: String, range: Range },
    /// Records name licences without saying which holds, or how they combine.
    Ambiguous { candidates: BTreeSet<String> },
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
            Self::Ambiguous { candidates: all } | Self::Conflict { expressions: all, .. } => {
                all.iter().map(String::as_str).collect()
            }
            Self::Unknown => Vec::new(),
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
/// A record that states one expression vouches for it; one that states several has not said how
/// they combine. `GPL-3.0` (range not stated) does not contradict `GPL-3.0-or-later` or
/// `GPL-3.0-only`: the statement that says more counts. What says nothing contradicts nobody.
pub(super) fn conclude<'a>(records: impl Iterator<Item = &'a [LicenceStatement]>) -> Concluded {
    let mut vouched: Vec<One> = Vec::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    for statements in records {
        let mut stated: Vec<One> = Vec::new();
        for statement in statements {
            match &statement.normalised.outcome {
                Outcome::Expression { expression, range, .. } => {
                    let one = (expression.clone(), *range);
                    if !stated.contains(&one) && stated.len() < MOST {
                        stated.push(one);
                    }
                }
                Outcome::Candidates { candidates, .. } => open.extend(candidates.iter().cloned()),
                _ => {}
            }
        }
        let mut stated = settle(stated);
        match stated.as_slice() {
            [_] => vouched.append(&mut stated),
            several => open.extend(several.iter().map(|(expression, _)| expression.clone())),
        }
    }
    let vouched = settle(vouched);
    match vouched.as_slice() {
        [(expression, range)] => {
            Concluded::Resolved { expression: expression.clone(), range: *range }
        }
        [] if open.is_empty() => Concluded::Unknown,
        [] => Concluded::Ambiguous { candidates: open },
        several => Concluded::Conflict {
            class: worst(&several.iter().map(|one| Some(stated(one))).collect::<Vec<_>>()),
            expressions: several.iter().map(|(expression, _)| expression.clone()).collect(),
        },
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
    use crate::licence::{Context, normalise};

    fn check(records: &[&[&str]], expected: &str) {
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
        let concluded = conclude(records.iter().map(Vec::as_slice));
        let class = match &concluded {
            Concluded::Conflict { class, .. } => format!(" ({})", class.as_str()),
            _ => String::new(),
        };
        let text = format!("{}{class} {}", concluded.state(), concluded.stated().join(", "));
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
    fn a_conflict_stored_without_its_class_is_the_worst() {
        let stored = r#"{"state":"conflict","expressions":["MIT","ISC"]}"#;
        let read: Concluded = serde_json::from_str(stored).expect("a conclusion");
        assert_eq!(read.conflict(), Severity::Hard);
        let written = serde_json::to_value(&read).expect("JSON");
        assert_eq!(written["class"], "contradiction");
    }
}
