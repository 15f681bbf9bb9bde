//! `docs/following.md`, followed to the letter: the requests and the tables are taken from the
//! page, and the copy must equal the export after all that may happen to entries.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the lints spare test functions, but not the functions that they share"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{StatusCode, header};
use fedcat::catalogue::content::{Content, Organisation};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::catalogue::urls::WebUrl;
use fedcat::digest::Digest;
use fedcat::store::catalogue::{Batch, Change, Raw, Statement, apply};
use fedcat::store::entity::event;
use sea_orm::EntityTrait;
use serde_json::Value;
use support::app::App;
use support::at;

/// What the page says.
struct Page {
    /// The paths of its requests, by section.
    requests: BTreeMap<String, Vec<String>>,
    /// What to do, by section and by what stands before it.
    acts: BTreeMap<(String, String), Act>,
    /// The members that the export and an entry have alike.
    alike: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Get,
    Put,
    Remove,
    Nothing,
}

impl Page {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/following.md");
        let text = std::fs::read_to_string(path).expect("the page");
        let mut page =
            Self { requests: BTreeMap::new(), acts: BTreeMap::new(), alike: BTreeSet::new() };
        let mut section = String::new();
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                title.clone_into(&mut section);
            } else if let Some(path) = line.strip_prefix("GET ") {
                page.requests.entry(section.clone()).or_default().push(path.to_owned());
            } else if let Some((cases, act)) = row(line) {
                for case in cases.split(", ") {
                    let case = case.trim_matches('`').to_owned();
                    page.acts.insert((section.clone(), case), act);
                }
            } else if line.contains(" mean the same in a line of the export") {
                page.alike.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
            }
        }
        page
    }

    fn request(&self, section: &str, number: usize) -> &str {
        &self.requests[section][number]
    }

    fn act(&self, case: &str) -> Act {
        let of = |case: &str| self.acts.get(&("Changes".to_owned(), case.to_owned()));
        *of(case).or_else(|| of("any other")).expect("an act")
    }
}

fn row(line: &str) -> Option<(&str, Act)> {
    let (cases, act) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
    let act = match act.split([' ', ':']).next()? {
        "get" => Act::Get,
        "put" => Act::Put,
        "remove" => Act::Remove,
        "nothing" => Act::Nothing,
        "do" => return None,
        other => panic!("the page says {other}"),
    };
    Some((cases, act))
}

/// Another catalogue.
struct Copy {
    page: Page,
    entries: BTreeMap<String, Value>,
    resume: String,
    /// Kinds of events that were seen.
    seen: BTreeSet<String>,
}

impl Copy {
    async fn first(app: &App) -> Self {
        let page = Page::read();
        let section = "The first copy";
        let numbers = app.json(page.request(section, 0)).await;
        let export = app.get(page.request(section, 1)).await.body;
        let resume =
            page.request(section, 2).replace("{last_event}", &numbers["last_event"].to_string());
        let entries = entries(&export);
        let mut copy = Self { page, entries, resume, seen: BTreeSet::new() };
        copy.follow(app).await;
        copy
    }

    /// Reads the log to its end.
    async fn follow(&mut self, app: &App) {
        loop {
            let answer = app.json(&self.resume).await;
            for event in answer["items"].as_array().expect("events") {
                self.take(app, event).await;
            }
            self.resume = answer["resume"].as_str().expect("a link").to_owned();
            let next = answer["next"].as_str();
            assert!(next.is_none_or(|next| next == self.resume), "{answer}");
            if next.is_none() {
                break;
            }
        }
    }

    async fn take(&mut self, app: &App, event: &Value) {
        if event["entity"] != "software" {
            assert!(event["record"].is_string() && event["source"].is_string(), "{event}");
            assert!(event["external_id"].is_string() && event["software"].is_string(), "{event}");
            return;
        }
        let id = event["software"].as_str().expect("an id").to_owned();
        let kind = event["kind"].as_str().expect("a kind");
        self.seen.insert(kind.to_owned());
        match self.page.act(kind) {
            Act::Get => self.get(app, id).await,
            Act::Remove => drop(self.entries.remove(&id)),
            Act::Nothing => {}
            Act::Put => panic!("the page says to put what an event does not hold"),
        }
    }

    async fn get(&mut self, app: &App, id: String) {
        let path = self.page.request("Changes", 0).replace("{software}", &id);
        let answer = app.get(&path).await;
        match self.page.act(answer.status.as_str()) {
            Act::Put => {
                let entry = serde_json::from_str(&answer.body).expect("an entry");
                self.entries.insert(id, entry);
            }
            Act::Remove => drop(self.entries.remove(&id)),
            other => panic!("the page says {other:?} at {}", answer.status),
        }
    }

