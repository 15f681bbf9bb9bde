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

    pub(super) fn alone_in_source(&self, key: &Key, position: usize) -> bool {
        let source = self.sources.get(position);
        let group = self.by_key.get(key).into_iter().flatten();
        group.filter(|&&other| self.sources.get(other) == source).count() == 1
    }

    /// For a weak key: whether no source gives its home page to two entries.
    pub(super) fn homepage_is_unrepeated(&self, key: &Key) -> bool {
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
