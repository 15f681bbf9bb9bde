//! Records of one source of which one is missing and the other listed, and which share a key that
//! joins: the source may have given the entry another id where it was not certain enough for the
//! record to be renamed. They wait for a person.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::neighbourhood::Neighbourhood;
use crate::catalogue::keys::Key;
use crate::catalogue::matching::{Candidate, Clustering};
use crate::store::records::State;

/// The records that hold a key in one source.
#[derive(Default)]
struct Holders {
    missing: Vec<Uuid>,
    listed: Vec<Uuid>,
}

/// The pairs among the explored records that are neither joined nor decided.
pub(super) fn candidates(around: &Neighbourhood, clustering: &Clustering) -> Vec<Candidate> {
    let mut holders: BTreeMap<(&Key, &str), Holders> = BTreeMap::new();
    for one in &around.matchables {
        let Some(row) = around.rows.get(&one.id) else { continue };
        for key in one.keys.iter().filter(|key| key.kind.joins() && !around.crowded.contains(key)) {
            let of_key = holders.entry((key, one.source.as_str())).or_default();
            match row.state {
                State::Missing => of_key.missing.push(one.id),
                _ => of_key.listed.push(one.id),
            }
        }
    }
    let mut cluster_of: HashMap<Uuid, usize> = HashMap::new();
    for (position, cluster) in clustering.clusters.iter().enumerate() {
        cluster_of.extend(cluster.members.iter().map(|member| (*member, position)));
    }
    let different: HashSet<(Uuid, Uuid)> = around
        .verdicts
        .iter()
        .filter(|verdict| !verdict.same)
        .flat_map(|verdict| [(verdict.a, verdict.b), (verdict.b, verdict.a)])
        .collect();
    holders
        .into_iter()
        .flat_map(|((key, _), of_key)| {
            let pairs = of_key
                .missing
                .into_iter()
                .flat_map(move |a| of_key.listed.clone().into_iter().map(move |b| (a, b)));
            pairs.map(|(a, b)| Candidate { a, b, reason: key.to_string() })
        })
        .filter(|pair| cluster_of.get(&pair.a) != cluster_of.get(&pair.b))
        .filter(|pair| !different.contains(&(pair.a, pair.b)))
        .collect()
}
