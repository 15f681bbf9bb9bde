//! The API as a client sees it: answers, errors, cursors, conditional requests, exports.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

mod support;

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::digest::Digest;
use fedcat::store::catalogue::{self, Batch, Change, Raw, Statement};
use fedcat::store::{records, software, sources, tally};
use serde_json::{Value, json};
use support::app::App;
use support::at;

#[tokio::test]
async fn a_search_finds_in_spite_of_errors_and_counts_facets() {
    let app = App::seeded().await;
    for (query, first) in [
        ("libreoffice", "LibreOffice"),
        ("libreofice", "LibreOffice"),
        ("nextclou", "Nextcloud"),
        ("keycloack", "Keycloak"),
        ("microsoft office", "LibreOffice"),
        ("sig ", "QGIS"),
    ] {
        let found = app.json(&format!("/api/v1/search?q={}", query.replace(' ', "+"))).await;
        assert_eq!(found["hits"][0]["name"]["und"], first, "{query}");
    }
    let all = app.json("/api/v1/search?limit=1").await;
    let total = all["total"].as_u64().expect("a number");
    let sum: u64 = all["facets"]["open_source"]
        .as_array()
        .expect("values")
        .iter()
        .filter_map(|value| value["count"].as_u64())
        .sum();
    assert_eq!(total, sum, "every entry has one answer to the question of open source");
}

#[tokio::test]
async fn several_values_widen_and_several_facets_narrow() {
    let app = App::seeded().await;
    let count = async |query: &str| {
        app.json(&format!("/api/v1/search?limit=1&{query}")).await["total"]
            .as_u64()
            .expect("a number")
    };
    let (mit, apache) = (count("licence=MIT").await, count("licence=Apache-2.0").await);
    assert!(mit > 0 && apache > 0);
    let both = count("licence=MIT&licence=Apache-2.0").await;
    assert!(both > mit.max(apache) && both <= mit + apache);
    assert!(count("licence=MIT&platform=web").await <= mit);
}

#[tokio::test]
async fn pages_of_a_search_neither_repeat_nor_skip() {
    let app = App::seeded().await;
    let mut seen = BTreeSet::new();
    let mut next = Some("/api/v1/search?limit=7&sort=name".to_owned());
    let mut total = 0;
    while let Some(address) = next {
        let page = app.json(&address).await;
        total = page["total"].as_u64().expect("a number");
        for hit in page["hits"].as_array().expect("hits") {
            assert!(seen.insert(hit["id"].to_string()), "{hit} came twice");
        }
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen.len() as u64, total);
}

/// Every entry of a search, page by page; `meanwhile` happens after the first page.
async fn walk(app: &App, first: &str, meanwhile: impl AsyncFnOnce(&Value)) -> Vec<String> {
    let ids = |page: &Value| -> Vec<String> {
        let hits = page["hits"].as_array().expect("hits").iter();
        hits.map(|hit| hit["id"].as_str().expect("an id").to_owned()).collect()
    };
    let mut page = app.json(first).await;
    let mut seen = ids(&page);
    meanwhile(&page).await;
    while let Some(next) = page["next"].as_str() {
        page = app.json(next).await;
        let hits = ids(&page);
        assert!(!hits.is_empty(), "an offered page holds something");
        seen.extend(hits);
    }
    seen
}

