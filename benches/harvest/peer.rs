//! A catalogue of invented entries, which is made while it is sent: it takes no memory.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Entries that are sent in one piece.
const PIECE: u32 = 500;
const ETAG: &str = "\"bench\"";

const WORDS: &[&str] = &[
    "gestion",
    "carte",
    "courrier",
    "agenda",
    "budget",
    "école",
    "santé",
    "forêt",
    "archive",
    "signature",
    "annuaire",
    "enquête",
    "visio",
    "bibliothèque",
    "parcelle",
    "élection",
];
const LICENCES: &[&str] = &[
    "MIT",
    "AGPL-3.0-or-later",
    "GPL-3.0",
    "Apache-2.0",
    "EUPL-1.2",
    "BSD-3-Clause",
    "CECILL-2.1",
];

/// Which of the entries are sent: all, where the address does not say.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    first: u32,
    count: Option<u32>,
}

/// Starts to serve so many entries on loopback; returns their address. `?first=10&count=5` are
/// five of them.
pub async fn start(entries: u32) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().fallback(serve).with_state(entries);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/api/v2/catalogi.json")
}

async fn serve(
    State(entries): State<u32>,
    Query(part): Query<Part>,
    headers: HeaderMap,
) -> Response {
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == ETAG) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let begins = part.first;
    let ends = part.count.map_or(entries, |count| begins + count);
    let pieces = (0..(ends - begins).div_ceil(PIECE)).map(move |piece| {
        let first = begins + piece * PIECE;
        let last = (first + PIECE).min(ends);
        let begin = if piece == 0 { "[" } else { "," };
        let end = if last == ends { "]" } else { "" };
        let all: Vec<String> = (first..last).map(|n| entry(n).to_string()).collect();
        Ok::<_, std::convert::Infallible>(Bytes::from(format!("{begin}{}{end}", all.join(","))))
    });
    let head = [(header::CONTENT_TYPE, "application/json"), (header::ETAG, ETAG)];
    (head, Body::from_stream(stream::iter(pieces))).into_response()
}

/// An entry of the size and the fields of real ones.
fn entry(n: u32) -> Value {
    let word = |step: u32| {
        let at = n.wrapping_mul(2_654_435_761).rotate_left(step) as usize % WORDS.len();
        WORDS.get(at).copied().unwrap_or_default()
    };
    let licence = LICENCES.get(n as usize % LICENCES.len());
    json!({
        "id": n, "name": format!("Outil {} {n}", word(1)),
        "description": {"fr": format!(
            "Un outil de {} et de {} pour les administrations, avec {} et {}.",
            word(3), word(7), word(11), word(17)
        )},
        "license": licence, "addedTime": "2025-01-01T00:00:00Z",
        "updateTime": "2025-01-01T00:00:00Z", "url": format!("https://outil{n}.example.org/"),
        "codeRepositoryUrl": format!("https://github.com/example-{}/outil-{n}", n % 977),
        "keywords": [word(5), word(13)],
        "providers": [{"@type": "Organization", "name": format!("Société {}", n % 311)}],
        "userAndReferentCountByOrganization": {
            format!("Ville {}", n % 499): {"userCount": 2, "referentCount": 1},
        },
    })
}
