//! `GET /api/v1/software`, `/software/{id}`, `/statistics` and `/events`

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::catalogue::content::Content;
use crate::catalogue::merge::Statement;
use crate::catalogue::merge::licence::Concluded;
use crate::formats::Withdrawal;
use crate::licence::facts::{Facts, facts};
use crate::publish::export::address;
use crate::store::candidates::{self, Possible};
use crate::store::events::{self, Event};
use crate::store::views::{self, Lookup, Record, Software};
use crate::web::error::{Error, Problem};
use crate::web::{AppState, listing};

/// Entries that may be the same as one which are told with it.
const MOST_POSSIBLE: usize = 10;

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareResponse {
    pub id: Uuid,
    /// Its page.
    pub url: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    /// The merged values. Texts are objects by language (`und`: not stated).
    #[schema(value_type = Object)]
    pub content: Content,
    pub licence: LicenceResponse,
    /// Every value that a record states: whether it is the one shown, and the records that state
    /// it, the most trusted first.
    #[schema(value_type = Vec<Object>)]
    pub provenance: Vec<Statement>,
    /// What each source says, side by side.
    pub records: Vec<RecordResponse>,
    /// Entries that may be the same software, those first that have more telling things in common
    /// with this one; ten at most.
    pub possibly_same: Vec<PossiblySame>,
}

/// An entry that may be the same software as another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct PossiblySame {
    /// The entry.
    pub software: Uuid,
    pub name: String,
    /// The candidate, as at `/api/v1/candidates/{id}`.
    pub candidate: String,
    /// What the two have in common, the strongest first: a kind of key and its value.
    pub reasons: Vec<String>,
    /// The commands by which an operator decides.
    pub commands: [String; 2],
}

/// What we conclude about the licence.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceResponse {
    /// `resolved`, `ambiguous`, `conflict` (with its `class`) or `unknown`, with what belongs to
    /// it.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub concluded: Concluded,
    /// Facts of the expression; `/api/v1/licences` tells the source of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub facts: Option<Facts>,
}

/// What one source says.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordResponse {
    pub id: Uuid,
    pub source: String,
    /// The entry's id at the source.
    pub external_id: String,
    /// `active`, `missing` or `withdrawn`.
    pub state: String,
    pub first_seen: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub withdrawal: Option<Withdrawal>,
    /// Why it is taken to describe the same software as other records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_reason: Option<String>,
    #[schema(value_type = Object)]
    pub content: Content,
}

/// Entries in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareList {
    pub items: Vec<SoftwareSummary>,
    /// The cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
}

/// An entry without its provenance.
#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareSummary {
    pub id: Uuid,
    pub url: String,
    pub changed_at: DateTime<Utc>,
    #[schema(value_type = Object)]
    pub content: Content,
    pub licence: LicenceResponse,
}

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
    #[schema(value_type = Object)]
    pub findings: Value,
}

/// Events in the order of their numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventList {
    pub items: Vec<Event>,
    /// Send it as `after` to go on; the same as before where there is nothing new.
    pub next: i64,
}

#[derive(Deserialize)]
struct ListQuery {
    after: Option<Uuid>,
    limit: Option<u64>,
}

#[derive(Deserialize)]
struct EventQuery {
    #[serde(default)]
    after: i64,
    limit: Option<u64>,
}

