//! The fourth slot of a licence: what we conclude from what others state.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::content::LicenceStatement;
use crate::licence::{Outcome, Range};

/// What we conclude about a software's licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Concluded {
    /// All records that state a licence state this one.
    Resolved { expression: String, range: Range },
    /// Records name licences without saying which holds, or how they combine.
    Ambiguous { candidates: BTreeSet<String> },
    /// Records contradict each other. Nothing is concluded (SPDX `NOASSERTION`).
    Conflict { expressions: BTreeSet<String> },
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
            Self::Ambiguous { candidates: all } | Self::Conflict { expressions: all } => {
                all.iter().map(String::as_str).collect()
            }
            Self::Unknown => Vec::new(),
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
/// `GPL-3.0-only`: the statement that says more counts.
pub(super) fn conclude<'a>(records: impl Iterator<Item = &'a [LicenceStatement]>) -> Concluded {
    let mut vouched: Vec<(String, Range)> = Vec::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    for statements in records {
        let mut expressions: Vec<(String, Range)> = Vec::new();
        for statement in statements {
            match &statement.normalised.outcome {
                Outcome::Expression { expression, range, .. } => {
                    let one = (expression.clone(), *range);
                    if !expressions.contains(&one) {
                        expressions.push(one);
                    }
                }
                Outcome::Candidates { candidates, .. } => open.extend(candidates.iter().cloned()),
                _ => {}
            }
        }
        drop_less_precise(&mut expressions);
        match expressions.as_slice() {
            [_] => vouched.append(&mut expressions),
            several => open.extend(several.iter().map(|(expression, _)| expression.clone())),
        }
    }
    drop_less_precise(&mut vouched);
    vouched.sort_by(|a, b| a.0.cmp(&b.0));
    vouched.dedup_by(|a, b| a.0 == b.0);
    match vouched.as_slice() {
        [(expression, range)] => {
            Concluded::Resolved { expression: expression.clone(), range: *range }
        }
        [] if open.is_empty() => Concluded::Unknown,
        [] => Concluded::Ambiguous { candidates: open },
        several => Concluded::Conflict {
            expressions: several.iter().map(|(expression, _)| expression.clone()).collect(),
        },
    }
}

/// Leaves out an expression whose range is not stated where another one states it.
fn drop_less_precise(expressions: &mut Vec<(String, Range)>) {
    let precise: Vec<String> = expressions
        .iter()
        .filter(|(_, range)| *range == Range::Stated)
        .map(|(expression, _)| expression.clone())
        .collect();
    expressions.retain(|(expression, range)| {
        let later = expression.replace("-only", "-or-later");
        *range == Range::Stated || !precise.iter().any(|p| p == expression || *p == later)
    });
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
        let text = format!("{} {}", concluded.state(), concluded.stated().join(", "));
        assert_eq!(text.trim(), expected, "{records:?}");
    }

    #[test]
    fn what_is_concluded_from_what_is_stated() {
        check(&[], "unknown");
        check(&[&["BSD"], &["NOASSERTION"]], "unknown");
        check(&[&["MIT"], &["mit"]], "resolved MIT");
        check(&[&["MIT"], &["BSD"]], "resolved MIT");
        check(&[&["MIT"], &["AGPL-3.0-or-later"]], "conflict AGPL-3.0-or-later, MIT");
        check(&[&["MIT", "Apache-2.0"]], "ambiguous Apache-2.0, MIT");
        check(&[&["MIT", "Apache-2.0"], &["MIT"]], "resolved MIT");
        check(&[&["GPL-3.0"], &["GPL-3.0-or-later"]], "resolved GPL-3.0-or-later");
        check(&[&["GPL-3.0"], &["GPL-3.0-only"]], "resolved GPL-3.0-only");
        check(&[&["GPL-3.0"], &["GPL-3.0"]], "resolved GPL-3.0-only");
        check(
            &[&["GPL-3.0-only"], &["GPL-3.0-or-later"]],
            "conflict GPL-3.0-only, GPL-3.0-or-later",
        );
    }
}
