//! A process is frozen (SIGSTOP) for longer than its lease holds, in every part of a run; another
//! one does what has to be done meanwhile; it is thawed (SIGCONT), and the source is harvested
//! again: the database says what it would say had nothing happened, and no run says that it
//! succeeded which did not. So it goes with a suspended machine, or a paused container.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "frozen/freeze.rs"]
mod freeze;
#[path = "frozen/places.rs"]
mod places;
#[path = "frozen/points.rs"]
mod points;
mod support;

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fedcat::clock;
use fedcat::harvest::pipeline::{HarvestError, Progress, Unwatched};
use fedcat::store::entity::{lease, run, source};
use fedcat::store::{Store, StoreError, leases, runs, sources};
use freeze::Freeze;
use futures_util::StreamExt;
use futures_util::stream;
use places::Template;
use points::stopped_at;
use rustix::process::{Pid, Signal, kill_process};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DbBackend, EntityTrait, QueryFilter,
    Statement,
};
use support::binary::{binary, ended, first, second, state_of};
use support::fixture::{Fixture, Reply};
use support::integrity::violations;
use support::listing::{PATH, catalogue, fresh};
use support::skipped::skipped;
use support::stores::{on_each, sqlite};
use support::{at, harvester, put_source, source};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use uuid::Uuid;

/// How long a lease holds in these tests.
const LEASE: Duration = Duration::from_secs(2);
/// How long the server thinks before it answers.
const DOWNLOAD: Duration = Duration::from_millis(700);
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a run is begun until it is hit at its point.
const TRIES: usize = 10;
/// Processes frozen at the same time.
const AT_ONCE: usize = 4;
/// The clock of the runs: what is done twice is done at the same time.
const FIRST: &str = "2026-01-02T00:00:00Z";
const SECOND: &str = "2026-01-03T00:00:00Z";

/// Where a run is frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// The listing is on its way.
    Downloading,
    /// A part of the changes is staged.
    Staging,
    /// A part of the changes is applied.
    Applying,
    /// All changes are applied, and the run has not ended.
    Finishing,
}

/// Who is frozen. The other one goes on meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frozen {
    Serve,
    Harvest,
}

