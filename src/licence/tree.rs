//! An SPDX expression as a tree: choices and sums of licences. What facts and conflicts are
//! computed over.

use std::fmt;

use spdx::expression::{ExprNode, ExpressionReq, Operator};
use spdx::{Expression, LicenseReq};

/// Most licences in an expression. Nobody states more; it bounds depth and cost.
const MOST: usize = 64;

/// A part of an expression. Operators of one kind are flat: `A OR (B OR C)` is one choice of three.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    /// One licence, with its exception.
    One(LicenseReq),
    /// One of these holds, by choice of who takes the software (`OR`).
    Any(Vec<Tree>),
    /// All of these hold (`AND`).
    All(Vec<Tree>),
}

impl Tree {
    /// Reads an expression. `None` where it is none, or larger than any that is meant.
    pub(super) fn parse(expression: &str) -> Option<Self> {
        let parsed = Expression::parse(expression).ok()?;
        if parsed.requirements().count() > MOST || parsed.requirements().any(states_nothing) {
            return None;
        }
        // The crate iterates in postfix order: operands first, then their operator.
        let mut stack: Vec<Self> = Vec::new();
        for node in parsed.iter() {
            let tree = match node {
                ExprNode::Req(requirement) => Self::One(requirement.req.clone()),
                ExprNode::Op(operator) => {
                    let right = stack.pop()?;
                    Self::join(*operator, stack.pop()?, right)
                }
            };
            stack.push(tree);
        }
        stack.pop()
    }

    /// A choice of several, or the only one.
    pub(super) fn any(mut parts: Vec<Self>) -> Self {
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => Self::Any(parts.into_iter().chain(last).collect()),
        }
    }

    fn join(operator: Operator, left: Self, right: Self) -> Self {
        let mut parts = Vec::new();
        for side in [left, right] {
            match (operator, side) {
                (Operator::Or, Self::Any(more)) | (Operator::And, Self::All(more)) => {
                    parts.extend(more);
                }
                (_, other) => parts.push(other),
            }
        }
        match operator {
            Operator::Or => Self::Any(parts),
            Operator::And => Self::All(parts),
        }
    }
}

/// The crate reads `NOASSERTION` as if it were a licence.
fn states_nothing(requirement: &ExpressionReq) -> bool {
    requirement.req.license.id().is_some_and(|id| id.name == "NOASSERTION")
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, operator) = match self {
            Self::One(requirement) => return requirement.fmt(f),
            Self::Any(parts) => (parts, " OR "),
            Self::All(parts) => (parts, " AND "),
        };
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                f.write_str(operator)?;
            }
            // `AND` binds closer than `OR`, so that only a choice within a sum needs parentheses.
            match (self, part) {
                (Self::All(_), Self::Any(_)) => write!(f, "({part})")?,
                _ => part.fmt(f)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_flat_and_written_plain() {
        for (expression, written) in [
            ("MIT", Some("MIT")),
            ("MIT OR (ISC OR 0BSD)", Some("MIT OR ISC OR 0BSD")),
            ("(MIT OR ISC) AND 0BSD", Some("(MIT OR ISC) AND 0BSD")),
            ("MIT OR (ISC AND 0BSD)", Some("MIT OR ISC AND 0BSD")),
            ("GPL-3.0-or-later OR MPL-2.0+", Some("GPL-3.0-or-later OR MPL-2.0+")),
            (
                "GPL-2.0-only WITH Classpath-exception-2.0",
                Some("GPL-2.0-only WITH Classpath-exception-2.0"),
            ),
            ("LicenseRef-x", Some("LicenseRef-x")),
            ("not an expression", None),
            ("NOASSERTION", None),
            ("MIT OR NOASSERTION", None),
        ] {
            let found = Tree::parse(expression).map(|tree| tree.to_string());
            assert_eq!(found.as_deref(), written, "{expression}");
        }
        assert_eq!(Tree::parse(&["MIT"; MOST + 1].join(" OR ")), None);
    }
}
