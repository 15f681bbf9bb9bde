//! The whole application over a temporary database, asked without a network.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use fedcat::catalogue::needs;
use fedcat::config::{Contact, Server};
use fedcat::publish::index::{Follower, schema};
use fedcat::search::embedded::Embedded;
use fedcat::search::{SearchIndex, Synonyms};
use fedcat::store::Store;
use fedcat::store::pulse::Pulse;
use fedcat::web::AppState;
use fedcat::web::admission::limits::Limits;
use fedcat::web::router::router;
use fedcat::{clock, seeds, setup};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The address that the application gives as its own.
const PUBLIC_URL: &str = "https://fedcat.example.org";

/// The application.
pub struct App {
    pub store: Store,
    pub router: Router,
    pub follower: Follower,
    pub wake: Arc<Notify>,
    pub stopping: CancellationToken,
    limits: Arc<Limits>,
    pulse: Pulse,
    public_url: &'static str,
    contact: Option<Arc<Contact>>,
    _folder: Option<TempDir>,
}

/// The follower of an application while it follows the log.
pub struct Following {
    wake: Arc<Notify>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Following {
    /// Tells it that something has changed.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Ends it.
    pub async fn end(self) {
        self.cancel.cancel();
        self.task.await.expect("it ends");
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl App {
    /// The application with an empty catalogue.
    pub async fn empty() -> Self {
        let (store, folder) = super::stores::sqlite().await;
        Self::embedded(store, Some(folder)).await
    }

    /// The application with the seeds: all sources and the starter entries.
    pub async fn seeded() -> Self {
        let (store, folder) = Self::seeds().await;
        Self::embedded(store, Some(folder)).await
    }

    /// The same with another engine, which is asked nothing yet.
    pub async fn seeded_with(index: Arc<dyn SearchIndex>) -> Self {
        let (store, folder) = Self::seeds().await;
        Self::over(store, Some(folder), index)
    }

    /// The application over a store with what is in it.
    pub async fn on(store: Store) -> Self {
        Self::embedded(store, None).await
    }

    async fn seeds() -> (Store, TempDir) {
        let (store, folder) = super::stores::sqlite().await;
        setup::load_sources(&store, clock::now()).await.expect("sources");
        setup::take_in_starter_entries(&super::harvester(&store)).await.expect("entries");
        (store, folder)
    }

    /// Lets the follower follow the log.
    pub fn following(&self) -> Following {
        let follower = Follower {
            store: self.store.clone(),
            index: Arc::clone(&self.follower.index),
            labels: Arc::clone(&self.follower.labels),
        };
        let (wake, cancel) = (Arc::new(Notify::new()), CancellationToken::new());
        let (woken, cancelled) = (Arc::clone(&wake), cancel.clone());
        let task = tokio::spawn(async move { follower.follow(woken, cancelled).await });
        Following { wake, cancel, task }
    }

    async fn embedded(store: Store, folder: Option<TempDir>) -> Self {
        let mut synonyms = Synonyms::of_groups(seeds::synonyms().expect("synonyms"));
        synonyms.insert_needs(needs::vocabulary());
        let engine = Embedded::new(schema().expect("a schema"), synonyms).expect("an engine");
        let app = Self::over(store, folder, Arc::new(engine));
        app.follower.rebuild().await.expect("built");
        app
    }

    fn over(store: Store, folder: Option<TempDir>, index: Arc<dyn SearchIndex>) -> Self {
        let labels = Arc::new(needs::labels().expect("labels"));
        let follower = Follower { store: store.clone(), index, labels };
        Self {
            store,
            router: Router::new(),
            follower,
            wake: Arc::default(),
            stopping: CancellationToken::new(),
            limits: Arc::default(),
            pulse: Pulse::default(),
            public_url: PUBLIC_URL,
            contact: None,
            _folder: folder,
        }
        .routed()
    }

    fn routed(mut self) -> Self {
        self.router = router(self.state(), Duration::from_secs(10));
        self
    }

    /// The same application with other limits.
    pub fn behind(self, settings: &Server) -> Self {
        Self { limits: Arc::new(Limits::new(settings)), ..self }.routed()
    }

    /// The same application, reached at another address.
    pub fn reached_at(self, public_url: &'static str) -> Self {
        Self { public_url, ..self }.routed()
    }

    /// The same application with an operator who can be reached.
    pub fn reachable_by(self, contact: &str) -> Self {
        let contact = Contact::try_from(contact.to_owned()).expect("a contact");
        Self { contact: Some(Arc::new(contact)), ..self }.routed()
    }

    /// The application over any database, with an empty index.
    pub async fn over_database(store: Store, pulse: Pulse) -> Self {
        let app = Self::on(store).await;
        Self { pulse, ..app }.routed()
    }

    /// What handlers touch.
    pub fn state(&self) -> AppState {
        AppState {
            store: self.store.clone(),
            index: Arc::clone(&self.follower.index),
            labels: Arc::clone(&self.follower.labels),
            page_memory: Arc::default(),
            public_url: self.public_url.into(),
            contact: self.contact.clone(),
            limits: Arc::clone(&self.limits),
            pulse: self.pulse.clone(),
            wake: Arc::clone(&self.wake),
            stopping: self.stopping.clone(),
        }
    }

    /// GET with headers.
    pub async fn get_with(&self, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Any request, whose answer is read bit by bit.
    pub async fn open(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Body) {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body)
    }

    /// Any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (status, headers, body) = self.open(request).await;
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Answer { status, headers, body }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    /// GET of JSON.
    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }
}
