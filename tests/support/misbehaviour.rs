//! A source of twenty entries that has been harvested well, and what is told when it misbehaves:
//! the run, the findings, and whether the catalogue still serves what it served before.

use std::time::Duration;

use fedcat::harvest::client::Limits;
use fedcat::harvest::pipeline::{Harvester, Unwatched};
use fedcat::publish::export::{self, Format};
use fedcat::store::entity::run;
use fedcat::store::{Store, findings};
use futures_util::TryStreamExt;

use super::fixture::{Fixture, Reply};
use super::listing::{PATH, catalogue, fresh};
use super::{at, harvester, told};

/// The entries of the source.
pub const ENTRIES: std::ops::RangeInclusive<u32> = 1..=20;

/// The source, and a harvester that has little patience with it.
pub struct Source {
    pub store: Store,
    pub fixture: Fixture,
    pub harvester: Harvester,
}

/// What was told of one run.
#[derive(Debug)]
pub struct Told {
    pub run: run::Model,
    /// State and counts.
    pub counts: String,
    /// Why it is not a plain success, with SOURCE for the address of the source.
    pub reason: String,
    /// Code and message of every finding of the listing as a whole that is open now.
    pub findings: Vec<String>,
    /// Whether the catalogue serves, to the letter, what it served before.
    pub serves_the_same: bool,
}

/// Limits of a body, and of time only where a test hangs otherwise.
pub fn patient() -> Limits {
    Limits {
        max_bytes: 8 * 1024 * 1024,
        total: Duration::from_secs(60),
        connect: Duration::from_millis(300),
        idle: Duration::from_secs(20),
        retries: 0,
        backoff: Duration::from_millis(1),
        patience: Duration::from_secs(1),
    }
}

/// Limits of time that a test can wait for.
pub fn impatient() -> Limits {
    Limits { total: Duration::from_millis(1500), idle: Duration::from_millis(700), ..patient() }
}

impl Told {
    /// What is told of a run that brought no complete listing: its state, how many items it read,
    /// and the one finding of the listing, which says what the run says.
    pub fn of_failure(&self) -> String {
        let [finding] = self.findings.as_slice() else { panic!("one finding: {self:?}") };
        assert!(finding.ends_with(&self.reason), "{self:?}");
        assert!(!self.run.complete && self.serves_the_same, "{self:?}");
        format!("{}, {} read; {finding}", self.run.state, self.run.items_read)
    }
}

impl Source {
    /// A source that has been harvested well once.
    pub async fn harvested(store: &Store) -> Self {
        let fixture = fresh(store).await;
        let harvester = Harvester {
            limits: patient(),
            run_timeout: Duration::from_secs(600),
            ..harvester(store)
        };
        let source = Self { store: store.clone(), fixture, harvester };
        source.behaves().await;
        source
    }

    /// Answers as it should, and is harvested: nothing is left of what was wrong before.
    pub async fn behaves(&self) {
        self.fixture.set(PATH, Reply::json(catalogue(ENTRIES)));
        let harvester = Harvester { limits: patient(), ..self.harvester.clone() };
        let told = self.harvested_by(&harvester).await;
        assert_eq!(told.run.state.as_str(), "succeeded", "{told:?}");
        assert_eq!(told.findings, [""; 0], "what is mended is closed");
    }

    /// Answers with `reply`, and is harvested.
    pub async fn answers(&self, reply: Reply) -> Told {
        self.fixture.set(PATH, reply);
        self.harvested_again().await
    }

    /// Is harvested as it is.
    pub async fn harvested_again(&self) -> Told {
        self.harvested_by(&self.harvester).await
    }

    async fn harvested_by(&self, harvester: &Harvester) -> Told {
        let before = served(&self.store).await;
        let time = at("2026-01-02T00:00:00Z");
        let run = harvester.harvest("fr-test", None, time, &Unwatched).await;
        let run = run.expect("the run is carried out");
        let open = findings::open(self.store.read(), Some("fr-test"), None, Some(""), None, 50);
        let listed = |text: &str| self.without_address(text);
        Told {
            counts: told(&run),
            reason: listed(run.reason.as_deref().unwrap_or_default()),
            findings: open
                .await
                .expect("findings")
                .iter()
                .map(|one| format!("{}: {}", one.code, listed(&one.message)))
                .collect(),
            serves_the_same: served(&self.store).await == before,
            run,
        }
    }

    /// Answers with `reply`, and then behaves again. The run is not complete, the catalogue serves
    /// what it served before, and what is told is this: how the run ended, and the reason, which
    /// is also the one finding of the listing.
    pub async fn fails(&self, reply: Reply) -> String {
        let told = self.answers(reply).await;
        let line = told.of_failure();
        self.behaves().await;
        line
    }

    fn without_address(&self, text: &str) -> String {
        text.replace(&format!("{}{PATH}", self.fixture.url), "SOURCE")
            .replace(&self.fixture.host, "HOST")
    }
}

/// All that the catalogue serves, as its export says it.
pub async fn served(store: &Store) -> String {
    let chunks = export::stream(
        store.clone(),
        "https://fedcat.example.org".into(),
        Format::Ndjson,
        export::Which::All,
    );
    let parts: Vec<bytes::Bytes> = chunks.try_collect().await.expect("an export");
    String::from_utf8(parts.concat()).expect("UTF-8")
}
