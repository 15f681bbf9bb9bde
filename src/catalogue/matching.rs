//! Which records describe the same software. Pure, and independent of the order of arrival.
//!
//! Two records join when they share a strong key, unless the cluster would then hold two Wikidata
//! items or two records of one source, or all that they share is a repository and their names are
//! those of two things ([`names`]): then the pair is a *candidate*, for a person to decide. Nor do
//! they stay together where one record alone ties them and nothing of theirs agrees: see
//! [`ties`]. A person's verdict beats every rule. Every join keeps its reason.
//! `docs/identity.md` tells it to operators.
//!
//! The result for a set of records depends only on the records that are connected to each other
//! through keys and verdicts. That is what lets the store match a changed record together with
//! its surroundings, and get what matching everything at once would give.

mod forest;
mod holders;
mod model;
mod names;
mod ties;

use std::collections::{BTreeSet, HashSet};

use super::keys::{Key, KeyKind};
use forest::{Authority, Forest};
use holders::{Holders, kinds};
pub use model::{CROWD, Candidate, Cluster, Clustering, Matchable, Verdict};

/// The version of what makes keys of content, and clusters of keys. Raise it when either gives
/// something else for the same records: what is stored is then matched anew.
pub const RULES_VERSION: u32 = 2;

/// Clusters `records`. `crowded` names keys that are known to be crowded (see [`CROWD`]) although
/// not all their holders are among the records.
pub fn cluster(records: &[Matchable], verdicts: &[Verdict], crowded: &HashSet<Key>) -> Clustering {
    let mut ordered: Vec<&Matchable> = records.iter().collect();
    ordered.sort_by_key(|record| (&record.source, &record.external_id, record.id));
    let holders = Holders::new(&ordered, crowded);
    let mut forest = Forest::new(&ordered, verdicts);
    let same: Vec<(usize, usize)> = by_date(verdicts)
        .filter(|verdict| verdict.same)
        .filter_map(|verdict| forest.positions(verdict.a, verdict.b))
        .collect();
    for members in holders.connected(&ordered, &same) {
        Component { members, ordered: &ordered, holders: &holders, same: &same }.join(&mut forest);
    }
    let decided = same.iter().filter_map(|&(a, b)| forest.candidate(a, b, &"verdict"));
    let shared = holders.useful().flat_map(|(key, group)| {
        let forest = &forest;
        pairs(group).filter_map(move |(a, b)| forest.candidate(a, b, key))
    });
    let candidates = decided.chain(shared).collect();
    Clustering { clusters: forest.into_clusters(), candidates }
}

/// Records that are connected through keys that join and verdicts: what becomes of them depends
/// on no others, but for which keys are crowded.
struct Component<'a, 'b> {
    /// In order.
    members: Vec<usize>,
    ordered: &'b [&'a Matchable],
    holders: &'b Holders<'a>,
    /// Whom persons joined, the latest first.
    same: &'b [(usize, usize)],
}

impl<'a> Component<'a, '_> {
    /// Joins what may join and stays together.
    fn join(&self, forest: &mut Forest<'a>) {
        // What a record claims beside what it is: keys that join it to nobody.
        let mut disbelieved: HashSet<(usize, &Key)> = HashSet::new();
        loop {
            self.join_once(forest, &disbelieved);
            let before = disbelieved.len();
            for members in forest.clusters_of(&self.members) {
                disbelieved.extend(ties::to_cut(members, self.ordered, self.holders, self.same));
            }
            // Each cut may let in what had no place before: until none is left.
            if disbelieved.len() == before {
                return;
            }
            forest.release(&self.members);
        }
    }

    /// Joins what may join. The strongest kind of key comes first, and a record whose claims are
    /// disbelieved comes after all others: it must not take the place of one that nobody doubts.
    fn join_once(&self, forest: &mut Forest<'a>, disbelieved: &HashSet<(usize, &'a Key)>) {
        let here = |pair: &&(usize, usize)| self.members.binary_search(&pair.0).is_ok();
        for &(a, b) in self.same.iter().filter(here) {
            forest.join(a, b, Authority::Person, "verdict");
        }
        let doubted: HashSet<usize> = disbelieved.iter().map(|(position, _)| *position).collect();
        let is_doubted = |(a, b): &(usize, usize)| doubted.contains(a) || doubted.contains(b);
        for last in [false, true] {
            for (key, group) in self.holders.joining(&self.members, self.ordered) {
                let believed = |position: usize| !disbelieved.contains(&(position, key));
                for (a, b) in self.closest_first(group) {
                    if is_doubted(&(a, b)) == last
                        && believed(a)
                        && believed(b)
                        && self.means_both(key, a, b)
                    {
                        forest.join(a, b, Authority::Rule, &key.to_string());
                    }
                }
            }
            if doubted.is_empty() {
                break;
            }
        }
    }

    /// Whether a shared key means these two records, and not others of their sources that hold it
    /// too; where it is but a repository, also by their names.
    fn means_both(&self, key: &Key, a: usize, b: usize) -> bool {
        let (Some(one), Some(other)) = (self.ordered.get(a), self.ordered.get(b)) else {
            return false;
        };
        let is_meant = self.holders.is_meant(key, a, b, self.ordered)
            && self.holders.is_meant(key, b, a, self.ordered);
        let has_more =
            || self.holders.shared(one, other).any(|shared| shared.kind != KeyKind::Repository);
        let allowed = || names::allow(&titles(one), &titles(other), &key.value);
        is_meant && (key.kind != KeyKind::Repository || has_more() || allowed())
    }

    /// The pairs of a group, those first that agree in most: of two that cannot both join, the one
    /// that merely has the key must not push out the one that is the same in all else.
    fn closest_first(&self, group: &[usize]) -> Vec<(usize, usize)> {
        let mut pairs: Vec<(usize, usize)> = pairs(group).collect();
        if pairs.len() > 1 {
            pairs.sort_by_cached_key(|&(a, b)| {
                let shared = match (self.ordered.get(a), self.ordered.get(b)) {
                    (Some(a), Some(b)) => kinds(self.holders.shared(a, b)),
                    _ => BTreeSet::new(),
                };
                (std::cmp::Reverse(shared.len()), shared, a, b)
            });
        }
        pairs
    }
}

/// The names of a record in their words.
fn titles(record: &Matchable) -> Vec<&str> {
    let titles = record.keys.iter().filter(|key| key.kind == KeyKind::Title);
    titles.map(|key| key.value.as_str()).collect()
}

fn pairs(group: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    group
        .iter()
        .enumerate()
        .flat_map(|(index, &a)| group.iter().skip(index + 1).map(move |&b| (a, b)))
}

fn by_date(verdicts: &[Verdict]) -> impl Iterator<Item = &Verdict> {
    let mut sorted: Vec<&Verdict> = verdicts.iter().collect();
    sorted.sort_by_key(|verdict| (std::cmp::Reverse(verdict.at), verdict.a, verdict.b));
    sorted.into_iter()
}

#[cfg(test)]
mod tests;