    /// What the copy and the export have alike, which must be the same.
    async fn check(&self, app: &App, when: &str) {
        let export = entries(&app.get("/api/v1/export/software.ndjson").await.body);
        let ids = |all: &BTreeMap<String, Value>| all.keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(&self.entries), ids(&export), "{when}");
        assert!(self.page.alike.len() > 5, "{:?}", self.page.alike);
        for (id, line) in &export {
            for member in &self.page.alike {
                let (mut own, said) = (self.entries[id][member].clone(), &line[member]);
                if let (Some(own), None) = (own.as_object_mut(), said.get("facts")) {
                    own.remove("facts");
                }
                assert_eq!(own, *said, "{when}: {member} of {id}");
            }
        }
    }
}

fn entries(export: &str) -> BTreeMap<String, Value> {
    let lines = export.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.map(|line| (line["id"].as_str().expect("an id").to_owned(), line)).collect()
}

fn program(name: &str, repository: &str, publisher: &str) -> Change {
    let content = Content {
        name: LocalizedText::single(Lang::unknown(), name),
        repository: WebUrl::parse(repository).ok(),
        publisher: Some(Organisation { name: publisher.to_owned(), ..Organisation::default() }),
        ..Content::default()
    };
    Change::Put(Box::new(Statement {
        digest: Digest::of(format!("{name} {repository} {publisher}")),
        rules_version: "1".to_owned(),
        raw: Raw::of(&Value::Null),
        content,
        personal: Vec::new(),
        fingerprint: None,
    }))
}

async fn change(app: &App, source: &str, day: u32, external_id: &str, change: Change) {
    let tx = app.store.write().await.expect("a transaction");
    let at = at(&format!("2026-06-{day:02}T00:00:00Z"));
    let changes = vec![(external_id.to_owned(), change)];
    apply(&tx, Batch { source, actor: "test", at, changes }).await.expect("applied");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_copy_made_by_the_page_equals_the_export_whatever_happens() {
    const HERE: &str = "https://github.com/example/boat";
    const THERE: &str = "https://github.com/example/ferry";
    let app = App::seeded().await;
    let mut copy = Copy::first(&app).await;
    copy.check(&app, "the first copy").await;
    for (day, what, source, external_id, act) in [
        (1, "one is added", "fr-sill", "boat", program("Boat", HERE, "Office of Boats")),
        (2, "another is", "it-developers-italia", "b", program("Boat", THERE, "Ufficio")),
        (3, "one is updated", "fr-sill", "boat", program("Boat", HERE, "Office of Ships")),
        (
            4,
            "two are found the same",
            "it-developers-italia",
            "b",
            program("Boat", HERE, "Ufficio"),
        ),
        (5, "they are not", "it-developers-italia", "b", program("Boat", THERE, "Ufficio")),
        (6, "one is withdrawn", "fr-sill", "boat", Change::Withdraw(Default::default())),
        (7, "it is back", "fr-sill", "boat", program("Boat", HERE, "Office of Boats")),
        (8, "another goes", "it-developers-italia", "b", Change::Withdraw(Default::default())),
    ] {
        change(&app, source, day, external_id, act).await;
        copy.follow(&app).await;
        copy.check(&app, what).await;
    }
    let kinds = ["create", "merged-into", "split", "update", "withdraw"];
    assert_eq!(copy.seen, kinds.map(str::to_owned).into());
}

#[tokio::test]
async fn who_comes_late_has_the_same_copy() {
    let app = App::seeded().await;
    let mut copy = Copy::first(&app).await;
    for day in 1..20 {
        let repository = format!("https://github.com/example/p{}", day % 3);
        let act = match day % 5 {
            0 => Change::Withdraw(Default::default()),
            _ => program("Program", &repository, "Office"),
        };
        change(&app, "fr-sill", day, &format!("p{}", day % 4), act).await;
    }
    copy.resume = copy.resume.replace("limit=500", "limit=3");
    copy.follow(&app).await;
    copy.check(&app, "after many changes").await;
}

#[tokio::test]
async fn who_has_nothing_new_to_read_gets_304_and_a_restored_log_is_told() {
    let app = App::seeded().await;
    let copy = Copy::first(&app).await;
    let first = app.get(&copy.resume).await;
    let tag = first.headers[header::ETAG].to_str().expect("a tag");
    let again = app.get_with(&copy.resume, &[(header::IF_NONE_MATCH, tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);

    // The log of a backup: fewer events, and others after it.
    change(&app, "fr-sill", 1, "boat", program("Boat", "https://github.com/example/boat", "x"))
        .await;
    let mut later = Copy::first(&app).await;
    later.follow(&app).await;
    let tx = app.store.write().await.expect("a transaction");
    let last = app.json("/api/v1/statistics").await["last_event"].as_i64().expect("a number");
    event::Entity::delete_by_id(last).exec(&tx).await.expect("gone");
    tx.commit().await.expect("committed");
    let answer = app.get(&later.resume).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("log-restored"), "{}", answer.body);
    assert_eq!(app.get(&copy.resume).await.status, StatusCode::OK);
}
