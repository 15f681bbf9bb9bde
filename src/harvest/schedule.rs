//! When sources are harvested. The scheduler only inserts runs that are due, one for each source
//! and scheduled time; whoever inserts it a second time, another replica or a restarted process,
//! inserts nothing. Workers carry the runs out.

use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use croner::Cron;
use thiserror::Error;
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info};

use super::circuit::{self, part_of};
use crate::clock;
use crate::store::entity::{self, source};
use crate::store::{Store, StoreError, circuits, runs, sources};

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
/// no process ran are caught up once. A scheduled run begins within `jitter` after its time; how
/// much later is the same every day for one source and one `installation`. `wake` is rung when a
/// run has been queued.
///
/// # Errors
/// [`ScheduleError`] where a schedule is not valid or the database fails.
pub async fn start(
    store: &Store,
    installation: &str,
    jitter: TimeDelta,
    wake: Arc<Notify>,
) -> Result<JobScheduler, ScheduleError> {
    let scheduler = JobScheduler::new().await?;
    let mut not_queued = None;
    for source in sources::all(store.read()).await? {
        let Some(schedule) = source.schedule.clone() else { continue };
        if source.enabled
            && let Err(error) = queue_due(store, &source, clock::now()).await
        {
            not_queued.get_or_insert((source.id.clone(), error));
        }
        let delay = part_of(jitter, &format!("{installation} {}", source.id));
        scheduler.add(job(store, &source.id, &schedule, delay, Arc::clone(&wake))?).await?;
    }
    if let Some((source, error)) = not_queued {
        error!(source, %error, "cannot queue what was due, first of {source}");
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
    let tx = store.write().await?;
    if circuits::get(&tx, &source.id).await?.is_some_and(|row| circuit::is_open(&row, now)) {
        return Ok(false);
    }
    let queued = runs::queue(&tx, &source.id, Some(&named(slot)), None, now, now).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(queued.is_some())
}

/// Queues what should have been queued since a time, and was not although it is `late` by now: the
/// clockwork stands still while the process or the machine does, and may lose a job for good.
/// Returns how many.
///
/// # Errors
/// [`ScheduleError`] where a schedule is not valid or the database fails.
pub async fn queue_missed(
    store: &Store,
    since: DateTime<Utc>,
    late: TimeDelta,
    now: DateTime<Utc>,
) -> Result<usize, ScheduleError> {
    let mut missed = 0;
    for source in sources::all(store.read()).await?.into_iter().filter(|source| source.enabled) {
        let Some(schedule) = &source.schedule else { continue };
        let Some(slot) = last_slot(&source.id, schedule, now - late)? else { continue };
        if slot > since && !runs::has_slot(store.read(), &source.id, &named(slot)).await? {
            missed += usize::from(queue_due(store, &source, now).await?);
        }
    }
    Ok(missed)
}

/// A scheduled time as runs bear it.
fn named(slot: DateTime<Utc>) -> String {
    slot.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Queues another try of every source that failed and whose pause is over. Returns how many.
///
/// # Errors
/// [`ScheduleError`] where the database fails.
pub async fn queue_retries(store: &Store, now: DateTime<Utc>) -> Result<usize, ScheduleError> {
    let mut queued = 0;
    for failed in circuits::due(store.read(), now).await? {
        let source = sources::get(store.read(), &failed.source_id).await?;
        if !source.enabled || source.schedule.is_none() {
            continue;
        }
        // One try for each pause: who asks again, or another replica, inserts nothing.
        let end = failed.not_before.to_rfc3339_opts(SecondsFormat::Micros, true);
        let slot = format!("again after {end}");
        let tx = store.write().await?;
        let run = runs::queue(&tx, &source.id, Some(&slot), None, now, now).await?;
        tx.commit().await.map_err(StoreError::from)?;
        queued += usize::from(run.is_some());
    }
    Ok(queued)
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

/// When a source is harvested next without anybody's doing; `None` where it is not.
pub fn next_run(
    source: &source::Model,
    failed: Option<&entity::circuit::Model>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let schedule = source.schedule.as_deref().filter(|_| source.enabled)?;
    let slot = next_slot(schedule, now);
    match failed {
        None => slot,
        Some(row) if circuit::is_open(row, now) => Some(row.not_before),
        // A pause that is over may have had its try.
        Some(row) if row.not_before < now => slot,
        Some(row) => Some(slot.map_or(row.not_before, |slot| slot.min(row.not_before))),
    }
}

/// A job whose only act is to queue the run that is due, `delay` after its time.
fn job(
    store: &Store,
    source: &str,
    schedule: &str,
    delay: TimeDelta,
    wake: Arc<Notify>,
) -> Result<Job, ScheduleError> {
    let store = store.clone();
    let id = source.to_owned();
    // The scheduler wants a field for seconds in front of the usual five.
    let with_seconds = format!("0 {schedule}");
    let job = Job::new_async(with_seconds.as_str(), move |_, _| {
        let (store, id, wake) = (store.clone(), id.clone(), Arc::clone(&wake));
        Box::pin(async move {
            tokio::time::sleep(delay.to_std().unwrap_or_default()).await;
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

    #[test]
    fn the_next_run_is_the_next_slot_or_the_end_of_a_pause() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let now = at("2026-06-02T12:00:00Z");
        let seed = crate::seeds::sources().expect("seeds").remove(1);
        let source = source::Model {
            schedule: Some("0 1 * * *".to_owned()),
            ..crate::setup::source_of(seed, now)
        };
        let check = |failures: i32, not_before: &str, expected: &str| {
            let failed = entity::circuit::Model {
                source_id: source.id.clone(),
                failures,
                not_before: at(not_before),
            };
            let next = next_run(&source, Some(&failed).filter(|_| failures > 0), now);
            assert_eq!(next, Some(at(expected)), "{failures} {not_before}");
        };
        check(0, "2026-06-02T12:00:00Z", "2026-06-03T01:00:00Z");
        check(1, "2026-06-02T12:05:00Z", "2026-06-02T12:05:00Z");
        check(4, "2026-06-03T02:00:00Z", "2026-06-03T01:00:00Z");
        check(4, "2026-06-02T11:00:00Z", "2026-06-03T01:00:00Z");
        check(5, "2026-06-04T02:00:00Z", "2026-06-04T02:00:00Z");
        let disabled = source::Model { enabled: false, ..source.clone() };
        assert_eq!(next_run(&disabled, None, now), None);
    }
}
