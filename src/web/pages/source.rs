//! `/sources/{id}`: what was taken from a source, and what was wrong. For its owner; and, for an
//! operator who has signed in, what to decide about it.

mod findings;
pub mod held;
mod others;
mod runs;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use url::form_urlencoded;

use super::acts::OFFERED;
use super::assets;
use super::brief::{self, Brevity, Shorten, Shown};
use super::chart::{self, Line};
use super::layout::Layout;
use super::names::place;
use super::phrase::Phrase;
use super::reader::Reader;
use super::source_state::SourceState;
use super::sources::{entries_over_time, failures, moment, next_run, reason};
use super::words::{Language, amount};
use crate::clock;
use crate::harvest::acts::LONGEST_REASON;
use crate::store::runs as store_runs;
use crate::store::sources::{self, SourceStatus};
use crate::web::AppState;
use crate::web::error::Error;
use findings::{Finding, Kind};
use held::Held;
use others::{Gone, Overlap};
use runs::{Chart, Run};

/// Runs that are shown.
const RUNS: u64 = 20;
/// Sizes that the line of entries goes through.
pub const SIZES: u64 = 60;

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    layout: Layout,
    t: Language,
    id: String,
    name: String,
    state: SourceState,
    state_text: String,
    reason: Option<Phrase>,
    failures: Option<String>,
    hold: Option<Phrase>,
    summary: Vec<Fact>,
    line: Option<(Line, String)>,
    facts: Vec<Fact>,
    entries_href: String,
    going: Option<Going>,
    held: Option<Held>,
    acts: Option<Acts>,
    chart: Chart,
    runs: Vec<Run>,
    kinds: Vec<Kind>,
    findings_count: String,
    closed: Shown<Finding>,
    gone: Shown<Gone>,
    overlap: Shown<Overlap>,
}

/// A fact of the source.
struct Fact {
    label: String,
    /// None: not stated.
    value: Option<String>,
    href: Option<String>,
}

/// A run that has not ended.
struct Going {
    /// Where its progress is told.
    progress: String,
    script: String,
    state: String,
    read: String,
    applied: String,
}

/// What the operator may do.
struct Acts {
    /// What was just done.
    done: Option<String>,
    is_enabled: bool,
    is_on_hold: bool,
    is_going: bool,
    longest_reason: usize,
}

/// `GET /sources/{id}`
pub async fn get(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let t = reader.language;
    let db = state.store.snapshot().await?;
    let status = sources::status(&db, &id, RUNS).await?;
    let now = clock::now();
    let word = SourceState::of(&status, now);
    let source = &status.source;
    let sizes = sources::sizes(&db, &[&id], SIZES).await?.remove(&id).unwrap_or_default();
    let going = store_runs::going_on(&db, &id).await?;
    let held = held::held(t, &db, &status).await?;
    let page = SourcePage {
        layout: Layout::new(&reader, "sources", source.name.clone())
            .found_at(&state.public_url, &format!("/sources/{id}")),
        t,
        name: source.name.clone(),
        state: word,
        state_text: t.of("state", word.word()),
        // The part about a held run gives its reason.
        reason: reason(t, &status, word).filter(|_| held.is_none()),
        failures: failures(t, &status, now),
        hold: source.hold_reason.clone().map(Phrase::plain),
        summary: summary(t, &status),
        line: chart::line(&sizes).map(|line| {
            let label = entries_over_time(t, &line);
            (line, label)
        }),
        facts: facts(t, &status),
        entries_href: format!("/?source={id}"),
        acts: reader.session.as_ref().map(|_| Acts {
            done: done(t, &reader),
            is_enabled: source.enabled,
            is_on_hold: source.hold_reason.is_some(),
            is_going: going.is_some(),
            longest_reason: LONGEST_REASON,
        }),
        going: going.map(|row| Going {
            progress: format!("/api/v1/runs/{}/progress", row.id),
            script: assets::PROGRESS.address(),
            state: t.of("run", row.state.as_str()),
            read: t.number(amount(row.items_read)),
            applied: t.number(amount(row.applied)),
        }),
        held,
        chart: runs::chart(t, &status.runs),
        runs: status.runs.iter().map(|row| runs::run_of(t, row)).collect(),
        kinds: findings::kinds(t, &db, &id).await?,
        findings_count: t.number(status.open_findings),
        closed: findings::closed(t, &db, &id, now).await?,
        gone: others::gone(t, &db, &id).await?,
        overlap: others::overlap(t, &db, &status).await?,
        id,
    };
    brief::show(page)
}

impl Shorten for SourcePage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        self.name.shorten(brevity);
        self.reason.shorten(brevity);
        self.hold.shorten(brevity);
        self.facts.shorten(brevity);
        self.held.shorten(brevity);
        self.runs.shorten(brevity);
        self.kinds.shorten(brevity);
        self.closed.shorten(brevity);
        self.gone.shorten(brevity);
        self.overlap.shorten(brevity);
    }
}

impl Shorten for Fact {
    fn shorten(&mut self, brevity: Brevity) {
        self.value.shorten(brevity);
        self.href.take_if(|href| !brevity.has_room_for(href));
    }
}

/// What the address says that was just done.
fn done(t: Language, reader: &Reader) -> Option<String> {
    let query = reader.uri.query()?;
    let said = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "done")?.1;
    let act = OFFERED.into_iter().find(|act| act.as_str() == said)?;
    t.known("done", act.as_str())
}

/// What an owner asks first.
fn summary(t: Language, status: &SourceStatus) -> Vec<Fact> {
    let count = |n: i64| t.number(amount(n));
    vec![
        fact(t, "entries", Some(count(status.active))),
        fact(t, "missing", Some(count(status.missing))),
        fact(t, "withdrawn", Some(count(status.withdrawn))),
        fact(t, "findings", Some(t.number(status.open_findings))),
        fact(t, "last-success", Some(moment(t, status.source.last_complete_at, "never"))),
        fact(t, "next-run", Some(moment(t, next_run(status, clock::now()), "not-planned"))),
    ]
}

fn facts(t: Language, status: &SourceStatus) -> Vec<Fact> {
    let source = &status.source;
    let link = |key: &str, value: &Option<String>| Fact {
        href: value.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        ..fact(t, key, value.clone())
    };
    vec![
        fact(t, "place", Some(place(t, source))),
        fact(t, "operator", Some(source.operator.clone())),
        link("url", &source.url),
        link("contact", &source.contact),
        fact(t, "data-licence", source.data_licence.clone()),
        fact(t, "attribution", source.attribution.clone()),
        fact(t, "connector", Some(source.connector.clone())),
        fact(t, "priority", Some(source.priority.to_string())),
    ]
}

fn fact(t: Language, key: &str, value: Option<String>) -> Fact {
    Fact {
        label: t.of("source-field", key),
        value: value.filter(|value| !value.is_empty()),
        href: None,
    }
}
