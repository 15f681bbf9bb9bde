//! `GET /api/v1/software`, `/software/{id}` and `/statistics`

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, Page};
use super::search::NeedMet;
use crate::catalogue::content::Content;
use crate::catalogue::keys;
use crate::catalogue::merge::Statement;
use crate::catalogue::merge::licence::Concluded;
use crate::formats::Withdrawal;
use crate::licence::facts::Facts;
use crate::publish::export::address;
use crate::store::candidates::{self, Possible};
use crate::store::filters::{self, Named, Wanted};
use crate::store::records::{self, Record};
use crate::store::software::{self, Lookup, Software};
use crate::store::{sources, tally};
use crate::web::AppState;
use crate::web::error::{Error, Problem};

/// Entries that may be the same as one which are told with it.
const MOST_POSSIBLE: usize = 10;

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareResponse {
    pub id: Uuid,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    /// The merged values. Texts are objects by language (`und`: not stated).
    pub content: Content,
    /// What it is for, as a source states or as we derive it.
    pub needs: Vec<NeedMet>,
    pub licence: LicenceResponse,
    /// Every value that a record states: whether it is the one shown, and the records that state
    /// it, the most trusted first.
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
    /// `resolved`, `ambiguous` (`incomplete` where something beside the candidates is stated that
    /// is not understood), `conflict` (with its `class`) or `unknown`, with what belongs to it.
    #[serde(flatten)]
    pub concluded: Concluded,
    /// Facts that hold whichever of the expressions does; `/api/v1/licences` tells the source of
    /// each. Absent where no licence is understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
}

/// What one source says.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordResponse {
    pub id: Uuid,
    #[schema(example = "fr-sill")]
    pub source: String,
    /// The entry's id at the source.
    #[schema(example = "42")]
    pub external_id: String,
    /// The entry that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software: Option<Uuid>,
    /// `active`, `missing` or `withdrawn`.
    #[schema(example = "active")]
    pub state: String,
    pub first_seen: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<Withdrawal>,
    /// Why it is taken to describe the same software as other records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_reason: Option<String>,
    pub content: Content,
}

/// An entry without its provenance.
#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareSummary {
    pub id: Uuid,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
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
    #[schema(example = json!({"licence-missing": 12}))]
    pub findings: BTreeMap<String, i64>,
}

/// List entries
///
/// All of them, in the order of their ids; each filter narrows. Whoever wants everything takes an
/// export.
#[utoipa::path(
    get,
    path = "/api/v1/software",
    operation_id = "list_software",
    tag = "catalogue",
    params(
        ("source" = Option<String>, Query, description = "that this source lists", example = "fr-sill"),
        ("changed_since" = Option<DateTime<Utc>>, Query, description = "that were changed then or later, RFC 3339; what was withdrawn meanwhile stands in the event log"),
        ("licence" = Option<String>, Query, description = "for which somebody states this SPDX identifier", example = "EUPL-1.2"),
        ("country" = Option<String>, Query, description = "that are said to be used there, ISO 3166-1 alpha-2", example = "FR", min_length = 2, max_length = 2, pattern = "^[A-Za-z]{2}$"),
        ("identifier" = Option<String>, Query, description = "known by a Wikidata item (`Q10135`), the address of a repository at a known forge, the id in a register (`sill:42`), or the id at a source (`fr-sill:42`)", example = "Q10135", pattern = "^(Q[0-9]+|[^:]+:.+)$"),
        ("cursor" = Option<Uuid>, Query, description = "from where on: part of `next`"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses((status = 200, body = Page<SoftwareSummary>))
)]
pub async fn list(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Page<SoftwareSummary>, Error> {
    let limit = asked.limit()?;
    let country = asked.value::<Country>("country", "a code of ISO 3166-1 with two letters")?;
    let named = match asked.text("identifier") {
        Some(identifier) => Some(named(&state, identifier).await?),
        None => None,
    };
    let wanted = Wanted {
        source: asked.text("source"),
        changed_since: asked
            .value("changed_since", "a time of RFC 3339, such as 2026-11-30T08:15:00Z")?,
        licence: asked.text("licence"),
        country: country.as_ref().map(|Country(code)| code.as_str()),
        named,
    };
    let rows = filters::page(state.store.read(), &wanted, asked.cursor()?, limit + 1).await?;
    let summary = |entry: Software| SoftwareSummary {
        id: entry.id,
        url: address(&state.public_url, &entry),
        created_at: entry.created_at,
        changed_at: entry.changed_at,
        content: entry.content,
        licence: LicenceResponse::new(entry.licence),
    };
    Ok(asked.page(rows, limit, |last| last.id, summary))
}

/// A country in its two letters.
struct Country(String);

impl FromStr for Country {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        if is_code { Ok(Self(text.to_ascii_uppercase())) } else { Err(()) }
    }
}

