//! How statements about one software's licence relate: the same in other words, one that says
//! less, or a contradiction. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spdx::{LicenseItem, LicenseReq};

use super::Range;
use super::tree::Tree;

/// How two statements relate, the most harmless first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// They say the same, perhaps in another order.
    Identical,
    /// One says something, the other nothing.
    Missing,
    /// One does not say what holds for later versions, and fits the other: `GPL-3.0` and
    /// `GPL-3.0-or-later`.
    DeprecatedId,
    /// Both grant the same licence, one for more versions or with a further permission:
    /// `GPL-3.0-only` and `GPL-3.0-or-later`.
    NarrowerOrWider,
    /// They share a branch of a choice: `EUPL-1.2` and `EUPL-1.2 OR MIT`.
    Choice,
    /// No licence satisfies both.
    Contradiction,
}

/// How serious a conflict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The statements agree, or one is silent.
    None,
    /// There is a licence that both statements allow; how far it goes is open.
    Soft,
    /// They cannot both be right.
    Hard,
}

/// An expression that somebody states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated<'a> {
    /// A valid SPDX expression.
    pub expression: &'a str,
    /// Whether it says what holds for later versions.
    pub range: Range,
}

impl Class {
    /// How serious it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::Identical | Self::Missing | Self::DeprecatedId => Severity::None,
            Self::NarrowerOrWider | Self::Choice => Severity::Soft,
            Self::Contradiction => Severity::Hard,
        }
    }

    /// The class as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Missing => "missing",
            Self::DeprecatedId => "deprecated-id",
            Self::NarrowerOrWider => "narrower-or-wider",
            Self::Choice => "choice",
            Self::Contradiction => "contradiction",
        }
    }
}

impl Severity {
    /// The severity as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Soft => "soft",
            Self::Hard => "hard",
        }
    }
}

/// How two statements relate; `None` is a statement that says nothing. Symmetric.
pub fn classify(a: Option<Stated<'_>>, b: Option<Stated<'_>>) -> Class {
    match (a, b) {
        (None, None) => Class::Identical,
        (Some(a), Some(b)) => relate(&Form::of(a), &Form::of(b)),
        _ => Class::Missing,
    }
}

/// The worst relation between any two of the statements.
pub fn worst(statements: &[Option<Stated<'_>>]) -> Class {
    let forms: BTreeSet<Form> = statements.iter().flatten().copied().map(Form::of).collect();
    let forms: Vec<Form> = forms.into_iter().collect();
    let is_one_silent = !forms.is_empty() && statements.contains(&None);
    let mut worst = if is_one_silent { Class::Missing } else { Class::Identical };
    for (number, form) in forms.iter().enumerate() {
        for other in forms.iter().skip(number + 1) {
            worst = worst.max(relate(form, other));
            if worst == Class::Contradiction {
                return worst;
            }
        }
    }
    worst
}

/// Most branches that an expression is unfolded to.
const MOST_BRANCHES: usize = 64;

/// An expression without the accidents of its writing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// The choices that it leaves, each a set of licences that hold together.
    Branches(BTreeSet<BTreeSet<Term>>),
    /// Not an expression, or too large to be unfolded: only the letters can be compared.
    Letters(String),
}

/// One licence in a branch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    /// The identifier without version, `-only` and `-or-later`.
    family: String,
    /// The parts of the version number; empty where there is none.
    version: Vec<u32>,
    range: Later,
    /// An exception of the SPDX list: it permits more.
    exception: Option<String>,
    /// Another addition: nobody knows what it does.
    addition: Option<String>,
}

/// What a term says about later versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Later {
    Excluded,
    Included,
    /// Read as the smaller grant, but not said.
    Unstated,
}

impl Form {
    fn of(stated: Stated<'_>) -> Self {
        let branches = Tree::parse(stated.expression)
            .and_then(|tree| unfold(&tree, stated.range))
            .map(Self::Branches);
        branches.unwrap_or_else(|| Self::Letters(stated.expression.to_owned()))
    }
}

