//! `fedcat serve`

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use tokio::net::TcpListener;
use tokio::signal;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::config::{Server, Settings};
use crate::harvest::pipeline::Harvester;
use crate::harvest::schedule::Clockwork;
use crate::harvest::worker;
use crate::publish::index::Follower;
use crate::publish::needs;
use crate::search::SearchIndex;
use crate::search::hurried::Hurried;
use crate::setup;
use crate::setup::Served;
use crate::store::pulse::Pulse;
use crate::store::{Store, StoreError, tally};
use crate::web::AppState;
use crate::web::auth::attempts::Attempts;
use crate::web::console::Console;
use crate::web::door::Door;
use crate::web::router::router;
use crate::web::server::files::Files;
use crate::web::server::{Bounds, serve};

/// How long a stop waits for running harvests.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked which sources operators have added, enabled or disabled.
const FOLLOW: Duration = Duration::from_secs(10);
/// How often clients who ask no more are forgotten.
const TIDY: Duration = Duration::from_secs(30);

pub async fn run(mut settings: Settings) -> anyhow::Result<()> {
    let listener = TcpListener::bind(settings.server.listen.to_string())
        .await
        .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
    let address = listener.local_addr()?;
    if settings.server.listen.port() == 0 {
        settings.server.public_url = format!("http://{address}");
    }
    let bounds = bounds(&settings.server);
    let Served { store, is_read_only } = setup::open_to_serve(&settings).await?;
    let cancel = CancellationToken::new();
    let harvester = setup::harvester(&settings, store.clone(), cancel.clone());
    if is_read_only {
        settings.harvest.enabled = false;
    } else {
        take_in_starter_entries(&harvester).await?;
    }

    let labels = Arc::new(needs::labels()?);
    let index =
        setup::search_engine(&settings.search, &store).await.context("the search engine")?;
    let follower =
        Follower { store: store.clone(), index: Arc::clone(&index), labels: Arc::clone(&labels) };
    // An index in memory is made before anything is answered. One that is elsewhere is still
    // there, or is not and must hold up nothing else.
    if !index.is_shared() {
        follower.start().await.context("the search index cannot be built")?;
    }

    let wake = Arc::new(Notify::new());
    let index: Arc<dyn SearchIndex> = match index.is_shared() {
        true => Arc::new(Hurried::new(index)),
        false => index,
    };
    let door = Arc::new(Door::new(&settings.server));
    let state = AppState {
        store: store.clone(),
        index,
        labels,
        shown: Arc::default(),
        public_url: settings.server.public_url.as_str().into(),
        contact: settings.server.contact.clone().map(Arc::new),
        console: Console {
            wake: Arc::clone(&wake),
            stopping: cancel.clone(),
            ..Console::default()
        },
        door: Arc::clone(&door),
        pulse: Pulse::watch(settings.database.url.reveal(), cancel.clone()).await?,
    };
    let attempts = Arc::clone(&state.console.attempts);
    let timeout = Duration::from_secs(settings.server.timeout_seconds);
    let entries = tally::totals(store.read()).await?.software;
    println!("Fedcat serves {entries} entries on http://{address} – press Ctrl-C to stop");
    let background = start_background(&settings, harvester, follower, wake).await?;
    let asked = tokio::spawn(asked_to_stop(cancel.clone()));
    tokio::select! {
        () = serve(listener, router(state, timeout), bounds, cancel.clone()) => {}
        () = out_of_patience(&cancel) => warn!("stopped although clients were still reading"),
        () = keep_tidy(&door, &attempts) => {}
    }
    asked.abort();
    stop(background, store).await
}

/// What connections may take, as the settings and the process's limit of files want it.
fn bounds(settings: &Server) -> Bounds {
    let files = Files::raise(settings.connections);
    if files.connections < settings.connections {
        warn!(
            "this process may open {} files, so that {} clients can be connected at a time and not \
             {}: raise the limit with `ulimit -n` or LimitNOFILE= (docs/operating.md)",
            files.most, files.connections, settings.connections
        );
    }
    Bounds {
        connections: files.connections,
        head: Duration::from_secs(settings.head_seconds),
        idle: Duration::from_secs(settings.idle_seconds),
        stall: Duration::from_secs(settings.stall_seconds),
    }
}

/// Forgets, again and again, what is known of clients who ask no more.
async fn keep_tidy(door: &Door, attempts: &Attempts) {
    let mut times = tokio::time::interval(TIDY);
    loop {
        times.tick().await;
        door.tidy();
        attempts.tidy();
    }
}

/// Takes in the starter entries. On a full disk that is put off until the next start.
async fn take_in_starter_entries(harvester: &Harvester) -> anyhow::Result<()> {
    let Err(error) = setup::take_in_starter_entries(harvester).await else { return Ok(()) };
    let is_unwritable = error
        .chain()
        .any(|cause| cause.downcast_ref::<StoreError>().is_some_and(StoreError::is_unwritable));
    if !is_unwritable {
        return Err(error.context("the starter entries"));
    }
    warn!(error = %format!("{error:#}"), "the starter entries cannot be taken in now");
    Ok(())
}

/// Starts what works beside the server: the follower always, the harvest where it is enabled.
async fn start_background(
    settings: &Settings,
    harvester: Harvester,
    follower: Follower,
    wake: Arc<Notify>,
) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let changed = Arc::new(Notify::new());
    let following = harvester.cancel.clone();
    let mut background =
        vec![tokio::spawn(async move { follower.follow(changed, following).await })];
    if settings.harvest.enabled {
        let jitter = TimeDelta::seconds(i64::from(settings.harvest.jitter_seconds));
        let installation = &settings.server.public_url;
        let clockwork =
            Clockwork::start(&harvester.store, installation, jitter, Arc::clone(&wake)).await?;
        background.push(tokio::spawn(keep_time(clockwork, harvester.cancel.clone())));
        background.push(tokio::spawn(worker::work(harvester, wake, jitter)));
    }
    Ok(background)
}

/// Lets the clockwork follow the table of sources until the process is asked to stop.
async fn keep_time(mut clockwork: Clockwork, cancel: CancellationToken) {
    let mut times = tokio::time::interval(FOLLOW);
    loop {
        tokio::select! {
            () = cancel.cancelled() => break,
            _ = times.tick() => {}
        }
        if let Err(error) = clockwork.follow().await {
            warn!(%error, "cannot look which sources are to be harvested");
        }
    }
    if let Err(error) = clockwork.stop().await {
        warn!(%error, "the scheduler did not stop cleanly");
    }
}

async fn stop(background: Vec<JoinHandle<()>>, store: Store) -> anyhow::Result<()> {
    let all = async {
        for task in background {
            if let Err(error) = task.await {
                warn!(%error, "a task failed at the end");
            }
        }
    };
    if tokio::time::timeout(PATIENCE, all).await.is_err() {
        warn!("stopped although a harvest was still running; it will be marked aborted");
    }
    store.close().await?;
    info!("stopped");
    Ok(())
}

/// Ends some time after the process was asked to stop: a client that reads slowly holds up nobody.
async fn out_of_patience(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(PATIENCE).await;
}

/// Ends when the process is asked to stop, and tells everything else.
pub(super) async fn asked_to_stop(cancel: CancellationToken) {
    let interrupt = signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
    info!("asked to stop: finishing what runs");
    cancel.cancel();
}
