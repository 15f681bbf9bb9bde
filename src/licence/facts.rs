//! What is known about a licence expression, three-valued: yes, no, not stated.
//!
//! Source of both facts here: the SPDX licence list (its OSI and FSF flags) in the version that
//! [`list_version`] names. An unknown is never shown as a yes.

use serde::{Deserialize, Serialize};
use spdx::expression::{ExprNode, Operator};
use spdx::{Expression, LicenseId, LicenseItem};

/// A fact with an honest third value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    Yes,
    No,
    NotStated,
}

/// The facts that we show for an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The Open Source Initiative has approved it.
    pub osi_approved: Fact,
    /// The Free Software Foundation lists it as free.
    pub fsf_free: Fact,
}

/// The version of the SPDX list that the facts come from, such as `3.29.0`.
pub fn list_version() -> &'static str {
    spdx::license_version()
}

/// The facts of an SPDX expression: of `A OR B` a fact holds if it holds for one branch, of
/// `A AND B` if it holds for both. What is not on the list is not stated.
pub fn facts(expression: &str) -> Facts {
    Facts {
        osi_approved: evaluate(expression, LicenseId::is_osi_approved),
        fsf_free: evaluate(expression, LicenseId::is_fsf_free_libre),
    }
}

/// The licence identifiers in an expression, each once, in order of appearance.
pub fn identifiers(expression: &str) -> Vec<String> {
    let Ok(parsed) = Expression::parse(expression) else {
        return Vec::new();
    };
    let mut ids: Vec<String> = Vec::new();
    for requirement in parsed.requirements() {
        let id = match &requirement.req.license {
            LicenseItem::Spdx { id, .. } => id.name.to_owned(),
            LicenseItem::Other(other) => other.to_string(),
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The full name of a licence on the SPDX list.
pub fn full_name(id: &str) -> Option<&'static str> {
    spdx::license_id(id).map(|licence| licence.full_name)
}

fn evaluate(expression: &str, fact: impl Fn(LicenseId) -> bool) -> Fact {
    let Ok(parsed) = Expression::parse(expression) else {
        return Fact::NotStated;
    };
    // The crate iterates in postfix order: operands first, then their operator.
    let mut stack: Vec<Fact> = Vec::new();
    for node in parsed.iter() {
        let value = match node {
            ExprNode::Req(requirement) => match &requirement.req.license {
                LicenseItem::Spdx { id, .. } if fact(*id) => Fact::Yes,
                LicenseItem::Spdx { .. } => Fact::No,
                LicenseItem::Other(_) => Fact::NotStated,
            },
            ExprNode::Op(operator) => match (stack.pop(), stack.pop()) {
                (Some(right), Some(left)) => combine(*operator, left, right),
                _ => Fact::NotStated,
            },
        };
        stack.push(value);
    }
    stack.pop().unwrap_or(Fact::NotStated)
}

fn combine(operator: Operator, left: Fact, right: Fact) -> Fact {
    let decisive = match operator {
        Operator::Or => Fact::Yes,
        Operator::And => Fact::No,
    };
    if left == decisive || right == decisive {
        decisive
    } else if left == right {
        left
    } else {
        Fact::NotStated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_computed_over_the_expression() {
        for (expression, osi) in [
            ("MIT", Fact::Yes),
            ("SSPL-1.0", Fact::No),
            ("MIT OR SSPL-1.0", Fact::Yes),
            ("MIT AND SSPL-1.0", Fact::No),
            ("MIT AND LicenseRef-x", Fact::NotStated),
            ("SSPL-1.0 OR LicenseRef-x", Fact::NotStated),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Fact::Yes),
            ("not an expression", Fact::NotStated),
        ] {
            assert_eq!(facts(expression).osi_approved, osi, "{expression}");
        }
    }

    #[test]
    fn identifiers_come_once_each() {
        assert_eq!(identifiers("MIT OR (Apache-2.0 AND MIT)"), ["MIT", "Apache-2.0"]);
    }
}
