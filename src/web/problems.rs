//! Every refusal is a problem document (RFC 9457), also those of layers that know none.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{Error, Problem};

/// Bytes that are read of the body of such a refusal.
const LONGEST_WORDS: usize = 1024;

/// Makes a problem document of every refusal that is none yet.
pub async fn complete(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<Problem>().is_some() || is_html(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let words = to_bytes(body, LONGEST_WORDS).await.unwrap_or_default();
    let words = match String::from_utf8_lossy(&words).into_owned() {
        words if words.is_empty() => status.canonical_reason().unwrap_or("refused").to_owned(),
        words => words,
    };
    let mut problem = Error::Refused { status, words }.into_response();
    // Whatever else the layer says holds as well, such as when to come back.
    for (name, value) in &parts.headers {
        if !problem.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            problem.headers_mut().insert(name.clone(), value.clone());
        }
    }
    problem
}

fn is_html(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}
