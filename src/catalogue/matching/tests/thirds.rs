//! What one record alone ties together comes apart.

use super::*;

/// What two records share, if anything.
fn agree(a: &Matchable, b: &Matchable, crowded: &HashSet<&Key>) -> bool {
    a.keys.intersection(&b.keys).any(|key| !crowded.contains(key))
}

/// The keys that more than [`CROWD`] records of one source hold.
fn crowded(records: &[Matchable]) -> HashSet<&Key> {
    let mut counts: HashMap<(&Key, &str), usize> = HashMap::new();
    for record in records {
        for key in &record.keys {
            *counts.entry((key, record.source.as_str())).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, n)| *n > CROWD).map(|((key, _), _)| key).collect()
}

/// Whether those that stand on their own among `members` hold together by what they share and
/// what was decided.
fn hold_together(members: &[&Matchable], verdicts: &[Verdict], crowded: &HashSet<&Key>) -> bool {
    let same = |a: Uuid, b: Uuid| {
        verdicts.iter().any(|v| v.same && [(v.a, v.b), (v.b, v.a)].contains(&(a, b)))
    };
    let Some(first) = members.iter().find(|one| !one.only_adds) else { return true };
    let mut reached: BTreeSet<Uuid> = BTreeSet::from([first.id]);
    loop {
        let next = members.iter().find(|one| {
            !reached.contains(&one.id)
                && members.iter().any(|other| {
                    reached.contains(&other.id)
                        && (agree(one, other, crowded) || same(one.id, other.id))
                })
        });
        match next {
            Some(next) => reached.insert(next.id),
            None => break,
        };
    }
    members.iter().all(|one| one.only_adds || reached.contains(&one.id))
}

