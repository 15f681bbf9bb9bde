//! The recorded files of Canada's Open Resource Exchange, made into the two lists as its site makes
//! them, and harvested from end to end. The numbers were counted in the files by a script of its
//! own. Skipped where the files are absent; they are not part of this repository.

mod support;

use std::collections::BTreeMap;

use fedcat::catalogue::content::Content;
use fedcat::formats::directories::canada;
use fedcat::store::entity::{record, source};
use fedcat::store::users::users;
use fedcat::store::{events, findings, organisations};
use sea_orm::EntityTrait;
use serde_json::json;
use support::fixture::{Fixture, Reply};
use support::jekyll::data;
use support::skipped::shared;
use support::stores::on_each;
use support::{at, harvest, put_source, source, told};

#[tokio::test]
async fn the_exchange_of_canada() {
    let Some(folder) = shared("data/ca-ore") else { return };
    let document = |name: &str| data(&folder.join(name)).to_string();
    let bodies = ["administrations", "software", "code"].map(|name| (name, document(name)));
    on_each(move |store| {
        let (bodies, administrations) = (bodies.clone(), folder.join("administrations"));
        async move {
            let fixture = Fixture::start().await;
            let facts = source("ca-ore", "ore", &format!("{}/", fixture.url), &fixture.host);
            let options = json!({"allow": [fixture.host], "lists": ["software.json", "code.json"],
                                 "administrations": "administrations.json"});
            put_source(&store, source::Model { options: options.to_string(), ..facts }).await;
            for (name, body) in bodies {
                fixture.set(&format!("/{name}.json"), Reply::json(body));
            }
            let row = harvest(&store, "ca-ore", "2026-01-01T00:00:00Z").await;
            assert_eq!(
                told(&row),
                "succeeded: read 164 added 164 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
                "{:?}",
                row.reason
            );
            let found = findings::by_code(store.read(), Some("ca-ore")).await.expect("findings");
            let found: BTreeMap<String, i64> = found.into_iter().collect();
            assert_eq!(found, BTreeMap::from([("invalid-date".to_owned(), 67), ("licence-ambiguous".to_owned(), 1), ("licence-deprecated-id".to_owned(), 2), ("licence-name-and-address-differ".to_owned(), 2)]));

            let records = record::Entity::find().all(store.read()).await.expect("records");
            let contents: Vec<Content> = records
                .iter()
                .map(|record| serde_json::from_str(&record.content).expect("content"))
                .collect();
            let count = |number: &dyn Fn(&Content) -> usize| -> usize {
                contents.iter().map(number).sum()
            };
            assert_eq!(count(&|content| content.licences.len()), 102 + 67 + 2, "two name one licence and link another");
            assert_eq!(count(&|content| content.usages.len()), 128);
            let dated = |content: &Content| {
                content.usages.iter().filter(|usage| usage.since.is_some()).count()
            };
            assert_eq!(count(&dated), 61);
            assert_eq!(count(&|content| usize::from(content.repository.is_some())), 67);
            // Of the 23 home pages of released code two are the repository itself.
            assert_eq!(count(&|content| usize::from(content.homepage.is_some())), 97 + 21);
            assert_eq!(count(&|content| usize::from(content.publisher.is_some())), 67);
            assert_eq!(count(&|content| usize::from(content.development_status.is_some())), 45);
            // Both languages, but for what is written alike in both.
            assert_eq!(count(&|content| usize::from(content.summary.iter().count() == 2)), 164);
            let codes = contents.iter().flat_map(|content| &content.usages);
            assert!(codes.clone().all(|usage| usage.organisation.contains(' ')), "names, not codes");

            // Each of the administrations that use something is in the directory of administrations.
            let administrations = canada::organisations(&data(&administrations));
            let tx = store.write().await.expect("a transaction");
            let all = &administrations.organisations;
            organisations::load(&tx, "ca-ore", all, at("2026-01-01T00:00:00Z")).await.expect("loaded");
            tx.commit().await.expect("committed");
            let users = users(&store).await.expect("users");
            assert_eq!(users.iter().filter(|user| user.organisation.is_some()).count(), 17);
            assert_eq!(users.len(), 17);
            assert_eq!(users.iter().map(|user| user.software).sum::<u64>(), 128);

            let before = events::last(store.read()).await.expect("a number");
            let row = harvest(&store, "ca-ore", "2026-01-02T00:00:00Z").await;
            assert_eq!((row.counts().unchanged, row.counts().updated), (164, 0));
            assert_eq!(events::last(store.read()).await.expect("a number"), before);
        }
    })
    .await;
}
