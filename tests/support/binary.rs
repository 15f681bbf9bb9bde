//! The real binary as a process, a listing that gives it work, and what its database says then.
#![expect(clippy::indexing_slicing, reason = "helpers of tests are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};

use fedcat::store::entity::run;
use fedcat::store::{Store, runs};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::at;
use super::integrity::{said, violations_at_rest};
use super::listing::entry;

/// A listing of six hundred entries, some of them with something wrong.
pub fn first() -> String {
    Value::from_iter((1..=600).map(|id| {
        let mut item = entry(id);
        match id % 50 {
            7 => item["license"] = "some words".into(),
            11 => item["name"] = "".into(),
            13 => item["authors"] = json!([{"@type": "Person", "name": "Someone Private"}]),
            _ => {}
        }
        item
    }))
    .to_string()
}

/// The same listing later: entries are new, changed, mended, broken, taken back, gone, have other
/// ids, and part from what another source says.
pub fn second() -> String {
    let entries = (1..=640).filter(|id| !(400..410).contains(id)).map(|id| {
        let mut item = entry(id);
        match id {
            1..=30 => {
                item["url"] = format!("https://elsewhere{id}.example.org").into();
                item["codeRepositoryUrl"] = format!("https://github.com/elsewhere/{id}").into();
            }
            _ if id % 50 == 17 => item["name"] = "".into(),
            31..=299 | 311..=600 => item["description"] = json!({"fr": "Fait autre chose"}),
            300..=310 => item["dereferencing"] = json!({"time": "2026-01-01T09:00:00.000Z"}),
            _ => {}
        }
        if (420..430).contains(&id) {
            item["id"] = (id + 10_000).into();
        }
        item
    });
    Value::from_iter(entries).to_string()
}

/// The binary, with a database and few words.
pub fn binary(database: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fedcat"));
    command
        .args(arguments)
        .env("FEDCAT__LOG__FILTER", "warn")
        .env("FEDCAT__DATABASE__URL", database);
    command
}

/// Lets the binary come to its end.
pub async fn ended(mut command: Command) -> Output {
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    output.expect("it is not cancelled").expect("it runs")
}

/// All that a database says, at rest, and what is wrong with it: also how the last run of
/// `fr-test` ended, and whether it was that of this time.
pub async fn state_of(store: &Store, time: &str) -> BTreeSet<String> {
    let mut lines = said(store).await;
    lines.extend(violations_at_rest(store).await);
    let last = runs::list(store.read(), Some("fr-test"), None, 1).await.expect("runs");
    lines.push(format!("last run: {} {}", last[0].state, last[0].at == at(time)));
    lines.push(format!("aborted for a reason: {}", aborted_with_reason(store).await));
    // Two facts that are the same to the letter are still two.
    let mut counted: BTreeMap<String, u32> = BTreeMap::new();
    lines.into_iter().for_each(|line| *counted.entry(line).or_default() += 1);
    counted.into_iter().map(|(line, times)| format!("{times} × {line}")).collect()
}

/// Whether every run that did not come to its end says why.
async fn aborted_with_reason(store: &Store) -> bool {
    let aborted = run::Entity::find().filter(run::Column::State.eq("aborted")).all(store.read());
    let aborted: Vec<run::Model> = aborted.await.expect("runs");
    aborted.iter().all(|row| row.reason.as_deref().is_some_and(|why| !why.is_empty()))
}
