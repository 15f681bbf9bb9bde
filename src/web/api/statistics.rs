//! `GET /api/v1/statistics`

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::{findings, tally};
use crate::web::AppState;
use crate::web::error::Error;

/// The catalogue in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    pub software: u64,
    pub withdrawn_software: u64,
    pub records: u64,
    pub sources: u64,
    /// Entries that more than one source lists.
    pub in_several_sources: u64,
    /// Number of the last event.
    pub last_event: i64,
    /// Open findings by code.
    #[schema(example = json!({"licence-missing": 12}))]
    pub findings: BTreeMap<String, i64>,
}

/// The catalogue in numbers
#[utoipa::path(
    get,
    path = "/api/v1/statistics",
    operation_id = "get_statistics",
    tag = "catalogue",
    responses((status = 200, body = Statistics))
)]
pub async fn statistics(State(state): State<AppState>) -> Result<Json<Statistics>, Error> {
    let db = state.store.snapshot().await?;
    let totals = tally::totals(&db).await?;
    let findings = findings::by_code(&db, None).await?;
    Ok(Json(Statistics {
        software: totals.software,
        withdrawn_software: totals.withdrawn_software,
        records: totals.records,
        sources: totals.sources,
        in_several_sources: totals.in_several_sources,
        last_event: totals.last_event,
        findings: findings.into_iter().collect(),
    }))
}
