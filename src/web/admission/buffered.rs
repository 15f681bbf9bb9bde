//! A request is read to its end before it takes a place, and an answer is complete before it gives
//! the place back: whoever sends or reads slowly holds up nobody, and what the answer costs is
//! spent while it counts.

use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;

use crate::web::error::{Error, LARGEST_BODY};

/// The request with its whole body in memory.
///
/// # Errors
/// [`Error::BodyTooSlow`] and [`Error::BodyTooLong`].
pub(super) async fn request(request: Request, longest: Duration) -> Result<Request, Error> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(longest, to_bytes(body, LARGEST_BODY)).await;
    let bytes = read.map_err(|_| Error::BodyTooSlow)?.map_err(|_| Error::BodyTooLong)?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// The answer with its whole body in memory, unless it is one that is streamed.
///
/// # Errors
/// [`Error::Internal`] where the body breaks off.
pub(super) async fn response(response: Response) -> Result<Response, Error> {
    if response.extensions().get::<Streamed>().is_some() || response.body().is_end_stream() {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    let failed = |error: axum::Error| Error::Internal(format!("an answer broke off: {error}"));
    let bytes = to_bytes(body, usize::MAX).await.map_err(failed)?;
    parts.headers.remove(header::TRANSFER_ENCODING);
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// Marks an answer that is made while it is read.
#[derive(Debug, Clone, Copy)]
pub struct Streamed;
