//! `/sources`: every source and how it does.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::brief::{self, Brevity, Shorten, Shown};
use super::chart::{self, Line};
use super::layout::Layout;
use super::names::place;
use super::phrase::Phrase;
use super::reader::Reader;
use super::source_state::SourceState;
use super::words::{Language, amount};
use crate::clock;
use crate::harvest::{circuit, schedule};
use crate::store::sources::{self, Size, SourceStatus};
use crate::web::AppState;
use crate::web::error::Error;

/// Runs to look at for the state: the newest may still be waiting or running.
const RUNS: u64 = 5;
/// Sizes that the line of a source goes through.
const SIZES: u64 = 30;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    layout: Layout,
    t: Language,
    count: String,
    rows: Shown<Row>,
}

/// A source in one row.
struct Row {
    href: String,
    name: String,
    place: String,
    state: SourceState,
    state_text: String,
    /// Why, in the words of the last run or of the operator.
    reason: Option<Phrase>,
    /// How often in a row it failed.
    failures: Option<String>,
    /// Why each of its runs waits for the operator.
    hold: Option<Phrase>,
    /// How it grew, as a picture and in words.
    line: Option<(Line, String)>,
    entries: String,
    last_success: String,
    next_run: String,
    findings: String,
}

/// `GET /sources`
pub async fn get(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    let t = reader.language;
    let now = clock::now();
    let db = state.store.snapshot().await?;
    let mut all = sources::statuses(&db, RUNS).await?;
    let ids: Vec<&str> = all.iter().map(|status| status.source.id.as_str()).collect();
    let sizes = sources::sizes(&db, &ids, SIZES).await?;
    // What is harvested comes first.
    all.sort_by_key(|status| !status.source.enabled);
    let page = SourcesPage {
        layout: Layout::new(&reader, "sources", t.say("sources-title"))
            .found_at(&state.public_url, "/sources"),
        t,
        count: t.count("number-sources", all.len() as u64),
        rows: all.iter().map(|status| row(t, status, &sizes, now)).collect(),
    };
    brief::show(page)
}

impl Shorten for SourcesPage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        self.rows.shorten(brevity);
    }
}

impl Shorten for Row {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
        self.place.shorten(brevity);
        self.reason.shorten(brevity);
        self.hold.shorten(brevity);
    }
}

fn row(
    t: Language,
    status: &SourceStatus,
    sizes: &HashMap<String, Vec<Size>>,
    now: DateTime<Utc>,
) -> Row {
    let source = &status.source;
    let state = SourceState::of(status, now);
    Row {
        href: format!("/sources/{}", source.id),
        name: source.name.clone(),
        place: place(t, source),
        state,
        state_text: t.of("state", state.word()),
        reason: reason(t, status, state),
        failures: failures(t, status, now),
        hold: source.hold_reason.clone().map(Phrase::plain),
        line: sizes.get(&source.id).and_then(|sizes| chart::line(sizes)).map(|line| {
            let label = entries_over_time(t, &line);
            (line, label)
        }),
        entries: t.number(amount(status.active)),
        last_success: moment(t, source.last_complete_at, "never"),
        next_run: moment(t, next_run(status, now), "not-planned"),
        findings: t.number(status.open_findings),
    }
}

/// How a source grew, in words.
pub fn entries_over_time(t: Language, line: &Line) -> String {
    let (first, last) = (t.number(amount(line.first)), t.number(amount(line.last)));
    let day = t.date(line.since.date_naive());
    t.with("entries-over-time", &[("first", &first), ("last", &last), ("day", &day)])
}

/// Why the source is in its state. What an operator wrote may be in any language.
pub fn reason(t: Language, status: &SourceStatus, state: SourceState) -> Option<Phrase> {
    let text = match state {
        SourceState::Disabled if status.source.enabled_by_operator => {
            return status.source.disabled_reason.clone().map(Phrase::plain);
        }
        SourceState::Disabled => status.source.disabled_reason.clone(),
        SourceState::Failing | SourceState::Held | SourceState::Late | SourceState::Never => {
            status.runs.iter().find_map(|run| run.reason.clone())
        }
        SourceState::Fresh => None,
    };
    text.map(|text| Phrase::told(t, text))
}

/// When the source is read again.
pub fn next_run(status: &SourceStatus, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    schedule::next_run(&status.source, status.circuit.as_ref(), now)
}

/// That the source failed several times in a row, and until when its schedule is suspended.
pub fn failures(t: Language, status: &SourceStatus, now: DateTime<Utc>) -> Option<String> {
    let failed = status.circuit.as_ref().filter(|row| status.source.enabled && row.failures > 1)?;
    let told = t.count("number-failures", u64::from(failed.failures.unsigned_abs()));
    if !circuit::is_open(failed, now) {
        return Some(told);
    }
    let until = t.with("source-suspended", &[("until", &t.moment(failed.not_before))]);
    Some(format!("{told}; {until}"))
}

/// A moment, or the message that there is none.
pub fn moment(t: Language, at: Option<DateTime<Utc>>, otherwise: &str) -> String {
    at.map_or_else(|| t.of("moment", otherwise), |at| t.moment(at))
}
