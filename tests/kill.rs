//! The binary is killed (SIGKILL) at random points of a harvest, started again, and left in peace:
//! its database passes every check at once and afterwards, and says what it would say had nothing
//! happened. `FEDCAT_TEST_SEED` repeats the points of an earlier run.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use fedcat::harvest::pipeline::Unwatched;
use fedcat::store::{Store, runs};
use futures_util::StreamExt;
use futures_util::stream;
use support::binary::{binary, ended, first, second, state_of};
use support::fixture::{Fixture, Reply};
use support::integrity::violations;
use support::listing::{PATH, catalogue, fresh};
use support::{at, harvester, put_source, source};
use tempfile::TempDir;

/// Kills while an empty catalogue takes in a listing, and while it takes in a changed one.
const KILLS: (u64, u64) = (32, 18);
/// Harvests at the same time.
const AT_ONCE: usize = 2;
/// The clock of the runs: what is done twice is done at the same time.
const FIRST: &str = "2026-01-02T00:00:00Z";
const SECOND: &str = "2026-01-03T00:00:00Z";

/// Where a kill hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The run was not there yet.
    Starting,
    /// Nothing of it was applied.
    Reading,
    /// Some of it was applied.
    Applying,
    /// It had ended.
    Finished,
}

/// What kills hit.
#[derive(Debug, Default)]
struct Hits {
    starting: u32,
    reading: u32,
    applying: u32,
    finished: u32,
}

/// Numbers that look random, always the same after the same seed (SplitMix64).
struct Random(u64);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_harvest_that_is_killed_anywhere_comes_to_the_same_end() {
    let seed = seed();
    let (fixture, template) = template().await;
    let mut random = Random(seed);
    for (time, kills, listing) in [(FIRST, KILLS.0, first()), (SECOND, KILLS.1, second())] {
        fixture.set(PATH, Reply::json(listing).with_etag(time));
        let (undisturbed, shortest, longest) = undisturbed(&template, time).await;
        let expected = state(undisturbed.path(), time).await;
        let points: Vec<Duration> =
            (0..kills).map(|_| shortest + (longest - shortest).mul_f64(random.part())).collect();
        let results: Vec<(Stage, Vec<String>)> = stream::iter(points)
            .map(|point| killed(&template, time, point, &expected))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut hits = Hits::default();
        results.iter().for_each(|(stage, _)| hits.count(*stage));
        say(&format!("seed {seed}, run of {time}, {shortest:?} to {longest:?}: {hits}"));
        let wrong: Vec<&String> = results.iter().flat_map(|(_, wrong)| wrong).collect();
        assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
        assert!(hits.reading + hits.applying > 0, "no kill hit a harvest: {hits}");
        copy(undisturbed.path(), template.path());
    }
}

/// A folder with a database in which another source says things that join with those of the
/// source that will be harvested; and the server of both.
async fn template() -> (Fixture, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path()).await;
    store.migrate().await.expect("migrations");
    let fixture = fresh(&store).await;
    let url = format!("{}/other.json", fixture.url);
    put_source(&store, source("fr-other", "catalogi", &url, &fixture.host)).await;
    fixture.set("/other.json", Reply::json(catalogue(1..=100)));
    let time = at("2026-01-01T00:00:00Z");
    harvester(&store).harvest("fr-other", None, time, &Unwatched).await.expect("harvested");
    store.close().await.expect("closed");
    // The binary brings the seeds in, which is not what is being killed.
    let loaded = ended(fedcat(folder.path(), &["sources", "list"])).await;
    assert!(loaded.status.success());
    (fixture, folder)
}

