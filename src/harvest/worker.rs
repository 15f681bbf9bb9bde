//! Carries out queued runs, a few at a time, until the process is asked to stop.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::{error, warn};
use uuid::Uuid;

use super::pipeline::{HarvestError, Harvester, Unwatched};
use super::schedule::{self, ScheduleError};
use crate::clock;
use crate::store::{catalogue, runs};

/// How often the queue is looked at although nobody rang.
const PATROL: Duration = Duration::from_secs(15);
/// How often entries are merged anew that change with the date.
const CALENDAR: Duration = Duration::from_secs(3600);

/// So long after the last moment at which the clockwork may queue a scheduled run, the run counts
/// as missed.
const MISSED: TimeDelta = TimeDelta::seconds(20);

/// Reads again what was read by other rules; then works until the harvester's token is cancelled;
/// then waits for the running runs, which stop by themselves: those that read are aborted, those
/// that apply finish. A scheduled run may begin up to `jitter` after its time.
pub async fn work(harvester: Harvester, wake: Arc<Notify>, jitter: TimeDelta) {
    let since = clock::now();
    if let Err(error) = harvester.reread_all().await {
        error!(%error, "cannot look for items that were read by other rules");
    }
    let mut patrol = tokio::time::interval(PATROL);
    let mut calendar = tokio::time::interval(CALENDAR);
    let mut running: JoinSet<(Uuid, bool)> = JoinSet::new();
    let mut started: HashSet<Uuid> = HashSet::new();
    loop {
        tokio::select! {
            () = harvester.cancel.cancelled() => break,
            _ = patrol.tick() => look_for_missed(&harvester, since, jitter).await,
            () = wake.notified() => {}
            _ = calendar.tick() => {
                if let Err(error) = catalogue::refresh_due(&harvester.store, clock::now()).await {
                    error!(%error, "cannot merge entries whose date has come");
                }
                continue;
            }
            Some(ended) = running.join_next() => {
                if let Ok((id, was_busy)) = ended {
                    started.remove(&id);
                    if was_busy {
                        // Another holds the lease: to ask again at once would never end.
                        continue;
                    }
                }
            }
        }
        if let Err(error) = fill(&harvester, &mut running, &mut started).await {
            error!(%error, "cannot look for queued runs");
        }
    }
    while running.join_next().await.is_some() {}
}

/// Queues the scheduled runs that the clockwork has missed.
async fn look_for_missed(harvester: &Harvester, since: DateTime<Utc>, jitter: TimeDelta) {
    let (late, now) = (jitter + MISSED, clock::now());
    match schedule::queue_missed(&harvester.store, since, late, now).await {
        Ok(0) => {}
        Ok(missed) => warn!(missed, "queued {missed} scheduled runs that had been missed"),
        Err(error) => error!(%error, "cannot look for missed runs"),
    }
}

/// Starts queued runs while there is room.
async fn fill(
    harvester: &Harvester,
    running: &mut JoinSet<(Uuid, bool)>,
    started: &mut HashSet<Uuid>,
) -> Result<(), ScheduleError> {
    let at_once = harvester.at_once as usize;
    let now = clock::now();
    schedule::queue_retries(&harvester.store, now).await?;
    if running.len() >= at_once {
        return Ok(());
    }
    runs::abort_orphans(&harvester.store, now).await?;
    for row in runs::queued(harvester.store.read()).await? {
        if running.len() >= at_once {
            break;
        }
        if !started.insert(row.id) {
            continue;
        }
        let harvester = harvester.clone();
        running.spawn(async move {
            match harvester.run(row.id, &Unwatched).await {
                Ok(_) => {}
                // It stays queued and is tried again on the next patrol.
                Err(HarvestError::Busy(_) | HarvestError::NoRoom(_)) => return (row.id, true),
                Err(error) => {
                    warn!(source = row.source_id, run = %row.id, %error, "run of {} failed", row.source_id);
                }
            }
            (row.id, false)
        });
    }
    Ok(())
}