/// The branches of an expression: `A AND (B OR C)` becomes `A AND B` or `A AND C`.
fn unfold(tree: &Tree, range: Range) -> Option<BTreeSet<BTreeSet<Term>>> {
    let branches = match tree {
        Tree::One(requirement) => BTreeSet::from([BTreeSet::from([Term::of(requirement, range)])]),
        Tree::Any(parts) => {
            let mut all = BTreeSet::new();
            for part in parts {
                all.extend(unfold(part, range)?);
            }
            all
        }
        Tree::All(parts) => {
            let mut all = BTreeSet::from([BTreeSet::new()]);
            for part in parts {
                let more = unfold(part, range)?;
                if all.len() * more.len() > MOST_BRANCHES {
                    return None;
                }
                all = all
                    .iter()
                    .flat_map(|branch: &BTreeSet<Term>| {
                        more.iter().map(move |other| branch | other)
                    })
                    .collect();
            }
            all
        }
    };
    (branches.len() <= MOST_BRANCHES).then_some(branches)
}

impl Term {
    fn of(requirement: &LicenseReq, range: Range) -> Self {
        let (id, has_plus) = match &requirement.license {
            LicenseItem::Spdx { id, or_later } => (id.name.to_owned(), *or_later),
            LicenseItem::Other(other) => (other.to_string(), false),
        };
        let (bare, later) = match (id.strip_suffix("-or-later"), id.strip_suffix("-only")) {
            (Some(bare), _) => (bare, Later::Included),
            (None, Some(bare)) if range == Range::Unstated => (bare, Later::Unstated),
            (None, Some(bare)) => (bare, Later::Excluded),
            (None, None) if has_plus => (id.as_str(), Later::Included),
            (None, None) => (id.as_str(), Later::Excluded),
        };
        let (family, version) = versioned(bare).unwrap_or((bare, Vec::new()));
        let (exception, addition) = match &requirement.addition {
            Some(spdx::AdditionItem::Spdx(exception)) => (Some(exception.name.to_owned()), None),
            other => (None, other.as_ref().map(ToString::to_string)),
        };
        Self { family: family.to_owned(), version, range: later, exception, addition }
    }

    /// Whether the versions that both grant meet.
    fn meets(&self, other: &Self) -> bool {
        match self.version.cmp(&other.version) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => self.range == Later::Included,
            std::cmp::Ordering::Greater => other.range == Later::Included,
        }
    }
}

/// An identifier that ends in a version number, taken apart.
fn versioned(id: &str) -> Option<(&str, Vec<u32>)> {
    let (family, version) = id.rsplit_once('-')?;
    let numbers: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    Some((family, numbers?))
}

fn relate(a: &Form, b: &Form) -> Class {
    match (a, b) {
        _ if a == b => Class::Identical,
        (Form::Branches(a), Form::Branches(b)) => {
            if let Some(class) = each_has_its_like(a, b, relate_branches) {
                return class;
            }
            let share = a.iter().any(|one| b.iter().any(|two| relate_branches(one, two).is_some()));
            if share { Class::Choice } else { Class::Contradiction }
        }
        _ => Class::Contradiction,
    }
}

fn relate_branches(a: &BTreeSet<Term>, b: &BTreeSet<Term>) -> Option<Class> {
    each_has_its_like(a, b, relate_terms)
}

/// How two licences relate; `None` where they are different ones.
fn relate_terms(a: &Term, b: &Term) -> Option<Class> {
    if a.family != b.family || a.addition != b.addition || !a.meets(b) {
        return None;
    }
    if a.version != b.version || a.exception != b.exception {
        return Some(Class::NarrowerOrWider);
    }
    Some(match (a.range, b.range) {
        (one, two) if one == two => Class::Identical,
        (Later::Unstated, _) | (_, Later::Unstated) => Class::DeprecatedId,
        _ => Class::NarrowerOrWider,
    })
}

