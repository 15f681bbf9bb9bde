//! Recorded CodeMeta, a registry and single files, harvested from end to end. The numbers were
//! counted in the files by a script of its own. Skipped where the files are absent; they are not
//! part of this repository.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;

use fedcat::catalogue::content::Content;
use fedcat::formats::codemeta::Codemeta;
use fedcat::formats::{ItemFormat, SourceContext};
use fedcat::store::entity::{record, source};
use fedcat::store::{Store, findings};
use sea_orm::EntityTrait;
use serde_json::json;
use support::fixture::{Fixture, Reply};
use support::skipped::shared;
use support::stores::on_each;
use support::{harvest, put_source, source, told};

async fn contents(store: &Store) -> BTreeMap<String, Content> {
    let records = record::Entity::find().all(store.read()).await.expect("records");
    let content = |record: record::Model| {
        (record.external_id, serde_json::from_str(&record.content).expect("content"))
    };
    records.into_iter().map(content).collect()
}

async fn codes(store: &Store, source: &str) -> Vec<String> {
    let found = findings::by_code(store.read(), Some(source)).await.expect("findings");
    let mut codes: Vec<String> = found.iter().map(|(code, n)| format!("{code} {n}")).collect();
    codes.sort();
    codes
}

#[tokio::test]
async fn the_registry_of_ropensci() {
    let Some(file) = shared("data/codemeta/ropensci-raw_cm.json") else { return };
    let body = std::fs::read_to_string(file).expect("a recorded file");
    on_each(move |store| {
        let body = body.clone();
        async move {
            let fixture = Fixture::start().await;
            let url = format!("{}/raw_cm.json", fixture.url);
            put_source(&store, source("ropensci", "codemeta", &url, &fixture.host)).await;
            fixture.set("/raw_cm.json", Reply::json(body));
            let row = harvest(&store, "ropensci", "2026-01-01T00:00:00Z").await;
            assert_eq!(
                told(&row),
                "succeeded: read 335 added 335 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                "{:?}",
                row.reason
            );
            assert_eq!(
                codes(&store, "ropensci").await,
                [
                    "licence-deprecated-id 124",
                    "licence-not-understood 1",
                    "unknown-status 34",
                ]
            );
            let contents = contents(&store).await;
            let count = |is: &dyn Fn(&Content) -> bool| -> usize {
                contents.values().filter(|content| is(content)).count()
            };
            assert_eq!(count(&|content| content.licences.len() == 1), 335);
            assert_eq!(count(&|content| content.repository.is_some()), 335);
            assert_eq!(count(&|content| content.development_status.is_some()), 181);
            assert_eq!(count(&|content| content.publisher.is_some()), 45);
            assert_eq!(count(&|content| !content.summary.is_empty()), 335);
            assert_eq!(count(&|content| !content.description.is_empty()), 335);
            assert_eq!(count(&|content| !content.tags.is_empty()), 50);
            assert!(contents.iter().all(|(id, content)| content.plain_name() == Some(id.as_str())));
            let row = harvest(&store, "ropensci", "2026-01-02T00:00:00Z").await;
            assert_eq!((row.counts().unchanged, row.counts().updated), (335, 0));
        }
    })
    .await;
}

#[test]
fn the_persons_of_ropensci_are_cut_out() {
    let Some(file) = shared("data/codemeta/ropensci-raw_cm.json") else { return };
    let mut cut = 0;
    let mut file = File::open(file).expect("a recorded file");
    let end = Codemeta.split(&mut file, &mut |item| {
        let decoded = Codemeta.decode(item, &SourceContext::default());
        cut += decoded.personal.len();
        let raw = decoded.raw.to_string();
        assert!(!raw.contains("orcid.org") && !raw.contains("person@"), "{raw}");
        ControlFlow::Continue(())
    });
    assert_eq!(end.expect("a registry").items, 335);
    assert_eq!(cut, 6295);
}

#[tokio::test]
async fn single_files() {
    let Some(folder) = shared("data/codemeta") else { return };
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file"));
    let files: BTreeMap<String, String> = entries
        .map(|entry| entry.path())
        .filter(|path| !path.ends_with("ropensci-raw_cm.json"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a text"))
        })
        .collect();
    on_each(move |store| {
        let files = files.clone();
        async move {
            let fixture = Fixture::start().await;
            let facts = source("ex-files", "codemeta", &format!("{}/", fixture.url), &fixture.host);
            let names: Vec<&String> = files.keys().collect();
            let options = json!({"allow": [fixture.host], "files": names});
            put_source(&store, source::Model { options: options.to_string(), ..facts }).await;
            for (name, body) in &files {
                fixture.set(&format!("/{name}"), Reply::json(body.clone()));
            }
            let row = harvest(&store, "ex-files", "2026-01-01T00:00:00Z").await;
            assert_eq!(
                told(&row),
                "succeeded: read 10 added 10 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                "{:?}",
                row.reason
            );
            assert_eq!(codes(&store, "ex-files").await, ["licence-deprecated-id 1", "licence-missing 1"]);
            let contents = contents(&store).await;
            let count = |is: &dyn Fn(&Content) -> bool| -> usize {
                contents.values().filter(|content| is(content)).count()
            };
            assert_eq!(count(&|content| content.licences.len() == 1), 9);
            assert_eq!(count(&|content| content.repository.is_some()), 9);
            assert_eq!(count(&|content| content.development_status.is_some()), 9);
            let institutes = ["KNAW Humanities Cluster", "Software Heritage"];
            let publisher = |content: &Content| content.publisher.clone().map(|one| one.name);
            let known = |content: &Content| {
                publisher(content).is_some_and(|name| institutes.contains(&name.as_str()))
            };
            assert_eq!(count(&|content| content.publisher.is_some()), 5);
            assert_eq!(count(&known), 5);
        }
    })
    .await;
}