/// What changes in a catalogue while somebody turns its pages: an entry comes that stands first,
/// one of those shown goes, one gets another place.
async fn changes(app: &App, first: &Value) {
    let shown =
        |at: usize| first["hits"][at]["id"].as_str().expect("an id").parse().expect("a UUID");
    let entries = software::by_ids(app.store.read(), &[shown(0), shown(2)]).await.expect("entries");
    let records = records::of_software(app.store.read(), shown(0)).await.expect("records");
    let withdrawn = records[0].external_id.clone();
    let records = records::of_software(app.store.read(), shown(2)).await.expect("records");
    let moved = records[0].external_id.clone();
    let content = |name: &str| {
        let mut content = entries[&shown(2)].content.clone();
        content.repository = None;
        content.identifiers.clear();
        content.homepage = None;
        content.name = LocalizedText::single(Lang::unknown(), name);
        content
    };
    let put = |id: &str, content| {
        let digest = Digest::of(format!("changed/{id}"));
        let rules_version = "1".to_owned();
        let (raw, personal) = (Raw::of(&Value::Null), Vec::new());
        let statement =
            Statement { digest, rules_version, raw, content, personal, fingerprint: None };
        (id.to_owned(), Change::Put(Box::new(statement)))
    };
    let changes = vec![
        (withdrawn, Change::Withdraw(Default::default())),
        put("newcomer", content("0000")),
        put(&moved, content("zzzz moved")),
    ];
    let batch = Batch { source: "starter", actor: "test", at: at("2026-05-01T00:00:00Z"), changes };
    let tx = app.store.write().await.expect("a transaction");
    catalogue::apply(&tx, batch).await.expect("applied");
    tx.commit().await.expect("committed");
    assert_ne!(app.follower.catch_up().await.expect("followed"), 0);
}

#[tokio::test]
async fn pages_neither_repeat_nor_skip_although_the_catalogue_changes() {
    for search in ["limit=7&sort=name", "limit=7", "limit=4&q=web", "limit=9&sort=newest"] {
        let app = App::seeded().await;
        let first = format!("/api/v1/search?{search}");
        let before: BTreeSet<String> = walk(&app, &first, async |_| {}).await.into_iter().collect();
        let seen = walk(&app, &first, async |page| changes(&app, page).await).await;
        let all: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(all.len(), seen.len(), "{search}: an entry came twice");
        let after: BTreeSet<String> = walk(&app, &first, async |_| {}).await.into_iter().collect();
        assert_ne!(before, after, "{search}: something changed");
        for id in before.intersection(&after) {
            assert!(all.contains(id), "{search}: {id} was there all the time and not shown");
        }
    }
}

#[tokio::test]
async fn a_page_of_which_nothing_is_remembered_is_found_by_counting() {
    let app = App::seeded().await;
    let ids = async |address: &str| {
        let page = app.json(address).await;
        let hits = page["hits"].as_array().expect("hits").clone();
        hits.iter().map(|hit| hit["id"].clone()).collect::<Vec<Value>>()
    };
    let first = app.json("/api/v1/search?limit=5&sort=name").await;
    let next = first["next"].as_str().expect("a next page");
    let expected = ids(next).await;
    for other in ["", ".", ".0123456789abcdef0123456789abcdef", ".x"] {
        let address = format!("/api/v1/search?limit=5&sort=name&cursor=2{other}");
        assert_eq!(ids(&address).await, expected, "{other}");
    }
    let token = next.split("cursor=2.").nth(1).expect("a token");
    assert_eq!(
        ids(&format!("/api/v1/search?limit=5&sort=name&cursor=3.{token}")).await,
        ids("/api/v1/search?limit=5&sort=name&cursor=3").await,
        "what page 2 comes after says nothing about page 3"
    );
    let last = app.json("/api/v1/search?limit=100&cursor=500").await;
    assert_eq!((last["hits"].clone(), last["next"].clone()), (json!([]), Value::Null));
}

#[tokio::test]
async fn an_alternative_is_asked_for_in_words() {
    let app = App::seeded().await;
    for query in ["alternative+to+Outlook", "remplacer+Outlook", "Outlook+Ersatz"] {
        let found = app.json(&format!("/api/v1/search?q={query}")).await;
        assert_eq!(found["replaces_asked"], "Outlook", "{query}");
        let saying = found["in_focus"].as_u64().expect("a number");
        assert!(saying > 0 && saying <= found["total"].as_u64().expect("a number"), "{query}");
        let first = found["hits"][0]["id"].as_str().expect("an id");
        let entry = app.json(&format!("/api/v1/software/{first}")).await;
        assert!(entry["content"]["replaces"].to_string().contains("Outlook"), "{query}");
    }
    let plain = app.json("/api/v1/search?q=outlook").await;
    assert!(plain.get("replaces_asked").is_none() && plain.get("in_focus").is_none());
}

