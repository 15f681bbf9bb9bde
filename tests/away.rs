//! A database or a search engine that is away: what needs it is refused soon, everything else goes
//! on, and it is there again when the other is.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderName, StatusCode, header};
use fedcat::publish::index::schema;
use fedcat::search::Synonyms;
use fedcat::search::hurried::Hurried;
use fedcat::search::meilisearch::{Connection, Meilisearch};
use fedcat::store::pulse::Pulse;
use fedcat::store::{Store, sources};
use sea_orm::{ConnectionTrait, Database};
use support::app::App;
use support::skipped::skipped;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

/// The variable that names a PostgreSQL server on which databases may be created.
const POSTGRES: &str = "FEDCAT_TEST_POSTGRES";
const PAGE: (HeaderName, &str) = (header::ACCEPT, "text/html");
/// Nobody waits longer for a refusal.
const LONGEST: Duration = Duration::from_secs(3);

/// What lies between: it hands on everything, or holds it back, as a server does that is frozen or
/// that no longer can be reached.
struct Between {
    port: u16,
    flows: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Between {
    async fn start(host: String, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let (flows, flowing) = watch::channel(true);
        let task = tokio::spawn(async move {
            let mut pairs = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect((host.as_str(), port)).await else { return };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                pairs.spawn(hand_on(from_client, to_server, flowing.clone()));
                pairs.spawn(hand_on(from_server, to_client, flowing.clone()));
            }
        });
        Self { port: own, flows, task }
    }
}

async fn hand_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut flowing: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let may = flowing.wait_for(|flows| *flows).await.is_ok();
        let bytes = buffer.get(..read).unwrap_or_default();
        if !may || to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

/// An application over a PostgreSQL database behind such a thing.
struct Behind {
    app: App,
    store: Store,
    between: Between,
    admin: sea_orm::DatabaseConnection,
    name: String,
    watching: CancellationToken,
}

impl Behind {
    async fn start() -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES) else {
            skipped(&format!("a PostgreSQL that is away; set {POSTGRES} to a server to run it"));
            return None;
        };
        let name = format!("fedcat_test_{}", Uuid::now_v7().simple());
        let admin = Database::connect(&server).await.expect("PostgreSQL answers");
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("created");
        let mut url = Url::parse(&server).expect("an address");
        let host = url.host_str().expect("a host").to_owned();
        let between = Between::start(host, url.port().unwrap_or(5432)).await;
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(between.port)).expect("a port");
        url.set_path(&name);
        let store = Store::open(url.as_str()).await.expect("PostgreSQL opens");
        store.migrate().await.expect("migrations apply");
        let watching = CancellationToken::new();
        let pulse = Pulse::watch(url.as_str(), watching.clone()).await.expect("watched");
        let app = App::over_database(store.clone(), pulse).await;
        Some(Self { app, store, between, admin, name, watching })
    }

    async fn is_there(&self) {
        let begun = Instant::now();
        while self.app.get("/sources").await.status != StatusCode::OK {
            assert!(begun.elapsed() < Duration::from_secs(10), "it does not come back");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn is_refused(&self, paths: &[&str]) {
        for path in paths {
            let asked = Instant::now();
            let answer = self.app.get_with(path, &[PAGE]).await;
            assert!(asked.elapsed() < LONGEST, "{path}: {:?}", asked.elapsed());
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(answer.headers.contains_key(header::RETRY_AFTER), "{path}");
        }
    }

    async fn end(self) {
        self.watching.cancel();
        self.between.task.abort();
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        self.admin.execute_unprepared(&drop).await.expect("dropped");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_frozen_is_noticed_and_a_long_work_outlasts_it() {
    let Some(behind) = Behind::start().await else { return };
    behind.is_there().await;
    behind.between.flows.send_replace(false);
    // Those whose question is on its way, and work that has more patience.
    let patient = tokio::spawn({
        let store = behind.store.clone();
        async move {
            let read = sources::all(store.read()).await.map(|all| all.len());
            let write = store.write().await.expect("begun");
            write.commit().await.expect("committed");
            read
        }
    });
    let refused = behind.is_refused(&["/"]);
    let others = behind.is_refused(&["/sources"]);
    tokio::join!(refused, others, behind.is_refused(&["/readyz"]));
    assert_eq!(behind.app.get("/healthz").await.status, StatusCode::OK);
    let asked = Instant::now();
    behind.is_refused(&["/", "/sources", "/api/v1/sources", "/api/v1/export/software.csv"]).await;
    behind.is_refused(&["/readyz"]).await;
    assert!(asked.elapsed() < Duration::from_secs(1), "nobody waits for what is known to be away");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!patient.is_finished(), "it waits");
    behind.between.flows.send_replace(true);
    behind.is_there().await;
    assert_eq!(patient.await.expect("it ends").expect("it read"), 0);
    assert_eq!(behind.app.get("/readyz").await.status, StatusCode::OK);
    behind.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_is_not_taken_for_a_fault_of_the_server() {
    let Some(behind) = Behind::start().await else { return };
    behind.is_there().await;
    behind.between.task.abort();
    behind.is_refused(&["/", "/sources", "/readyz", "/api/v1/sources"]).await;
    assert_eq!(behind.app.get("/healthz").await.status, StatusCode::OK);
    behind.end().await;
}

#[tokio::test]
async fn a_search_engine_that_hangs_takes_only_the_search_with_it() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = silent.local_addr().expect("an address");
    let connection = Connection {
        url: format!("http://{address}"),
        index: "fedcat-test".to_owned(),
        origin: "test".to_owned(),
        admin_key: None,
        search_key: None,
        timeout: Duration::from_secs(10),
        patience: Duration::from_secs(10),
    };
    let schema = schema().expect("a schema");
    let engine = Meilisearch::new(schema, Synonyms::default(), &connection).expect("an engine");
    let app = App::seeded_with(Arc::new(Hurried::new(Arc::new(engine)))).await;
    let asked = Instant::now();
    let ready = app.get("/readyz").await;
    assert_eq!(
        (ready.status, ready.body.as_str()),
        (StatusCode::OK, "ready, but for the search\n")
    );
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());

    let asked = Instant::now();
    let refused = app.get("/api/v1/search?q=office").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.body.contains("search-unavailable"), "{}", refused.body);
    assert!(asked.elapsed() < LONGEST, "{:?}", asked.elapsed());
    let asked = Instant::now();
    for path in ["/?q=office", "/api/v1/search?q=x", "/api/v1/suggest?q=of"] {
        assert_eq!(app.get(path).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    assert_eq!(app.get("/sources").await.status, StatusCode::OK);
    assert!(asked.elapsed() < Duration::from_secs(1), "after that nobody waits for it");
}
