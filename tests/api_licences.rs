//! What the API tells about licences.

mod support;

use axum::http::StatusCode;
use serde_json::Value;
use support::app::App;

#[tokio::test]
async fn a_statement_is_explained() {
    let app = App::empty().await;
    let answer = app.json("/api/v1/licences/normalise?q=gpl-3.0&context=spdx").await;
    assert_eq!(answer["outcome"], "expression");
    assert_eq!(answer["expression"], "GPL-3.0-only");
    assert_eq!(answer["range"], "unstated");
    assert_eq!(answer["facts"]["copyleft"], "strong");
    assert_eq!(answer["sources"]["french_list"]["date"], "2025-07-24");
    let explanation = answer["explanation"].as_str().expect("a sentence");
    assert!(explanation.contains("GPL-3.0-only"), "{explanation}");
}

#[tokio::test]
async fn a_choice_names_the_branch_by_which_a_fact_holds() {
    let app = App::empty().await;
    let answer = app.json("/api/v1/licences/normalise?q=MIT+OR+BUSL-1.1").await;
    assert_eq!(answer["facts"]["open_source"], "yes");
    assert_eq!(answer["facts"]["by_branch"]["open_source"], "MIT");
}

#[tokio::test]
async fn what_is_refused_has_no_facts() {
    let app = App::empty().await;
    for (statement, outcome) in [("", "no-statement"), ("wibble", "rejected")] {
        let answer = app.json(&format!("/api/v1/licences/normalise?q={statement}")).await;
        assert_eq!(answer["outcome"], outcome);
        assert_eq!(answer["facts"], Value::Null);
        assert!(answer["explanation"].is_string());
    }
}

#[tokio::test]
async fn hostile_statements_are_answered() {
    let app = App::empty().await;
    let nested = format!("{}MIT{}", "(".repeat(3_000), ")".repeat(3_000));
    for statement in ["%0A%FF", "%3Cscript%3E", &nested] {
        let answer = app.get(&format!("/api/v1/licences/normalise?q={statement}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_used_is_named() {
    let app = App::empty().await;
    for query in ["", "context=spdx", "q=MIT&context=perl", "q=%00"] {
        let answer = app.get(&format!("/api/v1/licences/normalise?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.body.contains("invalid-parameter"), "{}", answer.body);
    }
}

#[tokio::test]
async fn licences_have_facts_with_their_sources() {
    let app = App::seeded().await;
    let all = app.json("/api/v1/licences").await;
    let gpl = all["items"].as_array().expect("items").iter().find(|one| one["family"] == "GPL");
    let gpl = gpl.expect("the starter entries hold one");
    assert_eq!(gpl["facts"]["open_source"], "yes");
    assert_eq!(gpl["facts"]["copyleft"], "strong");
    for fact in gpl["facts"].as_object().expect("facts").keys() {
        assert!(all["sources"][fact]["date"].is_string(), "{fact} has no source");
    }
}

#[tokio::test]
async fn entries_are_found_by_what_their_licence_is() {
    let app = App::seeded().await;
    let all = app.json("/api/v1/search?limit=1").await;
    for facet in ["copyleft", "licence_conflict"] {
        let values = all["facets"][facet].as_array().expect("values");
        let sum: u64 = values.iter().filter_map(|value| value["count"].as_u64()).sum();
        assert_eq!(all["total"].as_u64(), Some(sum), "every entry has one value of {facet}");
    }
    let copyleft = app.json("/api/v1/search?copyleft=network&licence_family=AGPL").await;
    assert!(copyleft["total"].as_u64() > Some(0), "the starter entries hold AGPL software");
}
