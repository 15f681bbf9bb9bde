//! The door: who is let in, who must wait, who is refused and how, and what is answered outside.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests are tests")]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, Request, StatusCode, header};
use fedcat::clock;
use fedcat::config::Server;
use fedcat::publish::index::schema;
use fedcat::search::{
    Answer as Found, Cursor, Document, Documents, Query, Schema, SearchError, SearchIndex,
};
use fedcat::secrets::Secret;
use fedcat::store::audit::Actor;
use fedcat::store::tokens::{self, PREFIX, Scope};
use futures_util::StreamExt;
use support::app::{Answer, App};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use uuid::Uuid;

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");
const PAGE: (HeaderName, &str) = (header::ACCEPT, "text/html");

/// A search engine that answers when it is allowed to.
struct Slow {
    schema: Schema,
    may: Semaphore,
}

impl Slow {
    fn new() -> Arc<Self> {
        Arc::new(Self { schema: schema().expect("a schema"), may: Semaphore::new(0) })
    }
}

#[async_trait]
impl SearchIndex for Slow {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    async fn cursor(&self) -> Result<Cursor, SearchError> {
        Ok(Cursor::default())
    }

    async fn rebuild(&self, _: Documents<'_>, _: Cursor) -> Result<(), SearchError> {
        Ok(())
    }

    async fn apply(&self, _: Vec<Document>, _: Vec<Uuid>, _: Cursor) -> Result<(), SearchError> {
        Ok(())
    }

    async fn search(&self, _: &Query) -> Result<Found, SearchError> {
        let _turn = self.may.acquire().await.expect("open");
        Err(SearchError::Unavailable("it was slow".to_owned()))
    }
}

