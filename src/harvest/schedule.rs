//! When sources are harvested. The scheduler only inserts runs that are due, one for each source
//! and scheduled time; whoever inserts it a second time, another replica or a restarted process,
//! inserts nothing. Workers carry the runs out.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use croner::Cron;
use thiserror::Error;
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info};
use uuid::Uuid;

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

/// Rings when a source is due: one job for each source that is enabled and has a schedule. It
/// follows the table of sources, which operators change while it runs.
pub struct Clockwork {
    store: Store,
    scheduler: JobScheduler,
    /// Which installation this is.
    installation: String,
    jitter: TimeDelta,
    /// Rung when a run has been queued.
    wake: Arc<Notify>,
    /// The schedule and the job of each source.
    jobs: HashMap<String, (String, Uuid)>,
}

impl Clockwork {
    /// Starts the clockwork. Runs that were due while no process ran are caught up once. A
    /// scheduled run begins within `jitter` after its time; how much later is the same every day
    /// for one source and one `installation`. `wake` is rung when a run has been queued.
    ///
    /// # Errors
    /// [`ScheduleError`] where the database or the scheduler fails.
    pub async fn start(
        store: &Store,
        installation: &str,
        jitter: TimeDelta,
        wake: Arc<Notify>,
    ) -> Result<Self, ScheduleError> {
        let mut clockwork = Self {
            store: store.clone(),
            scheduler: JobScheduler::new().await?,
            installation: installation.to_owned(),
            jitter,
            wake,
            jobs: HashMap::new(),
        };
        clockwork.follow().await?;
        clockwork.scheduler.start().await?;
        clockwork.wake.notify_one();
        Ok(clockwork)
    }

    /// Brings the jobs in line with the table: sources that are new, enabled or on another schedule
    /// get a job, and what is due of them is queued at once; others lose theirs. A schedule that
    /// cannot be read costs no other source its own.
    ///
    /// # Errors
    /// [`ScheduleError`] where the database or the scheduler fails.
    pub async fn follow(&mut self) -> Result<(), ScheduleError> {
        let mut wanted: HashMap<String, source::Model> = sources::all(self.store.read())
            .await?
            .into_iter()
            .filter(|source| source.enabled && source.schedule.is_some())
            .map(|source| (source.id.clone(), source))
            .collect();
        let (kept, gone): (HashMap<_, _>, HashMap<_, _>) =
            std::mem::take(&mut self.jobs).into_iter().partition(|(id, (schedule, _))| {
                wanted.get(id).is_some_and(|source| source.schedule.as_ref() == Some(schedule))
            });
        self.jobs = kept;
        for (_, job) in gone.into_values() {
            self.scheduler.remove(&job).await?;
        }
        wanted.retain(|id, _| !self.jobs.contains_key(id));
        let mut new: Vec<source::Model> = wanted.into_values().collect();
        new.sort_by(|a, b| a.id.cmp(&b.id));
        for source in new {
            if let Err(error) = self.take_up(&source).await {
                error!(source = source.id, %error, "cannot follow the schedule of {}", source.id);
            }
        }
        Ok(())
    }

