//! What replaces a product: a question for one, its facet and its suggestions say the same, with
//! every engine, and no vendor's word counts as one of its products.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use fedcat::catalogue::products::PRODUCTS;
use fedcat::publish::index::schema;
use fedcat::search::meilisearch::{Connection, Meilisearch};
use fedcat::search::{SearchIndex, Synonyms};
use fedcat::seeds::SOFTWARE;
use serde_json::Value;
use support::app::App;
use support::fake_meilisearch::Fake;
use url::form_urlencoded::byte_serialize;

/// How many starter entries replace a product, counted in their text.
fn replacing(id: &str) -> u64 {
    let starter: toml::Table = toml::from_str(SOFTWARE).expect("the starter entries");
    let entries = starter["software"].as_array().expect("entries");
    let says = |entry: &&toml::Value| {
        let products = entry.get("replaces").and_then(toml::Value::as_array);
        products
            .into_iter()
            .flatten()
            .any(|product| PRODUCTS.value(product["name"].as_str().expect("a name")) == id)
    };
    entries.iter().filter(says).count() as u64
}

async fn asked(app: &App, typed: &str) -> Value {
    let typed: String = byte_serialize(typed.as_bytes()).collect();
    app.json(&format!("/api/v1/search?per_page=100&q={typed}")).await
}

fn value_of(hit: &Value) -> Vec<String> {
    let products = hit["replaces"].as_array().expect("products").iter();
    products.map(|name| PRODUCTS.value(name.as_str().expect("a name"))).collect()
}

/// What the API says of questions for a product.
async fn says_what_replaces(app: &App) {
    for (typed, id) in [
        ("alternative à Microsoft Teams", "microsoft-teams"),
        ("remplacer Teams", "microsoft-teams"),
        ("Ersatz für MS Teams", "microsoft-teams"),
        ("vervanging voor Confluence", "confluence"),
        ("replace the Google Docs", "google-docs"),
    ] {
        let expected = replacing(id);
        assert!(expected > 2, "{id}: {expected}");
        let found = asked(app, typed).await;
        assert_eq!(found["product"], id, "{typed}");
        assert_eq!(found["in_focus"], expected, "{typed}");
        let hits = found["hits"].as_array().expect("hits");
        let first = hits.iter().take_while(|hit| value_of(hit).iter().any(|one| one == id));
        assert_eq!(first.count() as u64, expected, "{typed}: they come first");
        let rest = hits.iter().skip(expected as usize);
        assert!(rest.clone().all(|hit| !value_of(hit).iter().any(|one| one == id)), "{typed}");
        let listed = app.json(&format!("/api/v1/search?replaces={id}")).await;
        assert_eq!(listed["total"], expected, "{typed}");
    }
    // Nothing of a vendor, and nothing of a product with a longer name.
    for typed in ["alternative à Microsoft", "replace Google", "Ersatz für Microsoft Teams Rooms"]
    {
        let found = asked(app, typed).await;
        assert_eq!(found["in_focus"], 0, "{typed}");
    }
    let named = asked(app, "Microsoft Teams").await;
    assert_eq!((&named["product"], &named["in_focus"]), (&"microsoft-teams".into(), &5.into()));
    assert!(named.get("replaces_asked").is_none());
    let plain = asked(app, "teams").await;
    assert!(plain.get("product").is_none() && plain.get("in_focus").is_none());
}

#[tokio::test]
async fn what_replaces_a_product_is_said_by_the_embedded_engine() {
    let app = App::seeded().await;
    says_what_replaces(&app).await;
    for name in ["microsoft-teams", "MS+Teams", "teams"] {
        let listed = app.json(&format!("/api/v1/search?replaces={name}")).await;
        assert_eq!(listed["total"], 5, "{name}");
        let counted = listed["facets"]["replaces"].as_array().expect("values");
        let teams = counted.iter().find(|one| one["value"] == "microsoft-teams");
        assert_eq!(teams.map(|one| one["count"].clone()), Some(5.into()), "{name}");
    }
}

#[tokio::test]
async fn what_replaces_a_product_is_said_by_meilisearch() {
    let fake = Fake::start().await;
    let connection = Connection {
        url: fake.url.clone(),
        index: "fedcat".to_owned(),
        origin: "a test".to_owned(),
        admin_key: None,
        search_key: None,
        timeout: Duration::from_secs(5),
        patience: Duration::from_secs(5),
    };
    let engine = Meilisearch::new(schema().expect("a schema"), Synonyms::default(), &connection);
    let engine: Arc<dyn SearchIndex> = Arc::new(engine.expect("an engine"));
    let app = App::seeded_with(engine).await;
    app.follower.rebuild().await.expect("built");
    says_what_replaces(&app).await;
}

#[tokio::test]
async fn the_page_says_how_many_replace_it_and_leads_to_them() {
    let app = App::seeded().await;
    let typed = "alternative+%C3%A0+Microsoft+Teams";
    for (lang, sentence) in [
        ("fr", "5 logiciels sont cités comme remplaçants de Microsoft Teams"),
        ("en", "5 programs are named as replacements for Microsoft Teams"),
    ] {
        let page = app.get(&format!("/?q={typed}&lang={lang}")).await.body;
        let link = format!("<a href=\"/?replaces=microsoft-teams&#38;lang={lang}\">{sentence}</a>");
        assert!(page.contains(&link), "{lang}");
        let listed = app.get(&format!("/?replaces=microsoft-teams&lang={lang}")).await.body;
        assert_eq!(listed.matches("<article>").count(), 5, "{lang}");
    }
    let elided = app.get("/?q=remplacer+Photoshop&lang=fr").await.body;
    assert!(elided.contains("1 logiciel est cité comme remplaçant d’Adobe Photoshop"));
    let none = app.get("/?q=alternative+to+Microsoft&lang=en").await.body;
    assert!(none.contains("No program is named as a replacement for Microsoft; "));
    let plain = app.get("/?q=teams&lang=en").await.body;
    assert!(!plain.contains("class=\"understood\""));
}

#[tokio::test]
async fn a_product_is_suggested_before_software_that_merely_has_the_word() {
    let app = App::seeded().await;
    let first = async |letters: &str| {
        let answer = app.json(&format!("/api/v1/suggest?q={letters}")).await;
        let first = &answer["suggestions"][0];
        format!("{} {}", first["kind"], first["name"]).replace('"', "")
    };
    assert_eq!(first("teams").await, "replaced Microsoft Teams");
    assert_eq!(first("ms+teams").await, "replaced Microsoft Teams");
    assert_eq!(first("remplacer+teams").await, "replaced Microsoft Teams");
    assert_eq!(first("libreoffice").await, "software LibreOffice");
    assert_eq!(first("libreo").await, "software LibreOffice");
}

#[tokio::test]
async fn signs_alone_find_nothing_and_the_page_says_why() {
    let app = App::seeded().await;
    for typed in ["%F0%9F%9A%80", "%3F%21", "%2B%2B"] {
        let found = app.json(&format!("/api/v1/search?q={typed}")).await;
        assert_eq!((&found["total"], &found["near"]["words"]), (&0.into(), &Value::Array(vec![])));
        let page = app.get(&format!("/?q={typed}&lang=en")).await.body;
        assert!(page.contains("holds no letter and no digit"), "{typed}");
    }
}