/// What an identifier names. What no key can be made of is refused: nothing found would say that
/// nothing has it.
async fn named(state: &AppState, identifier: &str) -> Result<Named, Error> {
    if let Some(key) = keys::of_identifier(identifier) {
        return Ok(Named::Key(key));
    }
    if identifier.contains("://") {
        return Err(Error::NotFound { what: "known forge in", id: identifier.to_owned() });
    }
    let at = identifier.split_once(':').filter(|(at, id)| !at.is_empty() && !id.is_empty());
    let (source, external_id) = at.ok_or_else(|| Error::Parameter {
        name: "identifier".to_owned(),
        found: identifier.to_owned(),
        expected: "a Wikidata item such as Q10135, the address of a repository, or the id in a \
                   register or at a source, such as fr-sill:42"
            .to_owned(),
    })?;
    let known: Vec<String> =
        sources::all(state.store.read()).await?.into_iter().map(|source| source.id).collect();
    match known.iter().any(|id| id == source) {
        true => Ok(Named::At { source: source.to_owned(), external_id: external_id.to_owned() }),
        false => Err(Error::UnknownSource { id: source.to_owned(), allowed: known }),
    }
}

/// One entry, with who says what
///
/// An id that was merged into another redirects to it for ever.
#[utoipa::path(
    get,
    path = "/api/v1/software/{id}",
    operation_id = "get_software",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "the entry's id")),
    responses(
        (status = 200, body = SoftwareResponse),
        (status = 308, description = "It is another entry by now: see Location"),
        (status = 410, description = "Every source has withdrawn it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Error> {
    let unknown = || Error::NotFound { what: "software", id: id.clone() };
    let uuid: Uuid = id.parse().map_err(|_| unknown())?;
    let db = state.store.snapshot().await?;
    match software::lookup(&db, uuid).await? {
        Lookup::Unknown => Err(unknown()),
        Lookup::Moved(to) => {
            let location = format!("/api/v1/software/{to}");
            Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response())
        }
        Lookup::Here(entry) if entry.state == software::State::Withdrawn => Err(Error::Gone {
            what: "software",
            id,
            detail: format!("since {} no source lists it", entry.changed_at.date_naive()),
        }),
        Lookup::Here(entry) => {
            let records = records::of_software(&db, entry.id).await?;
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
    operation_id = "get_statistics",
    tag = "catalogue",
    responses((status = 200, body = Statistics))
)]
pub async fn statistics(State(state): State<AppState>) -> Result<Json<Statistics>, Error> {
    let db = state.store.snapshot().await?;
    let totals = tally::totals(&db).await?;
    let findings = crate::store::findings::by_code(&db, None).await?;
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

impl LicenceResponse {
    /// A conclusion with the facts that hold.
    pub fn new(concluded: Concluded) -> Self {
        let facts = concluded.facts();
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
        needs: NeedMet::all(&entry.content),
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
            software: record.software_id,
            state: record.state.to_string(),
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
