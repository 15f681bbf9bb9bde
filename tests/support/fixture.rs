//! A peer catalogue that misbehaves on command, on a loopback port.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::net::TcpListener;

/// What the server answers at one path.
#[derive(Clone)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Bytes,
    etag: Option<String>,
    manner: Manner,
}

/// How it answers.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Whole,
    /// Half of the body, then the connection breaks.
    BreaksOff,
    /// Nothing, for longer than anybody waits.
    Silent,
}

impl Reply {
    /// 200 with JSON.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: vec![(header::CONTENT_TYPE, "application/json".to_owned())],
            body: body.into(),
            etag: None,
            manner: Manner::Whole,
        }
    }

    /// An error without a body.
    pub fn status(status: u16) -> Self {
        Self { status: StatusCode::from_u16(status).expect("a status"), ..Self::json("") }
    }

    /// A page for people.
    pub fn html(body: &'static str) -> Self {
        Self::json(body).with(header::CONTENT_TYPE, "text/html; charset=utf-8")
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self::status(302).with(header::LOCATION, to)
    }

    /// With a header in place of an earlier one of that name.
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With an ETag that is compared with `If-None-Match`.
    pub fn with_etag(mut self, etag: &str) -> Self {
        self.etag = Some(format!("\"{etag}\""));
        self
    }

    /// Breaks off in the middle.
    pub fn breaking_off(mut self) -> Self {
        self.manner = Manner::BreaksOff;
        self
    }

    /// Never answers.
    pub fn silent() -> Self {
        Self { manner: Manner::Silent, ..Self::json("") }
    }
}

type Replies = Arc<Mutex<HashMap<String, Reply>>>;

/// The running server.
pub struct Fixture {
    /// `http://127.0.0.1:port`
    pub url: String,
    /// `127.0.0.1:port`
    pub host: String,
    replies: Replies,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fixture {
    /// Starts a server that answers 404 to everything.
    pub async fn start() -> Self {
        let replies = Replies::default();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let router =
            Router::new().fallback(answer).with_state((Arc::clone(&replies), Arc::clone(&asked)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url: format!("http://{host}"), host, replies, asked }
    }

    /// Answers `reply` at a path with its query, from now on.
    pub fn set(&self, path_and_query: &str, reply: Reply) {
        self.replies.lock().expect("not poisoned").insert(path_and_query.to_owned(), reply);
    }

    /// The paths that have been asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

async fn answer(
    State((replies, asked)): State<(Replies, Arc<Mutex<Vec<String>>>)>,
    request: Request,
) -> Response {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    asked.lock().expect("not poisoned").push(path.clone());
    let reply = replies.lock().expect("not poisoned").get(&path).cloned();
    let Some(reply) = reply else { return StatusCode::NOT_FOUND.into_response() };
    if reply.manner == Manner::Silent {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    let held = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if reply.etag.is_some() && held == reply.etag.as_deref() {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let body = if reply.manner == Manner::BreaksOff {
        let half = reply.body.slice(..reply.body.len() / 2);
        let parts = [Ok(half), Err(std::io::Error::other("broke off"))];
        Body::from_stream(stream::iter(parts))
    } else {
        Body::from(reply.body)
    };
    let mut response = (reply.status, body).into_response();
    let etag = reply.etag.map(|etag| (header::ETAG, etag));
    for (name, value) in reply.headers.into_iter().chain(etag) {
        response.headers_mut().insert(name, HeaderValue::from_str(&value).expect("a value"));
    }
    response
}
