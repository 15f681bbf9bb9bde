//! All recorded catalogues in one store, and the table of them that `docs/sources/README.md`
//! shows. `FEDCAT_UPDATE_DOCS=1` writes the table; without it the test compares. Skipped where the
//! recorded files are absent; they are not part of this repository.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use fedcat::catalogue::content::Content;
use fedcat::catalogue::keys::{KeyKind, keys_of};
use fedcat::catalogue::matching::{Matchable, cluster};
use fedcat::catalogue::merge::FIELDS;
use fedcat::store::entity::record;
use fedcat::store::{Store, findings};
use sea_orm::EntityTrait;
use serde_json::Value;
use support::fixture::Fixture;
use support::recorded::{recorded, take_in};
use support::skipped::shared;
use support::stores::sqlite;
use uuid::Uuid;

/// The page, and what stands around the table in it.
const PAGE: &str = "docs/sources/README.md";
const BEGIN: &str = "<!-- begin of the table -->\n";
const END: &str = "<!-- end of the table -->\n";

/// Joins of the recorded catalogues that are undone because one record alone ties the others.
const CUT: [&str; 0] = [];

/// What the table says of the records of one source.
#[derive(Default)]
struct Told {
    accepted: usize,
    understood: usize,
    stated: usize,
    joined: usize,
    /// In how many records each field of an entry says something.
    fields: BTreeMap<&'static str, usize>,
}

async fn told(store: &Store) -> BTreeMap<String, Told> {
    let records = record::Entity::find().all(store.read()).await.expect("records");
    let mut sources_of: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for row in &records {
        sources_of.entry(row.software_id).or_default().insert(&row.source_id);
    }
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    for row in &records {
        let content: Content = serde_json::from_str(&row.content).expect("content");
        let told = all.entry(row.source_id.clone()).or_default();
        told.accepted += 1;
        let is_stated = content.licences.iter().any(|one| !one.normalised.raw.trim().is_empty());
        told.stated += usize::from(is_stated);
        let mut licences = content.licences.iter();
        told.understood += usize::from(licences.any(|one| one.normalised.expression().is_some()));
        let said: Value = serde_json::from_str(&row.content).expect("content");
        for field in FIELDS.iter().filter(|field| said.get(*field).is_some()) {
            *told.fields.entry(field).or_default() += 1;
        }
        told.joined += usize::from(sources_of.get(&row.software_id).is_some_and(|s| s.len() > 1));
    }
    all
}

async fn table(store: &Store, folder: &Path) -> String {
    let fixture = Fixture::start().await;
    let mut read = Vec::new();
    for one in recorded(folder) {
        let (items, state) = take_in(store, &fixture, &one).await;
        read.push((one.id, one.connector, items, state));
    }
    let mut told = told(store).await;
    let mut lines = vec![
        "| source | connector | run | read | accepted | licence stated | understood | joined with another source | open findings |".to_owned(),
        "|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    let mut said = vec![
        "What their entries say: each field of an entry, and in how many entries of the source it \
         says something."
            .to_owned(),
        String::new(),
        "| source | fields |".to_owned(),
        "|---|---|".to_owned(),
    ];
    for (id, connector, items, state) in read {
        let Told { accepted, understood, stated, joined, fields } =
            told.remove(id).unwrap_or_default();
        let known = FIELDS.iter().filter_map(|field| Some((field, fields.get(field)?)));
        let known: Vec<String> = known.map(|(field, n)| format!("`{field}` {n}")).collect();
        said.push(format!("| {id} | {} |", known.join(", ")));
        let codes = findings::by_code(store.read(), Some(id)).await.expect("findings");
        let codes: Vec<String> = codes.iter().map(|(code, n)| format!("`{code}` {n}")).collect();
        lines.push(format!(
            "| {id} | {connector} | {state} | {items} | {accepted} | {stated} | {understood} | \
             {joined} | {} |",
            codes.join(", ")
        ));
    }
    format!("{}\n\n{}\n", lines.join("\n"), said.join("\n"))
}

/// The records as matching sees them, and what each is called.
async fn matchables(store: &Store) -> (Vec<Matchable>, HashMap<Uuid, String>) {
    let rows = record::Entity::find().all(store.read()).await.expect("records");
    let mut names = HashMap::new();
    let records = rows
        .into_iter()
        .map(|row| {
            let content: Content = serde_json::from_str(&row.content).expect("content");
            let name = content.plain_name().unwrap_or_default();
            names.insert(row.id, format!("{}:{} {name:?}", row.source_id, row.external_id));
            let (source, external_id, keys) = (row.source_id, row.external_id, keys_of(&content));
            Matchable { id: row.id, source, external_id, keys, only_adds: false }
        })
        .collect();
    (records, names)
}

/// The ties that were cut because one record alone tied others: pairs that share a joining key
/// that no other record of their sources has, although nothing in their clusters contradicts.
async fn cut(store: &Store) -> Vec<String> {
    let (records, names) = matchables(store).await;
    let by_id: HashMap<Uuid, &Matchable> = records.iter().map(|one| (one.id, one)).collect();
    let clustering = cluster(&records, &[], &HashSet::new());
    let around = |id: Uuid| {
        clustering.clusters.iter().find(|one| one.members.contains(&id)).expect("a cluster")
    };
    let clash = |a: &Matchable, b: &Matchable| {
        let item = |one: &Matchable| {
            one.keys.iter().find(|key| key.kind == KeyKind::Wikidata).map(|key| key.value.clone())
        };
        a.source == b.source || matches!((item(a), item(b)), (Some(a), Some(b)) if a != b)
    };
    let is_alone = |id: Uuid, reason: &str| {
        let holds = |one: &&Matchable| one.keys.iter().any(|key| key.to_string() == reason);
        let same_source = |one: &&Matchable| one.source == by_id[&id].source;
        records.iter().filter(same_source).filter(holds).count() == 1
    };
    let mut lines = Vec::new();
    for candidate in &clustering.candidates {
        let kind = candidate.reason.split(' ').next().and_then(KeyKind::parse);
        let pair = [candidate.a, candidate.b];
        if !kind.is_some_and(KeyKind::joins)
            || !pair.iter().all(|id| is_alone(*id, &candidate.reason))
        {
            continue;
        }
        let [one, other] = pair.map(|id| around(id).members.clone());
        let clashes = one.iter().any(|a| other.iter().any(|b| clash(by_id[a], by_id[b])));
        if !clashes {
            let told = |members: &[Uuid]| {
                members.iter().map(|id| names[id].as_str()).collect::<Vec<_>>().join(" + ")
            };
            lines.push(format!("{}: {} | {}", candidate.reason, told(&one), told(&other)));
        }
    }
    lines
}

#[tokio::test]
async fn the_table_of_recorded_catalogues_is_that_of_the_page() {
    let Some(folder) = shared("data") else { return };
    let (store, _scratch) = sqlite().await;
    let table = table(&store, &folder).await;
    let cut = cut(&store).await;
    assert_eq!(cut, CUT, "read each that is new: is it right that a person must decide?");
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let text = std::fs::read_to_string(&page).expect("the page");
    let (head, rest) = text.split_once(BEGIN).expect("the mark before the table");
    let (shown, tail) = rest.split_once(END).expect("the mark after the table");
    if std::env::var_os("FEDCAT_UPDATE_DOCS").is_some() {
        let text = format!("{head}{BEGIN}{table}{END}{tail}");
        std::fs::write(&page, text).expect("written");
        return;
    }
    assert_eq!(shown, table, "write it anew with FEDCAT_UPDATE_DOCS=1");
}
