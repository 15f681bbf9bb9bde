//! `GET /api/v1/runs` and `/runs/{id}`

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::{Page, link};
use super::request_query::RequestQuery;
use super::schemas;
use crate::store::entity::run;
use crate::store::records::read_json;
use crate::store::runs::{self, Counts};
use crate::web::AppState;
use crate::web::error::Error;

/// One harvest of one source.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunResponse {
    pub id: Uuid,
    pub source: String,
    /// `queued`, `running`, `succeeded`, `incomplete`, `held`, `accepted`, `failed`, `aborted`
    /// or `rejected`.
    pub state: String,
    /// The scheduled time that it serves; absent for a run by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The time that it counts with: usually that of its beginning.
    pub at: DateTime<Utc>,
    pub queued_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether the listing was read to its end.
    pub complete: bool,
    /// Whether the server said that nothing had changed.
    pub not_modified: bool,
    #[schema(value_type = schemas::record::Counts)]
    pub counts: Counts,
    /// Changes that have been applied so far.
    pub applied: i64,
    /// Active records of the source after the run; absent where it did not come so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries: Option<i64>,
    /// Why it is not a plain success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A run with what became of its items. Unchanged items are not listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunDetail {
    #[serde(flatten)]
    pub run: RunResponse,
    pub items: Vec<RunItem>,
    /// The link to the next page of items, relative to this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri-reference")]
    pub next: Option<String>,
}

/// What became of one item.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunItem {
    pub external_id: String,
    /// `added`, `updated`, `unchanged`, `renamed`, `skipped`, `failed`, `missing` or `withdrawn`.
    pub status: String,
    /// Codes of findings.
    pub reasons: Vec<String>,
    /// Of `renamed`: the id that the record had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// Whether it waits to be applied.
    pub waiting: bool,
}

/// List runs
#[utoipa::path(
    get,
    path = "/api/v1/runs",
    operation_id = "list_runs",
    tag = "sources",
    params(
        ("source" = Option<String>, Query, description = "of this source only"),
        ("cursor" = Option<Uuid>, Query, description = "from where on: part of `next`"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = Page<RunResponse>),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    request: RequestQuery,
) -> Result<Page<RunResponse>, Error> {
    let limit = request.limit()?;
    let db = state.store.read();
    let rows = runs::list(db, request.text("source"), request.cursor()?, limit + 1).await?;
    Ok(request.page(rows, limit, |last| last.id, RunResponse::from))
}

/// One run, with what became of its items
#[utoipa::path(
    get,
    path = "/api/v1/runs/{id}",
    operation_id = "get_run",
    tag = "sources",
    params(
        ("id" = Uuid, Path, description = "the run's id"),
        ("cursor" = Option<String>, Query, description = "from where on: part of `next`"),
        ("limit" = Option<u64>, Query, description = "items, from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = RunDetail),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: RequestQuery,
) -> Result<Response, Error> {
    let uuid = uuid(&id)?;
    let limit = request.limit()?;
    let db = state.store.snapshot().await?;
    let run = runs::get(&db, uuid).await?;
    let after = request.text("cursor").unwrap_or_default();
    let rows = runs::items(&db, uuid, after, limit + 1).await?;
    let page = request.page(rows, limit, |last| last.external_id.clone(), item);
    let items = page.items.into_iter().collect::<Result<_, Error>>()?;
    let link = link(page.next.as_deref());
    Ok((link, Json(RunDetail { run: run.into(), items, next: page.next })).into_response())
}

/// The id of a run, as an address says it.
///
/// # Errors
/// [`Error::NotFound`] where it cannot be one.
pub fn uuid(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::NotFound { what: "run", id: id.to_owned() })
}

fn item(row: runs::Outcome) -> Result<RunItem, Error> {
    Ok(RunItem {
        reasons: read_json("reasons", &row.external_id, &row.reasons)?,
        waiting: row.waiting,
        renamed_from: row.renamed_from,
        external_id: row.external_id,
        status: row.status.to_string(),
    })
}

impl From<run::Model> for RunResponse {
    fn from(row: run::Model) -> Self {
        Self {
            counts: row.counts(),
            id: row.id,
            source: row.source_id,
            state: row.state.to_string(),
            slot: row.slot,
            at: row.at,
            queued_at: row.queued_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            complete: row.complete,
            not_modified: row.not_modified,
            applied: row.applied,
            entries: row.entries,
            reason: row.reason,
        }
    }
}
