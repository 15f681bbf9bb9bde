//! `GET /api/v1/export/software.ndjson` and `.csv`: the whole catalogue, streamed.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::publish::export::{Format, stream};
use crate::store::events;
use crate::web::error::Error;
use crate::web::{AppState, cache};

/// The routes of the exports. They stand apart because they are streamed: their ETag is the
/// number of the last event, not a digest of their bytes.
pub fn exports() -> Router<AppState> {
    Router::new()
        .route("/api/v1/export/software.ndjson", get(ndjson))
        .route("/api/v1/export/software.csv", get(csv))
}

async fn ndjson(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Error> {
    export(state, headers, Format::Ndjson).await
}

async fn csv(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Error> {
    export(state, headers, Format::Csv).await
}

async fn export(state: AppState, held: HeaderMap, format: Format) -> Result<Response, Error> {
    let last = events::last(state.store.read()).await?;
    let tag = format!("W/\"{}-{last}\"", format.ending());
    if cache::holds(&held, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let disposition = format!("attachment; filename=\"fedcat-software.{}\"", format.ending());
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::ETAG, tag),
    ];
    let body = Body::from_stream(stream(state.store, state.public_url.to_string(), format));
    Ok((headers, body).into_response())
}
