//! The routes and what lies around all of them.

use std::time::Duration;

use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::{Span, info_span};
use utoipa_swagger_ui::SwaggerUi;

use super::error::Error;
use super::{AppState, api, cache, pages, wellformed};

/// Nothing but what the server itself serves may run or load in a page. Images of other servers
/// are not shown: they would tell those servers who reads here.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The whole application.
pub fn router(state: AppState, timeout: Duration) -> Router {
    let (api, document) = api::router();
    let cached = api
        .layer(middleware::from_fn(cache::conditional))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout));
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .expose_headers([header::ETAG, header::LINK]);
    let api = cached.merge(api::exports()).layer(cors);
    let pages = pages::router(&state)
        .layer(middleware::from_fn(cache::conditional))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout));
    let request_id = HeaderName::from_static("x-request-id");
    Router::new()
        .merge(api)
        .merge(pages)
        .merge(SwaggerUi::new("/api/docs").url("/api/v1/openapi.json", document))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(state)
        .layer(RequestBodyLimitLayer::new(64 * 1024))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(wellformed::addresses))
        .layer(middleware::from_fn(wellformed::problems))
        .layer(middleware::from_fn(pages::error::as_page))
        .layer(CompressionLayer::new())
        .layer(security_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(security_header(header::REFERRER_POLICY, "no-referrer"))
        .layer(security_header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
}

fn security_header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

fn span(request: &Request) -> Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or("");
    info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

/// Whether the process runs.
async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether it can answer: the database does. Without the search engine everything but the search
/// works, so that nobody should be turned away.
async fn readyz(State(state): State<AppState>) -> Result<&'static str, Error> {
    crate::store::events::last(state.store.read()).await?;
    Ok(match state.index.cursor().await {
        Ok(_) => "ready\n",
        Err(_) => "ready, but for the search\n",
    })
}

async fn no_route(OriginalUri(uri): OriginalUri) -> Error {
    Error::NoRoute { path: uri.path().to_owned() }
}

async fn no_method(method: Method, OriginalUri(uri): OriginalUri) -> Error {
    Error::Method { method: method.to_string(), path: uri.path().to_owned() }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that the layer calls")]
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    Error::Internal(format!("a handler panicked: {text}")).into_response()
}
