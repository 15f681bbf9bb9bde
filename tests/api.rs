//! The API as a client sees it: answers, errors, cursors, conditional requests, exports.

mod support;

use axum::http::{StatusCode, header};
use fedcat::store::catalogue::{self, Batch, Change};
use fedcat::store::{sources, views};
use serde_json::Value;
use support::app::App;
use support::at;

#[tokio::test]
async fn the_document_describes_every_route() {
    let app = App::empty().await;
    let document = app.json("/api/v1/openapi.json").await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let routes: Vec<&String> = document["paths"].as_object().expect("paths").keys().collect();
    insta::assert_debug_snapshot!(routes);
}

#[tokio::test]
async fn the_documentation_needs_no_other_server() {
    let app = App::empty().await;
    let page = app.get("/api/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    for address in page.body.split(['"', '\'']).filter(|part| part.contains("//")) {
        assert!(!address.starts_with("http") && !address.starts_with("//"), "{address}");
    }
}

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
    let all = app.json("/api/v1/search?per_page=1").await;
    let total = all["total"].as_u64().expect("a number");
    let sum: u64 = all["facets"]["open-source"]
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
        app.json(&format!("/api/v1/search?per_page=1&{query}")).await["total"]
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
    let mut seen = std::collections::BTreeSet::new();
    let mut next = Some("/api/v1/search?per_page=7&sort=name".to_owned());
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

#[tokio::test]
async fn lists_have_cursors() {
    let app = App::seeded().await;
    let mut seen = 0;
    let mut after = String::new();
    loop {
        let page = app.json(&format!("/api/v1/software?limit=40{after}")).await;
        seen += page["items"].as_array().expect("items").len();
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let totals = views::totals(app.store.read()).await.expect("totals");
    assert_eq!(seen as u64, totals.software);

    let mut events = 0;
    let mut after = 0;
    loop {
        let page = app.json(&format!("/api/v1/events?limit=60&after={after}")).await;
        let items = page["items"].as_array().expect("items");
        if items.is_empty() {
            break;
        }
        events += items.len();
        after = page["next"].as_i64().expect("a number");
    }
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
        ("/api/v1/search?page=0", 422, "invalid-parameter"),
        ("/api/v1/search?sort=best", 422, "invalid-parameter"),
        ("/api/v1/events?limit=100000", 422, "invalid-parameter"),
        ("/api/v1/events?after=x", 422, "invalid-parameter"),
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
    catalogue::apply(&tx, &batch).await.expect("applied");
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
    let totals = views::totals(app.store.read()).await.expect("totals");
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
