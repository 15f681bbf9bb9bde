//! Which records describe the same software. Pure, and independent of the order of arrival.
//!
//! Two records join when they share a strong key, unless the cluster would then hold two Wikidata
//! items or two records of one source: then the pair is a *candidate*, for a person to decide. Nor
//! do they stay together where one record alone ties them and nothing of theirs agrees: see
//! [`ties`]. A person's verdict beats every rule. Every join keeps its reason.
//! `docs/identity.md` tells it to operators.
//!
//! The result for a set of records depends only on the records that are connected to each other
//! through keys and verdicts. That is what lets the store match a changed record together with
//! its surroundings, and get what matching everything at once would give.

mod forest;
mod holders;
mod ties;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::keys::Key;
use forest::{Authority, Forest};
use holders::{Holders, kinds};

/// The version of what makes keys of content, and clusters of keys. Raise it when either gives
/// something else for the same records: what is stored is then matched anew.
pub const RULES_VERSION: u32 = 1;

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
    /// Whether its source lists nothing of its own and only adds to what others list, as Wikidata
    /// does. Such a record ties others as a key does, not as a third one.
    pub only_adds: bool,
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
    let holders = Holders::new(&ordered, crowded);
    // What a record claims beside what it is: keys that join it to nobody.
    let mut disbelieved: HashSet<(usize, &Key)> = HashSet::new();
    loop {
        let (forest, proposals) = join(&ordered, verdicts, &holders, &disbelieved);
        let before = disbelieved.len();
        for members in forest.clusters() {
            disbelieved.extend(ties::to_cut(members, &ordered, &holders, verdicts));
        }
        // Each cut may let in what had no place before: until none is left.
        if disbelieved.len() == before {
            let candidates = proposals
                .into_iter()
                .filter_map(|(a, b, reason)| forest.candidate(a, b, reason))
                .collect();
            return Clustering { clusters: forest.into_clusters(), candidates };
        }
    }
}

/// Two records that share something, by position, and what.
type Proposal = (usize, usize, String);

/// Joins what may join; returns also the pairs that did not. The strongest kind of key comes
/// first, and a record whose claims are disbelieved comes after all others: it must not take the
/// place of one that nobody doubts.
fn join<'a>(
    ordered: &[&'a Matchable],
    verdicts: &[Verdict],
    holders: &Holders<'a>,
    disbelieved: &HashSet<(usize, &'a Key)>,
) -> (Forest<'a>, Vec<Proposal>) {
    let mut forest = Forest::new(ordered, verdicts);
    let mut proposals: Vec<Proposal> = Vec::new();
    for verdict in by_date(verdicts).filter(|verdict| verdict.same) {
        if let Some((a, b)) = forest.positions(verdict.a, verdict.b)
            && !forest.join(a, b, Authority::Person, "verdict")
        {
            proposals.push((a, b, "verdict".to_owned()));
        }
    }
    let doubted: HashSet<usize> = disbelieved.iter().map(|(position, _)| *position).collect();
    let is_doubted = |(a, b): &(usize, usize)| doubted.contains(a) || doubted.contains(b);
    for last in [false, true] {
        for (key, group) in holders.useful() {
            let believed = |position: usize| {
                holders.alone_in_source(key, position) && !disbelieved.contains(&(position, key))
            };
            let joins = key.kind.joins() && holders.homepage_is_unrepeated(key);
            let pairs = closest_first(group, ordered, holders);
            for (a, b) in pairs.into_iter().filter(|pair| is_doubted(pair) == last) {
                let joins = joins && believed(a) && believed(b);
                if !joins || !forest.join(a, b, Authority::Rule, &key.to_string()) {
                    proposals.push((a, b, key.to_string()));
                }
            }
        }
        if doubted.is_empty() {
            break;
        }
    }
    (forest, proposals)
}

fn by_date(verdicts: &[Verdict]) -> impl Iterator<Item = &Verdict> {
    let mut sorted: Vec<&Verdict> = verdicts.iter().collect();
    sorted.sort_by_key(|verdict| (std::cmp::Reverse(verdict.at), verdict.a, verdict.b));
    sorted.into_iter()
}

/// The pairs of a group, those first that agree in most: of two that cannot both join, the one
/// that merely has the key must not push out the one that is the same in all else.
fn closest_first<'a>(
    group: &[usize],
    ordered: &[&'a Matchable],
    holders: &Holders<'a>,
) -> Vec<(usize, usize)> {
    let rest = |index: usize| group.iter().skip(index + 1);
    let mut pairs: Vec<(usize, usize)> = group
        .iter()
        .enumerate()
        .flat_map(|(index, &a)| rest(index).map(move |&b| (a, b)))
        .collect();
    if pairs.len() > 1 {
        pairs.sort_by_cached_key(|&(a, b)| {
            let shared = match (ordered.get(a), ordered.get(b)) {
                (Some(a), Some(b)) => kinds(holders.shared(a, b)),
                _ => BTreeSet::new(),
            };
            (std::cmp::Reverse(shared.len()), shared, a, b)
        });
    }
    pairs
}

#[cfg(test)]
mod tests;
