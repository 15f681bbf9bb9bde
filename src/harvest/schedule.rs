//! When sources are harvested. The scheduler only inserts runs that are due, one for each source
//! and scheduled time; whoever inserts it a second time, another replica or a restarted process,
//! inserts nothing. Workers carry the runs out.

use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use croner::Cron;
use thiserror::Error;
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info};

use crate::clock;
use crate::store::entity::source;
use crate::store::{Store, StoreError, runs, sources};

/// Why the schedule could not be set up.
#[derive(Debug, Error)]
pub enum ScheduleError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the schedule {schedule} of source {source_id} is not a cron expression: {reason}")]
    Cron { source_id: String, schedule: String, reason: String },
    #[error("the scheduler failed: {0}")]
    Scheduler(#[from] JobSchedulerError),
}

/// Starts the clockwork: one job for each source with a schedule, since an operator may
/// enable it at any time; a job of a disabled source does nothing. Runs that were due while
/// no process ran are caught up once. `wake` is rung when a run has been queued.
///
/// # Errors
/// [`ScheduleError`] where a schedule is not valid or the database fails.
pub async fn start(store: &Store, wake: Arc<Notify>) -> Result<JobScheduler, ScheduleError> {
    let scheduler = JobScheduler::new().await?;
    for source in sources::all(store.read()).await? {
        let Some(schedule) = source.schedule.clone() else { continue };
        if source.enabled {
            queue_due(store, &source, clock::now()).await?;
        }
        scheduler.add(job(store, &source.id, &schedule, Arc::clone(&wake))?).await?;
    }
    scheduler.start().await?;
    wake.notify_one();
    Ok(scheduler)
}

/// Queues the source's last scheduled time up to `now`, unless it has been queued before. Returns
/// whether it was.
///
/// # Errors
/// [`ScheduleError`] where the schedule is not valid or the database fails.
pub async fn queue_due(
    store: &Store,
    source: &source::Model,
    now: DateTime<Utc>,
) -> Result<bool, ScheduleError> {
    let Some(schedule) = &source.schedule else { return Ok(false) };
    let Some(slot) = last_slot(&source.id, schedule, now)? else { return Ok(false) };
    let slot = slot.to_rfc3339_opts(SecondsFormat::Secs, true);
    let tx = store.write().await?;
    let queued = runs::queue(&tx, &source.id, Some(&slot), None, now, now).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(queued.is_some())
}

/// The last time at or before `now` that the schedule names.
fn last_slot(
    source: &str,
    schedule: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, ScheduleError> {
    let wrong = |reason: String| ScheduleError::Cron {
        source_id: source.to_owned(),
        schedule: schedule.to_owned(),
        reason,
    };
    let cron = Cron::from_str(schedule).map_err(|error| wrong(error.to_string()))?;
    Ok(cron.find_previous_occurrence(&now.trunc_subsecs(0), true).ok())
}

/// The next time after `now` that a schedule names; `None` where it names none.
pub fn next_slot(schedule: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // A time between two seconds would come back with its fraction.
    let next = Cron::from_str(schedule).ok()?.find_next_occurrence(&now, false).ok()?;
    Some(next.trunc_subsecs(0))
}

/// A job whose only act is to queue the run that is due.
fn job(
    store: &Store,
    source: &str,
    schedule: &str,
    wake: Arc<Notify>,
) -> Result<Job, ScheduleError> {
    let store = store.clone();
    let id = source.to_owned();
    // The scheduler wants a field for seconds in front of the usual five.
    let with_seconds = format!("0 {schedule}");
    let job = Job::new_async(with_seconds.as_str(), move |_, _| {
        let (store, id, wake) = (store.clone(), id.clone(), Arc::clone(&wake));
        Box::pin(async move {
            match tick(&store, &id).await {
                Ok(true) => {
                    info!(source = id, "queued the scheduled run of {id}");
                    wake.notify_one();
                }
                Ok(false) => {}
                Err(error) => error!(source = id, %error, "cannot queue the run of {id}"),
            }
        })
    })?;
    Ok(job)
}

async fn tick(store: &Store, id: &str) -> Result<bool, ScheduleError> {
    let source = sources::get(store.read(), id).await?;
    if !source.enabled {
        return Ok(false);
    }
    queue_due(store, &source, clock::now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_the_last_scheduled_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        for (schedule, now, slot) in [
            ("7 1 * * *", "2026-06-02T12:00:00Z", "2026-06-02T01:07:00Z"),
            ("7 1 * * *", "2026-06-02T01:06:59Z", "2026-06-01T01:07:00Z"),
            ("7 1 * * *", "2026-06-02T01:07:00Z", "2026-06-02T01:07:00Z"),
            ("0 4 * * 1", "2026-06-03T12:00:00Z", "2026-06-01T04:00:00Z"),
        ] {
            let found = last_slot("x", schedule, at(now)).expect("a valid schedule");
            assert_eq!(found, Some(at(slot)), "{schedule} at {now}");
        }
        assert!(last_slot("x", "every day", at("2026-06-02T12:00:00Z")).is_err());
    }
}