/// One case.
#[derive(Debug, Clone, Copy)]
struct Case {
    who: Frozen,
    point: Point,
    time: &'static str,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_stands_still_too_long_counts_for_nothing_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let points = [Point::Downloading, Point::Staging, Point::Applying, Point::Finishing];
    let mut cases: Vec<Case> = points
        .into_iter()
        .flat_map(|point| {
            [Frozen::Serve, Frozen::Harvest].map(|who| Case { who, point, time: FIRST })
        })
        .collect();
    cases.extend([Point::Applying, Point::Finishing].map(|point| Case {
        who: Frozen::Harvest,
        point,
        time: SECOND,
    }));
    check(&Template::Sqlite(folder), cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_stands_still_too_long_counts_for_nothing_on_postgresql() {
    let Ok(server) = std::env::var("FEDCAT_TEST_POSTGRES") else {
        skipped("PostgreSQL; set FEDCAT_TEST_POSTGRES to freeze processes there too");
        return;
    };
    let template = Template::postgres(server).await;
    let case = |who, point| Case { who, point, time: FIRST };
    let cases = vec![
        case(Frozen::Harvest, Point::Downloading),
        case(Frozen::Serve, Point::Staging),
        case(Frozen::Harvest, Point::Applying),
        case(Frozen::Serve, Point::Applying),
        case(Frozen::Harvest, Point::Finishing),
        case(Frozen::Serve, Point::Finishing),
    ];
    check(&template, cases).await;
    template.drop_all().await;
}

/// The same within one process, where every point can be hit: a run stands still each time that it
/// tells how far it is, from the first items read until all is applied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_a_run_stands_still_and_is_given_up_the_next_one_makes_it_good() {
    let fixture = Fixture::start().await;
    fixture.set(PATH, Reply::json(first()).with_etag(FIRST));
    let fresh = async |store: &Store| {
        let url = format!("{}{PATH}", fixture.url);
        put_source(store, source("fr-test", "catalogi", &url, &fixture.host)).await;
    };
    let (undisturbed, _folder) = sqlite().await;
    fresh(&undisturbed).await;
    support::harvest(&undisturbed, "fr-test", FIRST).await;
    let expected = state_of(&undisturbed, FIRST).await;
    for point in 1.. {
        let was_hit = AtomicBool::new(false);
        on_each(async |store| {
            fresh(&store).await;
            let (freeze, mut stands) = Freeze::at(point);
            let harvesting = tokio::spawn({
                let (harvester, freeze) = (harvester(&store), Arc::clone(&freeze));
                async move {
                    let ended = harvester.harvest("fr-test", None, at(FIRST), &*freeze).await;
                    freeze.stands.lock().expect("nobody panicked").take();
                    ended
                }
            });
            if stands.recv().await.is_none() {
                harvesting.await.expect("no panic").expect("it was not hit");
                return;
            }
            was_hit.store(true, Ordering::SeqCst);
            let later = clock::now() + leases::TERM * 2;
            assert_eq!(runs::abort_orphans(&store, later).await.expect("looked"), 1);
            freeze.thaw();
            let ended = harvesting.await.expect("no panic");
            let is_refused =
                matches!(ended, Err(HarvestError::Store(StoreError::LeaseLost { .. })));
            assert!(is_refused, "point {point}: {ended:?}");
            assert_eq!(last_run(store.read()).await.expect("a run").state.as_str(), "aborted");
            assert_eq!(violations(&store).await, [] as [&str; 0], "point {point}");
            support::harvest(&store, "fr-test", FIRST).await;
            let after = state_of(&store, FIRST).await;
            let difference: Vec<_> = expected.symmetric_difference(&after).take(6).collect();
            assert!(difference.is_empty(), "point {point}: {difference:#?}");
        })
        .await;
        if !was_hit.into_inner() {
            assert!(point > 5, "it was hit at {} points only", point - 1);
            return;
        }
    }
}

/// The clockwork goes on after the process stood still, and what was due meanwhile is made good.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduled_run_comes_also_after_the_minute_of_its_time_was_slept_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = Template::Sqlite(folder);
    let fixture = template.fill().await;
    fixture.set(PATH, Reply::json(first()));
    let store = template.open().await;
    set_schedule(&store, "* * * * *").await;
    let mut server = Running::start(serve(&template.url()));
    let queued = async |since| {
        until("a scheduled run", async || {
            let rows = runs::list(store.read(), Some("fr-test"), None, 20).await.expect("runs");
            rows.into_iter().find(|row| row.slot.is_some() && row.queued_at > since)
        })
        .await
    };
    queued(clock::now() - chrono::TimeDelta::minutes(2)).await;
    server.stop();
    tokio::time::sleep(Duration::from_secs(75)).await;
    let thawed = clock::now();
    server.go_on();
    let missed = queued(thawed).await;
    let next = queued(missed.queued_at).await;
    assert!(next.slot > missed.slot, "{:?} {:?}", missed.slot, next.slot);
    say(&format!(
        "slept until {thawed}: {:?} queued at {}, then {:?} at {}",
        missed.slot, missed.queued_at, next.slot, next.queued_at
    ));
    server.end();
    store.close().await.expect("closed");
}

async fn check(template: &Template, cases: Vec<Case>) {
    let fixture = template.fill().await;
    for (time, listing) in [(FIRST, first()), (SECOND, second())] {
        let now: Vec<Case> = cases.iter().copied().filter(|case| case.time == time).collect();
        let undisturbed = template.copy().await;
        // The server takes its time, so that there is one in which nothing has come yet.
        fixture.set(PATH, Reply::json(listing).with_etag(time).after(DOWNLOAD));
        harvest(&undisturbed.url, time).await;
        let expected = state(&undisturbed.url, time).await;
        let wrong: Vec<String> = stream::iter(now)
            .map(|case| frozen(template, case, &expected))
            .buffer_unordered(AT_ONCE)
            .flat_map(stream::iter)
            .collect()
            .await;
        assert!(wrong.is_empty(), "{wrong:#?}");
        if time == FIRST {
            // The second listing is one of a source that is known.
            harvest(&template.url(), time).await;
        }
    }
}

/// Freezes a process in the middle, and tells what is wrong afterwards. A run that went by too
/// fast to be hit at the point is begun again.
async fn frozen(template: &Template, case: Case, expected: &BTreeSet<String>) -> Vec<String> {
    for _ in 0..TRIES {
        if let Some(wrong) = try_to_freeze(template, case, expected).await {
            return wrong;
        }
    }
    vec![format!("{case}: it was never hit there")]
}

