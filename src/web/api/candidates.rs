//! `GET /api/v1/candidates` and `/candidates/{id}`: pairs of records that wait for a person.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::acts::Private;
use crate::catalogue::keys::KeyKind;
use crate::store::candidates::{self, Filter, Pair, Waiting};
use crate::store::named::{self, Named};
use crate::web::auth::Operator;
use crate::web::auth::session::NO_STORE;
use crate::web::error::{Error, Problem};
use crate::web::{AppState, listing};

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

/// Candidates in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateList {
    pub items: Vec<CandidateResponse>,
    /// The cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct ListQuery {
    source: Option<String>,
    key: Option<String>,
    after: Option<String>,
    limit: Option<u64>,
}

/// List pairs of records that may be the same software
#[utoipa::path(
    get,
    path = "/api/v1/candidates",
    tag = "operation",
    security(("operator" = [])),
    params(
        ("source" = Option<String>, Query, description = "with a record of this source"),
        ("key" = Option<String>, Query, description = "that share a key of this kind: wikidata, peer, repository, name-and-homepage, homepage or name"),
        ("after" = Option<String>, Query, description = "cursor: candidates after this one"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = CandidateList),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    _: Operator,
    RawQuery(query): RawQuery,
) -> Result<Private<CandidateList>, Error> {
    let query: ListQuery = listing::parse(query.as_deref())?;
    let limit = listing::limit(query.limit)?;
    let filter = Filter { source: query.source.as_deref(), kind: kind(query.key.as_deref())? };
    let after: Option<Pair> = query.after.as_deref().map(str::parse).transpose()?;
    let found = candidates::list(state.store.read(), filter, after, limit).await?;
    let next = found.last().map(|one| one.pair.to_string());
    let next = next.filter(|_| found.len() as u64 == limit);
    let items = shown(&state, found).await?;
    Ok(([(header::CACHE_CONTROL, NO_STORE)], Json(CandidateList { items, next })))
}

/// One pair of records that may be the same software
#[utoipa::path(
    get,
    path = "/api/v1/candidates/{id}",
    tag = "operation",
    security(("operator" = [])),
    params(("id" = String, Path, description = "the ids of the two records with ~ between them")),
    responses(
        (status = 200, body = CandidateResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "the two do not wait for a decision"),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    _: Operator,
    Path(id): Path<String>,
) -> Result<Private<CandidateResponse>, Error> {
    let found = candidates::get(state.store.read(), id.parse()?).await?;
    let shown = shown(&state, vec![found]).await?.pop();
    let shown = shown.ok_or(Error::NotFound { what: "candidate", id })?;
    Ok(([(header::CACHE_CONTROL, NO_STORE)], Json(shown)))
}

fn kind(asked: Option<&str>) -> Result<Option<KeyKind>, Error> {
    let Some(asked) = asked else { return Ok(None) };
    KeyKind::parse(asked).map(Some).ok_or_else(|| Error::Parameter {
        name: "key".to_owned(),
        found: asked.to_owned(),
        expected: "a kind of key, such as repository".to_owned(),
    })
}

async fn shown(state: &AppState, found: Vec<Waiting>) -> Result<Vec<CandidateResponse>, Error> {
    let ids: Vec<Uuid> = found.iter().flat_map(|one| [one.pair.a, one.pair.b]).collect();
    let records = named::records(state.store.read(), &ids).await?;
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
