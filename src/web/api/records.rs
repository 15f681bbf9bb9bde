//! `GET /api/v1/records/{id}/raw`

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::console;
use crate::store::entity::record;
use crate::store::records::{self, read_json};
use crate::web::error::{Error, Problem};
use crate::web::{AppState, listing, raw};

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
    #[schema(value_type = Option<Object>)]
    pub value: Option<Value>,
    #[schema(value_type = Object)]
    pub item: Value,
}

#[derive(Deserialize)]
struct PathQuery {
    path: Option<String>,
}

/// The raw item of a record, and the value at a finding's path
#[utoipa::path(
    get,
    path = "/api/v1/records/{id}/raw",
    tag = "sources",
    params(
        ("id" = Uuid, Path, description = "the record's id"),
        ("path" = Option<String>, Query, description = "the path of a finding, such as licences[0].name"),
    ),
    responses(
        (status = 200, body = RawResponse),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "the record was withdrawn: nothing of it is kept"),
    )
)]
pub async fn raw(
    State(state): State<AppState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<RawResponse>, Error> {
    let query: PathQuery = listing::parse(query.as_deref())?;
    let (row, item) = find(&state, &id).await?;
    let place = query.path.as_deref().map(|path| raw::at(&item, path));
    Ok(Json(RawResponse {
        record: row.id,
        source: row.source_id,
        external_id: row.external_id,
        state: row.state,
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
    let uuid: Uuid =
        id.parse().map_err(|_| Error::NotFound { what: "record", id: id.to_owned() })?;
    let row = console::record(state.store.read(), uuid).await?;
    if records::State::parse(&row.state) == records::State::Withdrawn {
        let detail = "nothing of it is kept".to_owned();
        return Err(Error::Gone { what: "record", id: id.to_owned(), detail });
    }
    let item = read_json("raw item", &row.external_id, &row.raw)?;
    Ok((row, item))
}
