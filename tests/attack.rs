//! An entry of one source that claims the keys of two programs must not touch the entries of
//! others, whenever it comes; and an installation in which one did is mended.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use fedcat::store::entity::{candidate, record, software};
use fedcat::store::{Store, events, software as entries};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use support::harvester;
use support::programs::{Catalogues, entries, links, made_of, program};
use support::stores::on_each;
use uuid::Uuid;

const LEDGER: Option<&str> = Some("example/ledger");

/// What honest sources list: two programs, each in two of them.
fn honest() -> [(&'static str, Value); 4] {
    [
        ("de-b", program("Parcels", Some("Q900000001"), None)),
        ("es-d", program("Ledger", None, LEDGER)),
        ("fr-a", program("Parcels", Some("Q900000001"), None)),
        ("it-c", program("Ledger", Some("Q900000002"), LEDGER)),
    ]
}

/// What attackers list. The source of the first ones comes before all others in every order.
fn attacks() -> Vec<(&'static str, Value)> {
    let mut attacks = Vec::new();
    for source in ["aa-x", "zz-x"] {
        attacks.extend([
            (source, program("Other", Some("Q900000001"), LEDGER)),
            (source, program("Ledger", Some("Q900000001"), LEDGER)),
            (source, program("Parcels", Some("Q900000001"), LEDGER)),
            // The number of a program that nobody lists.
            (source, program("Other", Some("Q900000009"), LEDGER)),
        ]);
    }
    attacks
}

async fn without(store: &Store, attacker: &str) -> BTreeSet<Vec<String>> {
    let others = |entry: Vec<String>| -> Vec<String> {
        entry.into_iter().filter(|source| source != attacker).collect()
    };
    entries(store).await.into_iter().map(others).filter(|entry| !entry.is_empty()).collect()
}

#[tokio::test]
async fn an_entry_with_the_keys_of_two_programs_moves_no_entry_of_others() {
    on_each(|store| async move {
        let catalogues = Catalogues::of(&store, &["de-b", "es-d", "fr-a", "it-c", "aa-x", "zz-x"]);
        let catalogues = catalogues.await;
        for (source, entry) in honest() {
            catalogues.list(&store, source, "2026-01-01T00:00:00Z", &[entry]).await;
        }
        let expected = made_of(&[&["de-b", "fr-a"], &["es-d", "it-c"]]);
        assert_eq!(entries(&store).await, expected);
        let before = links(&store).await;
        for (attacker, entry) in attacks() {
            catalogues
                .list(&store, attacker, "2026-01-02T00:00:00Z", std::slice::from_ref(&entry))
                .await;
            assert_eq!(without(&store, attacker).await, expected, "{attacker}: {entry}");
            let mut after = links(&store).await;
            assert!(after.remove(attacker).is_some());
            assert_eq!(after, before, "ids stay");
            let waiting = candidate::Entity::find().all(store.read()).await.expect("candidates");
            assert!(!waiting.is_empty(), "the other tie waits for a person");
            // It goes again.
            catalogues.list(&store, attacker, "2026-01-03T00:00:00Z", &[]).await;
            catalogues.list(&store, attacker, "2026-01-12T00:00:00Z", &[]).await;
            assert_eq!(links(&store).await, before, "as if it had never been");
            let waiting = candidate::Entity::find().all(store.read()).await.expect("candidates");
            assert!(waiting.is_empty(), "{waiting:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn whenever_the_attacker_comes_the_entries_of_others_are_the_same() {
    for place in 0..=honest().len() {
        on_each(move |store| async move {
            let ids = ["de-b", "es-d", "fr-a", "it-c", "aa-x"];
            let catalogues = Catalogues::of(&store, &ids).await;
            let attack = program("Other", Some("Q900000001"), LEDGER);
            let mut order: Vec<(&str, Value)> = honest().to_vec();
            order.insert(place, ("aa-x", attack));
            let mut shown: BTreeSet<Uuid> = BTreeSet::new();
            for (day, (source, entry)) in order.into_iter().enumerate() {
                let time = format!("2026-01-0{}T00:00:00Z", day + 1);
                catalogues.list(&store, source, &time, &[entry]).await;
                shown.extend(links(&store).await.into_values());
            }
            let expected = made_of(&[&["aa-x", "de-b", "fr-a"], &["es-d", "it-c"]]);
            assert_eq!(entries(&store).await, expected, "at place {place}");
            for time in ["2026-01-10T00:00:00Z", "2026-01-20T00:00:00Z"] {
                catalogues.list(&store, "aa-x", time, &[]).await;
            }
            let expected = made_of(&[&["de-b", "fr-a"], &["es-d", "it-c"]]);
            assert_eq!(entries(&store).await, expected, "at place {place}");
            for id in shown {
                let found = entries::lookup(store.read(), id).await.expect("an answer");
                assert!(!matches!(found, entries::Lookup::Unknown), "no id is lost");
            }
        })
        .await;
    }
}

/// Makes one entry of all records, as earlier rules did.
async fn fuse(store: &Store) {
    let links = links(store).await;
    let (kept, given) = (links["de-b"], links["es-d"]);
    let tx = store.write().await.expect("a transaction");
    record::Entity::update_many()
        .col_expr(record::Column::SoftwareId, Expr::value(kept))
        .col_expr(record::Column::RulesVersion, Expr::value("2.2"))
        .exec(&tx)
        .await
        .expect("fused");
    software::Entity::update_many()
        .col_expr(software::Column::State, Expr::value("merged"))
        .col_expr(software::Column::MergedInto, Expr::value(kept))
        .filter(software::Column::Id.eq(given))
        .exec(&tx)
        .await
        .expect("redirected");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn what_earlier_rules_fused_comes_apart_by_itself() {
    on_each(|store| async move {
        let catalogues = Catalogues::of(&store, &["de-b", "es-d", "fr-a", "it-c", "zz-x"]).await;
        let attack = ("zz-x", program("Other", Some("Q900000001"), LEDGER));
        for (source, entry) in honest().into_iter().chain([attack]) {
            catalogues.list(&store, source, "2026-01-01T00:00:00Z", &[entry]).await;
        }
        fuse(&store).await;
        let fused: BTreeMap<String, Uuid> = links(&store).await;
        let last = events::last(store.read()).await.expect("a number");
        harvester(&store).reread_all().await.expect("read again");

        let expected = made_of(&[&["de-b", "fr-a", "zz-x"], &["es-d", "it-c"]]);
        assert_eq!(entries(&store).await, expected);
        let after = links(&store).await;
        assert_eq!(after["de-b"], fused["de-b"], "the oldest record keeps the id");
        let log = events::after(store.read(), last, 1000).await.expect("events");
        let split: Vec<_> = log.iter().filter(|event| event.kind.as_str() == "split").collect();
        assert_eq!(split.len(), 1);
        assert_eq!((split[0].id, split[0].target), (fused["de-b"], Some(after["es-d"])));

        let last = events::last(store.read()).await.expect("a number");
        harvester(&store).reread_all().await.expect("nothing to do");
        assert_eq!(events::last(store.read()).await.expect("a number"), last);
    })
    .await;
}