#[tokio::test]
async fn words_with_an_initial_find_their_synonyms() {
    let app = App::seeded().await;
    let ids = async |query: &str| {
        let found = app.json(&format!("/api/v1/search?limit=100&q={query}")).await;
        let hits = found["hits"].as_array().expect("hits").clone();
        hits.iter().map(|hit| hit["id"].to_string()).collect::<BTreeSet<String>>()
    };
    for (initial, joined, synonym) in [
        ("e-mail+", "email+", "courriel+"),
        ("E%E2%80%91Mail+", "email+", "posta+elettronica+"),
        ("e-learning+", "elearning+", "lernplattform+"),
    ] {
        let found = ids(initial).await;
        assert!(!found.is_empty(), "{initial}");
        assert_eq!(ids(joined).await, found, "{initial}");
        assert!(!ids(synonym).await.is_disjoint(&found), "{initial} and {synonym}");
    }
}

#[tokio::test]
async fn a_search_that_finds_nothing_says_what_is_near() {
    let app = App::seeded().await;
    let near = async |query: &str| {
        let found = app.json(&format!("/api/v1/search?{query}")).await;
        assert_eq!(found["total"], 0, "{query}");
        found["near"].clone()
    };
    let filtered = near("q=libreoffice&platform=nowhere").await;
    assert_eq!(filtered["without_filters"]["hits"][0]["name"]["und"], "LibreOffice");
    assert!(filtered["without_filters"]["total"].as_u64() >= Some(1));
    assert!(filtered["without_filters"]["hits"].as_array().is_some_and(|hits| hits.len() <= 3));
    assert!(filtered.get("similar").is_none(), "the filters are to blame");

    let misspelt = near("q=qgsi+").await;
    assert_eq!(misspelt["similar"]["hits"][0]["name"]["und"], "QGIS");

    let nothing = near("q=zzzzzzzzzzzz").await;
    assert_eq!(nothing, json!({ "words": [] }));
    let something = app.json("/api/v1/search?q=libreoffice").await;
    assert!(something.get("near").is_none());
}

#[tokio::test]
async fn letters_suggest_software_replaced_products_and_needs() {
    let app = App::seeded().await;
    let suggested = async |query: &str| {
        let answer = app.json(&format!("/api/v1/suggest?{query}")).await;
        let all = answer["suggestions"].as_array().expect("suggestions").clone();
        assert!(all.len() <= 10, "{query}");
        let told = |one: &Value| format!("{} {}", one["kind"], one["name"]).replace('"', "");
        all.iter().map(told).collect::<Vec<String>>()
    };
    let check = async |query: &str, expected: &str| {
        let all = suggested(query).await;
        assert!(all.iter().any(|one| one == expected), "{query}: {all:?}");
    };
    check("q=libreo", "software LibreOffice").await;
    check("q=libreofice", "software LibreOffice").await;
    check("q=outl", "replaced Microsoft Outlook").await;
    check("q=compta&lang=fr", "need Comptabilité").await;
    check("q=compta&lang=en", "need Accounting").await;
    check("q=buchh", "need Accounting").await;
    for (query, expected) in [("q=", 0), ("q=%20", 0), ("q=zzzzzz", 0), ("", 0)] {
        assert_eq!(suggested(query).await.len(), expected, "{query}");
    }
    let asked = suggested("q=remplacer+outl").await;
    assert!(!asked.is_empty() && asked.iter().all(|one| one.starts_with("replaced ")), "{asked:?}");

    let answer = app.get("/api/v1/suggest?q=compta&lang=fr").await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "public, max-age=60");
    let wrong = app.get("/api/v1/suggest?q=a&q=b").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_question_says_its_needs_and_a_hit_how_it_has_them() {
    let app = App::seeded().await;
    let answer = app.json("/api/v1/search?q=logiciel+de+sondages").await;
    assert_eq!(answer["needs_asked"], json!(["survey"]));
    let hits = answer["hits"].as_array().expect("hits");
    let of = |hit: &Value| hit["needs"].as_array().expect("needs").clone();
    let has = |basis: &str| json!({ "id": "survey", "basis": basis });
    assert!(of(&hits[0]).contains(&has("stated")) || of(&hits[0]).contains(&has("derived")));
    let entry =
        app.json(&format!("/api/v1/software/{}", hits[0]["id"].as_str().expect("an id"))).await;
    assert_eq!(entry["needs"], hits[0]["needs"]);
    let other = app.json("/api/v1/search?q=libreoffice").await;
    assert!(other.get("needs_asked").is_none());
}