/// A harvest without a kill, the time to the begin of its work, and that to its end. As many are
/// measured at once as will be killed at once.
async fn undisturbed(template: &TempDir, time: &str) -> (TempDir, Duration, Duration) {
    let runs = stream::iter(0..2 * AT_ONCE).map(|_| async {
        let folder = copied(template);
        let begun = Instant::now();
        harvest(folder.path(), time).await;
        (folder, begun.elapsed())
    });
    let runs: Vec<(TempDir, Duration)> = runs.buffer_unordered(AT_ONCE).collect().await;
    let begun = Instant::now();
    ended(fedcat(runs[0].0.path(), &["sources", "list"])).await;
    let shortest = begun.elapsed();
    let longest = runs.iter().map(|(_, time)| *time).sum::<Duration>() / (2 * AT_ONCE) as u32;
    let (folder, _) = runs.into_iter().next().expect("one");
    (folder, shortest.min(longest / 2), longest)
}

/// Kills a harvest after some time, starts another, and tells what was hit and what is wrong.
async fn killed(
    template: &TempDir,
    time: &str,
    point: Duration,
    expected: &BTreeSet<String>,
) -> (Stage, Vec<String>) {
    let folder = copied(template);
    let mut child = fedcat(folder.path(), &["harvest", "fr-test", "--at", time])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    tokio::time::sleep(point).await;
    child.kill().expect("killed");
    child.wait().expect("ended");
    let store = open(folder.path()).await;
    let stage = stage(&store, time).await;
    let mut wrong = violations(&store).await;
    store.close().await.expect("closed");

    harvest(folder.path(), time).await;
    let after = state(folder.path(), time).await;
    let lost = expected.difference(&after).map(|line| format!("- {line}"));
    let new = after.difference(expected).map(|line| format!("+ {line}"));
    wrong.extend(lost.chain(new).take(6));
    let wrong = wrong.into_iter().map(|line| format!("{point:?}, {stage:?}: {line}")).collect();
    (stage, wrong)
}

async fn stage(store: &Store, time: &str) -> Stage {
    let last = runs::list(store.read(), Some("fr-test"), None, 1).await.expect("runs");
    let Some(row) = last.into_iter().find(|row| row.at == at(time)) else {
        return Stage::Starting;
    };
    if row.state.as_str() != "running" {
        return Stage::Finished;
    }
    if row.applied == 0 { Stage::Reading } else { Stage::Applying }
}

/// All that the database in a folder says, at rest, and what is wrong with it.
async fn state(folder: &Path, time: &str) -> BTreeSet<String> {
    let store = open(folder).await;
    let all = state_of(&store, time).await;
    store.close().await.expect("closed");
    all
}

fn fedcat(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = binary("sqlite://fedcat.db", arguments);
    command.current_dir(folder);
    command
}

async fn harvest(folder: &Path, time: &str) {
    let output = ended(fedcat(folder, &["harvest", "fr-test", "--at", time])).await;
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("succeeded"), "{said} {complained}");
}

async fn open(folder: &Path) -> Store {
    let url = format!("sqlite://{}", folder.join("fedcat.db").display());
    Store::open(&url).await.expect("the database opens")
}

fn copied(template: &TempDir) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(template.path(), folder.path());
    folder
}

/// Copies a database that nobody uses.
fn copy(from: &Path, to: &Path) {
    std::fs::copy(from.join("fedcat.db"), to.join("fedcat.db")).expect("copied");
}

fn seed() -> u64 {
    let given = std::env::var("FEDCAT_TEST_SEED").ok().and_then(|text| text.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    given.unwrap_or_else(now)
}

/// Says something also where the output of passing tests is not shown.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

impl Random {
    /// A number from 0 up to 1.
    fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }
}

impl Hits {
    fn count(&mut self, stage: Stage) {
        *match stage {
            Stage::Starting => &mut self.starting,
            Stage::Reading => &mut self.reading,
            Stage::Applying => &mut self.applying,
            Stage::Finished => &mut self.finished,
        } += 1;
    }
}

impl fmt::Display for Hits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { starting, reading, applying, finished } = self;
        write!(
            f,
            "{starting} kills before the run began, {reading} while it read, {applying} while it \
             applied, {finished} after it ended"
        )
    }
}