/// List all entries
#[utoipa::path(
    get,
    path = "/api/v1/software",
    tag = "catalogue",
    params(
        ("after" = Option<Uuid>, Query, description = "cursor: entries after this id"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = SoftwareList),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Json<SoftwareList>, Error> {
    let query: ListQuery = listing::parse(query.as_deref())?;
    let limit = listing::limit(query.limit)?;
    let page = views::page(state.store.read(), query.after, limit).await?;
    let is_full = page.len() as u64 == limit;
    let next = page.last().map(|last| last.id).filter(|_| is_full);
    let items = page
        .into_iter()
        .map(|entry| SoftwareSummary {
            id: entry.id,
            url: address(&state.public_url, &entry),
            changed_at: entry.changed_at,
            content: entry.content,
            licence: LicenceResponse::new(entry.licence),
        })
        .collect();
    Ok(Json(SoftwareList { items, next }))
}

/// One entry, with who says what
///
/// An id that was merged into another redirects to it for ever.
#[utoipa::path(
    get,
    path = "/api/v1/software/{id}",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "the entry's id")),
    responses(
        (status = 200, body = SoftwareResponse),
        (status = 308, description = "It is another entry by now: see Location"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "Every source has withdrawn it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Error> {
    let unknown = || Error::NotFound { what: "software", id: id.clone() };
    let uuid: Uuid = id.parse().map_err(|_| unknown())?;
    let db = state.store.snapshot().await?;
    match views::lookup(&db, uuid).await? {
        Lookup::Unknown => Err(unknown()),
        Lookup::Moved(to) => {
            let location = format!("/api/v1/software/{to}");
            Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response())
        }
        Lookup::Here(entry) if entry.state == "withdrawn" => Err(Error::Gone {
            what: "software",
            id,
            detail: format!("since {} no source lists it", entry.changed_at.date_naive()),
        }),
        Lookup::Here(entry) => {
            let records = views::records_of(&db, entry.id).await?;
            let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
            let possible = candidates::about(&db, &ids, MOST_POSSIBLE).await?;
            let response = response(*entry, records, possible, &state.public_url);
            Ok(Json(response).into_response())
        }
    }
}

/// The catalogue in numbers
#[utoipa::path(
    get,
    path = "/api/v1/statistics",
    tag = "catalogue",
    responses((status = 200, body = Statistics))
)]
pub async fn statistics(State(state): State<AppState>) -> Result<Json<Statistics>, Error> {
    let db = state.store.snapshot().await?;
    let totals = views::totals(&db).await?;
    let findings = crate::store::findings::by_code(&db, None).await?;
    Ok(Json(Statistics {
        software: totals.software,
        withdrawn_software: totals.withdrawn_software,
        records: totals.records,
        sources: totals.sources,
        in_several_sources: totals.in_several_sources,
        last_event: totals.last_event,
        findings: findings.into_iter().map(|(code, n)| (code, Value::from(n))).collect(),
    }))
}

/// What has changed
///
/// Every change to a record or an entry, in order. A follower that has seen number *n* has seen
/// everything below it.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "federation",
    params(
        ("after" = Option<i64>, Query, description = "events after this number"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = EventList),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn events(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Json<EventList>, Error> {
    let query: EventQuery = listing::parse(query.as_deref())?;
    let limit = listing::limit(query.limit)?;
    let items = events::after(state.store.read(), query.after, limit).await?;
    let next = items.last().map_or(query.after, |last| last.seq);
    Ok(Json(EventList { items, next }))
}

impl LicenceResponse {
    fn new(concluded: Concluded) -> Self {
        let facts = concluded.expression().map(facts);
        Self { concluded, facts }
    }
}

fn response(
    entry: Software,
    records: Vec<Record>,
    possible: Vec<Possible>,
    public_url: &str,
) -> SoftwareResponse {
    SoftwareResponse {
        id: entry.id,
        url: address(public_url, &entry),
        created_at: entry.created_at,
        changed_at: entry.changed_at,
        licence: LicenceResponse::new(entry.licence),
        content: entry.content,
        provenance: entry.provenance,
        records: records.into_iter().map(RecordResponse::from).collect(),
        possibly_same: possible.into_iter().map(PossiblySame::from).collect(),
    }
}

impl From<Possible> for PossiblySame {
    fn from(possible: Possible) -> Self {
        Self {
            software: possible.software,
            name: possible.called.name.plain().unwrap_or_default().to_owned(),
            candidate: possible.waiting.pair.to_string(),
            commands: possible.commands(),
            reasons: possible.waiting.reasons,
        }
    }
}

impl From<Record> for RecordResponse {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            source: record.source_id,
            external_id: record.external_id,
            state: record.state,
            first_seen: record.first_seen,
            changed_at: record.changed_at,
            missing_since: record.missing_since,
            withdrawn_at: record.withdrawn_at,
            withdrawal: record.withdrawal,
            join_reason: record.join_reason,
            content: record.content,
        }
    }
}
