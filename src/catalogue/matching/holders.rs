//! Who holds which key.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::model::{CROWD, Matchable};
use crate::catalogue::keys::{Key, KeyKind, homepage_part};
use crate::catalogue::urls::is_recognised_forge;

/// The records that hold each key, by position, and what follows for the key.
pub(super) struct Holders<'a> {
    by_key: BTreeMap<&'a Key, Vec<usize>>,
    sources: Vec<&'a str>,
    crowded: HashSet<&'a Key>,
}

impl<'a> Holders<'a> {
    pub(super) fn new(ordered: &[&'a Matchable], crowded: &'a HashSet<Key>) -> Self {
        let mut by_key: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (position, record) in ordered.iter().enumerate() {
            for key in &record.keys {
                by_key.entry(key).or_default().push(position);
            }
        }
        let sources = ordered.iter().map(|record| record.source.as_str()).collect();
        let mut holders = Self { by_key, sources, crowded: crowded.iter().collect() };
        let here = holders.by_key.keys().filter(|key| holders.most_per_source(key) > CROWD);
        let here: Vec<&'a Key> = here.copied().collect();
        holders.crowded.extend(here);
        holders
    }

    /// The keys that can join or propose, strongest kind first.
    pub(super) fn useful(&self) -> impl Iterator<Item = (&'a Key, &Vec<usize>)> {
        self.by_key
            .iter()
            .filter(|(key, group)| key.kind.connects() && group.len() > 1 && !self.is_crowded(key))
            .map(|(key, group)| (*key, group))
    }

    /// The keys by which these records can join, strongest kind first, each with all its holders.
    pub(super) fn joining(
        &self,
        members: &[usize],
        ordered: &[&'a Matchable],
    ) -> impl Iterator<Item = (&'a Key, &Vec<usize>)> {
        let keys: BTreeSet<&'a Key> = members
            .iter()
            .filter_map(|position| ordered.get(*position))
            .flat_map(|record| &record.keys)
            .filter(|key| self.can_join(key))
            .collect();
        keys.into_iter().filter_map(|key| Some((key, self.by_key.get(key)?)))
    }

    /// The records that are connected with others through keys that can join and through `same`,
    /// each such component in order.
    pub(super) fn connected(
        &self,
        ordered: &[&'a Matchable],
        same: &[(usize, usize)],
    ) -> Vec<Vec<usize>> {
        let mut told: HashMap<usize, Vec<usize>> = HashMap::new();
        for &(a, b) in same {
            told.entry(a).or_default().push(b);
            told.entry(b).or_default().push(a);
        }
        let mut left: BTreeSet<usize> = (0..ordered.len()).collect();
        let mut followed: HashSet<&Key> = HashSet::new();
        let mut all = Vec::new();
        while let Some(first) = left.pop_first() {
            let mut members = vec![first];
            let mut next = 0;
            while let Some(&one) = members.get(next) {
                let keys = ordered.get(one).map(|record| &record.keys).into_iter().flatten();
                let keys = keys.filter(|key| self.can_join(key) && followed.insert(key));
                let holders = keys.filter_map(|key| self.by_key.get(key)).flatten();
                let others = holders.chain(told.get(&one).into_iter().flatten());
                members.extend(others.copied().filter(|other| left.remove(other)));
                next += 1;
            }
            if members.len() > 1 {
                members.sort_unstable();
                all.push(members);
            }
        }
        all
    }

    fn can_join(&self, key: &Key) -> bool {
        key.kind.joins() && !self.is_crowded(key) && self.address_means_one(key)
    }

    /// The keys that two records share, without those that are none because they are crowded, and
    /// without what only speaks for or against a join.
    pub(super) fn shared(
        &self,
        a: &'a Matchable,
        b: &'a Matchable,
    ) -> impl Iterator<Item = &'a Key> {
        let shared = a.keys.intersection(&b.keys);
        shared.filter(|key| key.kind.connects() && !self.is_crowded(key))
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
        self.crowded.contains(key)
    }

    /// Whether the key of the record `other` means this one of all that its source gives the key
    /// to: it is the only one, or the only one that has a name of the other.
    pub(super) fn is_meant(
        &self,
        key: &Key,
        position: usize,
        other: usize,
        ordered: &[&'a Matchable],
    ) -> bool {
        let source = self.sources.get(position);
        let group = self.by_key.get(key).into_iter().flatten();
        let rivals: Vec<usize> =
            group.copied().filter(|one| self.sources.get(*one) == source).collect();
        let is_named_so = |one: usize| {
            let (Some(one), Some(other)) = (ordered.get(one), ordered.get(other)) else {
                return false;
            };
            self.shared(one, other).any(|shared| shared.kind == KeyKind::Name)
        };
        rivals.len() == 1
            || (is_named_so(position)
                && rivals.iter().filter(|rival| is_named_so(**rival)).count() == 1)
    }

    /// Whether a key that is an address, or holds one, means one program: a home page that many
    /// entries of one source have does not, nor does a repository at a host that is no known forge
    /// where a source repeats it.
    fn address_means_one(&self, key: &Key) -> bool {
        match key.kind {
            KeyKind::NameAndHomepage => {
                homepage_part(key).is_some_and(|page| !self.is_crowded(&page))
            }
            KeyKind::Repository => {
                let host = key.value.split('/').next().unwrap_or_default();
                is_recognised_forge(host) || self.most_per_source(key) <= 1
            }
            _ => true,
        }
    }
}

/// The kinds of keys. A name and home page together are a name and a home page.
pub(super) fn kinds<'a>(keys: impl Iterator<Item = &'a Key>) -> BTreeSet<KeyKind> {
    keys.map(|key| key.kind).filter(|kind| *kind != KeyKind::NameAndHomepage).collect()
}
