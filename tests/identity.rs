//! Pairs of entries of different real catalogues, with a verdict: what is different is never
//! joined, what is the same is joined or proposed. Skipped where the cases are absent.

mod support;

use std::collections::{BTreeMap, HashSet};

use fedcat::catalogue::content::Content;
use fedcat::catalogue::keys::keys_of;
use fedcat::catalogue::matching::{Matchable, cluster};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::catalogue::urls::WebUrl;
use support::skipped::shared;
use uuid::Uuid;

fn record(source: &str, name: &str, repositories: &str, homepage: &str) -> Matchable {
    let url = |text: &str| WebUrl::parse(&format!("https://{text}")).ok();
    let mut repositories = repositories.split(['|', ' ', ';']).filter_map(url);
    let content = Content {
        name: LocalizedText::single(Lang::unknown(), name),
        repository: repositories.next(),
        other_repositories: repositories.collect(),
        homepage: url(homepage),
        ..Content::default()
    };
    Matchable {
        id: Uuid::now_v7(),
        source: source.to_owned(),
        external_id: name.to_owned(),
        keys: keys_of(&content),
        only_adds: false,
    }
}

#[test]
fn real_pairs_are_judged_as_people_judged_them() {
    let Some(path) = shared("conformance/identity/pairs.tsv") else { return };
    let text = std::fs::read_to_string(path).expect("the pairs");
    let mut told: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut errors = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let verdict = cells[9];
        let pair = [
            record(cells[0], cells[1], cells[2], cells[3]),
            record(cells[4], cells[5], cells[6], cells[7]),
        ];
        let clustering = cluster(&pair, &[], &HashSet::new());
        let outcome = match (clustering.clusters.len(), clustering.candidates.is_empty()) {
            (1, _) => "joined",
            (_, false) => "proposed",
            (_, true) => "apart",
        };
        *told.entry((verdict.to_owned(), outcome)).or_default() += 1;
        let is_error = match outcome {
            "joined" => verdict.starts_with("different"),
            "apart" => verdict == "same" || verdict == "same (reviewed)",
            _ => false,
        };
        if is_error {
            errors.push(format!("{outcome}, but {verdict}: {line}"));
        }
    }
    for ((verdict, outcome), n) in &told {
        println!("{n:>4} {outcome:<9} {verdict}");
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
