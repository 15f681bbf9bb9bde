//! Whatever is asked, at whatever address: the server answers, and never that it failed.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

mod support;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::TimeDelta;
use fedcat::clock;
use fedcat::publish::index::Facet;
use fedcat::secrets::Secret;
use fedcat::setup;
use fedcat::store::Store;
use fedcat::store::audit::Actor;
use fedcat::store::tokens::{self, PREFIX, Scope};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use support::app::{Answer, App};
use support::stores::on_each;

/// Addresses that answer with pages or files; a test compares them with the router.
const PAGES: [&str; 21] = [
    "/",
    "/software/{id}",
    "/software/{id}/{slug}",
    "/sources",
    "/sources/{id}",
    "/licences/{id}",
    "/sources/{id}/{act}",
    "/sources/{id}/shared/{other}",
    "/sources/{id}/raw/{record}",
    "/about",
    "/api/docs/",
    "/api/docs",
    "/sign-in",
    "/sign-out",
    "/audit",
    "/search",
    "/sources/{id}/findings.atom",
    "/assets/{name}",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap/{page}",
];
/// Addresses that stand in neither list.
const OTHERS: [&str; 3] = ["/api/v1/export/{file}", "/healthz", "/readyz"];
/// What pages read of the question.
const QUESTIONS: [&str; 11] =
    ["q", "sort", "page", "per_page", "after", "lang", "before", "source", "path", "line", "done"];

/// Values, percent-encoded, that are none or too much for whatever a parameter means.
fn hostile() -> Vec<String> {
    let written = [
        "",
        "%00",
        "a%00b",
        "%FF",
        "%C3%28",
        "%ED%A0%80",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775807",
        "9223372036854775808",
        "4294967296",
        "-1",
        "0",
        "1e999",
        "NaN",
        "%D7%90%D7%91%E2%80%AE",
        "%2e%2e%2f%2e%2e",
        "..%2F..",
        "%2F",
        "%25",
        "%",
        "%zz",
        "%27%20OR%201%3D1--",
        "%22%3E%3Cscript%3E",
        "%F3%A0%81%81",
        "%F0%9F%98%80",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-00000000000g",
        "%7B00000000-0000-7000-8000-000000000000%7D",
        "18446744073709551615.xml",
        "9223372036854775807.xml",
        "0.xml",
        "-1.xml",
        "fr-sill",
        "starter",
        "MIT",
        "MIT%20OR%20(",
        "null",
        "true",
        "%5B%5D",
        "2026-01-01T00:00:00Z",
        "+1000000000-01-01T00:00:00Z",
        "closed",
    ];
    let mut all: Vec<String> = written.map(str::to_owned).to_vec();
    all.push("x".repeat(3_000));
    all.push("%F0%9F%98%80".repeat(300));
    all.push("(".repeat(2_000));
    all.push("x".repeat(20_000));
    all
}

/// A request for a route: what stands for its parts in braces, and the question.
fn address(route: &str, parts: &[String], question: &[(String, String)]) -> String {
    let mut parts = parts.iter();
    let path: Vec<String> = route
        .split('/')
        .map(|part| match part.starts_with('{') {
            true => parts.next().cloned().unwrap_or_default(),
            false => part.to_owned(),
        })
        .collect();
    let pairs: Vec<String> =
        question.iter().map(|(name, value)| format!("{name}={value}")).collect();
    match pairs.is_empty() {
        true => path.join("/"),
        false => format!("{}?{}", path.join("/"), pairs.join("&")),
    }
}

fn places(route: &str) -> usize {
    route.split('/').filter(|part| part.starts_with('{')).count()
}

/// The application as an operator asks it.
struct Asker {
    app: App,
    bearer: String,
    cookie: String,
    form_token: String,
}

impl Asker {
    async fn over(store: Store) -> Self {
        setup::load_sources(&store, clock::now()).await.expect("sources");
        setup::take_in_starter_entries(&support::harvester(&store)).await.expect("entries");
        let secret = Secret::new(PREFIX).expect("a secret");
        let actor = Actor::command_line(None);
        let life = TimeDelta::days(1);
        tokens::create(&store, &actor, &secret, "anna", Scope::Operator, life, clock::now())
            .await
            .expect("a token");
        let app = App::on(store).await;
        let bearer = format!("Bearer {}", secret.reveal());
        let mut asker = Self { app, bearer, cookie: String::new(), form_token: String::new() };
        let form = format!("token={}", secret.reveal());
        let signed = asker.send(Method::POST, "/sign-in", &form).await.expect("an answer");
        let cookie = signed.headers[header::SET_COOKIE].to_str().expect("text");
        asker.cookie = cookie.split(';').next().expect("a pair").to_owned();
        let page = asker.send(Method::GET, "/about", "").await.expect("an answer").body;
        let (_, token) = page.split_once("name=\"form_token\" value=\"").expect("a form");
        asker.form_token = token.split('"').next().expect("a value").to_owned();
        asker
    }

    /// The answer; nothing where this is no address that a client could send.
    async fn send(&self, method: Method, address: &str, body: &str) -> Option<Answer> {
        let is_api = address.starts_with("/api/");
        let content = if is_api { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::ACCEPT, if is_api { "application/json" } else { "text/html" })
            .header(header::CONTENT_TYPE, content);
        if is_api {
            request = request.header(header::AUTHORIZATION, &self.bearer);
        }
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        let request = request.body(Body::from(body.to_owned())).ok()?;
        Some(self.app.send(request).await)
    }

