//! One licence as a text states it: a family with what was said of its version, or a licence
//! outright. And what follows from it.

use std::borrow::Cow;

use super::table::{Exception, Family, canonical};
use super::{CandidateReason, Confidence, Context, Range};

/// What a text says of one licence.
#[derive(Debug, Clone)]
pub(super) enum Term<'a> {
    /// A family and what is stated of it.
    Family(Stated<'a>),
    /// One licence or expression.
    Fixed(Cow<'static, str>, Confidence),
    /// One of several.
    Open(Vec<String>, CandidateReason),
    /// Terms without an identifier.
    Unlisted,
}

/// What is stated of a family.
#[derive(Debug, Clone)]
pub(super) struct Stated<'a> {
    pub family: &'static Family,
    /// Whether the name may stand without a version.
    pub alone: bool,
    pub version: Option<&'a str>,
    pub bound: Bound<'a>,
    /// Whether the version is the limit of a comparison: `(>= 2)` starts at 2.0.
    pub is_compared: bool,
    pub exception: Option<StatedException>,
    /// Of the GNU Free Documentation License: whether there are invariant sections.
    pub invariants: Option<bool>,
}

/// Which versions are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Bound<'a> {
    #[default]
    NotStated,
    Only,
    OrLater,
    /// Above the version, as R packages write: `GPL (> 2)`.
    Above,
    /// Up to the version: `GPL (<= 2)`.
    UpTo,
    /// From the version to below this one: `LGPL (>= 2.0, < 3)`.
    Below(&'a str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StatedException {
    One(&'static str),
    /// The version of the exception is not stated.
    Open(Vec<&'static str>),
}

/// What follows from a term.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leaf {
    Expression { text: Cow<'static, str>, range: Range, confidence: Confidence },
    Open(Vec<String>, CandidateReason),
    Unlisted,
}

/// A version that the family does not have, or a statement that no identifier can express.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoSuchVersion;

impl<'a> Term<'a> {
    /// The term that says what both say, where one restates the other.
    pub fn unify(&self, other: &Self, context: Context) -> Option<Self> {
        if let (Self::Family(one), Self::Family(two)) = (self, other)
            && one.family.prefix == two.family.prefix
        {
            return one.unify(two).map(Self::Family);
        }
        match (self.resolve(context).ok()?, other.resolve(context).ok()?) {
            (Leaf::Expression { text: one, range, .. }, Leaf::Expression { text: two, .. })
                if one == two =>
            {
                // The clearer one of both: `New BSD License (BSD-3-Clause)`.
                Some(if range == Range::Stated { self.clone() } else { other.clone() })
            }
            _ => None,
        }
    }

    /// What follows in a field of this kind.
    pub fn resolve(&self, context: Context) -> Result<Leaf, NoSuchVersion> {
        match self {
            Self::Family(stated) => stated.resolve(context),
            Self::Fixed(text, confidence) => Ok(Leaf::Expression {
                text: text.clone(),
                range: Range::Stated,
                confidence: *confidence,
            }),
            Self::Open(ids, reason) => Ok(Leaf::Open(ids.clone(), *reason)),
            Self::Unlisted => Ok(Leaf::Unlisted),
        }
    }
}

impl<'a> Stated<'a> {
    pub fn new(family: &'static Family, alone: bool) -> Self {
        Self {
            family,
            alone,
            version: None,
            bound: Bound::NotStated,
            is_compared: false,
            exception: None,
            invariants: None,
        }
    }

    fn unify(&self, other: &Self) -> Option<Self> {
        let version = match (self.version, other.version) {
            (Some(one), Some(two)) if canonical(one) != canonical(two) => return None,
            (Some(one), Some(two)) => Some(if one.len() >= two.len() { one } else { two }),
            (one, two) => one.or(two),
        };
        let bound = match (self.bound, other.bound) {
            (Bound::NotStated, two) => two,
            (one, Bound::NotStated) => one,
            (one, two) if one == two => one,
            _ => return None,
        };
        let exception = match (&self.exception, &other.exception) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        let invariants = match (self.invariants, other.invariants) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.or(two),
        };
        let alone = self.alone || other.alone;
        let is_compared = self.is_compared || other.is_compared;
        Some(Self {
            family: self.family,
            alone,
            version,
            bound,
            is_compared,
            exception,
            invariants,
        })
    }

    fn resolve(&self, context: Context) -> Result<Leaf, NoSuchVersion> {
        let Some(version) = self.version else {
            return Ok(self.without_version());
        };
        let matching = self.versions(version, context);
        let found = match matching.as_slice() {
            [] => return Err(NoSuchVersion),
            [one] => *one,
            several => {
                let ids = several.iter().flat_map(|at| self.as_stated(*at)).collect();
                return Ok(Leaf::Open(ids, CandidateReason::VersionNotStated));
            }
        };
        let (ids, range) = self.bounded(found)?;
        if let Some(StatedException::Open(exceptions)) = &self.exception {
            let base = ids.first().map(String::as_str).unwrap_or_default();
            let all = exceptions.iter().map(|exception| format!("{base} WITH {exception}"));
            return Ok(Leaf::Open(all.collect(), CandidateReason::ExceptionVersion));
        }
        let with = |id: String| match &self.exception {
            Some(StatedException::One(exception)) => format!("{id} WITH {exception}"),
            _ => id,
        };
        let text = ids.into_iter().map(with).collect::<Vec<_>>().join(" OR ");
        Ok(Leaf::Expression { text: Cow::Owned(text), range, confidence: Confidence::Grammar })
    }

    /// The places of the versions that `version` can mean: several, where only the first number of
    /// them is stated. `LGPL 2` may be 2.0 or 2.1.
    fn versions(&self, version: &str, context: Context) -> Vec<usize> {
        let canonical = canonical(version);
        let all = || self.family.versions.iter().enumerate();
        let exact = all().filter(|(_, (one, _))| one == canonical).map(|(at, _)| at);
        if version.contains('.') || self.is_compared || context.leaves_out_zero() {
            return exact.collect();
        }
        let same_major = all().filter(|(_, (one, _))| one.split('.').next() == Some(version));
        let places: Vec<usize> = same_major.map(|(at, _)| at).collect();
        // A number alone that is no version of the family means none of its versions.
        if exact.count() == 0 { Vec::new() } else { places }
    }

    /// The identifiers of the stated versions.
    fn bounded(&self, found: usize) -> Result<(Vec<String>, Range), NoSuchVersion> {
        let all = &self.family.versions;
        let exactly = |places: Vec<usize>| {
            let ids: Vec<String> = places.into_iter().map(|at| self.candidate(at)).collect();
            if ids.is_empty() { Err(NoSuchVersion) } else { Ok((ids, Range::Stated)) }
        };
        match self.bound {
            Bound::NotStated => {
                let range = if self.family.is_gnu { Range::Unstated } else { Range::Stated };
                Ok((vec![self.candidate(found)], range))
            }
            Bound::Only => exactly(vec![found]),
            Bound::OrLater => Ok((vec![self.or_later(found)], Range::Stated)),
            Bound::Above => match all.get(found + 1) {
                Some(_) => Ok((vec![self.or_later(found + 1)], Range::Stated)),
                None => Err(NoSuchVersion),
            },
            Bound::UpTo => exactly((0..=found).collect()),
            Bound::Below(limit) => {
                let limit = numbers(limit);
                let below =
                    |at: &usize| all.get(*at).is_some_and(|(version, _)| numbers(version) < limit);
                exactly((found..all.len()).filter(below).collect())
            }
        }
    }

    fn without_version(&self) -> Leaf {
        let sole = self.alone
            && self.family.versions.len() == 1
            && self.bound == Bound::NotStated
            && self.exception.is_none();
        if sole && !self.family.is_gnu {
            return Leaf::Expression {
                text: Cow::Owned(self.candidate(0)),
                range: Range::Stated,
                confidence: Confidence::SoleVersion,
            };
        }
        let ids = (0..self.family.versions.len()).flat_map(|at| self.as_stated(at));
        Leaf::Open(ids.collect(), CandidateReason::VersionNotStated)
    }

    /// What one version of several would be: with what is said of later versions, and with the
    /// exception, for facts are told of candidates too.
    fn as_stated(&self, at: usize) -> Vec<String> {
        let id = match self.bound {
            Bound::OrLater => self.or_later(at),
            Bound::Above => self.or_later((at + 1).min(self.family.versions.len() - 1)),
            _ => self.candidate(at),
        };
        let with = |exception: &&str| format!("{id} WITH {exception}");
        match &self.exception {
            None => vec![id],
            Some(StatedException::One(exception)) => vec![with(exception)],
            Some(StatedException::Open(exceptions)) => exceptions.iter().map(with).collect(),
        }
    }

    fn stem(&self, at: usize) -> String {
        let stem = self.family.versions.get(at).map(|(_, id)| id.as_str()).unwrap_or_default();
        match self.invariants {
            Some(true) => format!("{stem}-invariants"),
            Some(false) => format!("{stem}-no-invariants"),
            None => stem.to_owned(),
        }
    }

    fn candidate(&self, at: usize) -> String {
        let stem = self.stem(at);
        if self.family.is_gnu { format!("{stem}-only") } else { stem }
    }

    fn or_later(&self, at: usize) -> String {
        let stem = self.stem(at);
        if self.family.is_gnu { format!("{stem}-or-later") } else { format!("{stem}+") }
    }

    /// Adds an exception by name, with its version where one is stated. `None` where the name has
    /// no such version, or where one is there already.
    pub fn set_exception(&mut self, exception: &Exception, version: Option<&str>) -> Option<()> {
        if self.exception.is_some() {
            return None;
        }
        if let Some(only_with) = &exception.only_with {
            let stem = format!("{}-{}", self.family.prefix, self.version?);
            if canonical(&stem) != canonical(only_with) {
                return None;
            }
        }
        let fits = |stated: &Option<String>| match (version, stated) {
            (Some(version), Some(stated)) => canonical(version) == stated,
            (Some(_), None) => false,
            (None, _) => true,
        };
        let ids: Vec<&'static str> =
            exception.ids.iter().filter(|(stated, _)| fits(stated)).map(|&(_, id)| id).collect();
        self.exception = Some(match ids.as_slice() {
            [] => return None,
            [one] => StatedException::One(one),
            _ => StatedException::Open(ids),
        });
        Some(())
    }
}

/// A version as numbers, for comparing.
fn numbers(version: &str) -> Vec<u32> {
    canonical(version).split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
