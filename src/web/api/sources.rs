//! `GET /api/v1/sources` and `/sources/{id}`

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Page;
use super::runs::RunResponse;
use crate::clock;
use crate::harvest::circuit;
use crate::harvest::schedule::next_run;
use crate::store::sources::{self, SourceStatus};
use crate::web::AppState;
use crate::web::error::Error;

/// A source and how it does.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceResponse {
    pub id: String,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The body, where it belongs to no single country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    pub operator: String,
    pub connector: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Cron, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_run_at: Option<DateTime<Utc>>,
    /// Runs in a row that failed.
    pub failures: i32,
    /// The schedule is suspended until then, since too many runs failed in a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_until: Option<DateTime<Utc>>,
    /// Licence of the data, SPDX; absent where the source states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_licence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The lower number wins where sources differ.
    pub priority: i32,
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// Why each run that would change something waits for the operator; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// Records by state.
    pub active: i64,
    pub missing: i64,
    pub withdrawn: i64,
    pub open_findings: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_complete_at: Option<DateTime<Utc>>,
    /// Its last runs, newest first.
    pub runs: Vec<RunResponse>,
}

/// List all sources
#[utoipa::path(
    get,
    path = "/api/v1/sources",
    operation_id = "list_sources",
    tag = "sources",
    responses((status = 200, body = Page<SourceResponse>))
)]
pub async fn list(State(state): State<AppState>) -> Result<Page<SourceResponse>, Error> {
    let all = sources::statuses(&state.store.snapshot().await?, 1).await?;
    Ok(Page { items: all.into_iter().map(SourceResponse::from).collect(), next: None })
}

/// One source, with its last runs
#[utoipa::path(
    get,
    path = "/api/v1/sources/{id}",
    operation_id = "get_source",
    tag = "sources",
    params(("id" = String, Path, description = "the source's id, such as fr-sill")),
    responses(
        (status = 200, body = SourceResponse),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<SourceResponse>, Error> {
    Ok(Json(sources::status(&state.store.snapshot().await?, &id, 20).await?.into()))
}

impl From<SourceStatus> for SourceResponse {
    fn from(status: SourceStatus) -> Self {
        let (source, failed, now) = (status.source, status.circuit, clock::now());
        let suspended = failed.as_ref().filter(|row| circuit::is_open(row, now));
        Self {
            next_run_at: next_run(&source, failed.as_ref(), now),
            failures: failed.as_ref().map_or(0, |row| row.failures),
            suspended_until: suspended.map(|row| row.not_before),
            id: source.id,
            name: source.name,
            country: source.country,
            body: source.body,
            operator: source.operator,
            connector: source.connector,
            url: source.url,
            schedule: source.schedule,
            data_licence: source.data_licence,
            attribution: source.attribution,
            contact: source.contact,
            priority: source.priority,
            enabled: source.enabled,
            disabled_reason: source.disabled_reason,
            hold_reason: source.hold_reason,
            active: status.active,
            missing: status.missing,
            withdrawn: status.withdrawn,
            open_findings: status.open_findings,
            last_complete_at: source.last_complete_at,
            runs: status.runs.into_iter().map(RunResponse::from).collect(),
        }
    }
}
