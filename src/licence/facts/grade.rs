//! Grades of an expression, from those of its licences: the best by one's choice of branches.

use spdx::LicenseReq;

use super::model::Copyleft;
use crate::licence::tree::Tree;

/// A yes or a no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum YesOrNo {
    Yes,
    No,
}

/// Values from the best to the worst, in their order.
pub(super) trait Grade: Ord + Copy {
    const BEST: Self;
    const WORST: Self;
}

impl Grade for YesOrNo {
    const BEST: Self = Self::Yes;
    const WORST: Self = Self::No;
}

impl Grade for Copyleft {
    const BEST: Self = Self::Permissive;
    const WORST: Self = Self::NotOpen;
}

/// The best grade that one can have by one's choice of branches, and these branches where the
/// choice matters.
pub(super) fn best<G: Grade>(
    tree: &Tree,
    grade: &dyn Fn(&LicenseReq) -> Option<G>,
) -> (Option<G>, Option<String>) {
    let graded = Graded::of(tree, grade);
    let matters = graded.best.is_some() && graded.best != graded.worst;
    (graded.best, matters.then(|| graded.branch.to_string()))
}

/// A part of an expression with its grades; `None` where something unknown could decide.
struct Graded<G> {
    best: Option<G>,
    worst: Option<G>,
    /// What remains of the part if one chooses the best.
    branch: Tree,
}

impl<G: Grade> Graded<G> {
    fn of(tree: &Tree, grade: &dyn Fn(&LicenseReq) -> Option<G>) -> Self {
        let each = |parts: &[Tree]| -> Vec<Self> {
            parts.iter().map(|part| Self::of(part, grade)).collect()
        };
        match tree {
            Tree::One(requirement) => {
                let own = grade(requirement);
                Self { best: own, worst: own, branch: tree.clone() }
            }
            Tree::All(parts) => {
                let parts = each(parts);
                Self {
                    best: most(parts.iter().map(|part| part.best)),
                    worst: most(parts.iter().map(|part| part.worst)),
                    branch: Tree::All(parts.into_iter().map(|part| part.branch).collect()),
                }
            }
            Tree::Any(parts) => {
                let parts = each(parts);
                let best = least(parts.iter().map(|part| part.best));
                Self {
                    best,
                    worst: most(parts.iter().map(|part| part.worst)),
                    branch: Tree::any(
                        parts
                            .into_iter()
                            .filter(|part| part.best == best)
                            .map(|part| part.branch)
                            .collect(),
                    ),
                }
            }
        }
    }
}

/// The worst of several grades: the worst of all decides, even beside something unknown.
fn most<G: Grade>(grades: impl Iterator<Item = Option<G>> + Clone) -> Option<G> {
    if grades.clone().any(|grade| grade == Some(G::WORST)) {
        return Some(G::WORST);
    }
    grades.collect::<Option<Vec<G>>>()?.into_iter().max()
}

/// The best of several grades: the best of all decides, even beside something unknown.
fn least<G: Grade>(grades: impl Iterator<Item = Option<G>> + Clone) -> Option<G> {
    if grades.clone().any(|grade| grade == Some(G::BEST)) {
        return Some(G::BEST);
    }
    grades.collect::<Option<Vec<G>>>()?.into_iter().min()
}