#[tokio::test]
async fn every_suggestion_leads_to_something() {
    let app = App::seeded().await;
    for letters in ["a", "mi", "goo", "pro", "ges", "outl", "office", "e-"] {
        for lang in ["en", "fr", "de", "it", "es", "nl"] {
            let answer = app.json(&format!("/api/v1/suggest?q={letters}&lang={lang}")).await;
            for one in answer["suggestions"].as_array().expect("suggestions") {
                let url = one["url"].as_str().expect("an address");
                let path = url.strip_prefix("https://fedcat.example.org").expect("an own address");
                assert_eq!(app.get(path).await.status, StatusCode::OK, "{one}");
                if let Some((_, query)) = path.split_once('?') {
                    let found = app.json(&format!("/api/v1/search?{query}")).await;
                    assert!(found["total"].as_u64() > Some(0), "{one}");
                    let asks = one["kind"] == "replaced";
                    assert_eq!(found["in_focus"].as_u64() > Some(0), asks, "{one}");
                }
            }
        }
    }
}

#[tokio::test]
async fn lists_have_cursors() {
    let app = App::seeded().await;
    let walk = async |first: &str| {
        let (mut seen, mut next) = (0, Some(first.to_owned()));
        while let Some(address) = next {
            let page = app.json(&address).await;
            seen += page["items"].as_array().expect("items").len();
            next = page["next"].as_str().map(str::to_owned);
        }
        seen
    };
    let totals = tally::totals(app.store.read()).await.expect("totals");
    assert_eq!(walk("/api/v1/software?limit=40").await as u64, totals.software);
    let events = walk("/api/v1/events?limit=60").await;
    assert_eq!(i64::try_from(events).expect("few"), totals.last_event);
}

#[tokio::test]
async fn an_entry_says_who_says_what() {
    let app = App::seeded().await;
    let id = app.json("/api/v1/search?q=libreoffice").await["hits"][0]["id"].clone();
    let path = format!("/api/v1/software/{}", id.as_str().expect("an id"));
    let entry = app.json(&path).await;
    insta::assert_json_snapshot!(entry, {
        ".**.id" => "[id]", ".**.records[]" => "[record]", ".url" => "[url]",
        ".created_at" => "[time]", ".changed_at" => "[time]",
    });
}

