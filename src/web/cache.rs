//! Conditional requests: every answer that can be kept has an ETag made of its bytes, and who
//! holds those bytes already gets 304.

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headers::{CacheControl, ETag, HeaderMapExt, IfNoneMatch};

use crate::digest::sha256_hex;

/// Larger answers pass without a tag.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Adds an ETag to a successful answer and compares it with what the client holds. The tag is
/// weak, since the answer may be compressed on its way.
pub async fn conditional(request: Request, next: Next) -> Response {
    let held = request.headers().clone();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = next.run(request).await;
    let is_kept = !has_validators(response.headers()) && !is_for_nobody_else(response.headers());
    if !is_read || response.status() != StatusCode::OK || !is_kept {
        return response;
    }
    // What is streamed has no known size and validators of its own.
    if response.body().size_hint().upper().is_none_or(|size| size > LARGEST) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let digest = sha256_hex(&bytes);
    let tag = format!("W/\"{}\"", digest.get(..32).unwrap_or(&digest));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    parts
        .headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("public, max-age=0, must-revalidate"));
    if holds(&held, &tag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn has_validators(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ETAG)
}

/// Whether no cache may keep it, not even the reader's own.
fn is_for_nobody_else(headers: &HeaderMap) -> bool {
    headers.typed_get::<CacheControl>().is_some_and(|control| control.no_store())
}

/// Whether the client's `If-None-Match` names the tag.
pub fn holds(headers: &HeaderMap, tag: &str) -> bool {
    let (held, tag) = (headers.typed_get::<IfNoneMatch>(), tag.parse::<ETag>());
    held.zip(tag.ok()).is_some_and(|(held, tag)| !held.precondition_passes(&tag))
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn a_tag_is_recognised_in_a_list_and_in_its_strong_form() {
        for (held, same) in [
            ("W/\"a\"", true),
            ("\"a\"", true),
            ("\"x\", W/\"a\"", true),
            ("*", true),
            ("\"x\"", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(held).expect("a value"));
            assert_eq!(holds(&headers, "W/\"a\""), same, "{held}");
        }
    }

    #[tokio::test]
    async fn an_answer_of_any_size_arrives() {
        for (size, has_tag) in [(10, true), (LARGEST + 1, false)] {
            let size = usize::try_from(size).expect("a size");
            let app = axum::Router::new()
                .route("/", axum::routing::get(move || async move { "x".repeat(size) }))
                .layer(axum::middleware::from_fn(conditional));
            let answer = app.oneshot(Request::new(Body::empty())).await.expect("an answer");
            assert_eq!(
                (answer.status(), has_validators(answer.headers())),
                (StatusCode::OK, has_tag)
            );
            let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
            assert_eq!(body.len(), size);
        }
    }
}
