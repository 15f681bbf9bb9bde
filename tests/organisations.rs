//! Organisations are loaded from directories under ids that stay. On every database.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeMap;

use fedcat::catalogue::organisation::{Directory, Organisation};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::store::organisations::{self, Loaded};
use fedcat::store::{Store, events};
use support::at;
use support::stores::on_each;
use uuid::Uuid;

fn organisation(name: &str, identifiers: &[&str]) -> Organisation {
    Organisation {
        name: LocalizedText::single(Lang::unknown(), name),
        country: Some("FR".to_owned()),
        identifiers: identifiers.iter().map(|id| id.parse().expect("an identifier")).collect(),
        ..Organisation::default()
    }
}

async fn load(store: &Store, directory: &str, all: &[Organisation], time: &str) -> Loaded {
    let tx = store.write().await.expect("a transaction");
    let loaded = organisations::load(&tx, directory, all, at(time)).await.expect("loaded");
    tx.commit().await.expect("committed");
    loaded
}

async fn ids(store: &Store) -> BTreeMap<String, Uuid> {
    let all = organisations::all(store.read()).await.expect("organisations");
    all.into_iter().map(|(id, one)| (one.name.get("und").expect("a name").to_owned(), id)).collect()
}

#[tokio::test]
async fn an_organisation_keeps_its_id_and_nothing_is_lost() {
    on_each(|store| async move {
        let office = organisation("Office d'exemple", &["siren:130025265"]);
        let city = organisation("Ville d'Exemple", &["wikidata:Q1"]);
        let both = [office.clone(), city.clone()];
        let loaded = load(&store, "fr", &both, "2026-01-01T00:00:00Z").await;
        assert_eq!(loaded, Loaded { added: 2, ..Loaded::default() });
        let first = ids(&store).await;

        let before = events::last(store.read()).await.expect("a number");
        let loaded = load(&store, "fr", &both, "2026-01-02T00:00:00Z").await;
        assert_eq!(loaded, Loaded { unchanged: 2, ..Loaded::default() });
        assert_eq!(events::last(store.read()).await.expect("a number"), before);

        let renamed = organisation("Agence d'exemple", &["siren:130025265", "wikidata:Q2"]);
        let loaded =
            load(&store, "fr", std::slice::from_ref(&renamed), "2026-01-03T00:00:00Z").await;
        assert_eq!(loaded, Loaded { updated: 1, missing: 1, ..Loaded::default() });
        let now = ids(&store).await;
        assert_eq!(now["Agence d'exemple"], first["Office d'exemple"]);
        assert_eq!(now["Ville d'Exemple"], first["Ville d'Exemple"], "absence is not deletion");
        assert_eq!(organisations::listed(store.read(), "fr").await.expect("a number"), 1);

        let loaded = load(&store, "fr", &[renamed, city], "2026-01-04T00:00:00Z").await;
        assert_eq!(loaded, Loaded { updated: 1, unchanged: 1, ..Loaded::default() });
        assert_eq!(ids(&store).await, now);
        assert_eq!(events::last(store.read()).await.expect("a number"), before + 3);
    })
    .await;
}

#[tokio::test]
async fn what_contradicts_itself_is_left_out() {
    on_each(|store| async move {
        let one = organisation("One", &["siren:130025265"]);
        let two = organisation("Two", &["wikidata:Q2"]);
        load(&store, "fr", &[one.clone(), two.clone()], "2026-01-01T00:00:00Z").await;
        let both = organisation("Both", &["siren:130025265", "wikidata:Q2"]);
        let again = organisation("One again", &["siren:130025265"]);
        let nobody = organisation("Nobody", &[]);
        let all = [one.clone(), again, both, nobody, two.clone()];
        let loaded = load(&store, "fr", &all, "2026-01-02T00:00:00Z").await;
        assert_eq!(loaded, Loaded { contradictory: 5, ..Loaded::default() });
        let loaded = load(&store, "other", &[two], "2026-01-03T00:00:00Z").await;
        assert_eq!(loaded, Loaded { contradictory: 1, ..Loaded::default() });
        let stored = organisations::all(store.read()).await.expect("organisations");
        let directory = Directory::new(stored.into_iter().map(|(_, one)| one).collect());
        assert!(directory.with_identifier(one.identifiers.first().expect("one")).is_some());
    })
    .await;
}
