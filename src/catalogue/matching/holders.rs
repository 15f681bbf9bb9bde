//! Who holds which key.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{CROWD, Matchable};
use crate::catalogue::keys::{Key, KeyKind, homepage_part};

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
            .filter(|(key, group)| group.len() > 1 && !self.is_crowded(key))
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
        key.kind.joins() && !self.is_crowded(key) && self.homepage_is_unrepeated(key)
    }

    /// The keys that two records share, without those that are none because they are crowded.
    pub(super) fn shared(
        &self,
        a: &'a Matchable,
        b: &'a Matchable,
    ) -> impl Iterator<Item = &'a Key> {
        a.keys.intersection(&b.keys).filter(|key| !self.is_crowded(key))
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

    /// Whether no other record of its source holds the key.
    pub(super) fn alone_in_source(&self, key: &Key, position: usize) -> bool {
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

/// The kinds of keys. A name and home page together are a name and a home page.
pub(super) fn kinds<'a>(keys: impl Iterator<Item = &'a Key>) -> BTreeSet<KeyKind> {
    keys.map(|key| key.kind).filter(|kind| *kind != KeyKind::NameAndHomepage).collect()
}
