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

use crate::config::Settings;
use crate::harvest::pipeline::Harvester;
use crate::harvest::{schedule, worker};
use crate::publish::index::Follower;
use crate::setup::Served;
use crate::store::{Store, StoreError, views};
use crate::web::AppState;
use crate::web::console::Console;
use crate::web::router::router;
use crate::{seeds, setup};

/// How long a stop waits for running harvests.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn run(mut settings: Settings) -> anyhow::Result<()> {
    let listener = TcpListener::bind(settings.server.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
    let address = listener.local_addr()?;
    if settings.server.listen.port() == 0 {
        settings.server.public_url = format!("http://{address}");
    }
    let Served { store, is_read_only } = setup::open_to_serve(&settings).await?;
    let cancel = CancellationToken::new();
    let harvester = setup::harvester(&settings, store.clone(), cancel.clone());
    if is_read_only {
        settings.harvest.enabled = false;
    } else {
        take_in_starter_entries(&harvester).await?;
    }

    let labels = Arc::new(seeds::category_labels()?);
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
    let state = AppState {
        store: store.clone(),
        index,
        labels,
        shown: Arc::default(),
        public_url: settings.server.public_url.as_str().into(),
        console: Console {
            wake: Arc::clone(&wake),
            stopping: cancel.clone(),
            ..Console::default()
        },
    };
    let timeout = Duration::from_secs(settings.server.timeout_seconds);
    let entries = views::totals(store.read()).await?.software;
    println!("Fedcat serves {entries} entries on http://{address} – press Ctrl-C to stop");
    let background = start_background(&settings, harvester, follower, wake).await?;
    let serving = axum::serve(listener, router(state, timeout))
        .with_graceful_shutdown(asked_to_stop(cancel.clone()))
        .into_future();
    tokio::select! {
        ended = serving => ended?,
        () = out_of_patience(&cancel) => warn!("stopped although clients were still reading"),
    }
    stop(background, store).await
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
        let mut scheduler =
            schedule::start(&harvester.store, installation, jitter, Arc::clone(&wake)).await?;
        let cancelled = harvester.cancel.clone();
        background.push(tokio::spawn(async move {
            cancelled.cancelled().await;
            if let Err(error) = scheduler.shutdown().await {
                warn!(%error, "the scheduler did not stop cleanly");
            }
        }));
        background.push(tokio::spawn(worker::work(harvester, wake)));
    }
    Ok(background)
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