#[tokio::test]
async fn errors_are_problem_documents_with_a_stable_code() {
    let app = App::empty().await;
    for (path, status, code) in [
        ("/api/v1/software/01890000-0000-7000-8000-000000000000", 404, "not-found"),
        ("/api/v1/software/libreoffice", 404, "not-found"),
        ("/api/v1/sources/nowhere", 404, "not-found"),
        ("/api/v1/runs/none", 404, "not-found"),
        ("/api/v1/search?cursor=0", 400, "invalid-parameter"),
        ("/api/v1/search?sort=best", 400, "invalid-parameter"),
        ("/api/v1/events?limit=100000", 400, "invalid-parameter"),
        ("/api/v1/events?cursor=x", 400, "invalid-parameter"),
        ("/api/v1/nothing", 404, "no-such-address"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{path}");
        let problem: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(problem["code"], code, "{path}");
        assert_eq!(problem["status"], status, "{path}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{path}");
    }
}

#[tokio::test]
async fn a_withdrawn_entry_is_gone_and_says_since_when() {
    let app = App::seeded().await;
    let id = app.json("/api/v1/search?q=libreoffice").await["hits"][0]["id"].clone();
    let id = id.as_str().expect("an id");
    let tx = app.store.write().await.expect("a transaction");
    let changes = vec![("libreoffice".to_owned(), Change::Withdraw(Default::default()))];
    let batch = Batch { source: "starter", actor: "test", at: at("2026-05-01T00:00:00Z"), changes };
    catalogue::apply(&tx, batch).await.expect("applied");
    tx.commit().await.expect("committed");
    let answer = app.get(&format!("/api/v1/software/{id}")).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert!(answer.body.contains("2026-05-01"), "{}", answer.body);

    let before = app.json("/api/v1/search?q=libreoffice").await["hits"][0]["id"].clone();
    assert_ne!(app.follower.catch_up().await.expect("followed"), 0);
    let after = app.json("/api/v1/search?q=libreoffice").await["hits"][0]["id"].clone();
    assert_ne!(before, after, "the index follows the log");
}

#[tokio::test]
async fn who_holds_an_answer_gets_304() {
    let app = App::seeded().await;
    for path in [
        "/api/v1/search?q=carte",
        "/api/v1/sources",
        "/api/v1/statistics",
        "/api/v1/licences",
        "/api/v1/export/software.ndjson",
        "/api/v1/export/software.csv",
    ] {
        let first = app.get(path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        let tag = first.headers[header::ETAG].to_str().expect("a tag").to_owned();
        let again = app.get_with(path, &[(header::IF_NONE_MATCH, &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.body, "", "{path}");
        let other = app.get_with(path, &[(header::IF_NONE_MATCH, "\"other\"")]).await;
        assert_eq!(other.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn an_export_with_other_attributions_is_another_export() {
    const PATH: &str = "/api/v1/export/software.ndjson";
    let app = App::seeded().await;
    let tag = app.get(PATH).await.headers[header::ETAG].to_str().expect("a tag").to_owned();
    let mut source = sources::get(app.store.read(), "starter").await.expect("the source");
    source.attribution = Some("In other words".to_owned());
    support::put_source(&app.store, source).await;
    let again = app.get_with(PATH, &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.body.contains("In other words"));
}

#[tokio::test]
async fn reads_are_open_to_pages_of_other_servers() {
    let app = App::empty().await;
    let answer =
        app.get_with("/api/v1/sources", &[(header::ORIGIN, "https://other.example.org")]).await;
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
}

#[tokio::test]
async fn exports_hold_every_entry_with_the_licence_of_its_data() {
    let app = App::seeded().await;
    let totals = tally::totals(app.store.read()).await.expect("totals");
    let ndjson = app.get("/api/v1/export/software.ndjson").await.body;
    let lines: Vec<Value> =
        ndjson.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len() as u64, totals.software);
    for line in &lines {
        assert_eq!(line["sources"][0]["data_licence"], "CC0-1.0");
        assert!(line["content"]["name"].is_object() && line["provenance"].is_array());
    }
    let csv = app.get("/api/v1/export/software.csv").await.body;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    insta::assert_debug_snapshot!(reader.headers().expect("a header"));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len() as u64, totals.software);
    assert!(rows.iter().all(|row| row.iter().any(|field| field == "CC0-1.0")));
}

#[tokio::test]
async fn health_is_told() {
    let app = App::empty().await;
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(app.get("/readyz").await.status, StatusCode::OK);
}
