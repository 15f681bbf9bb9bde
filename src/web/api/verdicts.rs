//! `/api/v1/verdicts`: what people decided about pairs of records.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::candidates::NamedRecord;
use super::page::Page;
use super::private::{Private, private};
use super::request_query::RequestQuery;
use crate::contribute::verdicts::{self, Mode, Outcome, Verdict, Wish};
use crate::harvest::acts::Reason;
use crate::web::AppState;
use crate::web::auth::Operator;
use crate::web::error::{Error, Problem};

/// What is to be decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictBody {
    pub verdict: VerdictWord,
    /// The two records, each by its id or as `source:external-id`.
    #[schema(min_items = 2, max_items = 2, example = json!(["fr-sill:42", "fr-comptoir-du-libre:7"]))]
    pub records: [String; 2],
    /// From 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "The same repository")]
    pub reason: String,
}

/// What two records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Answer)]
pub enum VerdictWord {
    Same,
    Different,
}

/// A decision about two records.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictResponse {
    pub id: Uuid,
    pub verdict: VerdictWord,
    pub records: Vec<NamedRecord>,
    /// The name of the token, or `cli:` and the user of the machine.
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
    /// `holds`; `overruled`, where others were told apart; `waits`, where a record is withdrawn.
    pub standing: &'static str,
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

fn mode(request: &RequestQuery) -> Result<Mode, Error> {
    let is_dry = request.value("dry_run", "true or false")?.unwrap_or(false);
    Ok(if is_dry { Mode::DryRun } else { Mode::Act })
}

/// List what people decided about pairs of records
#[utoipa::path(
    get,
    path = "/api/v1/verdicts",
    operation_id = "list_verdicts",
    tag = "operation",
    security(("operator" = [])),
    params(
        ("cursor" = Option<Uuid>, Query, description = "from where on: part of `next`"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = Page<VerdictResponse>),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    _: Operator,
    request: RequestQuery,
) -> Result<Private<Page<VerdictResponse>>, Error> {
    let limit = request.limit()?;
    let found = verdicts::list(&state.store, request.cursor()?, limit + 1).await?;
    Ok(private(request.page(found, limit, |last| last.row.id, VerdictResponse::from)))
}

/// Decide whether two records are the same software
#[utoipa::path(
    post,
    path = "/api/v1/verdicts",
    operation_id = "decide",
    tag = "operation",
    security(("operator" = [])),
    params(("dry_run" = Option<bool>, Query, description = "only say what it would do")),
    request_body = VerdictBody,
    responses(
        (status = 200, body = OutcomeResponse, description = "what it would do"),
        (status = 201, body = OutcomeResponse, description = "what it did"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "a record was withdrawn, or the same was decided already"),
    )
)]
pub async fn decide(
    State(state): State<AppState>,
    Operator(actor): Operator,
    request: RequestQuery,
    body: String,
) -> Result<(StatusCode, Private<Json<OutcomeResponse>>), Error> {
    let mode = mode(&request)?;
    let body: VerdictBody = serde_json::from_str(&body).map_err(|error| Error::Parameter {
        name: "body".to_owned(),
        found: "something else".to_owned(),
        expected: format!("an object with verdict, records and reason: {error}"),
    })?;
    let why = Reason::new(&body.reason)?;
    let [one, other] = &body.records;
    let wish = Wish { records: [one, other], same: body.verdict == VerdictWord::Same, why: &why };
    let outcome = verdicts::decide(&state.store, &actor, wish, mode).await?;
    let status = if mode == Mode::Act { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, private(Json(outcome.into()))))
}

/// Take a decision back: the rules say again what the records are
#[utoipa::path(
    post,
    path = "/api/v1/verdicts/{id}/undo",
    operation_id = "undo_verdict",
    tag = "operation",
    security(("operator" = [])),
    params(
        ("id" = Uuid, Path, description = "the decision's id"),
        ("dry_run" = Option<bool>, Query, description = "only say what it would do"),
    ),
    responses(
        (status = 200, body = OutcomeResponse),
    )
)]
pub async fn undo(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
    request: RequestQuery,
) -> Result<Private<Json<OutcomeResponse>>, Error> {
    let mode = mode(&request)?;
    let uuid = id.parse().map_err(|_| Error::NotFound { what: "verdict", id: id.clone() })?;
    let outcome = verdicts::undo(&state.store, &actor, uuid, mode).await?;
    Ok(private(Json(outcome.into())))
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
            verdict: if row.same { VerdictWord::Same } else { VerdictWord::Different },
            records: records.iter().map(NamedRecord::from).collect(),
            by: row.decided_by,
            at: row.decided_at,
            reason: row.reason,
            standing: standing.as_str(),
        }
    }
}
