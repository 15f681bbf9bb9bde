//! Errors as people see them. The API and whatever does not ask for HTML get the problem
//! document.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::layout::Layout;
use super::render;
use crate::web::error::{Problem, SEARCH_UNAVAILABLE, TOO_OFTEN};
use crate::web::i18n::language::Language;
use crate::web::i18n::phrase::Phrase;
use crate::web::i18n::reader::Reader;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    layout: Layout,
    t: Language,
    title: String,
    explanation: String,
    /// The detail of the problem document.
    detail: Option<Phrase>,
    status: u16,
    must_sign_in: bool,
    /// The same address once more, where only the search does not answer.
    again: Option<String>,
}

/// Shows an error as a page to whoever asks for pages.
pub async fn as_page(request: Request, next: Next) -> Response {
    let reader = Reader::of(request.uri(), request.headers());
    let is_for_people = !request.uri().path().starts_with("/api/") && wants_html(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || !is_for_people || is_html(&response) {
        return response;
    }
    let problem = response.extensions().get::<Problem>().cloned();
    let (mut parts, _) = response.into_parts();
    let Ok(page) = render::whole(&page(&reader, status, problem)) else {
        return (status, "").into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    parts.headers.append(header::VARY, HeaderValue::from_static("Accept, Accept-Language, Cookie"));
    Response::from_parts(parts, page.into_body())
}

/// Whether the client asks for a page.
fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|accepted| accepted.contains("text/html"))
}

fn is_html(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

fn page(reader: &Reader, status: StatusCode, problem: Option<Problem>) -> ErrorPage {
    let t = reader.language;
    let code = problem.as_ref().map(|problem| problem.code);
    let kind = match status {
        _ if code == Some(SEARCH_UNAVAILABLE) => "search",
        _ if code == Some(TOO_OFTEN) => "too-often",
        StatusCode::UNAUTHORIZED => "sign-in",
        StatusCode::FORBIDDEN => "refused",
        StatusCode::CONFLICT => "conflict",
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::GONE => "gone",
        StatusCode::METHOD_NOT_ALLOWED => "method",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        status if status.is_client_error() => "request",
        _ => "internal",
    };
    let title = t.of("error-title", kind);
    ErrorPage {
        layout: Layout::new(reader, "", title.clone()),
        t,
        explanation: t.of("error-text", kind),
        title,
        detail: problem
            .filter(|_| matches!(kind, "request" | "conflict"))
            .map(|problem| Phrase::message(t, problem.detail)),
        status: status.as_u16(),
        must_sign_in: kind == "sign-in",
        again: reader.uri.path_and_query().filter(|_| kind == "search").map(ToString::to_string),
    }
}
