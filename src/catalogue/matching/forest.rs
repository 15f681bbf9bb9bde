//! Clusters as they grow, and what a cluster may not hold.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use uuid::Uuid;

use super::model::{Candidate, Cluster, Matchable, Verdict};
use crate::catalogue::keys::KeyKind;

/// Who joins.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Authority {
    Person,
    Rule,
}

/// A union-find over the ordered records that knows what a cluster may not hold.
pub(super) struct Forest<'a> {
    records: Vec<&'a Matchable>,
    position_of: HashMap<Uuid, usize>,
    parent: Vec<usize>,
    groups: Vec<Group<'a>>,
    different: HashSet<(usize, usize)>,
    reasons: BTreeMap<Uuid, String>,
}

/// What is known of the cluster whose root stands at the same position.
#[derive(Default)]
struct Group<'a> {
    members: Vec<usize>,
    sources: BTreeSet<&'a str>,
    items: BTreeSet<&'a str>,
}

impl<'a> Group<'a> {
    /// The cluster of a record that stands alone.
    fn of(position: usize, record: &'a Matchable) -> Self {
        let items = record.keys.iter().filter(|key| key.kind == KeyKind::Wikidata);
        Self {
            members: vec![position],
            sources: BTreeSet::from([record.source.as_str()]),
            items: items.map(|key| key.value.as_str()).collect(),
        }
    }
}

impl<'a> Forest<'a> {
    /// Every record alone.
    pub(super) fn new(ordered: &[&'a Matchable], verdicts: &[Verdict]) -> Self {
        let position_of: HashMap<Uuid, usize> =
            ordered.iter().enumerate().map(|(position, record)| (record.id, position)).collect();
        let groups = ordered
            .iter()
            .enumerate()
            .map(|(position, record)| Group::of(position, record))
            .collect();
        let mut forest = Self {
            records: ordered.to_vec(),
            position_of,
            parent: (0..ordered.len()).collect(),
            groups,
            different: HashSet::new(),
            reasons: BTreeMap::new(),
        };
        for verdict in verdicts.iter().filter(|verdict| !verdict.same) {
            if let Some((a, b)) = forest.positions(verdict.a, verdict.b) {
                forest.different.insert((a.min(b), a.max(b)));
            }
        }
        forest
    }

    /// Where two records stand, if both are here.
    pub(super) fn positions(&self, a: Uuid, b: Uuid) -> Option<(usize, usize)> {
        Some((*self.position_of.get(&a)?, *self.position_of.get(&b)?))
    }

    fn root(&self, mut position: usize) -> usize {
        while let Some(&parent) = self.parent.get(position)
            && parent != position
        {
            position = parent;
        }
        position
    }

    fn are_different(&self, a: usize, b: usize) -> bool {
        self.different.contains(&(a.min(b), a.max(b)))
    }

    /// Joins the clusters of `a` and `b` if the rules allow it; returns whether the two are in
    /// one cluster now.
    pub(super) fn join(&mut self, a: usize, b: usize, authority: Authority, reason: &str) -> bool {
        let (root_a, root_b) = (self.root(a), self.root(b));
        if root_a == root_b {
            return true;
        }
        if !self.may_join(root_a, root_b, authority) {
            return false;
        }
        let (keep, give) = (root_a.min(root_b), root_a.max(root_b));
        let given = self.groups.get_mut(give).map(std::mem::take).unwrap_or_default();
        if let Some(kept) = self.groups.get_mut(keep) {
            kept.members.extend(given.members);
            kept.sources.extend(given.sources);
            kept.items.extend(given.items);
        }
        if let Some(parent) = self.parent.get_mut(give) {
            *parent = keep;
        }
        for position in [a, b] {
            if let Some(record) = self.records.get(position) {
                self.reasons.entry(record.id).or_insert_with(|| reason.to_owned());
            }
        }
        true
    }

    fn may_join(&self, root_a: usize, root_b: usize, authority: Authority) -> bool {
        let (Some(a), Some(b)) = (self.groups.get(root_a), self.groups.get(root_b)) else {
            return false;
        };
        let contradicted =
            a.members.iter().any(|&x| b.members.iter().any(|&y| self.are_different(x, y)));
        if contradicted || authority == Authority::Person {
            return !contradicted;
        }
        let items_agree = a.items.is_subset(&b.items) || b.items.is_subset(&a.items);
        items_agree && a.sources.is_disjoint(&b.sources)
    }

    /// The pair as a candidate, unless it has been decided or is one cluster by now.
    pub(super) fn candidate(
        &self,
        a: usize,
        b: usize,
        reason: &dyn fmt::Display,
    ) -> Option<Candidate> {
        if self.root(a) == self.root(b) || self.are_different(a, b) {
            return None;
        }
        let (first, second) = (self.records.get(a.min(b))?, self.records.get(a.max(b))?);
        (first.source != second.source).then(|| Candidate {
            a: first.id,
            b: second.id,
            reason: reason.to_string(),
        })
    }

    /// The clusters of more than one record that these records make now, by position and in that
    /// order.
    pub(super) fn clusters_of(&self, positions: &[usize]) -> Vec<Vec<usize>> {
        let groups = positions.iter().filter_map(|position| self.groups.get(*position));
        groups
            .filter(|group| group.members.len() > 1)
            .map(|group| {
                let mut members = group.members.clone();
                members.sort_unstable();
                members
            })
            .collect()
    }

    /// Makes each of these records stand alone again. With one of a cluster, all of it must be
    /// among them.
    pub(super) fn release(&mut self, positions: &[usize]) {
        for &position in positions {
            let Some(record) = self.records.get(position).copied() else { continue };
            if let (Some(parent), Some(group)) =
                (self.parent.get_mut(position), self.groups.get_mut(position))
            {
                *parent = position;
                *group = Group::of(position, record);
            }
            self.reasons.remove(&record.id);
        }
    }

    /// The clusters as they stay.
    pub(super) fn into_clusters(self) -> Vec<Cluster> {
        let mut reasons = self.reasons;
        let records = self.records;
        self.groups
            .into_iter()
            .filter(|group| !group.members.is_empty())
            .map(|mut group| {
                group.members.sort_unstable();
                let members: Vec<Uuid> = group
                    .members
                    .iter()
                    .filter_map(|&position| records.get(position).map(|record| record.id))
                    .collect();
                let reasons = members
                    .iter()
                    .filter_map(|id| reasons.remove(id).map(|reason| (*id, reason)))
                    .collect();
                Cluster { members, reasons }
            })
            .collect()
    }
}
