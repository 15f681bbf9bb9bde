//! `GET /api/v1/findings`

use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::entity::finding;
use crate::store::findings;
use crate::web::error::{Error, Problem};
use crate::web::{AppState, advice, listing};

/// A problem in one record or listing, for the source's owner.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingResponse {
    /// Stable: the same problem keeps it from run to run.
    pub id: Uuid,
    pub source: String,
    /// The entry's id at the source; absent where the listing as a whole is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    pub code: String,
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Where in the raw item: dotted keys and `[n]`.
    pub path: String,
    /// What was found and what was expected.
    pub message: String,
    /// 1-based, in a text that has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<i32>,
    pub first_seen: DateTime<Utc>,
    /// Absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// What the source's owner should do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
}

/// Findings in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingList {
    pub items: Vec<FindingResponse>,
    /// The cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
}

/// Which findings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ListState {
    Open,
    Closed,
}

#[derive(Deserialize)]
struct ListQuery {
    source: Option<String>,
    state: Option<ListState>,
    code: Option<String>,
    external_id: Option<String>,
    after: Option<Uuid>,
    limit: Option<u64>,
}

/// List findings
#[utoipa::path(
    get,
    path = "/api/v1/findings",
    tag = "sources",
    params(
        ("source" = Option<String>, Query, description = "of this source only"),
        ("state" = Option<ListState>, Query, description = "those that are open, which is usual, or those that were closed"),
        ("code" = Option<String>, Query, description = "of this kind only"),
        ("external_id" = Option<String>, Query, description = "of this entry only"),
        ("after" = Option<Uuid>, Query, description = "cursor: findings after this one"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = FindingList),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Json<FindingList>, Error> {
    let query: ListQuery = listing::parse(query.as_deref())?;
    let limit = listing::limit(query.limit)?;
    let wanted = findings::Wanted {
        source: query.source.as_deref(),
        code: query.code.as_deref(),
        external_id: query.external_id.as_deref(),
        is_closed: query.state == Some(ListState::Closed),
    };
    let rows = findings::list(state.store.read(), wanted, query.after, limit).await?;
    let next = rows.last().map(|row| row.id).filter(|_| rows.len() as u64 == limit);
    Ok(Json(FindingList { items: rows.into_iter().map(FindingResponse::from).collect(), next }))
}

impl From<finding::Model> for FindingResponse {
    fn from(row: finding::Model) -> Self {
        Self {
            id: row.id,
            source: row.source_id,
            external_id: Some(row.external_id).filter(|id| id != findings::LISTING),
            severity: row.severity,
            path: row.path,
            message: row.message,
            line: row.line,
            column: row.column,
            first_seen: row.first_seen,
            closed_at: row.closed_at,
            advice: advice::about(&row.code).map(|advice| advice.act.as_str()),
            code: row.code,
        }
    }
}
