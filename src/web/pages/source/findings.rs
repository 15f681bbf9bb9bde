//! The findings of a source: what is open, by kind, with what to do about it; what was closed.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

use crate::store::entity::finding::{self, FindingSeverity};
use crate::store::findings;
use crate::store::records::{self, RecordRef};
use crate::web::advice;
use crate::web::error::Error;
use crate::web::pages::brief::{Brevity, Shorten, Shown};
use crate::web::pages::names::capitalised;
use crate::web::pages::phrase::Phrase;
use crate::web::pages::words::{Language, amount};
use crate::web::pages::{raw, software};

/// Kinds of findings that are shown.
const KINDS: usize = 50;
/// Kinds of findings that are open from the start.
const OPEN_KINDS: usize = 5;
/// The rank of notes.
const NOTES: usize = 2;
/// Findings of one kind that are shown.
const EXAMPLES: u64 = 10;
/// How long a closed finding is shown, and how many are.
const REMEMBERED: TimeDelta = TimeDelta::weeks(4);
const CLOSED: u64 = 50;

/// The findings of one kind.
pub struct Kind {
    pub code: String,
    pub count: String,
    /// What it means and what to do.
    pub advice: Option<(String, String)>,
    pub examples: Vec<Finding>,
    /// Where all of them are.
    pub href: String,
    pub is_longer: bool,
    /// The first kinds are open from the start, unless nothing is lost by them.
    pub is_open: bool,
}

/// One finding.
pub struct Finding {
    pub code: String,
    pub severity: String,
    pub message: Phrase,
    /// Where in the raw entry.
    pub path: String,
    pub position: Option<String>,
    /// The entry's id at the source; none where the listing as a whole is meant.
    pub external_id: Option<String>,
    /// The entry in the catalogue.
    pub href: Option<String>,
    /// What the source sent, at that place.
    pub raw: Option<String>,
    pub since: String,
    pub closed: Option<String>,
}

impl Shorten for Kind {
    fn shorten(&mut self, brevity: Brevity) {
        self.is_longer |= self.examples.len() > brevity.elements;
        self.examples.truncate(brevity.elements);
        self.examples.shorten(brevity);
    }
}

impl Shorten for Finding {
    fn shorten(&mut self, brevity: Brevity) {
        self.message.shorten(brevity);
        self.path.shorten(brevity);
        self.external_id.shorten(brevity);
        self.raw.take_if(|href| !brevity.has_room_for(href));
    }
}

/// The kinds of open findings: errors before warnings before notes, of each the most frequent
/// first.
///
/// # Errors
/// [`Error::Internal`] where the database fails.
pub async fn kinds(
    t: Language,
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<Vec<Kind>, Error> {
    let mut by_code = findings::by_code(db, Some(source)).await?;
    by_code.truncate(KINDS);
    let codes: Vec<String> = by_code.iter().map(|(code, _)| code.clone()).collect();
    let mut examples = findings::examples(db, source, &codes, EXAMPLES).await?;
    let known = known(db, source, examples.values().flatten()).await?;
    let mut kinds: Vec<(usize, Kind)> = by_code
        .into_iter()
        .map(|(code, n)| {
            let rows = examples.remove(&code).unwrap_or_default();
            let rank = rows.iter().map(|row| rank(row.severity)).min().unwrap_or(NOTES);
            let kind = Kind {
                count: t.number(amount(n)),
                href: format!("/api/v1/findings?source={source}&code={code}"),
                advice: advice_on(t, &code),
                is_longer: amount(n) > rows.len() as u64,
                is_open: false,
                examples: rows.into_iter().map(|row| finding_of(t, row, &known)).collect(),
                code,
            };
            (rank, kind)
        })
        .collect();
    kinds.sort_by_key(|(rank, _)| *rank);
    let open = kinds.iter_mut().filter(|(rank, _)| *rank < NOTES).take(OPEN_KINDS);
    for (_, kind) in open {
        kind.is_open = true;
    }
    Ok(kinds.into_iter().map(|(_, kind)| kind).collect())
}

/// The rank of severities: what must be mended first.
fn rank(severity: FindingSeverity) -> usize {
    match severity {
        FindingSeverity::Error => 0,
        FindingSeverity::Warning => 1,
        FindingSeverity::Info => NOTES,
    }
}

/// What is said about a code.
fn advice_on(t: Language, code: &str) -> Option<(String, String)> {
    let advice = match t {
        Language::French => advice::in_french(code),
        Language::English => advice::about(code),
    }?;
    Some((capitalised(&advice.meaning), capitalised(&advice.act)))
}

/// What was closed in the last weeks, the last first.
///
/// # Errors
/// [`Error::Internal`] where the database fails.
pub async fn closed(
    t: Language,
    db: &impl ConnectionTrait,
    source: &str,
    now: DateTime<Utc>,
) -> Result<Shown<Finding>, Error> {
    let rows = findings::closed_since(db, Some(source), None, now - REMEMBERED, CLOSED).await?;
    let known = known(db, source, rows.iter()).await?;
    Ok(rows.into_iter().map(|row| finding_of(t, row, &known)).collect())
}

/// The records that findings are about.
async fn known(
    db: &impl ConnectionTrait,
    source: &str,
    rows: impl Iterator<Item = &finding::Model>,
) -> Result<HashMap<String, RecordRef>, Error> {
    let ids: Vec<String> = rows.map(|row| row.external_id.clone()).collect();
    Ok(records::refs(db, source, &ids).await?)
}

fn finding_of(t: Language, row: finding::Model, known: &HashMap<String, RecordRef>) -> Finding {
    let position = row.line.map(|line| {
        let column = row.column.unwrap_or(1);
        t.with("position", &[("line", &line.to_string()), ("column", &column.to_string())])
    });
    let record = known.get(&row.external_id);
    Finding {
        severity: t.of("severity", row.severity.as_str()),
        message: Phrase::told(t, row.message),
        position,
        href: record.and_then(|record| record.software).map(|id| software::href(id, "")),
        raw: record.and_then(|record| raw::href(&row.source_id, record, &row.path, row.line)),
        path: row.path,
        code: row.code,
        external_id: Some(row.external_id).filter(|id| id != findings::LISTING),
        since: t.date(row.first_seen.date_naive()),
        closed: row.closed_at.map(|at| t.date(at.date_naive())),
    }
}
