//! Meilisearch over HTTP, by its own interface and nothing between: what it costs a client to get
//! a page from it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use fedcat::search::{Document, Query};
use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::documents::{SCHEMA, number_of};
use crate::measure::{Engine, Page, Shown};
use crate::memory::Memory;
use crate::vocabulary::synonyms;

/// Documents of a batch.
const BATCH: usize = 20_000;
/// How long one index may take to be built.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// An index on a server.
pub struct Server {
    runtime: Runtime,
    client: Client,
    url: String,
    key: String,
    index: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Enqueued {
    task_uid: u64,
}

#[derive(Deserialize)]
struct Task {
    status: String,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Results {
    results: Vec<Found>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    hits: Vec<FoundHit>,
    #[serde(default)]
    facet_distribution: BTreeMap<String, BTreeMap<String, u64>>,
}

#[derive(Deserialize)]
struct FoundHit {
    id: usize,
    #[serde(rename = "_formatted")]
    marked: Marked,
}

#[derive(Deserialize)]
struct Marked {
    name: Vec<String>,
    summary: Vec<String>,
}

impl Server {
    /// The server that the environment names, if it answers, and an empty index on it.
    pub fn connect(documents: usize) -> Option<Self> {
        let Ok(url) = std::env::var("FEDCAT_TEST_MEILISEARCH") else {
            eprintln!("skipped: Meilisearch: FEDCAT_TEST_MEILISEARCH does not name a server");
            return None;
        };
        let key = std::env::var("FEDCAT_TEST_MEILISEARCH_KEY").unwrap_or_default();
        // One thread, so that an answer is not handed from one to another.
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let server = Self {
            runtime,
            client: client(),
            url,
            key,
            index: format!("fedcat-bench-{documents}"),
        };
        if let Err(problem) = server.send(Method::GET, "/health", "application/json", Vec::new()) {
            eprintln!("skipped: Meilisearch at {} does not answer: {problem}", server.url);
            return None;
        }
        server.remove();
        server.task(Method::POST, "/indexes", &json!({"uid": server.index, "primaryKey": "id"}));
        server.task(Method::PATCH, &server.path("settings"), &settings());
        Some(server)
    }

    /// Sends all documents and waits until they are found.
    pub fn build(&self, documents: impl Iterator<Item = Document>) -> Duration {
        let start = Instant::now();
        let mut documents = documents.peekable();
        let mut tasks = Vec::new();
        while documents.peek().is_some() {
            tasks.push(self.enqueue(&documents.by_ref().take(BATCH).collect::<Vec<_>>()));
        }
        for task in tasks {
            self.wait(task);
        }
        start.elapsed()
    }

    /// What the server holds in memory, where the environment names its process.
    pub fn memory() -> Option<Memory> {
        Memory::of(&std::env::var("FEDCAT_TEST_MEILISEARCH_PID").ok()?)
    }

    /// Removes the index, if there is one.
    pub fn remove(&self) {
        let path = format!("/indexes/{}", self.index);
        let answer = self.send(Method::DELETE, &path, "application/json", Vec::new());
        if let Ok(Enqueued { task_uid }) = answer.map(|bytes| parsed(&bytes)) {
            self.finish(task_uid);
        }
    }

    fn path(&self, of_index: &str) -> String {
        format!("/indexes/{}/{of_index}", self.index)
    }

    fn enqueue(&self, documents: &[Document]) -> u64 {
        let mut lines = Vec::new();
        for document in documents {
            serde_json::to_writer(&mut lines, &as_json(document)).expect("JSON");
            lines.push(b'\n');
        }
        let path = self.path("documents");
        let answer = self.send(Method::POST, &path, "application/x-ndjson", lines);
        let Enqueued { task_uid } = parsed(&answer.expect("documents are accepted"));
        task_uid
    }

    fn task(&self, method: Method, path: &str, body: &Value) {
        let body = body.to_string().into_bytes();
        let answer = self.send(method, path, "application/json", body);
        let Enqueued { task_uid } = parsed(&answer.expect("a task is accepted"));
        self.wait(task_uid);
    }

    fn wait(&self, task: u64) {
        let error = self.finish(task);
        assert!(error.is_none(), "Meilisearch failed: {error:?}");
    }