    async fn take_up(&mut self, source: &source::Model) -> Result<(), ScheduleError> {
        let Some(schedule) = &source.schedule else { return Ok(()) };
        let delay = part_of(self.jitter, &format!("{} {}", self.installation, source.id));
        let job = job(&self.store, &source.id, schedule, delay, Arc::clone(&self.wake))?;
        let job = self.scheduler.add(job).await?;
        self.jobs.insert(source.id.clone(), (schedule.clone(), job));
        if queue_due(&self.store, source, clock::now()).await? {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Stops the clockwork.
    ///
    /// # Errors
    /// [`ScheduleError::Scheduler`] where the scheduler does not stop.
    pub async fn stop(&mut self) -> Result<(), ScheduleError> {
        Ok(self.scheduler.shutdown().await?)
    }
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
/// [`ScheduleError`] where the database fails.
pub async fn queue_missed(
    store: &Store,
    since: DateTime<Utc>,
    late: TimeDelta,
    now: DateTime<Utc>,
) -> Result<usize, ScheduleError> {
    let mut missed = 0;
    for source in sources::all(store.read()).await?.into_iter().filter(|source| source.enabled) {
        match queue_missed_of(store, &source, since, late, now).await {
            Ok(was_missed) => missed += usize::from(was_missed),
            // What is wrong with one source costs no other its run.
            Err(error) => error!(source = source.id, %error, "cannot look for a missed run"),
        }
    }
    Ok(missed)
}

async fn queue_missed_of(
    store: &Store,
    source: &source::Model,
    since: DateTime<Utc>,
    late: TimeDelta,
    now: DateTime<Utc>,
) -> Result<bool, ScheduleError> {
    let Some(schedule) = &source.schedule else { return Ok(false) };
    let Some(slot) = last_slot(&source.id, schedule, now - late)? else { return Ok(false) };
    if slot <= since || runs::has_slot(store.read(), &source.id, &named(slot)).await? {
        return Ok(false);
    }
    // A source that is left alone is left alone without taking the database's only writer.
    let circuit = circuits::get(store.read(), &source.id).await?;
    if circuit.is_some_and(|row| circuit::is_open(&row, now)) {
        return Ok(false);
    }
    queue_due(store, source, now).await
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

    /// A database with two sources that are due, of which the first has no schedule that could be
    /// read.
    async fn two_sources() -> (Store, source::Model) {
        let store = Store::in_memory().await.expect("a database");
        let seed = crate::seeds::sources().expect("seeds").remove(1);
        let good = source::Model {
            id: "b-good".to_owned(),
            schedule: Some("0 1 * * *".to_owned()),
            enabled: true,
            ..crate::setup::source_of(seed, clock::now())
        };
        let schedule = Some("every day".to_owned());
        let bad = source::Model { id: "a-bad".to_owned(), schedule, ..good.clone() };
        let tx = store.write().await.expect("to write");
        for source in [bad, good.clone()] {
            sources::put(&tx, source).await.expect("put in");
        }
        tx.commit().await.expect("written");
        (store, good)
    }

    async fn queued(store: &Store) -> Vec<String> {
        let runs = runs::queued(store.read()).await.expect("runs");
        runs.into_iter().map(|run| run.source_id).collect()
    }

    async fn enable(store: &Store, id: &str, enabled: bool) {
        let tx = store.write().await.expect("to write");
        sources::set_enabled(&tx, id, enabled, None).await.expect("set");
        tx.commit().await.expect("written");
    }

    #[tokio::test]
    async fn the_clockwork_follows_the_table_without_a_restart() {
        let (store, good) = two_sources().await;
        enable(&store, "b-good", false).await;
        let wake = Arc::new(Notify::new());
        let started = Clockwork::start(&store, "here", TimeDelta::zero(), Arc::clone(&wake)).await;
        let mut clockwork = started.expect("started although one schedule cannot be read");
        assert!(clockwork.jobs.is_empty() && queued(&store).await.is_empty());
        wake.notified().await;

        enable(&store, "b-good", true).await;
        clockwork.follow().await.expect("followed");
        wake.notified().await;
        assert_eq!(queued(&store).await, ["b-good"]);
        let (schedule, first) = clockwork.jobs["b-good"].clone();
        assert_eq!(schedule, "0 1 * * *");
        clockwork.follow().await.expect("followed");
        assert_eq!(clockwork.jobs["b-good"].1, first, "what is as it was keeps its job");

        let tx = store.write().await.expect("to write");
        let hourly = Some("0 * * * *".to_owned());
        sources::put(&tx, source::Model { schedule: hourly, ..good }).await.expect("put in");
        tx.commit().await.expect("written");
        clockwork.follow().await.expect("followed");
        assert_eq!(clockwork.jobs["b-good"].0, "0 * * * *");
        assert_ne!(clockwork.jobs["b-good"].1, first);

        enable(&store, "b-good", false).await;
        clockwork.follow().await.expect("followed");
        assert!(clockwork.jobs.is_empty());
        clockwork.stop().await.expect("stopped");
    }

    #[tokio::test]
    async fn a_missed_run_is_queued_whatever_is_wrong_with_another_source() {
        let (store, _) = two_sources().await;
        let now = clock::now();
        let (since, late) = (now - TimeDelta::days(3), TimeDelta::seconds(20));
        assert_eq!(queue_missed(&store, since, late, now).await.expect("looked"), 1);
        assert_eq!(queue_missed(&store, since, late, now).await.expect("looked"), 0);
        assert_eq!(queued(&store).await, ["b-good"]);
    }

    #[tokio::test]
    async fn a_source_that_is_left_alone_has_missed_nothing() {
        let (store, good) = two_sources().await;
        let now = clock::now();
        let tx = store.write().await.expect("to write");
        let not_before = now + TimeDelta::days(1);
        let failed = entity::circuit::Model { source_id: good.id, failures: 9, not_before };
        circuits::put(&tx, failed).await.expect("put in");
        tx.commit().await.expect("written");
        let late = TimeDelta::seconds(20);
        let since = now - TimeDelta::days(3);
        assert_eq!(queue_missed(&store, since, late, now).await.expect("looked"), 0);
    }
}
