//! `GET /api/v1/candidates` and `/candidates/{id}`: pairs of records that wait for a person.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::acts::{Private, private};
use super::asked::{Asked, Page};
use crate::catalogue::keys::KeyKind;
use crate::store::candidates::{self, Filter, Pair, Waiting};
use crate::store::records::{self, Named};
use crate::web::AppState;
use crate::web::auth::Operator;
use crate::web::error::{Error, Problem};

/// A record, with what a person knows it by.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedRecord {
    pub id: Uuid,
    pub source: String,
    pub external_id: String,
    /// `active`, `missing` or `withdrawn`.
    pub state: &'static str,
    /// Empty where nothing of it is kept.
    pub name: String,
    /// The entry that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software: Option<Uuid>,
}

/// Two records that may be the same software.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateResponse {
    /// The ids of the two records with `~` between them.
    pub id: String,
    pub records: Vec<NamedRecord>,
    /// What they have in common, the strongest first: a kind of key and its value, such as
    /// `repository github.com/owner/name`; or `verdict`, where they were said to be the same and
    /// others were told apart.
    pub reasons: Vec<String>,
    pub since: DateTime<Utc>,
}

/// List pairs of records that may be the same software
#[utoipa::path(
    get,
    path = "/api/v1/candidates",
    operation_id = "list_candidates",
    tag = "operation",
    security(("operator" = [])),
    params(
        ("source" = Option<String>, Query, description = "with a record of this source"),
        ("key" = Option<String>, Query, description = "that share a key of this kind"),
        ("cursor" = Option<String>, Query, description = "from where on: part of `next`", pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}~[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = Page<CandidateResponse>),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    _: Operator,
    asked: Asked,
) -> Result<Private<Page<CandidateResponse>>, Error> {
    let limit = asked.limit()?;
    let kind = asked.text("key").and_then(KeyKind::parse);
    let filter = Filter { source: asked.text("source"), kind };
    let found = candidates::list(state.store.read(), filter, asked.cursor()?, limit + 1).await?;
    let page = asked.page(found, limit, |last: &Waiting| last.pair, |one| one);
    let items = shown(&state, page.items).await?;
    Ok(private(Page { items, next: page.next }))
}

/// One pair of records that may be the same software
#[utoipa::path(
    get,
    path = "/api/v1/candidates/{id}",
    operation_id = "get_candidate",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = String, Path, description = "the ids of the two records with ~ between them")),
    responses(
        (status = 200, body = CandidateResponse),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "the two do not wait for a decision"),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    _: Operator,
    Path(id): Path<String>,
) -> Result<Private<Json<CandidateResponse>>, Error> {
    let found = candidates::get(state.store.read(), id.parse()?).await?;
    let shown = shown(&state, vec![found]).await?.pop();
    let shown = shown.ok_or(Error::NotFound { what: "candidate", id })?;
    Ok(private(Json(shown)))
}

async fn shown(state: &AppState, found: Vec<Waiting>) -> Result<Vec<CandidateResponse>, Error> {
    let ids: Vec<Uuid> = found.iter().flat_map(|one| [one.pair.a, one.pair.b]).collect();
    let records = records::named(state.store.read(), &ids).await?;
    let of =
        |pair: Pair| [pair.a, pair.b].iter().filter_map(|id| records.get(id)).collect::<Vec<_>>();
    Ok(found
        .into_iter()
        .map(|one| CandidateResponse {
            id: one.pair.to_string(),
            records: of(one.pair).into_iter().map(NamedRecord::from).collect(),
            reasons: one.reasons,
            since: one.since,
        })
        .collect())
}

impl From<&Named> for NamedRecord {
    fn from(record: &Named) -> Self {
        Self {
            id: record.id,
            source: record.source.clone(),
            external_id: record.external_id.clone(),
            state: record.state.as_str(),
            name: record.name.clone(),
            software: record.software,
        }
    }
}