    fn finish(&self, task: u64) -> Option<Value> {
        let start = Instant::now();
        loop {
            let path = format!("/tasks/{task}");
            let answer = self.send(Method::GET, &path, "application/json", Vec::new());
            let Task { status, error } = parsed(&answer.expect("a task"));
            if !matches!(status.as_str(), "enqueued" | "processing") {
                return error;
            }
            assert!(start.elapsed() < PATIENCE, "Meilisearch does not finish task {task}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, String> {
        let request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .header("Content-Type", content_type)
            .bearer_auth(&self.key)
            .body(body);
        let (status, bytes) = self
            .runtime
            .block_on(async {
                let response = request.send().await?;
                Ok((response.status(), response.bytes().await?))
            })
            .map_err(|problem: reqwest::Error| problem.to_string())?;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        if status.is_success() { Ok(bytes.into()) } else { Err(text()) }
    }
}

impl Engine for Server {
    fn page(&self, query: &Query) -> Page {
        let body = multi_search(&self.index, query).to_string().into_bytes();
        let answer = self.send(Method::POST, "/multi-search", "application/json", body);
        let Results { results } = parsed(&answer.expect("an answer"));
        let mut page = Page { hits: Vec::new(), facets: Vec::new() };
        for found in results {
            page.hits.extend(found.hits.into_iter().map(|hit| Shown {
                number: hit.id,
                name: hit.marked.name,
                summary: hit.marked.summary,
            }));
            let values = |(name, values): (String, BTreeMap<String, u64>)| {
                (name, values.into_iter().collect())
            };
            page.facets.extend(found.facet_distribution.into_iter().map(values));
        }
        page
    }

    fn put(&self, document: Document) {
        self.enqueue(&[document]);
    }
}

#[expect(clippy::disallowed_methods, reason = "it speaks to a server on this machine")]
fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().no_gzip().timeout(PATIENCE).build().expect("a client")
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> T {
    serde_json::from_slice(bytes).expect("an answer as documented")
}

fn settings() -> Value {
    let synonyms: BTreeMap<String, Vec<String>> = synonyms()
        .iter()
        .map(|(from, to)| (from.join(" "), to.iter().map(|words| words.join(" ")).collect()))
        .collect();
    json!({
        "searchableAttributes": SCHEMA.attributes(),
        "filterableAttributes": SCHEMA.facets(),
        "sortableAttributes": ["sort_name", "popularity", "fresh", "added"],
        "rankingRules":
            ["words", "typo", "proximity", "attribute", "sort", "exactness", "popularity:desc"],
        "synonyms": synonyms,
        "faceting": {"sortFacetValuesBy": {"*": "count"}, "maxValuesPerFacet": 100},
        "pagination": {"maxTotalHits": 1_000},
    })
}

fn as_json(document: &Document) -> Value {
    let mut fields = json!({
        "id": number_of(document.id),
        "sort_name": document.name,
        "popularity": document.popularity,
        "fresh": document.fresh,
        "added": document.added,
    });
    let texts = SCHEMA.attributes().iter().zip(&document.texts);
    for (name, values) in texts.chain(SCHEMA.facets().iter().zip(&document.facets)) {
        fields[name] = json!(values);
    }
    fields
}

/// The hits, and for each facet with a filter its counts without that filter.
fn multi_search(index: &str, query: &Query) -> Value {
    let filters = |without: Option<&str>| -> Vec<Vec<String>> {
        let others = query.filters.iter().filter(|(name, _)| Some(name.as_str()) != without);
        let either = |(name, values): (&String, &Vec<String>)| {
            values.iter().map(|value| format!("\"{name}\" = \"{value}\"")).collect()
        };
        others.map(either).collect()
    };
    let search = |limit: usize, facets: &BTreeSet<&str>, without: Option<&str>| {
        json!({
            "indexUid": index,
            "q": query.text,
            "limit": limit,
            "filter": filters(without),
            "facets": facets,
            "matchingStrategy": "frequency",
            "attributesToRetrieve": ["id", "name", "summary"],
            "attributesToHighlight": ["name", "summary"],
        })
    };
    let (filtered, open): (BTreeSet<&str>, BTreeSet<&str>) =
        query.count.iter().map(String::as_str).partition(|name| query.filters.contains_key(*name));
    let own = |name: &&str| search(0, &BTreeSet::from([*name]), Some(name));
    let searches: Vec<Value> =
        std::iter::once(search(query.limit, &open, None)).chain(filtered.iter().map(own)).collect();
    json!({"queries": searches})
}
