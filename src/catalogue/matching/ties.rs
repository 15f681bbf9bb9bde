//! Where a cluster hangs together by one record alone.
//!
//! An entry with the register number of one program and the repository of another joins the
//! entries of both, whoever wrote it and why. So a record must not be the only thing that ties
//! others: where a cluster falls apart without it, and the parts share no key, name or home page,
//! it stays with the part with which it has most in common, and its other ties are cut.
//!
//! Ties are cut one at a time in each cluster, the weakest first, because one cut may leave
//! another without need. A record of a source that only adds is no such record, and alone no part;
//! nor is what a person joined to it. So a person's "same" only ever joins.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::holders::{Holders, kinds};
use super::model::Matchable;
use crate::catalogue::keys::{Key, KeyKind};

/// What ties one record to a part of its cluster.
struct Tie<'a> {
    record: usize,
    /// The first member of the part.
    part: usize,
    kinds: BTreeSet<KeyKind>,
    /// The keys by which they would join.
    keys: Vec<&'a Key>,
}

/// How much is shared, the most first: by the number of kinds, then by the kinds.
type Strength = (Reverse<usize>, BTreeSet<KeyKind>);

impl Tie<'_> {
    fn strength(&self) -> Strength {
        (Reverse(self.kinds.len()), self.kinds.clone())
    }
}

/// A tie that must go, and how strong the one is for which it goes.
struct Loose<'a> {
    tie: Tie<'a>,
    kept: Strength,
}

impl Loose<'_> {
    /// Orders what must go, the last to go first: the weakest goes first, and of equals that of
    /// the record which is bound most elsewhere; then the order is that of the records.
    fn rank(&self) -> (Strength, Reverse<Strength>, usize, usize) {
        let (tie, kept) = (&self.tie, self.kept.clone());
        (tie.strength(), Reverse(kept), tie.part, tie.record)
    }
}

/// The claims that must not count because of which a cluster hangs by one record: those of its
/// weakest such tie. Nothing where it would hold without any one of its members. `same` names whom
/// persons joined.
pub(super) fn to_cut<'a>(
    members: Vec<usize>,
    ordered: &[&'a Matchable],
    holders: &Holders<'a>,
    same: &[(usize, usize)],
) -> Vec<(usize, &'a Key)> {
    // One record and two parts, each of which stands on its own.
    let web = Web::new(members, ordered, holders, same);
    if web.standing().count() < 3 {
        return Vec::new();
    }
    let loose = web.standing().flat_map(|record| web.loose_ties(record));
    let Some(Loose { tie, .. }) = loose.max_by_key(Loose::rank) else { return Vec::new() };
    tie.keys.into_iter().map(|key| (tie.record, key)).collect()
}

/// The members of a cluster and what holds them together.
struct Web<'a, 'b> {
    members: BTreeMap<usize, &'a Matchable>,
    holders: &'b Holders<'a>,
    /// Pairs of which a person said that they are the same, both ways.
    decided: BTreeSet<(usize, usize)>,
    /// Whom each shares something with, or was told to be the same as.
    neighbours: BTreeMap<usize, Vec<usize>>,
}

impl<'a, 'b> Web<'a, 'b> {
    fn new(
        members: Vec<usize>,
        ordered: &[&'a Matchable],
        holders: &'b Holders<'a>,
        same: &[(usize, usize)],
    ) -> Self {
        let members: BTreeMap<usize, &Matchable> = members
            .into_iter()
            .filter_map(|position| Some((position, *ordered.get(position)?)))
            .collect();
        let decided: BTreeSet<(usize, usize)> = same
            .iter()
            .filter(|(a, b)| members.contains_key(a) && members.contains_key(b))
            .flat_map(|&(a, b)| [(a, b), (b, a)])
            .collect();
        let neighbours = members
            .iter()
            .map(|(&one, record)| {
                let touches = |other: usize, of: &'a Matchable| {
                    other != one
                        && (decided.contains(&(one, other))
                            || holders.shared(record, of).next().is_some())
                };
                let found = members.iter().filter(|(other, of)| touches(**other, of));
                (one, found.map(|(other, _)| *other).collect())
            })
            .collect();
        Self { members, holders, decided, neighbours }
    }

    /// The members that do not merely add to others.
    fn standing(&self) -> impl Iterator<Item = usize> {
        self.members.iter().filter(|(_, record)| !record.only_adds).map(|(position, _)| *position)
    }

    /// The ties of a record that must go: all but the strongest. None where the cluster holds
    /// without it.
    fn loose_ties(&self, record: usize) -> Vec<Loose<'a>> {
        let parts = self.parts_without(record);
        if parts.len() < 2 {
            return Vec::new();
        }
        let mut ties: Vec<Tie<'_>> =
            parts.iter().filter_map(|part| self.tie(record, part)).collect();
        ties.sort_by_cached_key(|tie| (tie.strength(), tie.part));
        let loose = ties.split_off(1.min(ties.len()));
        let Some(kept) = ties.first().map(Tie::strength) else { return Vec::new() };
        loose.into_iter().map(|tie| Loose { tie, kept: kept.clone() }).collect()
    }

    /// The parts into which the cluster falls without a record, as far as they stand on their own
    /// and no person joined them to it.
    fn parts_without(&self, record: usize) -> Vec<Vec<usize>> {
        let mut left: BTreeSet<usize> = self.members.keys().copied().collect();
        left.remove(&record);
        let mut parts = Vec::new();
        while let Some(first) = left.pop_first() {
            let mut part = vec![first];
            let mut next = 0;
            while let Some(one) = part.get(next) {
                let found = self.neighbours.get(one).into_iter().flatten();
                let found: Vec<usize> = found.copied().filter(|other| left.remove(other)).collect();
                part.extend(found);
                next += 1;
            }
            parts.push(part);
        }
        parts.retain(|part| {
            part.iter().any(|one| self.stands(*one))
                && !part.iter().any(|one| self.decided.contains(&(record, *one)))
        });
        parts
    }

    fn stands(&self, position: usize) -> bool {
        self.members.get(&position).is_some_and(|record| !record.only_adds)
    }

    fn tie(&self, record: usize, part: &[usize]) -> Option<Tie<'a>> {
        let own = *self.members.get(&record)?;
        let others = part.iter().filter_map(|one| self.members.get(one).copied());
        let shared: BTreeSet<&Key> =
            others.flat_map(|other| self.holders.shared(own, other)).collect();
        Some(Tie {
            record,
            part: *part.first()?,
            kinds: kinds(shared.iter().copied()),
            keys: shared.into_iter().filter(|key| key.kind.joins()).collect(),
        })
    }
}
