//! As much of a Meilisearch as an index needs, in memory, that can be told to misbehave.
#![expect(clippy::indexing_slicing, reason = "what is asked otherwise fails the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Well,
    /// Takes the request and never answers.
    Silent,
    /// Answers everything with this status and a problem of its own.
    Status(u16),
    /// Answers a page of a proxy.
    Html,
    /// Begins to answer and does not end.
    Endless,
    /// Sends elsewhere, to a server that would answer well.
    Elsewhere,
    /// Answers that it has no opinion: valid JSON of another form.
    Nonsense,
    /// Tasks are queued, then fail.
    FailsTasks,
    /// Tasks are queued, then cancelled by someone.
    CancelsTasks,
    /// Tasks are queued and never carried out.
    ForgetsTasks,
    /// As it should, but not at once.
    Slow,
    /// Takes everything but documents, for which it has no room.
    RefusesDocuments,
}

/// The number of tasks that are not carried out.
const REFUSED: &str = "2";

type Documents = BTreeMap<String, Value>;

struct Inner {
    mood: Mood,
    indexes: BTreeMap<String, Documents>,
    /// Method and path of every request, and the key that came with it.
    asked: Vec<(String, String)>,
}

/// The server, which runs as long as the test.
#[derive(Clone)]
pub struct Fake {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner { mood: Mood::Well, indexes: BTreeMap::new(), asked: vec![] };
        let fake = Self { url, inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new().fallback(answer).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    pub fn be(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// How many documents an index holds; `None` where there is none.
    pub fn count(&self, index: &str) -> Option<usize> {
        self.lock().indexes.get(index).map(BTreeMap::len)
    }

    /// Loses all indexes.
    pub fn lose(&self) {
        self.lock().indexes.clear();
    }

    pub fn names(&self) -> Vec<String> {
        self.lock().indexes.keys().cloned().collect()
    }

    /// What was asked since the last time, such as `POST /indexes`, each with its key.
    pub fn asked(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.lock().asked)
    }

    /// Loses one index.
    pub fn lose_index(&self, index: &str) {
        self.lock().indexes.remove(index);
    }

    /// Loses all but so many documents of an index.
    pub fn lose_all_but(&self, index: &str, kept: usize) {
        let mut server = self.lock();
        let documents = server.indexes.get_mut(index).expect("an index");
        *documents = std::mem::take(documents).into_iter().take(kept).collect();
    }

    /// The document that says how far the index has come.
    pub fn state(&self, index: &str) -> Value {
        self.lock().indexes[index]["state"].clone()
    }

    /// Changes the document that says how far the index has come.
    pub fn set_state(&self, index: &str, field: &str, value: Value) {
        let mut server = self.lock();
        let documents = server.indexes.get_mut(index).expect("an index");
        documents.get_mut("state").expect("a state")[field] = value;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(State(fake): State<Fake>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let key = parts.headers.get(header::AUTHORIZATION);
    let key = key.and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    let path = parts.uri.path().to_owned();
    let mood = {
        let mut inner = fake.lock();
        inner.asked.push((format!("{} {path}", parts.method), key));
        inner.mood
    };
    match mood {
        Mood::Silent => std::future::pending().await,
        Mood::Status(code) => {
            let status = StatusCode::from_u16(code).expect("a status");
            let problem =
                json!({ "message": "as told", "code": "internal", "type": "internal", "link": "" });
            (status, axum::Json(problem)).into_response()
        }
        Mood::Html => "<html>Please log in</html>".into_response(),
        Mood::Nonsense => axum::Json(json!({ "results": [{}], "status": 7 })).into_response(),
        Mood::Elsewhere => {
            let place = format!("{}/elsewhere", fake.url);
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, place)]).into_response()
        }
        Mood::Endless => {
            let parts = futures_util::stream::repeat_with(|| {
                Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 64 * 1024]))
            });
            Body::from_stream(parts).into_response()
        }
        Mood::Well
        | Mood::FailsTasks
        | Mood::CancelsTasks
        | Mood::ForgetsTasks
        | Mood::Slow
        | Mood::RefusesDocuments => {
            if mood == Mood::Slow {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            let path: Vec<&str> = path.trim_matches('/').split('/').collect();
            well(&mut fake.lock(), &parts.method, &path, &bytes)
        }
    }
}

