//! What operators do through the API, and the log of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Page};
use super::runs::RunResponse;
use super::sources::SourceResponse;
use crate::harvest::acts::{self, Reason};
use crate::store::{audit, entity, sources};
use crate::web::AppState;
use crate::web::auth::Operator;
use crate::web::auth::session::NO_STORE;
use crate::web::error::{Error, Problem};

/// Why an operator does something.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReasonBody {
    /// From 1 to 500 characters; shown on the page of the source.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"\S",
        example = "Their export is broken"
    )]
    pub reason: String,
}

/// One act of an operator.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActResponse {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The name of the token, or `cli:` and the user of the machine.
    pub actor: String,
    /// The id of the token; absent for the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Uuid>,
    /// `sign-in`, `add`, `run`, `hold`, `release`, `accept`, `reject`, `disable`, `enable`,
    /// `token-create`, `token-revoke`, `verdict-same`, `verdict-different` or `verdict-undo`.
    pub act: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// An answer that no cache keeps.
pub type Private<T> = ([(HeaderName, HeaderValue); 1], T);

/// Makes an answer one that no cache keeps.
pub fn private<T>(answer: T) -> Private<T> {
    ([(header::CACHE_CONTROL, NO_STORE)], answer)
}

/// List what operators did
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    operation_id = "list_acts",
    tag = "operation",
    security(("operator" = [])),
    params(
        ("source" = Option<String>, Query, description = "about this source only"),
        ("cursor" = Option<Uuid>, Query, description = "from where on: part of `next`"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = Page<ActResponse>),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    _: Operator,
    asked: Asked,
) -> Result<Private<Page<ActResponse>>, Error> {
    let limit = asked.limit()?;
    let db = state.store.read();
    let rows = audit::list(db, asked.text("source"), asked.cursor()?, limit + 1).await?;
    Ok(private(asked.page(rows, limit, |last| last.id, ActResponse::from)))
}

/// Queue a run of a source
#[utoipa::path(
    post,
    path = "/api/v1/sources/{id}/runs",
    operation_id = "run_source",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = String, Path, description = "the source's id")),
    responses(
        (status = 202, body = RunResponse, description = "a worker will carry it out"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn run(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<RunResponse>), Error> {
    let row = acts::run(&state.store, &actor, &id).await?;
    state.console.wake.notify_one();
    Ok((StatusCode::ACCEPTED, Json(row.into())))
}

/// Let every run of a source that would change something wait for a decision
#[utoipa::path(
    post,
    path = "/api/v1/sources/{id}/hold",
    operation_id = "hold_source",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = String, Path, description = "the source's id")),
    request_body = ReasonBody,
    responses(
        (status = 200, body = SourceResponse),
    )
)]
pub async fn hold(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
    body: String,
) -> Result<Json<SourceResponse>, Error> {
    acts::hold(&state.store, &actor, &id, &reason(&body)?).await?;
    source(&state, &id).await
}

/// Let runs of a source change what they find changed, without a decision
#[utoipa::path(
    post,
    path = "/api/v1/sources/{id}/release",
    operation_id = "release_source",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = String, Path, description = "the source's id")),
    responses(
        (status = 200, body = SourceResponse),
    )
)]
pub async fn release(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
) -> Result<Json<SourceResponse>, Error> {
    acts::release(&state.store, &actor, &id).await?;
    source(&state, &id).await
}

/// Take a source off its schedule; what it said stays
#[utoipa::path(
    post,
    path = "/api/v1/sources/{id}/disable",
    operation_id = "disable_source",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = String, Path, description = "the source's id")),
    request_body = ReasonBody,
    responses(
        (status = 200, body = SourceResponse),
    )
)]
pub async fn disable(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
    body: String,
) -> Result<Json<SourceResponse>, Error> {
    acts::disable(&state.store, &actor, &id, &reason(&body)?).await?;
    source(&state, &id).await
}

/// Put a source on its schedule
#[utoipa::path(
    post,
    path = "/api/v1/sources/{id}/enable",
    operation_id = "enable_source",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = String, Path, description = "the source's id")),
    responses(
        (status = 200, body = SourceResponse),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn enable(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
) -> Result<Json<SourceResponse>, Error> {
    acts::enable(&state.store, &actor, &id).await?;
    source(&state, &id).await
}

/// Accept a held run: a worker applies it
#[utoipa::path(
    post,
    path = "/api/v1/runs/{id}/accept",
    operation_id = "accept_run",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = Uuid, Path, description = "the run's id")),
    responses(
        (status = 202, body = RunResponse, description = "a worker will apply it"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn accept(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<RunResponse>), Error> {
    let row = acts::accept(&state.store, &actor, super::runs::uuid(&id)?).await?;
    state.console.wake.notify_one();
    Ok((StatusCode::ACCEPTED, Json(row.into())))
}

/// Reject a held run: nothing of it is applied
#[utoipa::path(
    post,
    path = "/api/v1/runs/{id}/reject",
    operation_id = "reject_run",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = Uuid, Path, description = "the run's id")),
    responses(
        (status = 200, body = RunResponse),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn reject(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
) -> Result<Json<RunResponse>, Error> {
    let row = acts::reject(&state.store, &actor, super::runs::uuid(&id)?).await?;
    Ok(Json(row.into()))
}

fn reason(body: &str) -> Result<Reason, Error> {
    let body: ReasonBody = serde_json::from_str(body).map_err(|error| Error::Parameter {
        name: "body".to_owned(),
        found: "something else".to_owned(),
        expected: format!("an object with a reason: {error}"),
    })?;
    Ok(Reason::new(&body.reason)?)
}

async fn source(state: &AppState, id: &str) -> Result<Json<SourceResponse>, Error> {
    Ok(Json(sources::status(state.store.read(), id, 20).await?.into()))
}

impl From<entity::audit::Model> for ActResponse {
    fn from(row: entity::audit::Model) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: row.actor,
            token: row.token_id,
            act: row.act.to_string(),
            source: row.source_id,
            run: row.run_id,
            detail: row.detail,
        }
    }
}
