//! `GET /api/v1/export/software.ndjson` and `.csv`: the whole catalogue, streamed.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::digest::sha256_hex;
use crate::publish::export::{Format, Line, stream};
use crate::store::{Store, events, sources};
use crate::web::door::Streamed;
use crate::web::error::Error;
use crate::web::{AppState, cache};

/// The whole catalogue, one entry a line as JSON
///
/// Every entry that is not withdrawn, in the order of ids, with what each value rests on and the
/// licence of each source's data.
#[utoipa::path(
    get,
    path = "/api/v1/export/software.ndjson",
    operation_id = "export_ndjson",
    tag = "federation",
    responses((status = 200, body = Line, content_type = "application/x-ndjson", description = "One such object a line"))
)]
pub async fn ndjson(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Error> {
    export(state, headers, Format::Ndjson).await
}

/// The whole catalogue as a table
///
/// One entry a line, with a header. Several values stand in one field, separated by ` | `.
#[utoipa::path(
    get,
    path = "/api/v1/export/software.csv",
    operation_id = "export_csv",
    tag = "federation",
    responses((status = 200, body = String, content_type = "text/csv", description = "RFC 4180, in UTF-8"))
)]
pub async fn csv(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Error> {
    export(state, headers, Format::Csv).await
}

async fn export(state: AppState, held: HeaderMap, format: Format) -> Result<Response, Error> {
    let last = events::last(state.store.read()).await?;
    let sources = attributions_digest(&state.store).await?;
    let version = env!("CARGO_PKG_VERSION");
    let tag = format!("W/\"{}-{version}-{last}-{sources}\"", format.ending());
    if cache::holds(&held, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let disposition = format!("attachment; filename=\"fedcat-software.{}\"", format.ending());
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::ETAG, tag),
    ];
    let exports = &state.door.exports;
    let place = exports.place()?;
    let pages = stream(state.store, state.public_url.to_string(), format);
    let body = Body::from_stream(exports.pieces(place, pages));
    Ok((Extension(Streamed), headers, body).into_response())
}

/// Changes when the words change that stand beside what came from the sources.
async fn attributions_digest(store: &Store) -> Result<String, Error> {
    let said: Vec<_> = sources::all(store.read())
        .await?
        .into_iter()
        .map(|source| {
            json!([source.id, source.name, source.url, source.data_licence, source.attribution])
        })
        .collect();
    let digest = sha256_hex(Value::from(said).to_string().as_bytes());
    Ok(digest.chars().take(16).collect())
}