fn well(server: &mut Inner, method: &Method, path: &[&str], body: &[u8]) -> Response {
    let json = || serde_json::from_slice::<Value>(body).expect("JSON");
    let is_obeyed = match server.mood {
        Mood::Well | Mood::Slow => true,
        Mood::RefusesDocuments => path.last() != Some(&"documents"),
        _ => false,
    };
    match (method.as_str(), path) {
        ("GET", ["tasks", number]) => {
            let is_refused = *number == REFUSED && server.mood == Mood::RefusesDocuments;
            let mood = if is_refused { Mood::FailsTasks } else { server.mood };
            return axum::Json(task(mood)).into_response();
        }
        ("GET", ["indexes", index, "documents", id]) => {
            let Some(documents) = server.indexes.get(*index) else {
                return absent("index_not_found");
            };
            return match documents.get(*id) {
                Some(document) => axum::Json(document.clone()).into_response(),
                None => absent("document_not_found"),
            };
        }
        ("GET", ["indexes", index, "documents"]) => {
            let Some(documents) = server.indexes.get(*index) else {
                return absent("index_not_found");
            };
            let page = json!({ "results": [], "offset": 0, "limit": 0, "total": documents.len() });
            return axum::Json(page).into_response();
        }
        ("POST", ["multi-search"]) => return search(server, &json()),
        _ if !is_obeyed => {}
        ("POST", ["indexes"]) => {
            let name = json()["uid"].as_str().expect("a name").to_owned();
            server.indexes.entry(name).or_default();
        }
        ("DELETE", ["indexes", index]) => drop(server.indexes.remove(*index)),
        ("PATCH", ["indexes", _, "settings"]) => {}
        ("POST", ["indexes", index, "documents"]) => {
            let lines = std::str::from_utf8(body).expect("UTF-8").lines();
            let put = lines.flat_map(|line| match serde_json::from_str(line).expect("JSON") {
                Value::Array(several) => several,
                one => vec![one],
            });
            let documents = server.indexes.entry((*index).to_owned()).or_default();
            for document in put {
                documents.insert(document["id"].as_str().expect("an id").to_owned(), document);
            }
        }
        ("POST", ["indexes", index, "documents", "delete-batch"]) => {
            let documents = server.indexes.entry((*index).to_owned()).or_default();
            for id in json().as_array().expect("ids") {
                documents.remove(id.as_str().expect("an id"));
            }
        }
        ("POST", ["swap-indexes"]) => {
            for pair in json().as_array().expect("pairs") {
                let name = |side: usize| pair["indexes"][side].as_str().expect("a name").to_owned();
                let left = server.indexes.remove(&name(0)).expect("there");
                let right = server.indexes.insert(name(1), left).expect("there");
                server.indexes.insert(name(0), right);
            }
        }
        _ => panic!("{method} {path:?} is not what an index needs"),
    }
    let number = if is_obeyed { 1 } else { REFUSED.parse().unwrap_or(2) };
    let queued = json!({
        "taskUid": number, "indexUid": null, "status": "enqueued", "type": "indexSwap",
        "enqueuedAt": "2026-05-01T00:00:00Z",
    });
    (StatusCode::ACCEPTED, axum::Json(queued)).into_response()
}

fn task(mood: Mood) -> Value {
    match mood {
        Mood::FailsTasks => json!({
            "status": "failed", "error": { "message": "the disk is full", "code": "no_space_left" },
        }),
        Mood::CancelsTasks => json!({ "status": "canceled", "error": null, "canceledBy": 7 }),
        Mood::ForgetsTasks => json!({ "status": "enqueued" }),
        _ => json!({ "status": "succeeded", "error": null }),
    }
}

/// Whether a document passes a filter of the form `"field" IN ["a", "b"]` or `id NOT IN ["a"]`.
fn passes(document: &Value, filter: &str) -> bool {
    let (condition, values) = filter.split_once(" IN ").expect("a condition");
    let values: Vec<Value> = serde_json::from_str(values).expect("a list of values");
    let is_not = condition.ends_with(" NOT");
    let field = condition.trim_end_matches(" NOT").trim_matches('"');
    let is_in = match &document[field] {
        Value::Array(several) => several.iter().any(|one| values.contains(one)),
        one => values.contains(one),
    };
    is_in != is_not
}

/// Finds documents that hold the whole text and pass all filters.
fn search(server: &Inner, body: &Value) -> Response {
    let mut results = Vec::new();
    for query in body["queries"].as_array().expect("queries") {
        let Some(documents) = server.indexes.get(query["indexUid"].as_str().expect("a name"))
        else {
            return absent("index_not_found");
        };
        let text = query["q"].as_str().expect("a text").trim().to_owned();
        let found: Vec<Value> = documents
            .values()
            .filter(|document| document.to_string().contains(&text))
            .filter(|document| {
                let filters = query["filter"].as_array().expect("filters").iter();
                filters.filter_map(Value::as_str).all(|filter| passes(document, filter))
            })
            .map(|document| json!({ "id": document["id"] }))
            .collect();
        let limit = query["limit"].as_u64().expect("a limit") as usize;
        results.push(json!({
            "indexUid": query["indexUid"], "query": text, "processingTimeMs": 0,
            "estimatedTotalHits": found.len(), "offset": 0, "limit": limit,
            "hits": found.into_iter().take(limit).collect::<Vec<_>>(),
        }));
    }
    axum::Json(json!({ "results": results })).into_response()
}

fn absent(code: &str) -> Response {
    (StatusCode::NOT_FOUND, problem(code, code)).into_response()
}

fn problem(message: &str, code: &str) -> axum::Json<Value> {
    axum::Json(json!({ "message": message, "code": code, "type": "internal", "link": "" }))
}
