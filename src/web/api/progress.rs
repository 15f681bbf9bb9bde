//! `GET /api/v1/runs/{id}/progress`: how far a run is, as server-sent events.
//!
//! The run's row is looked at, so that it does not matter which process carries the run out. The
//! limit of time for requests does not hold here, since it ends with the head of an answer; this
//! has a limit of its own.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use utoipa::ToSchema;
use uuid::Uuid;

use super::runs::uuid;
use crate::store::entity::run;
use crate::store::runs;
use crate::web::AppState;
use crate::web::auth::session::NO_STORE;
use crate::web::door::Streamed;
use crate::web::error::{Error, Problem};

/// Between one look at the run and the next.
const PAUSE: Duration = Duration::from_secs(1);
/// Whoever watches longer asks again, as browsers do by themselves.
const LONGEST: Duration = Duration::from_secs(600);
/// After which time a browser asks again.
const RETRY: Duration = Duration::from_secs(5);

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Progress {
    /// As of runs.
    pub state: String,
    /// Items read so far.
    pub read: i64,
    /// Changes applied so far.
    pub applied: i64,
}

/// Somebody who watches a run.
struct Watch {
    state: AppState,
    id: Uuid,
    until: Instant,
    /// What was told last.
    told: Option<Progress>,
    /// Kept as long as somebody watches.
    _place: OwnedSemaphorePermit,
}

/// Follow a run: `progress` events when it has come further, `end` when it has ended
#[utoipa::path(
    get,
    path = "/api/v1/runs/{id}/progress",
    operation_id = "watch_run",
    tag = "sources",
    params(("id" = Uuid, Path, description = "the run's id")),
    responses(
        (status = 200, body = Progress, content_type = "text/event-stream", description = "one object for each event"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "too many watch already"),
    )
)]
pub async fn progress(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let id = uuid(&id)?;
    runs::get(state.store.read(), id).await?;
    let place = state.console.watchers.clone().try_acquire_owned();
    let place =
        place.map_err(|_| Error::TooBusy("too many watch runs already: reload the page"))?;
    let watch = Watch { state, id, until: Instant::now() + LONGEST, told: None, _place: place };
    let events = stream::unfold(Some(watch), |watch| async move {
        let (event, watch) = watch?.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    // What lies between must hand on each event at once.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    let headers = [(header::CACHE_CONTROL, NO_STORE), unbuffered];
    Ok((Extension(Streamed), headers, Sse::new(events).keep_alive(KeepAlive::default()))
        .into_response())
}

impl Watch {
    /// Waits for the next event; the last comes without anybody who watches further.
    async fn next(mut self) -> Option<(Event, Option<Self>)> {
        loop {
            if self.told.is_some() {
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = self.state.console.stopping.cancelled() => return None,
                }
            }
            if Instant::now() >= self.until {
                return None;
            }
            let row = runs::get(self.state.store.read(), self.id).await.ok()?;
            let now = Progress::of(&row);
            if row.has_ended() {
                return Some((event("end", &now)?, None));
            }
            if self.told.as_ref() != Some(&now) {
                let event = event("progress", &now)?;
                self.told = Some(now);
                return Some((event, Some(self)));
            }
        }
    }
}

impl Progress {
    fn of(row: &run::Model) -> Self {
        Self { state: row.state.to_string(), read: row.items_read, applied: row.applied }
    }
}

fn event(name: &str, progress: &Progress) -> Option<Event> {
    Event::default().event(name).retry(RETRY).json_data(progress).ok()
}