    async fn answers(&self, method: Method, address: &str, body: &str) {
        let Some(answer) = self.send(method.clone(), address, body).await else { return };
        let shown: String = address.chars().take(300).collect();
        let status = answer.status.as_u16();
        assert!(status < 500, "{method} {shown}: {status} {}", answer.body);
        if address.starts_with("/api/v1/") && status >= 400 {
            let kind = answer.headers.get(header::CONTENT_TYPE).expect("a media type");
            assert_eq!(kind, "application/problem+json", "{method} {shown}: {}", answer.body);
            let problem: Value = serde_json::from_str(&answer.body).expect("JSON");
            assert_eq!(problem["status"], json!(status), "{shown}");
            assert!(problem["code"].is_string() && problem["detail"].is_string(), "{problem}");
        }
    }
}

/// A route of the API with its parameters.
struct Operation {
    method: Method,
    path: String,
    question: Vec<String>,
    has_body: bool,
}

async fn operations(asker: &Asker) -> Vec<Operation> {
    let document = asker.app.json("/api/v1/openapi.json").await;
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let question = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| parameter["name"].as_str().expect("a name").to_owned())
                .collect();
            all.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                question,
                has_body: operation.get("requestBody").is_some(),
            });
        }
    }
    assert!(all.len() > 20, "{}", all.len());
    all
}

#[tokio::test]
async fn every_parameter_of_the_api_may_be_anything() {
    on_each(|store| async move {
        let asker = Asker::over(store).await;
        let hostile = hostile();
        for operation in operations(&asker).await {
            let usual = vec!["fr-sill".to_owned(); places(&operation.path)];
            for value in &hostile {
                for place in 0..usual.len() {
                    let mut parts = usual.clone();
                    parts[place].clone_from(value);
                    let address = address(&operation.path, &parts, &[]);
                    asker.answers(operation.method.clone(), &address, "{}").await;
                }
                for name in &operation.question {
                    let twice = [(name.clone(), value.clone()), (name.clone(), value.clone())];
                    for question in [&twice[..1], &twice[..]] {
                        let address = address(&operation.path, &usual, question);
                        asker.answers(operation.method.clone(), &address, "{}").await;
                    }
                }
            }
            if operation.has_body {
                let address = address(&operation.path, &usual, &[]);
                for body in [
                    "",
                    "{",
                    "[]",
                    "null",
                    "{\"reason\":\"a\\u0000b\"}",
                    "{\"reason\":\"\\ud83d\"}",
                    "{\"reason\":7}",
                    "{\"reason\":\"\\u202e\"}",
                    "{\"reason\":\"x\",\"reason\":\"y\"}",
                    &format!("{{\"reason\":\"{}\"}}", "x".repeat(50_000)),
                    &"[".repeat(60_000),
                    &"x".repeat(70_000),
                ] {
                    asker.answers(operation.method.clone(), &address, body).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_parameter_of_the_pages_may_be_anything() {
    on_each(|store| async move {
        let asker = Asker::over(store).await;
        let names: BTreeSet<&str> = QUESTIONS.iter().copied().chain(Facet::names()).collect();
        for route in PAGES.into_iter().chain(OTHERS) {
            let usual = vec!["fr-sill".to_owned(); places(route)];
            for value in hostile() {
                for place in 0..usual.len() {
                    let mut parts = usual.clone();
                    parts[place].clone_from(&value);
                    asker.answers(Method::GET, &address(route, &parts, &[]), "").await;
                }
                let form = format!("form_token={}&reason={value}&run={value}", asker.form_token);
                asker.answers(Method::POST, &address(route, &usual, &[]), &form).await;
            }
        }
        for route in ["/", "/audit", "/sources/fr-sill", "/sources/fr-sill/raw/x", "/about"] {
            for name in &names {
                for value in hostile() {
                    let question = [((*name).to_owned(), value)];
                    asker.answers(Method::GET, &address(route, &[], &question), "").await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn any_question_at_any_address_is_answered() {
    on_each(|store| async move {
        let asker = Asker::over(store).await;
        let of_the_api = operations(&asker).await;
        let routes: Vec<(Method, String)> = of_the_api
            .iter()
            .map(|operation| (operation.method.clone(), operation.path.clone()))
            .chain(PAGES.into_iter().chain(OTHERS).map(|page| (Method::GET, page.to_owned())))
            .collect();
        let names: Vec<String> = of_the_api
            .iter()
            .flat_map(|operation| operation.question.clone())
            .chain(QUESTIONS.iter().copied().chain(Facet::names()).map(str::to_owned))
            .collect();
        let value = prop_oneof![
            prop::sample::select(hostile()),
            "[a-z0-9%.~+-]{0,12}",
            prop::collection::vec(any::<u8>(), 0..12)
                .prop_map(|bytes| bytes.iter().map(|byte| format!("%{byte:02X}")).collect()),
        ];
        let request = (
            prop::sample::select(routes),
            prop::collection::vec(value.clone(), 3),
            prop::collection::vec((prop::sample::select(names), value), 0..5),
        );
        let mut runner = TestRunner::default();
        for _ in 0..400 {
            let ((method, route), parts, question) =
                request.new_tree(&mut runner).expect("a request").current();
            asker.answers(method, &address(&route, &parts, &question), "").await;
        }
    })
    .await;
}

/// The lists above hold every route that the server has.
#[tokio::test]
async fn no_route_is_left_out() {
    let router = include_str!("../src/web/pages.rs");
    let routes: BTreeSet<&str> =
        router.split(".route(").skip(1).filter_map(|rest| rest.split('"').nth(1)).collect();
    assert_eq!(routes, PAGES.into_iter().collect());
}
