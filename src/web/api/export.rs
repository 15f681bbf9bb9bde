//! `GET /api/v1/export/software.ndjson` and `.csv`: the whole catalogue, streamed.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::{Value, json};

use crate::digest::sha256_hex;
use crate::publish::export::{Format, stream};
use crate::store::{Store, events, sources};
use crate::web::door::Streamed;
use crate::web::error::Error;
use crate::web::{AppState, cache};

/// The routes of the exports. They stand apart because they are streamed: their ETag is made
/// of what their bytes depend on: this version, the last event, and how the sources are named.
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
