//! The routes and what lies around all of them.

use std::time::Duration;

use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use tokio::time::timeout;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::{Span, info_span};

use super::error::{Error, LARGEST_BODY};
use super::{AppState, address_check, admission, api, cache, pages, problems};
use crate::store::events;

/// Nothing but what the server itself serves may run or load in a page. Images of other servers
/// are not shown: they would tell those servers who reads here.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// For how long browsers ask for this host by https only, where it is reached so: a year.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// Whoever asks whether this server can answer waits no longer for the database, and for the
/// search engine.
const DATABASE_PATIENCE: Duration = Duration::from_secs(2);
const SEARCH_PATIENCE: Duration = Duration::from_millis(800);

/// The whole application, in which no request takes longer than `longest`.
pub fn router(state: AppState, longest: Duration) -> Router {
    let api = api::routes(&state);
    let cached = api
        .kept
        .layer(middleware::from_fn(cache::conditional))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, longest));
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .expose_headers([header::ETAG, header::LINK, HeaderName::from_static("deprecation")]);
    let api = cached.merge(api.streamed).layer(cors);
    let pages = pages::router(&state)
        .layer(middleware::from_fn(cache::conditional))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, longest));
    // What is compressed here costs while it counts; the layer below leaves it as it is.
    let catalogue = Router::new()
        .merge(api)
        .merge(pages)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), admission::admit));
    let files = pages::files().layer(middleware::from_fn(cache::conditional));
    let is_https = state.public_url.starts_with("https://");
    let hsts = is_https
        .then(|| SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, HSTS));
    let request_id = HeaderName::from_static("x-request-id");
    Router::new()
        .merge(catalogue)
        .merge(files)
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(state)
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(address_check::check))
        .layer(middleware::from_fn(problems::complete))
        .layer(middleware::from_fn(pages::error::as_page))
        .layer(CompressionLayer::new())
        .layer(security_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(security_header(header::REFERRER_POLICY, "no-referrer"))
        .layer(security_header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(option_layer(hsts))
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
    if state.pulse.is_away() {
        return Err(Error::DatabaseAway);
    }
    let (database, search) = tokio::join!(
        timeout(DATABASE_PATIENCE, events::last(state.store.read())),
        timeout(SEARCH_PATIENCE, state.index.cursor()),
    );
    database.map_err(|_| Error::DatabaseAway)??;
    Ok(match search {
        Ok(Ok(_)) => "ready\n",
        _ => "ready, but for the search\n",
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