fn from(peer: &str, path: &str, headers: &[(HeaderName, &str)]) -> Request<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    let peer = SocketAddr::new(peer.parse().expect("an address"), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// A search that takes a place, and keeps it until the engine may answer.
fn search(app: &Arc<App>) -> JoinHandle<Answer> {
    let app = Arc::clone(app);
    tokio::spawn(async move { app.send(from("203.0.113.200", "/api/v1/search?q=x", &[])).await })
}

fn seconds_to_wait(answer: &Answer) -> u64 {
    let value = answer.headers.get(header::RETRY_AFTER).expect("when to ask again");
    value.to_str().expect("text").parse().expect("seconds")
}

/// An application in which all that search stand still, with two places.
async fn standing(settings: Server) -> (Arc<App>, Arc<Slow>) {
    let engine = Slow::new();
    let app = App::seeded_with(Arc::clone(&engine) as Arc<dyn SearchIndex>).await;
    (Arc::new(app.behind(&Server { requests_at_once: 2, ..settings })), engine)
}

#[tokio::test]
async fn who_finds_no_place_is_told_soon_and_whether_it_runs_is_always_answered() {
    let (app, engine) = standing(Server::default()).await;
    let searches = [search(&app), search(&app)];
    tokio::time::sleep(Duration::from_millis(200)).await;

    let asked = Instant::now();
    let refused = app.get("/api/v1/sources").await;
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.body.contains("\"code\":\"too-busy\""), "{}", refused.body);
    assert!(seconds_to_wait(&refused) > 0);
    let page = app.get_with("/sources", &[PAGE]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("<main") && page.headers.contains_key(header::RETRY_AFTER));
    for path in ["/healthz", "/readyz", "/robots.txt"] {
        let asked = Instant::now();
        assert_eq!(app.get(path).await.status, StatusCode::OK, "{path}");
        assert!(asked.elapsed() < Duration::from_millis(500), "{path}");
    }

    let waits = tokio::spawn({
        let app = Arc::clone(&app);
        async move { app.get("/api/v1/sources").await.status }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    engine.may.add_permits(2);
    assert_eq!(waits.await.expect("answered"), StatusCode::OK, "who waits gets a place");
    for search in searches {
        let answer = search.await.expect("answered");
        assert!(answer.body.contains("search-unavailable"), "{}", answer.body);
    }
}

/// The refusal of a client that asks often: its budget grows again while this looks, but soon it is
/// used up.
async fn refused(app: &App, peer: &str, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    for _ in 0..20 {
        let answer = app.send(from(peer, path, headers)).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return answer;
        }
    }
    panic!("{peer} {path} {headers:?} is not refused");
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_refused_while_others_wait_and_only_then() {
    let proxies = vec!["10.0.0.0/8".parse().expect("a network")];
    let settings = Server { client_rate: 1, client_burst: 3, proxies, ..Server::default() };
    let (app, _engine) = standing(settings).await;
    let ask = async |peer: &str, headers: &[(HeaderName, &str)]| {
        app.send(from(peer, "/api/v1/sources", headers)).await.status.as_u16()
    };
    for _ in 0..20 {
        assert_eq!(ask("192.0.2.1", &[]).await, 200, "nobody else is there");
    }

    let _search = search(&app);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let answer = refused(&app, "192.0.2.1", "/api/v1/sources", &[]).await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    assert!(answer.body.contains("\"code\":\"too-many-requests\""), "{}", answer.body);
    assert_eq!(seconds_to_wait(&answer), 1);
    let page = refused(&app, "192.0.2.1", "/sources?lang=fr", &[PAGE]).await;
    assert!(page.body.contains("Vous demandez très souvent"), "{}", page.body);

    assert_eq!(ask("192.0.2.2", &[]).await, 200, "another client");
    refused(&app, "192.0.2.1", "/api/v1/sources", &[]).await;
    let mut answers = Vec::new();
    for forged in ["192.0.2.77", "192.0.2.78", "192.0.2.79"] {
        answers.push(ask("192.0.2.1", &[(FORWARDED, forged)]).await);
    }
    assert!(answers.contains(&429), "it may say what it likes: {answers:?}");
    refused(&app, "10.0.0.1", "/api/v1/sources", &[(FORWARDED, "203.0.113.5, 192.0.2.1")]).await;
    let by_proxy = [(FORWARDED, "192.0.2.1, 192.0.2.3")];
    assert_eq!(ask("10.0.0.1", &by_proxy).await, 200, "a named proxy says who it is");
    refused(&app, "2001:db8::1", "/api/v1/sources", &[]).await;
    refused(&app, "2001:db8::2", "/api/v1/sources", &[]).await;
}

#[tokio::test]
async fn a_token_has_a_budget_of_its_own() {
    let (app, _engine) =
        standing(Server { client_rate: 1, client_burst: 3, ..Server::default() }).await;
    let _search = search(&app);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let ask = async |headers: &[(HeaderName, &str)]| {
        app.send(from("192.0.2.1", "/api/v1/sources", headers)).await.status.as_u16()
    };
    let actor = Actor::command_line(None);
    let (secret, now) = (Secret::new(PREFIX).expect("randomness"), clock::now());
    let life = chrono::TimeDelta::days(1);
    tokens::create(&app.store, &actor, &secret, "robot", Scope::Operator, life, now)
        .await
        .expect("a token");
    let shown = format!("Bearer {}", secret.reveal());
    let token = [(header::AUTHORIZATION, shown.as_str())];
    refused(&app, "192.0.2.1", "/api/v1/sources", &[]).await;
    assert_eq!([ask(&token).await, ask(&token).await], [200, 200]);
    refused(&app, "192.0.2.1", "/api/v1/sources", &token).await;
    let wrong = format!("Bearer {}", Secret::new(PREFIX).expect("randomness").reveal());
    refused(&app, "192.0.2.1", "/api/v1/sources", &[(header::AUTHORIZATION, &wrong)]).await;
    assert_eq!(app.send(from("192.0.2.1", "/healthz", &[])).await.status, 200);
}

#[tokio::test]
async fn only_so_many_read_the_whole_catalogue_and_they_take_nothing_from_others() {
    const PATH: &str = "/api/v1/export/software.ndjson";
    let app = App::seeded().await.behind(&Server { exports_at_once: 9, ..Server::default() });
    let mut readers = Vec::new();
    for _ in 0..9 {
        let (status, _, body) = app.open(from("192.0.2.1", PATH, &[])).await;
        assert_eq!(status, StatusCode::OK);
        let mut body = body.into_data_stream();
        assert!(body.next().await.is_some_and(|piece| piece.is_ok()));
        readers.push(body);
    }
    let refused = app.get("/api/v1/export/software.csv").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.body.contains("\"code\":\"too-busy\""), "{}", refused.body);
    assert!(seconds_to_wait(&refused) > 0);
    // More readers than the database has connections, and all of them stand still.
    for path in ["/api/v1/sources", "/api/v1/search?q=office", "/"] {
        let asked = Instant::now();
        assert_eq!(app.get(path).await.status, StatusCode::OK, "{path}");
        assert!(asked.elapsed() < Duration::from_secs(2), "{path}");
    }
    readers.pop();
    let whole = app.get(PATH).await;
    assert_eq!(whole.status, StatusCode::OK, "a place that was left is free");
    assert!(whole.body.lines().count() > 100);
}

#[tokio::test]
async fn browsers_stay_with_https_where_the_server_is_reached_by_it() {
    for (public_url, expected) in
        [("https://fedcat.example.org", Some("max-age=31536000")), ("http://127.0.0.1:1", None)]
    {
        let app = App::empty().await.reached_at(public_url);
        let page = app.get("/").await.body;
        let begin = page.find("/assets/").expect("a static file");
        let asset = page.get(begin..).and_then(|rest| rest.split('"').next()).expect("its name");
        for path in ["/", "/healthz", "/api/v1/sources", "/nothing", asset] {
            let answer = app.get(path).await;
            let header = answer.headers.get(header::STRICT_TRANSPORT_SECURITY);
            assert_eq!(header.and_then(|value| value.to_str().ok()), expected, "{path}");
        }
    }
}
