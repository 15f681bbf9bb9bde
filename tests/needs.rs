//! What people need, from the store to the search: asked in one language, found in another, and
//! what is for use before what only an inventory of code names.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;

use fedcat::catalogue::content::{Content, Usage, UsageEvidence};
use fedcat::catalogue::needs;
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::digest::Digest;
use fedcat::publish::index::{Follower, schema};
use fedcat::search::embedded::Embedded;
use fedcat::search::question::Question;
use fedcat::search::{Query, SearchIndex, Synonyms};
use fedcat::store::catalogue::{Batch, Change, Raw, Statement, apply};
use fedcat::store::entity::source;
use fedcat::store::{Store, software, sources};
use support::stores::{on_each, sqlite};
use support::{at, put_source, source};

fn text(tag: &str, text: &str) -> LocalizedText {
    [(Lang::parse(tag).expect("a language"), text.to_owned())].into_iter().collect()
}

fn entry(name: &str, lang: &str, summary: &str) -> Content {
    Content { name: text("und", name), summary: text(lang, summary), ..Content::default() }
}

/// Puts a source with its entries into the store.
async fn list(store: &Store, id: &str, connector: &str, options: &str, entries: Vec<Content>) {
    let facts = source(id, connector, "https://example.org/", "example.org");
    put_source(store, source::Model { options: options.to_owned(), ..facts }).await;
    let changes = (0..).zip(entries).map(|(number, content): (u32, Content)| {
        let statement = Statement {
            digest: Digest::of(format!("{id}/{number}")),
            rules_version: "1".to_owned(),
            raw: Raw::of(&serde_json::json!({ "id": number })),
            content,
            personal: Vec::new(),
            fingerprint: None,
        };
        (number.to_string(), Change::Put(Box::new(statement)))
    });
    let (at, changes) = (at("2026-01-01T00:00:00Z"), changes.collect());
    let tx = store.write().await.expect("a transaction");
    apply(&tx, Batch { source: id, actor: "test", at, changes }).await.expect("applied");
    tx.commit().await.expect("committed");
}

/// An index of the store, as the product makes it.
async fn index(store: &Store) -> Arc<Embedded> {
    let mut synonyms = Synonyms::default();
    synonyms.insert_needs(needs::vocabulary());
    let engine = Embedded::new(schema().expect("a schema"), synonyms).expect("an engine");
    let index = Arc::new(engine);
    let labels = Arc::new(needs::labels().expect("labels"));
    let follower = Follower { store: store.clone(), index: index.clone(), labels };
    follower.rebuild().await.expect("an index");
    index
}

/// The names of what is found, best first.
async fn found(store: &Store, index: &Embedded, query: &Query) -> Vec<String> {
    let hits = index.search(query).await.expect("an answer").hits;
    let ids: Vec<_> = hits.iter().map(|hit| hit.id).collect();
    let entries = software::by_ids(store.read(), &ids).await.expect("entries");
    let names = ids.iter().filter_map(|id| entries.get(id)?.content.plain_name());
    names.map(str::to_owned).collect()
}

fn asked(typed: &str) -> Query {
    let question = Question::read(typed);
    Query { focus: question.focus(), text: question.text, limit: 10, ..Query::default() }
}

#[tokio::test]
async fn a_need_is_found_whatever_language_the_entry_speaks() {
    let (store, _folder) = sqlite().await;
    let entries = vec![
        entry("Zerk", "nl", "Beheer van begraafplaatsen en graven voor gemeenten."),
        entry("Krypta", "en", "Sells tickets for the village fair."),
        entry("Puente", "es", "Puentes para la cita previa de los vecinos."),
    ];
    list(&store, "xx-list", "catalogi", "{}", entries).await;
    let index = index(&store).await;
    for typed in [
        "gestion des cimetières",
        "logiciel de gestion de cimetière",
        "cemetery management",
        "servizi cimiteriali",
        "Friedhofsverwaltung",
        "Software für Friedhöfe",
        "gestión de cementerios",
        "begraafplaatsbeheer",
    ] {
        assert_eq!(found(&store, &index, &asked(typed)).await, ["Zerk"], "{typed}");
    }
    for typed in ["prise de rendez-vous", "Terminplanung", "afspraken maken", "appuntamenti"] {
        assert_eq!(found(&store, &index, &asked(typed)).await, ["Puente"], "{typed}");
    }
    let filters = [("need".to_owned(), vec!["cemetery-management".to_owned()])].into();
    let chosen = Query { filters, count: vec!["need".to_owned()], limit: 10, ..Query::default() };
    assert_eq!(found(&store, &index, &chosen).await, ["Zerk"]);
    let counted = index.search(&chosen).await.expect("an answer").facets;
    let counts = counted.get("need").expect("counted");
    assert!(counts.contains(&("appointment-scheduling".to_owned(), 1)), "{counts:?}");
}

#[tokio::test]
async fn what_is_for_use_comes_before_what_only_an_inventory_names() {
    let (store, _folder) = sqlite().await;
    let script = |name: &str| entry(name, "en", "Scripts of a department.");
    let mut used = script("parcels in use");
    used.usages = vec![Usage {
        organisation: "Ville d'Exemple".to_owned(),
        country: None,
        evidence: UsageEvidence::Project,
        users: None,
        referents: None,
        since: None,
        expires_on: None,
    }];
    let scripts = vec![script("parcels-import"), script("parcels-export"), used, script("parcels")];
    list(&store, "xx-code", "code-json", "{}", scripts).await;
    let suite = entry("Colis", "en", "A suite for all that a town hall does with parcels.");
    list(&store, "xx-list", "catalogi", "{}", vec![suite]).await;
    let index = index(&store).await;
    let names = found(&store, &index, &asked("parcels ")).await;
    let (first, others) = names.split_at(3);
    assert_eq!(first, ["parcels", "parcels in use", "Colis"], "the exact name stays first");
    assert_eq!(others.len(), 2, "{others:?}");
}

#[tokio::test]
async fn what_is_an_inventory_is_said_by_the_connector_or_the_source() {
    on_each(|store| async move {
        for (id, connector, options) in [
            ("xx-code", "code-json", "{}"),
            ("xx-chosen", "json-list", "{\"inventory\": false}"),
            ("xx-list", "catalogi", "{}"),
            ("xx-dump", "dcat", "{\"inventory\": true}"),
            ("xx-adds", "wikidata", "{}"),
        ] {
            list(&store, id, connector, options, Vec::new()).await;
        }
        let inventories = sources::inventories(store.read()).await.expect("sources");
        let mut inventories: Vec<String> = inventories.into_iter().collect();
        inventories.sort();
        assert_eq!(inventories, ["xx-adds", "xx-code", "xx-dump"]);
    })
    .await;
}
