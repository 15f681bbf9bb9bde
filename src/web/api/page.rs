//! One page of a list: its rows, and where the list goes on.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// The link to the next page, relative to this server; absent on the last page. It is in the
    /// header `Link` too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        format = "uri-reference",
        example = "/api/v1/software?limit=50&cursor=019a0b5e-7c1a-7000-8000-000000000001"
    )]
    pub next: Option<String>,
}

/// The header that says where a list goes on.
pub fn link(next: Option<&str>) -> Option<[(HeaderName, HeaderValue); 1]> {
    let value = HeaderValue::from_str(&format!("<{}>; rel=\"next\"", next?)).ok()?;
    Some([(header::LINK, value)])
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        (link(self.next.as_deref()), Json(self)).into_response()
    }
}
