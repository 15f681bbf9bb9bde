//! Which records describe the same software. Pure, and independent of the order of arrival.
//!
//! Two records join when they share a strong key, unless the cluster would then hold two Wikidata
//! items or two records of one source: then the pair is a *candidate*, for a person to decide. A
//! person's verdict beats every rule. Every join keeps its reason.
//!
//! The result for a set of records depends only on the records that are connected to each other
//! through keys and verdicts. That is what lets the store match a changed record together with
//! its surroundings, and get what matching everything at once would give.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::keys::{Key, KeyKind, homepage_part};

/// A key that more than this many records of one source hold is no key: it names an organisation
/// page or a monorepo.
pub const CROWD: usize = 3;

/// A record as matching sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matchable {
    /// The record.
    pub id: Uuid,
    /// Its source and its id there. They order the records, so that the result does not depend
    /// on when a record arrived.
    pub source: String,
    pub external_id: String,
    /// Its keys.
    pub keys: BTreeSet<Key>,
}

/// A person's decision about two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub a: Uuid,
    pub b: Uuid,
    pub same: bool,
    /// Of two verdicts that cannot both hold, the later one counts.
    pub at: DateTime<Utc>,
}

/// The result: every record is in exactly one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clustering {
    pub clusters: Vec<Cluster>,
    pub candidates: BTreeSet<Candidate>,
}

/// Records that describe one software, in the order of source and external id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    pub members: Vec<Uuid>,
    /// For each member that a rule or a verdict joined to another: why.
    pub reasons: BTreeMap<Uuid, String>,
}

/// Two records that may describe the same software.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    pub a: Uuid,
    pub b: Uuid,
    /// The key that they share.
    pub reason: String,
}

/// Clusters `records`. `crowded` names keys that are known to be crowded (see [`CROWD`]) although
/// not all their holders are among the records.
pub fn cluster(records: &[Matchable], verdicts: &[Verdict], crowded: &HashSet<Key>) -> Clustering {
    let mut ordered: Vec<&Matchable> = records.iter().collect();
    ordered.sort_by_key(|record| (&record.source, &record.external_id, record.id));
    let mut forest = Forest::new(&ordered, verdicts);
    let holders = Holders::new(&ordered, crowded);

    let mut proposals: Vec<(usize, usize, String)> = Vec::new();
    for verdict in by_date(verdicts).filter(|verdict| verdict.same) {
        if let Some((a, b)) = forest.positions(verdict.a, verdict.b)
            && !forest.join(a, b, Authority::Person, "verdict")
        {
            proposals.push((a, b, "verdict".to_owned()));
        }
    }
    for (key, group) in holders.useful() {
        let unambiguous = |position: usize| holders.alone_in_source(key, position);
        for (a, b) in pairs(group) {
            let joins = key.kind.joins()
                && unambiguous(a)
                && unambiguous(b)
                && holders.homepage_is_unrepeated(key);
            if !joins || !forest.join(a, b, Authority::Rule, &key.to_string()) {
                proposals.push((a, b, key.to_string()));
            }
        }
    }
    let candidates =
        proposals.into_iter().filter_map(|(a, b, reason)| forest.candidate(a, b, reason)).collect();
    Clustering { clusters: forest.into_clusters(), candidates }
}

fn by_date(verdicts: &[Verdict]) -> impl Iterator<Item = &Verdict> {
    let mut sorted: Vec<&Verdict> = verdicts.iter().collect();
    sorted.sort_by_key(|verdict| (std::cmp::Reverse(verdict.at), verdict.a, verdict.b));
    sorted.into_iter()
}

fn pairs(group: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    group
        .iter()
        .enumerate()
        .flat_map(|(index, &a)| group.iter().skip(index + 1).map(move |&b| (a, b)))
}

/// Who holds which key.
struct Holders<'a> {
    by_key: BTreeMap<&'a Key, Vec<usize>>,
    sources: Vec<&'a str>,
    crowded: &'a HashSet<Key>,
}

impl<'a> Holders<'a> {
    fn new(ordered: &[&'a Matchable], crowded: &'a HashSet<Key>) -> Self {
        let mut by_key: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (position, record) in ordered.iter().enumerate() {
            for key in &record.keys {
                by_key.entry(key).or_default().push(position);
            }
        }
        let sources = ordered.iter().map(|record| record.source.as_str()).collect();
        Self { by_key, sources, crowded }
    }

    /// The keys that can join or propose, strongest kind first.
    fn useful(&self) -> impl Iterator<Item = (&'a Key, &Vec<usize>)> {
        self.by_key
            .iter()
            .filter(|(key, group)| group.len() > 1 && !self.is_crowded(key))
            .map(|(key, group)| (*key, group))
    }

    fn most_per_source(&self, key: &Key) -> usize {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for &position in self.by_key.get(key).into_iter().flatten() {
            if let Some(source) = self.sources.get(position) {
                *counts.entry(source).or_default() += 1;
            }
        }
        counts.into_values().max().unwrap_or(0)
    }

    fn is_crowded(&self, key: &Key) -> bool {
        self.crowded.contains(key) || self.most_per_source(key) > CROWD
    }

    fn alone_in_source(&self, key: &Key, position: usize) -> bool {
        let source = self.sources.get(position);
        let group = self.by_key.get(key).into_iter().flatten();
        group.filter(|&&other| self.sources.get(other) == source).count() == 1
    }

    /// For a weak key: whether no source gives its home page to two entries.
    fn homepage_is_unrepeated(&self, key: &Key) -> bool {
        if key.kind != KeyKind::NameAndHomepage {
            return true;
        }
        homepage_part(key)
            .is_some_and(|page| !self.is_crowded(&page) && self.most_per_source(&page) <= 1)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Authority {
    Person,
    Rule,
}

/// A union-find over the ordered records that knows what a cluster may not hold.
struct Forest<'a> {
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

impl<'a> Forest<'a> {
    fn new(ordered: &[&'a Matchable], verdicts: &[Verdict]) -> Self {
        let position_of: HashMap<Uuid, usize> =
            ordered.iter().enumerate().map(|(position, record)| (record.id, position)).collect();
        let groups = ordered
            .iter()
            .enumerate()
            .map(|(position, record)| Group {
                members: vec![position],
                sources: BTreeSet::from([record.source.as_str()]),
                items: record
                    .keys
                    .iter()
                    .filter(|key| key.kind == KeyKind::Wikidata)
                    .map(|key| key.value.as_str())
                    .collect(),
            })
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

    fn positions(&self, a: Uuid, b: Uuid) -> Option<(usize, usize)> {
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
    fn join(&mut self, a: usize, b: usize, authority: Authority, reason: &str) -> bool {
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
    fn candidate(&self, a: usize, b: usize, reason: String) -> Option<Candidate> {
        if self.root(a) == self.root(b) || self.are_different(a, b) {
            return None;
        }
        let (first, second) = (self.records.get(a.min(b))?, self.records.get(a.max(b))?);
        let candidate = Candidate { a: first.id, b: second.id, reason };
        (first.source != second.source).then_some(candidate)
    }

    fn into_clusters(self) -> Vec<Cluster> {
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

#[cfg(test)]
mod tests;
