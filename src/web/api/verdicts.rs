//! `/api/v1/verdicts`: what people decided about pairs of records.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::acts::Private;
use super::candidates::NamedRecord;
use crate::contribute::verdicts::{self, Mode, Outcome, Verdict, Wish};
use crate::harvest::acts::Reason;
use crate::web::auth::Operator;
use crate::web::auth::session::NO_STORE;
use crate::web::error::{Error, Problem};
use crate::web::{AppState, listing};

/// What is to be decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictBody {
    pub verdict: Answer,
    /// The two records, each by its id or as `source:external-id`.
    pub records: [String; 2],
    /// From 1 to 500 characters.
    pub reason: String,
}

/// What two records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Same,
    Different,
}

/// A decision about two records.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictResponse {
    pub id: Uuid,
    pub verdict: Answer,
    pub records: Vec<NamedRecord>,
    /// The name of the token, or `cli:` and the user of the machine.
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
    /// `holds`; `overruled`, where others were told apart; `waits`, where a record is withdrawn.
    pub standing: &'static str,
}

/// Decisions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictList {
    pub items: Vec<VerdictResponse>,
    /// The cursor of the next page: send it as `before`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
}

/// What a decision did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeResponse {
    /// Whether it was only asked what it would do: nothing has changed then.
    pub dry_run: bool,
    /// The decision; of a dry run its id means nothing.
    pub verdict: VerdictResponse,
    /// The contrary decision about the same two records in whose place it comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<VerdictResponse>,
    /// Entries that redirect to another one from then on.
    pub joins: Vec<Join>,
    /// Records that go to another entry.
    pub moves: Vec<Move>,
    /// Decisions `same` that do not hold beside those that tell apart.
    pub overruled: Vec<VerdictResponse>,
}

/// An entry that redirects to another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Join {
    pub entry: Uuid,
    pub into: Uuid,
    /// The name of the entry that stays.
    pub name: String,
}

/// A record that goes to another entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct Move {
    pub record: NamedRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Uuid>,
    /// The entry where it goes; absent where that would only come into being.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Uuid>,
    /// For an entry that comes into being: its number among these, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_entry: Option<usize>,
}

#[derive(Deserialize)]
struct ListQuery {
    before: Option<Uuid>,
    limit: Option<u64>,
}

/// A misspelt `dry_run` must not become an act.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActQuery {
    #[serde(default)]
    dry_run: bool,
}

impl ActQuery {
    fn mode(query: Option<&str>) -> Result<Mode, Error> {
        let query: Self = listing::parse(query)?;
        Ok(if query.dry_run { Mode::DryRun } else { Mode::Act })
    }
}

/// List what people decided about pairs of records
#[utoipa::path(
    get,
    path = "/api/v1/verdicts",
    tag = "operation",
    security(("operator" = [])),
    params(
        ("before" = Option<Uuid>, Query, description = "cursor: decisions before this one"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = VerdictList),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    _: Operator,
    RawQuery(query): RawQuery,
) -> Result<Private<VerdictList>, Error> {
    let query: ListQuery = listing::parse(query.as_deref())?;
    let limit = listing::limit(query.limit)?;
    let found = verdicts::list(&state.store, query.before, limit).await?;
    let next = found.last().map(|one| one.row.id).filter(|_| found.len() as u64 == limit);
    let items = found.into_iter().map(VerdictResponse::from).collect();
    Ok(([(header::CACHE_CONTROL, NO_STORE)], Json(VerdictList { items, next })))
}

/// Decide whether two records are the same software
#[utoipa::path(
    post,
    path = "/api/v1/verdicts",
    tag = "operation",
    security(("operator" = [])),
    params(("dry_run" = Option<bool>, Query, description = "only say what it would do")),
    request_body = VerdictBody,
    responses(
        (status = 200, body = OutcomeResponse, description = "what it would do"),
        (status = 201, body = OutcomeResponse, description = "what it did"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "a record was withdrawn, or the same was decided already"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn decide(
    State(state): State<AppState>,
    Operator(actor): Operator,
    RawQuery(query): RawQuery,
    body: String,
) -> Result<(StatusCode, Private<OutcomeResponse>), Error> {
    let mode = ActQuery::mode(query.as_deref())?;
    let body: VerdictBody = serde_json::from_str(&body).map_err(|error| Error::Parameter {
        name: "body".to_owned(),
        found: "something else".to_owned(),
        expected: format!("an object with verdict, records and reason: {error}"),
    })?;
    let why = Reason::new(&body.reason)?;
    let [one, other] = &body.records;
    let wish = Wish { records: [one, other], same: body.verdict == Answer::Same, why: &why };
    let outcome = verdicts::decide(&state.store, &actor, wish, mode).await?;
    let status = if mode == Mode::Act { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, private(outcome)))
}

/// Take a decision back: the rules say again what the records are
#[utoipa::path(
    post,
    path = "/api/v1/verdicts/{id}/undo",
    tag = "operation",
    security(("operator" = [])),
    params(
        ("id" = Uuid, Path, description = "the decision's id"),
        ("dry_run" = Option<bool>, Query, description = "only say what it would do"),
    ),
    responses(
        (status = 200, body = OutcomeResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn undo(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Private<OutcomeResponse>, Error> {
    let mode = ActQuery::mode(query.as_deref())?;
    let uuid = id.parse().map_err(|_| Error::NotFound { what: "verdict", id: id.clone() })?;
    Ok(private(verdicts::undo(&state.store, &actor, uuid, mode).await?))
}

fn private(outcome: Outcome) -> Private<OutcomeResponse> {
    ([(header::CACHE_CONTROL, NO_STORE)], Json(outcome.into()))
}

impl From<Outcome> for OutcomeResponse {
    fn from(outcome: Outcome) -> Self {
        let dry_run = outcome.mode == Mode::DryRun;
        let name = |id: &Uuid| outcome.entries.get(id).cloned().unwrap_or_default();
        let joins = outcome
            .effect
            .joined
            .iter()
            .map(|(entry, into)| Join { entry: *entry, into: *into, name: name(into) })
            .collect();
        let moves = outcome
            .moves
            .iter()
            .map(|(record, moved)| {
                let new_entry = outcome.number_of_new(moved.to);
                let to = Some(moved.to).filter(|_| !(dry_run && new_entry.is_some()));
                Move { record: record.into(), from: moved.from, to, new_entry }
            })
            .collect();
        Self {
            dry_run,
            joins,
            moves,
            verdict: outcome.verdict.into(),
            replaces: outcome.replaces.map(VerdictResponse::from),
            overruled: outcome.overruled.into_iter().map(VerdictResponse::from).collect(),
        }
    }
}

impl From<Verdict> for VerdictResponse {
    fn from(Verdict { row, records, standing }: Verdict) -> Self {
        Self {
            id: row.id,
            verdict: if row.same { Answer::Same } else { Answer::Different },
            records: records.iter().map(NamedRecord::from).collect(),
            by: row.decided_by,
            at: row.decided_at,
            reason: row.reason,
            standing: standing.as_str(),
        }
    }
}
