//! `GET /api/v1/records`, `/records/{id}` and `/records/{id}/raw`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::Page;
use super::record_response::RecordResponse;
use super::request_query::RequestQuery;
use crate::store::entity::record;
use crate::store::packed::raw_of;
use crate::store::records::{self, State as RecordState, read_json};
use crate::web::error::{Error, Problem};
use crate::web::{AppState, item_path};

/// What a source sent about one software, without persons' data.
#[derive(Debug, Serialize, ToSchema)]
pub struct RawResponse {
    pub record: Uuid,
    pub source: String,
    pub external_id: String,
    /// `active` or `missing`.
    pub state: String,
    /// SHA-256 of the item as it was received.
    pub digest: String,
    /// Where a path was asked for: what the item has of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether that is all of the path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_is_whole: Option<bool>,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    pub item: Value,
}

/// The states of records.
pub const STATES: [RecordState; 3] =
    [RecordState::Active, RecordState::Missing, RecordState::Withdrawn];
/// Which records are listed where nobody says.
const LISTED: [RecordState; 2] = [RecordState::Active, RecordState::Missing];

/// List records: what each source says
///
/// In the order of their ids; each filter narrows. Withdrawn ones, of which nothing is kept but
/// that they were there, are listed where `state` asks for them.
#[utoipa::path(
    get,
    path = "/api/v1/records",
    operation_id = "list_records",
    tag = "sources",
    params(
        ("source" = Option<String>, Query, description = "of this source only", example = "fr-sill"),
        ("external_id" = Option<String>, Query, description = "with this id at its source", example = "42"),
        ("state" = Option<String>, Query, description = "in this state only; usually those that are not withdrawn"),
        ("cursor" = Option<Uuid>, Query, description = "from where on: part of `next`"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses((status = 200, body = Page<RecordResponse>))
)]
pub async fn list(
    State(state): State<AppState>,
    request: RequestQuery,
) -> Result<Page<RecordResponse>, Error> {
    let limit = request.limit()?;
    let (source, external_id) = (request.text("source"), request.text("external_id"));
    let one = request.text("state").and_then(RecordState::parse).map(|state| [state]);
    let states = one.as_ref().map_or(LISTED.as_slice(), |one| one.as_slice());
    let db = state.store.read();
    let rows = records::list(db, source, external_id, states, request.cursor()?, limit + 1).await?;
    Ok(request.page(rows, limit, |last| last.id, RecordResponse::from))
}

/// One record: what a source says about one software
#[utoipa::path(
    get,
    path = "/api/v1/records/{id}",
    operation_id = "get_record",
    tag = "sources",
    params(("id" = Uuid, Path, description = "the record's id")),
    responses(
        (status = 200, body = RecordResponse),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "the record was withdrawn: nothing of it is kept"),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<RecordResponse>, Error> {
    let record = records::get(state.store.read(), uuid(&id)?).await?;
    match record.state {
        RecordState::Withdrawn => Err(withdrawn(id)),
        _ => Ok(Json(record.into())),
    }
}

fn uuid(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::NotFound { what: "record", id: id.to_owned() })
}

fn withdrawn(id: String) -> Error {
    Error::Gone { what: "record", id, detail: "nothing of it is kept".to_owned() }
}

/// The raw item of a record, and the value at a finding's path
#[utoipa::path(
    get,
    path = "/api/v1/records/{id}/raw",
    operation_id = "get_raw_item",
    tag = "sources",
    params(
        ("id" = Uuid, Path, description = "the record's id"),
        ("path" = Option<String>, Query, description = "the path of a finding, such as licences[0].name"),
    ),
    responses(
        (status = 200, body = RawResponse),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "the record was withdrawn: nothing of it is kept"),
    )
)]
pub async fn raw(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: RequestQuery,
) -> Result<Json<RawResponse>, Error> {
    let (row, item) = find(&state, &id).await?;
    let place = request.text("path").map(|path| item_path::at(&item, path));
    Ok(Json(RawResponse {
        record: row.id,
        source: row.source_id,
        external_id: row.external_id,
        state: row.state.to_string(),
        digest: row.digest,
        path_is_whole: place.as_ref().map(|place| place.is_whole),
        path: place.as_ref().map(|place| place.path.to_owned()),
        value: place.map(|place| place.value.clone()),
        item,
    }))
}

/// A record with its raw item.
///
/// # Errors
/// [`Error::NotFound`] where there is none with this id, [`Error::Gone`] where it was withdrawn.
pub async fn find(state: &AppState, id: &str) -> Result<(record::Model, Value), Error> {
    let row = records::stored(state.store.read(), uuid(id)?).await?;
    if row.state == RecordState::Withdrawn {
        return Err(withdrawn(id.to_owned()));
    }
    let item = read_json("raw item", &row.external_id, &raw_of(&row)?)?;
    Ok((row, item))
}