#[test]
fn where_one_record_alone_ties_others_the_weaker_tie_is_cut() {
    let program = ["q:Q1", "n:parcels"];
    let repository = ["r:github.com/a/b", "n:ledger"];
    for (attacker, clusters, candidates) in [
        // The register number of one and the repository of another.
        (vec!["q:Q1", "r:github.com/a/b"], vec!["fr/1+xx/1"], vec!["it/1~xx/1"]),
        // With the name of one of them it goes there.
        (vec!["q:Q1", "r:github.com/a/b", "n:ledger"], vec!["it/1+xx/1"], vec!["fr/1~xx/1"]),
        // With the names of both it goes with the stronger kind of key.
        (
            vec!["q:Q1", "r:github.com/a/b", "n:ledger", "n:parcels"],
            vec!["fr/1+xx/1"],
            vec!["it/1~xx/1", "it/1~xx/1"],
        ),
    ] {
        let records =
            [record("fr/1", &program), record("it/1", &repository), record("xx/1", &attacker)];
        let expected: Vec<String> = clusters.into_iter().map(str::to_owned).collect();
        assert_eq!(outcome(&records, &[]), (expected, strings(&candidates)), "{attacker:?}");
    }
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn what_agrees_in_anything_stays_together() {
    for agreement in ["n:parcels", "h:parcels.example.org", "p:comptoir:7"] {
        let records = [
            record("fr/1", &["q:Q1", agreement]),
            record("it/1", &["r:github.com/a/b", agreement]),
            record("xx/1", &["q:Q1", "r:github.com/a/b"]),
        ];
        assert_eq!(outcome(&records, &[]).0, ["fr/1+it/1+xx/1"], "{agreement}");
    }
}

#[test]
fn a_name_that_many_entries_of_one_source_share_is_no_agreement() {
    let mut records = vec![
        record("fr/1", &["q:Q1", "n:documentation"]),
        record("it/1", &["r:github.com/a/b", "n:documentation"]),
        record("xx/1", &["q:Q1", "r:github.com/a/b"]),
    ];
    records.extend((0..=CROWD).map(|n| record(&format!("us/{n}"), &["n:documentation"])));
    assert_eq!(outcome(&records, &[]).0, ["fr/1+xx/1"]);
}

#[test]
fn two_sources_that_say_the_same_are_believed_and_two_entries_of_one_are_not() {
    let (a, b) = (record("fr/1", &["q:Q1"]), record("it/1", &["r:github.com/a/b"]));
    let both = ["q:Q1", "r:github.com/a/b"];
    let two_sources = [a.clone(), b.clone(), record("xx/1", &both), record("yy/1", &both)];
    assert_eq!(outcome(&two_sources, &[]).0, ["fr/1+it/1+xx/1+yy/1"]);
    let one_source = [a.clone(), b.clone(), record("xx/1", &both), record("xx/2", &both)];
    assert_eq!(outcome(&one_source, &[]).0, Vec::<String>::new());
    let in_turns = [
        record("fr/1", &["q:Q1", "p:comptoir:7"]),
        record("it/1", &["r:github.com/a/b", "r:github.com/a/c"]),
        record("xx/1", &["q:Q1", "r:github.com/a/b"]),
        record("xx/2", &["p:comptoir:7", "r:github.com/a/c"]),
    ];
    assert_eq!(outcome(&in_turns, &[]).0, ["fr/1+xx/1"]);
}

#[test]
fn a_chain_comes_apart_where_it_is_weakest_and_not_everywhere() {
    let chain = |c: &str| {
        [
            record("aa/1", &["q:Q1", "n:parcels"]),
            record("bb/1", &["q:Q1", "n:parcels", "r:github.com/x/1"]),
            record("cc/1", &["r:github.com/x/1", c]),
            record("dd/1", &[c]),
        ]
    };
    assert_eq!(outcome(&chain("r:github.com/x/2"), &[]).0, ["aa/1+bb/1", "cc/1+dd/1"]);
    let (clusters, candidates) = outcome(&chain("p:comptoir:7"), &[]);
    assert_eq!(clusters, ["aa/1+bb/1", "cc/1+dd/1"]);
    assert_eq!(candidates, ["bb/1~cc/1"]);
}

#[test]
fn a_record_that_ties_three_parts_goes_with_one() {
    let records = [
        record("aa/1", &["r:github.com/x/1"]),
        record("bb/1", &["p:comptoir:7"]),
        record("cc/1", &["q:Q1"]),
        record("xx/1", &["r:github.com/x/1", "p:comptoir:7", "q:Q1"]),
    ];
    let (clusters, candidates) = outcome(&records, &[]);
    assert_eq!(clusters, ["cc/1+xx/1"]);
    assert_eq!(candidates, ["aa/1~xx/1", "bb/1~xx/1"]);
}

#[test]
fn what_had_no_place_beside_the_attacker_finds_it_after_the_cut() {
    let records = [
        record("aa/1", &["q:Q1", "r:github.com/a/b"]),
        record("de/1", &["r:github.com/a/b"]),
        record("fr/1", &["q:Q1"]),
        record("fr/2", &["r:github.com/a/b"]),
    ];
    assert_eq!(outcome(&records, &[]).0, ["aa/1+fr/1", "de/1+fr/2"]);
}

#[test]
fn a_record_of_which_a_tie_was_cut_takes_the_place_of_nobody() {
    let records = [
        record("aa/1", &["q:Q1", "p:comptoir:7", "n:ledger"]),
        record("de/1", &["p:comptoir:7", "r:github.com/a/b", "n:ledger"]),
        record("fr/1", &["q:Q1"]),
        record("it/1", &["q:Q2", "r:github.com/a/b"]),
    ];
    let (clusters, candidates) = outcome(&records, &[]);
    assert_eq!(clusters, ["de/1+it/1"]);
    assert_eq!(candidates, ["aa/1~de/1", "aa/1~de/1", "aa/1~fr/1"]);
}

#[test]
fn a_record_of_a_source_that_only_adds_ties_as_a_key_does() {
    let records = [
        record("fr/1", &["q:Q1"]),
        record("it/1", &["r:github.com/a/b"]),
        record("wikidata/Q1", &["q:Q1", "r:github.com/a/b"]),
    ];
    assert_eq!(outcome(&records, &[]).0, ["fr/1+it/1+wikidata/Q1"]);
    // Nor is it a part: it says nothing against the others.
    let records = [
        record("fr/1", &["q:Q1", "r:github.com/a/b"]),
        record("it/1", &["r:github.com/a/b"]),
        record("wikidata/Q1", &["q:Q1"]),
    ];
    assert_eq!(outcome(&records, &[]).0, ["fr/1+it/1+wikidata/Q1"]);
}

#[test]
fn a_person_beats_the_cut() {
    let records = [
        record("fr/1", &["q:Q1"]),
        record("it/1", &["r:github.com/a/b"]),
        record("xx/1", &["q:Q1", "r:github.com/a/b"]),
    ];
    for (verdicts, clusters) in [
        (vec![verdict("fr/1", "it/1", true, 1)], vec!["fr/1+it/1+xx/1"]),
        // Both entries become one, as whoever decides is told before.
        (vec![verdict("it/1", "xx/1", true, 1)], vec!["fr/1+it/1+xx/1"]),
        (
            vec![verdict("it/1", "xx/1", true, 1), verdict("fr/1", "xx/1", false, 2)],
            vec!["it/1+xx/1"],
        ),
        (vec![verdict("fr/1", "xx/1", false, 1)], vec!["it/1+xx/1"]),
        (vec![verdict("fr/1", "xx/1", false, 1), verdict("it/1", "xx/1", false, 1)], Vec::new()),
    ] {
        assert_eq!(outcome(&records, &verdicts).0, clusters, "{verdicts:?}");
    }
}

#[test]
fn a_record_whom_a_person_joined_to_one_still_ties_no_two_others() {
    let records = [
        record("es/1", &["n:other"]),
        record("fr/1", &["q:Q1"]),
        record("it/1", &["r:github.com/a/b"]),
        record("xx/1", &["q:Q1", "r:github.com/a/b"]),
    ];
    let verdicts = [verdict("es/1", "xx/1", true, 1)];
    assert_eq!(outcome(&records, &verdicts).0, ["es/1+fr/1+xx/1"]);
}

/// Two programs, each listed by several sources that agree in all they say, and what an attacker
/// claims of them.
fn attacked() -> impl Strategy<Value = (Vec<Matchable>, Matchable)> {
    let own =
        [vec!["q:Q1", "n:parcels", "h:parcels.example.org"], vec!["r:github.com/a/b", "n:ledger"]];
    let claims: Vec<&str> = own.iter().flatten().copied().chain(["q:Q9", "n:other"]).collect();
    (1..4usize, 1..4usize, proptest::sample::subsequence(claims, 1..6), any::<bool>()).prop_map(
        move |(first, second, claims, is_first)| {
            let of = |program: usize, n: usize| record(&format!("p{program}s{n}/1"), &own[program]);
            let mut all: Vec<Matchable> = (0..first).map(|n| of(0, n)).collect();
            all.extend((0..second).map(|n| of(1, n)));
            let attacker = if is_first { "aa/x" } else { "zz/x" };
            (all, record(attacker, &claims))
        },
    )
}

proptest! {
    #[test]
    fn an_attacker_changes_nothing_but_where_its_own_record_is((honest, attacker) in attacked()) {
        let none = HashSet::new();
        let others = |clustering: &Clustering| -> BTreeSet<Vec<Uuid>> {
            let apart = |c: &Cluster| c.members.iter().copied().filter(|id| *id != attacker.id).collect();
            clustering.clusters.iter().map(apart).filter(|c: &Vec<Uuid>| !c.is_empty()).collect()
        };
        let without = cluster(&honest, &[], &none);
        let with = cluster(&[honest, vec![attacker.clone()]].concat(), &[], &none);
        prop_assert_eq!(others(&without), others(&with));
    }

    #[test]
    fn no_cluster_hangs_by_one_record((records, verdicts) in any_decided()) {
        let crowded = crowded(&records);
        let by_id: HashMap<Uuid, &Matchable> = records.iter().map(|r| (r.id, r)).collect();
        for found in &cluster(&records, &verdicts, &HashSet::new()).clusters {
            let members: Vec<&Matchable> = found.members.iter().map(|id| by_id[id]).collect();
            for third in members.iter().filter(|one| !one.only_adds) {
                // What a person tied to it belongs to it.
                let decided = verdicts.iter().any(|v| v.same && [v.a, v.b].contains(&third.id));
                let rest: Vec<&Matchable> =
                    members.iter().filter(|one| one.id != third.id).copied().collect();
                prop_assert!(decided || hold_together(&rest, &verdicts, &crowded));
            }
        }
    }
}
