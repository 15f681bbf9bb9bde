//! `GET /api/v1/findings`

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Page};
use crate::store::entity::finding;
use crate::store::findings;
use crate::web::error::Error;
use crate::web::{AppState, advice};

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

/// Which findings may be asked for.
pub const STATES: [&str; 2] = ["open", CLOSED];
const CLOSED: &str = "closed";

/// List findings
#[utoipa::path(
    get,
    path = "/api/v1/findings",
    operation_id = "list_findings",
    tag = "sources",
    params(
        ("source" = Option<String>, Query, description = "of this source only"),
        ("state" = Option<String>, Query, description = "those that are open, which is usual, or those that were closed"),
        ("code" = Option<String>, Query, description = "of this kind only"),
        ("external_id" = Option<String>, Query, description = "of this entry only"),
        ("cursor" = Option<Uuid>, Query, description = "from where on: part of `next`"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = Page<FindingResponse>),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Page<FindingResponse>, Error> {
    let limit = asked.limit()?;
    let wanted = findings::Filter {
        source: asked.text("source"),
        code: asked.text("code"),
        external_id: asked.text("external_id"),
        is_closed: asked.text("state") == Some(CLOSED),
    };
    let rows = findings::list(state.store.read(), wanted, asked.cursor()?, limit + 1).await?;
    Ok(asked.page(rows, limit, |last| last.id, FindingResponse::from))
}

impl From<finding::Model> for FindingResponse {
    fn from(row: finding::Model) -> Self {
        Self {
            id: row.id,
            source: row.source_id,
            external_id: Some(row.external_id).filter(|id| id != findings::LISTING),
            severity: row.severity.to_string(),
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
