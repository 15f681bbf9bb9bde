//! `/sources/{id}`: what was taken from a source, and what was wrong. For its owner.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use uuid::Uuid;

use super::layout::{Layout, show};
use super::names::place;
use super::phrase::Phrase;
use super::reader::Reader;
use super::source_state::SourceState;
use super::sources::{moment, next_run, reason};
use super::words::{Language, amount};
use crate::clock;
use crate::store::entity::{finding, run};
use crate::store::findings;
use crate::store::views::{self, SourceStatus};
use crate::web::AppState;
use crate::web::error::Error;

/// Runs that are shown.
const RUNS: u64 = 20;
/// Kinds of findings that are shown.
const KINDS: usize = 50;
/// Kinds of findings that are open from the start.
const OPEN_KINDS: usize = 5;
/// Findings of one kind that are shown.
const EXAMPLES: u64 = 10;

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
    facts: Vec<Fact>,
    entries_href: String,
    runs: Vec<Run>,
    kinds: Vec<Kind>,
    findings_count: String,
}

/// A fact of the source.
struct Fact {
    label: String,
    /// None: not stated.
    value: Option<String>,
    href: Option<String>,
}

/// A run in one row.
struct Run {
    id: Uuid,
    at: String,
    outcome: String,
    reason: Option<String>,
    counts: Vec<String>,
}

/// The findings of one kind.
struct Kind {
    code: String,
    count: String,
    examples: Vec<Finding>,
    /// Where all of them are.
    href: String,
    is_longer: bool,
    /// The most frequent kinds are open from the start.
    is_open: bool,
}

/// One finding.
struct Finding {
    severity: String,
    message: String,
    /// Where in the raw entry.
    path: String,
    position: Option<String>,
    /// The entry's id at the source; none where the listing as a whole is meant.
    external_id: Option<String>,
    href: Option<String>,
    since: String,
}

/// `GET /sources/{id}`
pub async fn get(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let t = reader.language;
    let db = state.store.read();
    let status = views::source_status(db, &id, RUNS).await?;
    let kinds = kinds(t, &state, &id).await?;
    let now = clock::now();
    let word = SourceState::of(&status, now);
    let source = &status.source;
    let page = SourcePage {
        layout: Layout::new(&reader, "sources", source.name.clone())
            .found_at(&state.public_url, &format!("/sources/{id}")),
        t,
        name: source.name.clone(),
        state: word,
        state_text: t.of("state", word.word()),
        reason: reason(t, &status, word),
        facts: facts(t, &status),
        entries_href: format!("/?source={id}"),
        runs: status.runs.iter().map(|row| run_of(t, row)).collect(),
        kinds,
        findings_count: t.number(status.open_findings),
        id,
    };
    show(&page)
}

fn facts(t: Language, status: &SourceStatus) -> Vec<Fact> {
    let source = &status.source;
    let plain = |key: &str, value: Option<String>| Fact {
        label: t.of("source-field", key),
        value: value.filter(|value| !value.is_empty()),
        href: None,
    };
    let link = |key: &str, value: &Option<String>| Fact {
        href: value.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        ..plain(key, value.clone())
    };
    let count = |n: i64| Some(t.number(amount(n)));
    vec![
        plain("place", Some(place(t, source))),
        plain("operator", Some(source.operator.clone())),
        link("url", &source.url),
        link("contact", &source.contact),
        plain("data-licence", source.data_licence.clone()),
        plain("attribution", source.attribution.clone()),
        plain("connector", Some(source.connector.clone())),
        plain("priority", Some(source.priority.to_string())),
        plain("entries", count(status.active)),
        plain("missing", count(status.missing)),
        plain("withdrawn", count(status.withdrawn)),
        plain("last-success", Some(moment(t, source.last_complete_at, "never"))),
        plain("next-run", Some(moment(t, next_run(status, clock::now()), "not-planned"))),
    ]
}

fn run_of(t: Language, row: &run::Model) -> Run {
    let counts = row.counts();
    Run {
        id: row.id,
        at: t.moment(row.started_at.unwrap_or(row.queued_at)),
        outcome: match row.not_modified {
            true => t.say("run-not-modified"),
            false => t.of("run", &row.state),
        },
        reason: row.reason.clone(),
        counts: [
            counts.read,
            counts.added,
            counts.updated,
            counts.unchanged,
            counts.skipped,
            counts.failed,
            counts.missing,
            counts.withdrawn,
        ]
        .into_iter()
        .map(|n| t.number(amount(n)))
        .collect(),
    }
}

async fn kinds(t: Language, state: &AppState, source: &str) -> Result<Vec<Kind>, Error> {
    let db = state.store.read();
    let mut kinds = Vec::new();
    for (code, n) in findings::by_code(db, Some(source)).await?.into_iter().take(KINDS) {
        let rows = findings::open(db, Some(source), Some(&code), None, None, EXAMPLES).await?;
        let ids: Vec<String> = rows.iter().map(|row| row.external_id.clone()).collect();
        let known = views::software_of(db, source, &ids).await?;
        kinds.push(Kind {
            count: t.number(amount(n)),
            href: format!("/api/v1/findings?source={source}&code={code}"),
            is_longer: amount(n) > rows.len() as u64,
            is_open: kinds.len() < OPEN_KINDS,
            examples: rows.into_iter().map(|row| finding_of(t, row, &known)).collect(),
            code,
        });
    }
    Ok(kinds)
}

fn finding_of(t: Language, row: finding::Model, known: &HashMap<String, Uuid>) -> Finding {
    let position = row.line.map(|line| {
        let column = row.column.unwrap_or(1);
        t.with("position", &[("line", &line.to_string()), ("column", &column.to_string())])
    });
    Finding {
        severity: t.of("severity", &row.severity),
        message: row.message,
        path: row.path,
        position,
        href: known.get(&row.external_id).map(|id| super::software::href(*id, "")),
        external_id: Some(row.external_id).filter(|id| id != findings::LISTING),
        since: t.date(row.first_seen.date_naive()),
    }
}
