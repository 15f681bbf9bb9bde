use super::*;
use crate::catalogue::keys::KeyKind;
use proptest::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

mod thirds;

/// A record `source/id` with keys written as `kind:value`, the kind by its first letter.
fn record(name: &str, keys: &[&str]) -> Matchable {
    let (source, external_id) = name.split_once('/').expect("source/id");
    let keys = keys
        .iter()
        .map(|key| {
            let (kind, value) = key.split_once(':').expect("kind:value");
            let kind = match kind {
                "q" => KeyKind::Wikidata,
                "p" => KeyKind::Peer,
                "r" => KeyKind::Repository,
                "nh" => KeyKind::NameAndHomepage,
                "h" => KeyKind::Homepage,
                "t" => KeyKind::Title,
                _ => KeyKind::Name,
            };
            Key { kind, value: value.to_owned() }
        })
        .collect();
    Matchable {
        id: id(name),
        source: source.to_owned(),
        external_id: external_id.to_owned(),
        keys,
        only_adds: source == "wikidata",
    }
}

fn id(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

fn verdict(a: &str, b: &str, same: bool, day: u32) -> Verdict {
    let at = format!("2026-01-{day:02}T00:00:00Z").parse().expect("a date");
    Verdict { a: id(a), b: id(b), same, at }
}

/// The clusters of more than one record, and the candidates, by their names.
fn outcome(records: &[Matchable], verdicts: &[Verdict]) -> (Vec<String>, Vec<String>) {
    let names: HashMap<Uuid, String> =
        records.iter().map(|r| (r.id, format!("{}/{}", r.source, r.external_id))).collect();
    let clustering = cluster(records, verdicts, &HashSet::new());
    let clusters = clustering
        .clusters
        .iter()
        .filter(|cluster| cluster.members.len() > 1)
        .map(|cluster| {
            cluster.members.iter().map(|id| names[id].clone()).collect::<Vec<_>>().join("+")
        })
        .collect();
    let mut candidates: Vec<String> =
        clustering.candidates.iter().map(|c| format!("{}~{}", names[&c.a], names[&c.b])).collect();
    candidates.sort();
    (clusters, candidates)
}

#[test]
fn strong_keys_join() {
    for key in ["q:Q1", "p:comptoir:7", "r:github.com/a/b"] {
        let (clusters, candidates) =
            outcome(&[record("fr/1", &[key]), record("it/1", &[key])], &[]);
        assert_eq!(clusters, ["fr/1+it/1"], "{key}");
        assert!(candidates.is_empty());
    }
}

#[test]
fn a_name_or_a_home_page_alone_only_proposes() {
    for key in ["n:consul", "h:consul.io"] {
        let (clusters, candidates) =
            outcome(&[record("fr/1", &[key]), record("it/1", &[key])], &[]);
        assert!(clusters.is_empty(), "{key}");
        assert_eq!(candidates, ["fr/1~it/1"], "{key}");
    }
}

#[test]
fn name_and_home_page_join_unless_a_source_gives_the_page_to_many() {
    let both = ["nh:gimp|gimp.org", "h:gimp.org", "n:gimp"];
    let pair = [record("fr/1", &both), record("it/1", &both)];
    assert_eq!(outcome(&pair, &[]).0, ["fr/1+it/1"]);
    let mut repeated = pair.to_vec();
    repeated.push(record("fr/2", &["h:gimp.org", "n:gimpplugin"]));
    let (clusters, candidates) = outcome(&repeated, &[]);
    assert_eq!(clusters, ["fr/1+it/1"], "the one that is called so is meant");
    assert_eq!(candidates, ["fr/2~it/1"]);
    for n in 3..6 {
        repeated.push(record(&format!("fr/{n}"), &["h:gimp.org"]));
    }
    let (clusters, candidates) = outcome(&repeated, &[]);
    assert!(clusters.is_empty());
    assert_eq!(candidates, ["fr/1~it/1", "fr/1~it/1"], "by the name, and by name and page");
}

#[test]
fn two_wikidata_items_never_share_a_cluster() {
    let records = [
        record("fr/1", &["q:Q1", "r:github.com/a/b"]),
        record("it/1", &["q:Q2", "r:github.com/a/b"]),
    ];
    let (clusters, candidates) = outcome(&records, &[]);
    assert!(clusters.is_empty());
    assert_eq!(candidates, ["fr/1~it/1"]);
}

#[test]
fn a_record_that_merely_has_the_key_does_not_push_out_the_one_that_agrees_in_more() {
    let records = [
        record("aa/copy", &["q:Q2", "r:github.com/a/b"]),
        record("fr/1", &["r:github.com/a/b", "n:parcels"]),
        record("it/1", &["q:Q1", "r:github.com/a/b", "n:parcels"]),
    ];
    let (clusters, candidates) = outcome(&records, &[]);
    assert_eq!(clusters, ["fr/1+it/1"]);
    assert_eq!(candidates, ["aa/copy~fr/1", "aa/copy~it/1"]);
}

#[test]
fn two_records_of_one_source_never_share_a_cluster() {
    let key = "r:github.com/a/monorepo";
    let records = [record("fr/1", &[key]), record("fr/2", &[key]), record("it/1", &[key])];
    let (clusters, candidates) = outcome(&records, &[]);
    assert!(clusters.is_empty(), "which of fr/1 and fr/2 is it/1? A person must say");
    assert_eq!(candidates, ["fr/1~it/1", "fr/2~it/1"]);
}

#[test]
fn of_several_with_one_key_the_one_with_the_name_is_meant() {
    let key = "r:github.com/desk/desk";
    let host = record("fr/host", &[key, "n:desk", "t:desk"]);
    let plugin = record("fr/plugin", &[key, "n:stampfordesk", "t:stamp for desk"]);
    let other = record("it/1", &[key, "n:desk", "t:desk"]);
    let (clusters, candidates) = outcome(&[host.clone(), plugin, other.clone()], &[]);
    assert_eq!(clusters, ["fr/host+it/1"]);
    assert_eq!(candidates, ["fr/plugin~it/1"]);
    let twin = record("fr/twin", &[key, "n:desk", "t:desk"]);
    assert!(outcome(&[host, twin, other], &[]).0.is_empty(), "two are called so");
}

#[test]
fn a_repository_alone_does_not_join_names_of_two_things() {
    let key = "r:github.com/post/desk";
    let check = |one: &[&str], other: &[&str], joined: bool| {
        let records =
            [record("fr/1", &[&[key], one].concat()), record("it/1", &[&[key], other].concat())];
        let (clusters, candidates) = outcome(&records, &[]);
        assert_eq!(clusters.len(), usize::from(joined), "{one:?} {other:?}");
        assert_eq!(candidates.len(), usize::from(!joined), "{one:?} {other:?}");
    };
    check(&["t:parcel desk"], &["t:desk of parcels"], true);
    check(&["t:parcel desk"], &["t:letter box"], false);
    check(&["t:parcel desk"], &["t:letter box", "t:parcel desk two"], true);
    check(&["t:desk"], &["t:stamp plugin for desk"], false);
    check(&["t:desk", "h:desk.org"], &["t:stamp plugin for desk", "h:desk.org"], true);
    check(&["t:parcel desk"], &[], true);
}

#[test]
fn a_repository_at_any_host_joins_where_no_source_repeats_it() {
    let key = "r:code.example.org/post/desk";
    let pair = [record("fr/1", &[key, "n:desk"]), record("it/1", &[key, "n:desk"])];
    assert_eq!(outcome(&pair, &[]).0, ["fr/1+it/1"]);
    let mut repeated = pair.to_vec();
    repeated.push(record("be/1", &[key]));
    repeated.push(record("be/2", &[key]));
    let (clusters, candidates) = outcome(&repeated, &[]);
    assert!(clusters.is_empty());
    assert!(candidates.contains(&"fr/1~it/1".to_owned()));
}

#[test]
fn a_key_that_many_entries_of_one_source_share_is_no_key() {
    let key = "r:github.com/agency/all";
    let mut records: Vec<Matchable> =
        (0..=CROWD).map(|n| record(&format!("us/{n}"), &[key])).collect();
    records.push(record("it/1", &[key]));
    assert_eq!(outcome(&records, &[]), (vec![], vec![]));
}

#[test]
fn a_verdict_beats_every_rule() {
    let key = "r:github.com/a/b";
    let pair = [record("fr/1", &[key]), record("it/1", &[key])];
    let not_the_same = [verdict("fr/1", "it/1", false, 1)];
    assert_eq!(outcome(&pair, &not_the_same), (vec![], vec![]));

    let apart = [record("fr/1", &["q:Q1"]), record("it/1", &["q:Q2"])];
    let the_same = [verdict("fr/1", "it/1", true, 1)];
    assert_eq!(outcome(&apart, &the_same).0, ["fr/1+it/1"]);
}

#[test]
fn of_contradicting_verdicts_the_later_same_is_tried_first() {
    let records = [record("a/1", &[]), record("b/1", &[]), record("c/1", &[])];
    let verdicts = [
        verdict("a/1", "b/1", true, 1),
        verdict("b/1", "c/1", true, 2),
        verdict("a/1", "c/1", false, 3),
    ];
    let (clusters, candidates) = outcome(&records, &verdicts);
    assert_eq!(clusters, ["b/1+c/1"]);
    assert_eq!(candidates, ["a/1~b/1"]);
}

#[test]
fn a_join_keeps_its_reason() {
    let key = "r:github.com/a/b";
    let records = [record("fr/1", &[key]), record("it/1", &[key])];
    let clustering = cluster(&records, &[], &HashSet::new());
    let reasons: Vec<&String> = clustering.clusters[0].reasons.values().collect();
    assert_eq!(reasons, ["repository github.com/a/b", "repository github.com/a/b"]);
}

fn any_records() -> impl Strategy<Value = Vec<Matchable>> {
    let key = prop_oneof![
        (0..4u8).prop_map(|n| format!("q:Q{n}")),
        (0..6u8).prop_map(|n| format!("r:github.com/x/{n}")),
        (0..3u8).prop_map(|n| format!("r:code.example.org/x/{n}")),
        (0..3u8).prop_map(|n| format!("t:name{n} for name{}", n + 1)),
        (0..4u8).prop_map(|n| format!("t:name{n}")),
        (0..4u8).prop_map(|n| format!("n:name{n}")),
        (0..4u8).prop_map(|n| format!("nh:name{n}|page{n}")),
        (0..4u8).prop_map(|n| format!("h:page{n}")),
    ];
    let one = (0..6u8, proptest::collection::vec(key, 0..4));
    proptest::collection::vec(one, 0..14).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(n, (source, keys))| {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let source = if source == 5 { "wikidata".to_owned() } else { format!("s{source}") };
                record(&format!("{source}/{n}"), &keys)
            })
            .collect()
    })
}