/// Pairs each element of both sets with its nearest relative in the other. The worst of these
/// relations; `None` where an element has no relative.
fn each_has_its_like<T>(
    a: &BTreeSet<T>,
    b: &BTreeSet<T>,
    relate: impl Fn(&T, &T) -> Option<Class>,
) -> Option<Class> {
    let nearest =
        |one: &T, others: &BTreeSet<T>| others.iter().filter_map(|other| relate(one, other)).min();
    let forth = a.iter().map(|one| nearest(one, b));
    let back = b.iter().map(|one| nearest(one, a));
    forth.chain(back).collect::<Option<Vec<Class>>>()?.into_iter().max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::licence::{Context, Outcome, normalise};

    /// A statement as people write it, read as SPDX; an empty one says nothing.
    fn with<T>(raw: &str, then: impl FnOnce(Option<Stated<'_>>) -> T) -> T {
        match normalise(raw, Context::Spdx).outcome {
            Outcome::Expression { expression, range, .. } => {
                then(Some(Stated { expression: &expression, range }))
            }
            Outcome::NoStatement => then(None),
            other => panic!("{raw}: {other:?}"),
        }
    }

    fn check(a: &str, b: &str, expected: Class) {
        let found = |a: &str, b: &str| with(a, |a| with(b, |b| classify(a, b)));
        assert_eq!(found(a, b), expected, "{a:?} and {b:?}");
        assert_eq!(found(b, a), expected, "{b:?} and {a:?}");
    }

    #[test]
    fn two_statements_relate() {
        use Class::{Choice, Contradiction, DeprecatedId, Identical, Missing, NarrowerOrWider};
        for (a, b, class) in [
            ("", "", Identical),
            ("MIT", "mit", Identical),
            ("MIT OR ISC", "ISC OR MIT", Identical),
            ("MIT AND (ISC OR 0BSD)", "(0BSD AND MIT) OR (MIT AND ISC)", Identical),
            ("GPL-3.0", "GPL-3.0", Identical),
            ("", "Apache-2.0", Missing),
            ("GPL-3.0", "GPL-3.0-or-later", DeprecatedId),
            ("GPL-3.0", "GPL-3.0-only", DeprecatedId),
            ("MIT OR GPL-3.0", "GPL-3.0-or-later OR MIT", DeprecatedId),
            ("GPL-3.0-only", "GPL-3.0-or-later", NarrowerOrWider),
            ("GPL-2.0-or-later", "GPL-3.0-only", NarrowerOrWider),
            ("GPL-2.0-or-later", "GPL-3.0-or-later", NarrowerOrWider),
            ("MPL-2.0", "MPL-2.0+", NarrowerOrWider),
            ("EUPL-1.1+", "EUPL-1.2", NarrowerOrWider),
            ("GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", NarrowerOrWider),
            ("GPL-3.0-only AND MIT", "MIT AND GPL-3.0-or-later", NarrowerOrWider),
            ("EUPL-1.2", "EUPL-1.2 OR MIT", Choice),
            ("MIT OR ISC", "MIT OR 0BSD", Choice),
            ("GPL-2.0-or-later", "GPL-3.0-only OR MIT", Choice),
            ("MIT", "AGPL-3.0-or-later", Contradiction),
            ("GPL-2.0-only", "GPL-3.0-or-later", Contradiction),
            ("GPL-2.0", "GPL-3.0", Contradiction),
            ("GPL-3.0-only", "LGPL-3.0-only", Contradiction),
            ("GPL-3.0-only", "AGPL-3.0-only", Contradiction),
            ("EUPL-1.1", "EUPL-1.2", Contradiction),
            ("BSD-2-Clause", "BSD-3-Clause", Contradiction),
            ("CC-BY-4.0", "CC-BY-SA-4.0", Contradiction),
            ("MIT", "MIT-0", Contradiction),
            ("MIT", "MIT AND Apache-2.0", Contradiction),
            ("MIT AND ISC", "MIT OR ISC", Contradiction),
            ("LicenseRef-a", "LicenseRef-b", Contradiction),
            ("LicenseRef-a-1.0", "LicenseRef-a-1.0", Identical),
        ] {
            check(a, b, class);
        }
    }

    #[test]
    fn an_addition_that_nobody_knows_makes_another_licence() {
        let stated = |expression| Some(Stated { expression, range: Range::Stated });
        let restricted = stated("Apache-2.0 WITH AdditionRef-Commons-Clause");
        assert_eq!(classify(stated("Apache-2.0"), restricted), Class::Contradiction);
        assert_eq!(classify(restricted, restricted), Class::Identical);
    }

    #[test]
    fn the_worst_of_several_counts() {
        let worst_of = |raw: &[&str]| {
            let all: Vec<_> = raw.iter().map(|raw| normalise(raw, Context::Spdx).outcome).collect();
            let stated: Vec<Option<Stated<'_>>> = all
                .iter()
                .map(|outcome| match outcome {
                    Outcome::Expression { expression, range, .. } => {
                        Some(Stated { expression, range: *range })
                    }
                    _ => None,
                })
                .collect();
            worst(&stated)
        };
        assert_eq!(worst_of(&[]), Class::Identical);
        assert_eq!(worst_of(&["", ""]), Class::Identical);
        assert_eq!(worst_of(&["MIT", "", "MIT"]), Class::Missing);
        assert_eq!(worst_of(&["GPL-3.0", "", "GPL-3.0-only"]), Class::DeprecatedId);
        assert_eq!(
            worst_of(&["GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later"]),
            Class::NarrowerOrWider
        );
        assert_eq!(worst_of(&["MIT", "MIT OR ISC", "ISC"]), Class::Contradiction);
    }

    #[test]
    fn what_is_too_large_to_unfold_is_compared_by_its_letters() {
        let pairs: Vec<String> = (0..7).map(|n| format!("(LicenseRef-{n} OR MIT)")).collect();
        let mut other = pairs.clone();
        other.reverse();
        let (one, other) = (pairs.join(" AND "), other.join(" AND "));
        let stated = |expression| Some(Stated { expression, range: Range::Stated });
        assert_eq!(classify(stated(&one), stated(&one)), Class::Identical);
        assert_eq!(classify(stated(&one), stated(&other)), Class::Contradiction);
    }

    #[test]
    fn only_what_nobody_can_satisfy_is_hard() {
        assert_eq!(Class::DeprecatedId.severity(), Severity::None);
        assert_eq!(Class::Choice.severity(), Severity::Soft);
        assert_eq!(Class::Contradiction.severity(), Severity::Hard);
    }
    fn expressions() -> impl Strategy<Value = String> {
        let ids = ["MIT", "ISC", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "MPL-2.0+"];
        let one = proptest::sample::select(ids.to_vec()).prop_map(str::to_owned);
        one.prop_recursive(3, 8, 2, |inner| {
            (inner.clone(), proptest::sample::select(vec!["OR", "AND"]), inner)
                .prop_map(|(left, operator, right)| format!("({left}) {operator} ({right})"))
        })
    }

    proptest! {
        #[test]
        fn relations_keep_their_laws(a in expressions(), b in expressions()) {
            let stated = |expression| Some(Stated { expression, range: Range::Stated });
            let class = classify(stated(&a), stated(&b));
            prop_assert_eq!(class, classify(stated(&b), stated(&a)), "symmetric");
            prop_assert_eq!(class, worst(&[stated(&a), stated(&b), stated(&a)]));
            prop_assert_eq!(classify(stated(&a), stated(&a)), Class::Identical);
            let wider = format!("({a}) OR ({b})");
            prop_assert!(classify(stated(&a), stated(&wider)) <= Class::Choice);
            let written = Tree::parse(&a).map(|tree| tree.to_string()).unwrap_or_default();
            prop_assert_eq!(classify(stated(&a), stated(&written)), Class::Identical);
        }
    }
}
