//! A catalogue of invented entries. The whole of it is made once, as a file: what is measured is not
//! the making of it, and it takes no memory.

use std::convert::Infallible;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::sync::Arc;

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
/// Bytes of the file that are sent at a time.
const CHUNK: usize = 256 * 1024;
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
    let all = tempfile::NamedTempFile::new().expect("a file");
    let mut out = BufWriter::new(&all);
    pieces(0, entries).for_each(|piece| out.write_all(&piece).expect("written"));
    drop(out);
    let state = Arc::new(Catalogue { entries, all });
    let router = Router::new().fallback(serve).with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/api/v2/catalogi.json")
}

/// What is served.
struct Catalogue {
    entries: u32,
    all: tempfile::NamedTempFile,
}

/// A part of the list, in pieces.
fn pieces(begins: u32, ends: u32) -> impl Iterator<Item = Bytes> {
    (0..(ends - begins).div_ceil(PIECE)).map(move |piece| {
        let first = begins + piece * PIECE;
        let last = (first + PIECE).min(ends);
        let begin = if piece == 0 { "[" } else { "," };
        let end = if last == ends { "]" } else { "" };
        let all: Vec<String> = (first..last).map(|n| entry(n).to_string()).collect();
        Bytes::from(format!("{begin}{}{end}", all.join(",")))
    })
}

/// A file in pieces. It was just written, so that reading it waits for no disk.
fn chunks(file: File) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = (&file).take(CHUNK as u64).read_to_end(&mut chunk).expect("read");
        (read > 0).then(|| Bytes::from(chunk))
    })
}

async fn serve(
    State(catalogue): State<Arc<Catalogue>>,
    Query(part): Query<Part>,
    headers: HeaderMap,
) -> Response {
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == ETAG) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let head = [(header::CONTENT_TYPE, "application/json"), (header::ETAG, ETAG)];
    let body = match part.count {
        Some(count) => {
            let some = pieces(part.first, part.first + count).map(Ok::<_, Infallible>);
            Body::from_stream(stream::iter(some))
        }
        None if part.first == 0 => {
            let file = catalogue.all.reopen().expect("the file");
            Body::from_stream(stream::iter(chunks(file).map(Ok::<_, Infallible>)))
        }
        None => {
            let some = pieces(part.first, catalogue.entries).map(Ok::<_, Infallible>);
            Body::from_stream(stream::iter(some))
        }
    };
    (head, body).into_response()
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