/// Verdicts about pairs of records, each on a day of its own.
fn any_verdicts(records: &[Matchable]) -> impl Strategy<Value = Vec<Verdict>> + use<> {
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let one = (0..14usize, 0..14usize, any::<bool>());
    proptest::collection::vec(one, 0..4).prop_map(move |all| {
        all.into_iter()
            .zip(1..)
            .filter_map(|((a, b, same), day)| {
                let at = format!("2026-01-{day:02}T00:00:00Z").parse().ok()?;
                Some(Verdict { a: *ids.get(a)?, b: *ids.get(b)?, same, at })
            })
            .filter(|verdict| verdict.a != verdict.b)
            .collect()
    })
}

fn any_decided() -> impl Strategy<Value = (Vec<Matchable>, Vec<Verdict>)> {
    any_records().prop_flat_map(|records| {
        let verdicts = any_verdicts(&records);
        (Just(records), verdicts)
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_never_matters(
        ((records, verdicts), shuffled, turned) in any_decided().prop_flat_map(|(r, v)| {
            (Just((r.clone(), v.clone())), Just(r).prop_shuffle(), Just(v).prop_shuffle())
        })
    ) {
        let none = HashSet::new();
        prop_assert_eq!(cluster(&records, &verdicts, &none), cluster(&shuffled, &turned, &none));
    }

    #[test]
    fn whom_a_person_told_apart_never_meet((records, verdicts) in any_decided()) {
        let clustering = cluster(&records, &verdicts, &HashSet::new());
        for verdict in verdicts.iter().filter(|verdict| !verdict.same) {
            for found in &clustering.clusters {
                prop_assert!(!(found.members.contains(&verdict.a) && found.members.contains(&verdict.b)));
            }
        }
    }

    #[test]
    fn unconnected_records_can_be_matched_apart(left in any_records(), right in any_records()) {
        let right: Vec<Matchable> = right
            .into_iter()
            .map(|mut r| {
                r.external_id = format!("other-{}", r.external_id);
                r.id = id(&format!("{}/{}", r.source, r.external_id));
                r.keys = r.keys.into_iter().map(|key| Key { value: match key.value.split_once('|') {
                    Some((name, page)) => format!("{name}|other-{page}"),
                    None => format!("other-{}", key.value),
                }, ..key }).collect();
                r
            })
            .collect();
        let none = HashSet::new();
        let together = cluster(&[left.clone(), right.clone()].concat(), &[], &none);
        let (a, b) = (cluster(&left, &[], &none), cluster(&right, &[], &none));
        let all = |c: &Clustering| -> BTreeSet<Vec<Uuid>> {
            c.clusters.iter().map(|c| c.members.clone()).collect()
        };
        let apart: BTreeSet<Vec<Uuid>> = all(&a).union(&all(&b)).cloned().collect();
        prop_assert_eq!(all(&together), apart);
        prop_assert_eq!(together.candidates, a.candidates.union(&b.candidates).cloned().collect());
    }
}
