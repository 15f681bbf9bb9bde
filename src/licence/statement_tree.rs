//! A statement as a tree of licences, and what it comes to.

use super::term::Leaf;
use super::{CandidateReason, Confidence, Context, Outcome, Range};

/// What stands between two licences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    And,
    Or,
    /// `, and` and `, or` of Debian bind weaker than the words alone.
    WeakAnd,
    WeakOr,
    Unclear,
}

/// A statement as a tree.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Leaf(Leaf),
    All(Vec<Node>),
    Any(Vec<Node>),
    Unclear(Vec<Node>),
}

/// The tree of licences and joins: weak joins split first, then choices, then sums.
pub(super) fn tree(mut nodes: Vec<Node>, joins: &[Join], context: Context) -> Node {
    if joins.contains(&Join::Unclear)
        || (joins.contains(&Join::WeakAnd) && joins.contains(&Join::WeakOr))
    {
        return Node::Unclear(nodes);
    }
    name_the_perl_licence(&mut nodes, joins);
    // Outside Debian's syntax a comma before `or` binds nothing.
    let weakest: &[&[Join]] = match context {
        Context::Dep5 => &[&[Join::WeakOr], &[Join::WeakAnd], &[Join::Or], &[Join::And]],
        _ => &[&[Join::Or, Join::WeakOr], &[Join::And, Join::WeakAnd]],
    };
    split(nodes, joins, weakest)
}

fn split(mut nodes: Vec<Node>, joins: &[Join], weakest: &[&[Join]]) -> Node {
    let Some((level, stronger)) = weakest.split_first() else {
        return match (nodes.pop(), nodes.is_empty()) {
            (Some(one), true) => one,
            (Some(one), false) => {
                nodes.push(one);
                Node::Unclear(nodes)
            }
            (None, _) => Node::Unclear(nodes),
        };
    };
    let mut groups: Vec<(Vec<Node>, Vec<Join>)> = vec![(Vec::new(), Vec::new())];
    let mut joins = joins.iter();
    for node in nodes {
        if let Some((group, _)) = groups.last_mut() {
            group.push(node);
        }
        match joins.next() {
            Some(join) if level.contains(join) => groups.push((Vec::new(), Vec::new())),
            Some(join) => {
                if let Some((_, inner)) = groups.last_mut() {
                    inner.push(*join);
                }
            }
            None => {}
        }
    }
    let mut parts: Vec<Node> =
        groups.into_iter().map(|(nodes, joins)| split(nodes, &joins, stronger)).collect();
    let is_choice = level.iter().any(|join| matches!(join, Join::Or | Join::WeakOr));
    match (parts.len(), is_choice) {
        (1, _) => parts.pop().unwrap_or(Node::Unclear(Vec::new())),
        (_, true) => Node::Any(parts),
        (_, false) => Node::All(parts),
    }
}

/// A choice of the GPL in any version and the Artistic licence are the terms of Perl, as Debian and
/// R packages write them in either order, so the Artistic licence is Perl's.
fn name_the_perl_licence(nodes: &mut [Node], joins: &[Join]) {
    let is_gpl_1 = |node: &Node| matches!(node, Node::Leaf(Leaf::Expression { text, .. }) if text == "GPL-1.0-or-later");
    let is_artistic = |node: &Node| {
        matches!(node, Node::Leaf(Leaf::Open(ids, CandidateReason::VersionNotStated))
            if ids.iter().all(|id| id.starts_with("Artistic-")))
    };
    for (at, join) in joins.iter().enumerate() {
        let (Join::Or | Join::WeakOr, Some([before, after])) = (join, nodes.get_mut(at..at + 2))
        else {
            continue;
        };
        let artistic = match (is_gpl_1(before), is_gpl_1(after)) {
            (true, _) if is_artistic(after) => after,
            (_, true) if is_artistic(before) => before,
            _ => continue,
        };
        *artistic = Node::Leaf(Leaf::Expression {
            text: "Artistic-1.0-Perl".into(),
            range: Range::Stated,
            confidence: Confidence::Grammar,
        });
    }
}

impl Node {
    /// What the statement comes to.
    pub fn outcome(&self) -> Outcome {
        let mut leaves = Vec::new();
        let is_clear = self.leaves(&mut leaves);
        if leaves.iter().any(|leaf| **leaf == Leaf::Unlisted) {
            return Outcome::NotListed { licence_ref: None };
        }
        let open = leaves.iter().find_map(|leaf| match leaf {
            Leaf::Open(_, reason) => Some(*reason),
            _ => None,
        });
        if let Some(reason) =
            open.filter(|_| is_clear).or((!is_clear).then_some(CandidateReason::OperatorNotStated))
        {
            let mut candidates: Vec<String> = Vec::new();
            for leaf in leaves {
                let ids = match leaf {
                    Leaf::Open(ids, _) => ids.clone(),
                    Leaf::Expression { text, .. } => vec![text.to_string()],
                    Leaf::Unlisted => Vec::new(),
                };
                for id in ids {
                    if !candidates.contains(&id) {
                        candidates.push(id);
                    }
                }
            }
            return Outcome::Candidates { candidates, reason };
        }
        let mut range = Range::Stated;
        for leaf in &leaves {
            if let Leaf::Expression { range: Range::Unstated, .. } = leaf {
                range = Range::Unstated;
            }
        }
        let confidence = match leaves.as_slice() {
            [Leaf::Expression { confidence, .. }] => *confidence,
            _ => Confidence::Grammar,
        };
        Outcome::Expression { expression: self.render(), confidence, range }
    }

    /// All leaves; false where what joins them is open.
    fn leaves<'n>(&'n self, found: &mut Vec<&'n Leaf>) -> bool {
        match self {
            Self::Leaf(leaf) => {
                found.push(leaf);
                true
            }
            Self::All(nodes) | Self::Any(nodes) => {
                let clear: Vec<bool> = nodes.iter().map(|node| node.leaves(found)).collect();
                !clear.contains(&false)
            }
            Self::Unclear(nodes) => {
                for node in nodes {
                    node.leaves(found);
                }
                false
            }
        }
    }

    fn render(&self) -> String {
        match self {
            Self::Leaf(Leaf::Expression { text, .. }) => text.to_string(),
            Self::Leaf(_) | Self::Unclear(_) => String::new(),
            Self::Any(nodes) => nodes.iter().map(Self::render).collect::<Vec<_>>().join(" OR "),
            Self::All(nodes) => {
                let parts = nodes.iter().map(|node| {
                    let text = node.render();
                    if text.contains(" OR ") { format!("({text})") } else { text }
                });
                parts.collect::<Vec<_>>().join(" AND ")
            }
        }
    }
}
