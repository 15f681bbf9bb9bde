//! How far a run is, while somebody watches.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use fedcat::harvest::worker;
use fedcat::web::router::router;
use futures_util::StreamExt;
use sea_orm::EntityTrait;
use tokio::net::TcpListener;

use super::support::stores::on_each;
use super::*;

/// A run that another process carries out.
async fn running(store: &Store) -> Uuid {
    let now = clock::now();
    let tx = store.write().await.expect("a transaction");
    let id = runs::queue(&tx, "fr-test", None, None, now, now).await.expect("queued").expect("new");
    runs::claim(&tx, id, "another process", leases::TERM, now)
        .await
        .expect("claimed")
        .expect("free");
    tx.commit().await.expect("committed");
    id
}

async fn is_at(store: &Store, run: Uuid, read: i64, applied: i64) {
    let tx = store.write().await.expect("a transaction");
    set_progress(&tx, run, read, applied).await;
    tx.commit().await.expect("committed");
}

async fn abort(store: &Store, run: Uuid) {
    let tx = store.write().await.expect("a transaction");
    runs::abort(&tx, run, "at an end", clock::now()).await.expect("written");
    tx.commit().await.expect("committed");
}

/// The events of an answer, one after the other.
struct Events {
    body: axum::body::BodyDataStream,
    text: String,
}

impl Events {
    async fn of(app: &App, run: Uuid) -> Self {
        let request = Request::get(format!("/api/v1/runs/{run}/progress"))
            .header(header::ACCEPT_ENCODING, "gzip")
            .body(Body::empty())
            .expect("a request");
        let (status, headers, body) = app.open(request).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(headers[header::CACHE_CONTROL], "private, no-store");
        assert!(!headers.contains_key(header::CONTENT_ENCODING), "nothing waits for a full buffer");
        Self { body: body.into_data_stream(), text: String::new() }
    }

    /// The last event.
    async fn last(mut self) -> Option<(String, String)> {
        let mut last = None;
        while let Some(event) = self.next().await {
            last = Some(event);
        }
        last
    }

    /// The next event as name and data; none at the end.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned)
                };
                let found = field("event: ").zip(field("data: "));
                self.text = rest.to_owned();
                match found {
                    Some(event) => return Some(event),
                    // A sign of life.
                    None => continue,
                }
            }
            let bytes = self.body.next().await?.expect("bytes");
            self.text.push_str(std::str::from_utf8(&bytes).expect("text"));
        }
    }
}

fn told(name: &str, state: &str, read: i64, applied: i64) -> Option<(String, String)> {
    let data = format!("{{\"state\":\"{state}\",\"read\":{read},\"applied\":{applied}}}");
    Some((name.to_owned(), data))
}

#[tokio::test]
async fn whoever_watches_is_told_how_far_it_is_and_when_it_ends() {
    let app = App::empty().await;
    let _fixture = fresh(&app.store).await;
    let run = running(&app.store).await;
    let mut events = Events::of(&app, run).await;
    assert_eq!(events.next().await, told("progress", "running", 0, 0));
    is_at(&app.store, run, 1200, 0).await;
    assert_eq!(events.next().await, told("progress", "running", 1200, 0));
    is_at(&app.store, run, 2000, 500).await;
    assert_eq!(events.next().await, told("progress", "running", 2000, 500));
    abort(&app.store, run).await;
    assert_eq!(events.next().await, told("end", "aborted", 2000, 500));
    assert_eq!(events.next().await, None, "and that is the end");
    let mut late = Events::of(&app, run).await;
    assert_eq!(late.next().await, told("end", "aborted", 2000, 500));
}

#[tokio::test]
async fn a_worker_carries_out_what_was_asked_for_and_applies_what_was_accepted() {
    let app = App::empty().await;
    let (_fixture, run) = held(&app.store).await;
    let harvester = support::harvester(&app.store);
    let cancel = harvester.cancel.clone();
    let working = tokio::spawn(worker::work(harvester, Arc::clone(&app.wake), TimeDelta::zero()));
    let secret = token(&app.store, "robot").await;

    let accepted = api(&app, &format!("/api/v1/runs/{run}/accept"), Some(&secret), "").await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.body);
    assert_eq!(Events::of(&app, run).await.last().await, told("end", "succeeded", 3, 19));

    let asked = api(&app, "/api/v1/sources/fr-test/runs", Some(&secret), "").await;
    let asked: serde_json::Value = serde_json::from_str(&asked.body).expect("JSON");
    let run = asked["id"].as_str().and_then(|id| id.parse().ok()).expect("a run");
    // What went missing long ago is withdrawn by the second complete reading.
    assert_eq!(Events::of(&app, run).await.last().await, told("end", "succeeded", 3, 18));
    cancel.cancel();
    working.await.expect("the worker ends");
}

#[tokio::test]
async fn only_so_many_watch_and_a_stop_ends_all() {
    let app = App::empty().await;
    let _fixture = fresh(&app.store).await;
    let run = running(&app.store).await;
    let mut watching = Vec::new();
    for _ in 0..100 {
        watching.push(Events::of(&app, run).await);
    }
    let path = format!("/api/v1/runs/{run}/progress");
    let refused = app.get(&path).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.body.contains("\"code\":\"too-busy\""), "{}", refused.body);
    watching.pop();
    let mut last = Events::of(&app, run).await;
    assert!(last.next().await.is_some(), "a place that was left is free");
    app.stopping.cancel();
    assert_eq!(last.next().await, None, "the process stops, and nobody holds it up");
    assert_eq!(app.get("/api/v1/runs/nothing/progress").await.status, StatusCode::NOT_FOUND);
    let unknown = format!("/api/v1/runs/{}/progress", Uuid::nil());
    assert_eq!(app.get(&unknown).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn events_go_on_for_longer_than_a_request_may_take() {
    let app = App::empty().await;
    let _fixture = fresh(&app.store).await;
    let run = running(&app.store).await;
    let impatient = Duration::from_millis(200);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let application = router(app.state(), impatient);
    let server = tokio::spawn(async move { axum::serve(listener, application).await });
    let mut connection = tokio::net::TcpStream::connect(address).await.expect("connected");
    let request = format!(
        "GET /api/v1/runs/{run}/progress HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"
    );
    tokio::io::AsyncWriteExt::write_all(&mut connection, request.as_bytes()).await.expect("sent");
    let mut text = String::new();
    let mut read = async |until: &str| {
        while !text.contains(until) {
            let mut buffer = [0; 4096];
            let n = tokio::io::AsyncReadExt::read(&mut connection, &mut buffer).await;
            let n = n.expect("read");
            assert!(n > 0, "it broke off: {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..n]));
        }
    };
    read("\"read\":0").await;
    // At least one look at the run later, which is longer than a request may take.
    is_at(&app.store, run, 7, 0).await;
    read("\"read\":7").await;
    abort(&app.store, run).await;
    read("event: end").await;
    server.abort();
}

#[tokio::test]
async fn a_run_says_how_far_it_is_while_it_runs() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        fixture.set(PATH, Reply::json(catalogue(1..=1200)));
        let ended = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!((ended.items_read, ended.applied, ended.entries), (1200, 1200, Some(1200)));
        let before = run::Entity::find_by_id(ended.id);
        let row = before.one(store.read()).await.expect("asked").expect("a run");
        assert_eq!(row, ended, "the row says what the run returned");
    })
    .await;
}