/// Freezes a process, lets another go on, thaws it, and tells what is wrong then; `None` where the
/// run had ended before.
async fn try_to_freeze(
    template: &Template,
    case: Case,
    expected: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let begun = Instant::now();
    let place = template.copy().await;
    let store = open(&place.url).await;
    let mut victim = match case.who {
        Frozen::Serve => {
            queue(&store, case.time).await;
            Running::start(serve(&place.url))
        }
        Frozen::Harvest => Running::start(harvesting(&place.url, case.time)),
    };
    let hit = stopped_at(&store, &victim, case).await?;
    tokio::time::sleep(LEASE + Duration::from_secs(1)).await;

    // Another process finds a run that holds no lease any more.
    match case.who {
        Frozen::Serve => {
            let output = ended(harvesting(&place.url, case.time)).await;
            assert!(output.status.success(), "{case:?}: {}", complaints(&output.stderr));
        }
        Frozen::Harvest => {
            let mut other = Running::start(serve(&place.url));
            until("the run to be given up", async || {
                let row = runs::get(store.read(), hit.id).await.expect("the run");
                (row.state.as_str() == "aborted").then_some(())
            })
            .await;
            other.end();
        }
    }
    let given_up = runs::get(store.read(), hit.id).await.expect("the run");
    victim.go_on();
    match case.who {
        // What it does with the run it does at once.
        Frozen::Serve => tokio::time::sleep(Duration::from_secs(3)).await,
        Frozen::Harvest => {
            until("the end of the thawed process", async || victim.has_ended().then_some(())).await;
        }
    }
    victim.end();
    let thawed = runs::get(store.read(), hit.id).await.expect("the run");
    let mut wrong = violations(&store).await;
    if thawed.state.as_str() != "aborted" {
        wrong.push(format!("the run that was given up says {}", thawed.state));
    }
    if thawed.reason != given_up.reason || thawed.ended_at != given_up.ended_at {
        wrong.push(format!("its end was written again: {:?}", thawed.reason));
    }
    store.close().await.expect("closed");

    harvest(&place.url, case.time).await;
    let after = state(&place.url, case.time).await;
    let lost = expected.difference(&after).map(|line| format!("- {line}"));
    let new = after.difference(expected).map(|line| format!("+ {line}"));
    wrong.extend(lost.chain(new).take(6));
    say(&format!(
        "{case}: {} read, {} of {} applied when frozen; {}; {} in {:?}",
        hit.items_read,
        hit.applied,
        hit.staged,
        thawed.reason.unwrap_or_default(),
        if wrong.is_empty() { "as without it".to_owned() } else { format!("WRONG {wrong:#?}") },
        begun.elapsed()
    ));
    Some(wrong.into_iter().map(|line| format!("{case}: {line}")).collect())
}

async fn last_run(db: &impl ConnectionTrait) -> Option<run::Model> {
    runs::list(db, Some("fr-test"), None, 1).await.expect("runs").into_iter().next()
}

/// Asks until there is an answer.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::task::yield_now().await;
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// A process that is ended with the test.
struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs"))
    }

    fn stop(&self) {
        self.signal(Signal::STOP);
    }

    fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).expect("a signal");
    }

    fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("asked").is_some()
    }

    /// Ends it at once, as nobody needs what it would still do.
    fn end(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn with_short_lease(mut command: Command) -> Command {
    command.env("FEDCAT__HARVEST__LEASE_SECONDS", LEASE.as_secs().to_string());
    command
}

fn harvesting(url: &str, time: &str) -> Command {
    with_short_lease(binary(url, &["harvest", "fr-test", "--at", time]))
}

fn serve(url: &str) -> Command {
    let mut command = with_short_lease(binary(url, &["serve", "--listen", "127.0.0.1:0"]));
    command.env("FEDCAT__SEARCH__SNAPSHOT", "").env("FEDCAT__HARVEST__JITTER_SECONDS", "0");
    command
}

async fn harvest(url: &str, time: &str) {
    let output = ended(harvesting(url, time)).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("succeeded"),
        "{said} {}",
        complaints(&output.stderr)
    );
}

fn complaints(stderr: &[u8]) -> String {
    String::from_utf8_lossy(stderr).into_owned()
}

async fn state(url: &str, time: &str) -> BTreeSet<String> {
    let store = open(url).await;
    let all = state_of(&store, time).await;
    store.close().await.expect("closed");
    all
}

async fn open(url: &str) -> Store {
    Store::open(url).await.expect("the database opens")
}

/// Queues a run as the schedule does.
async fn queue(store: &Store, time: &str) {
    let tx = store.write().await.expect("a transaction");
    let queued = runs::queue(&tx, "fr-test", None, None, at(time), clock::now()).await;
    assert!(queued.expect("queued").is_some());
    tx.commit().await.expect("committed");
}

async fn set_schedule(store: &Store, schedule: &str) {
    set(store, source::Column::Schedule, schedule).await;
}

async fn set(store: &Store, column: source::Column, value: &str) {
    let tx = store.write().await.expect("a transaction");
    source::Entity::update_many()
        .col_expr(column, Expr::value(value))
        .filter(source::Column::Id.eq("fr-test"))
        .exec(&tx)
        .await
        .expect("written");
    tx.commit().await.expect("committed");
}

/// Says something also where the output of passing tests is not shown.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, point, time } = self;
        write!(f, "{who:?} frozen while {point:?}, {time}")
    }
}
