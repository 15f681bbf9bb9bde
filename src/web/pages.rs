//! The website: pages made on the server, complete without JavaScript, in two languages. One file
//! a page, beside its template of the same name. The one script suggests while somebody types.

mod about;
mod acts;
mod assets;
mod audit;
mod chart;
mod crawlers;
mod entry_links;
pub mod error;
mod findings_feed;
mod layout;
mod licence;
mod licence_words;
mod markdown;
mod paths;
mod raw_item;
mod recommendations;
mod reference;
mod render;
mod search;
mod shared_entries;
mod sign_in;
mod software;
mod source;
mod source_state;
mod sources;

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, extract::RawQuery};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use url::Url;

use super::AppState;
use super::auth::session;
use super::error::Error;
use crate::web::i18n::reader::Reader;

/// The routes of the pages and of what goes with them.
pub fn router(state: &AppState) -> Router<AppState> {
    let pages = Router::new()
        .route("/", get(search::get))
        .route("/software/{id}", get(software::get))
        .route("/software/{id}/{slug}", get(software::get_with_slug))
        .route("/sources", get(sources::get))
        .route("/sources/{id}", get(source::get))
        .route("/licences/{id}", get(licence::get))
        .route("/sources/{id}/{act}", get(acts::get).post(acts::post))
        .route("/sources/{id}/shared/{other}", get(shared_entries::get))
        .route("/sources/{id}/raw/{record}", get(raw_item::get))
        .route("/about", get(about::get))
        .route("/api/docs/", get(reference::get))
        .route("/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/sign-out", post(sign_in::out))
        .route("/audit", get(audit::get))
        .layer(middleware::from_fn(in_language))
        .layer(middleware::from_fn_with_state(state.clone(), session::recognise))
        .layer(from_this_site(&state.public_url));
    Router::new()
        .merge(pages)
        .route("/search", get(to_search))
        .route("/api/docs", get(reference::to_reference))
        .route("/sources/{id}/findings.atom", get(findings_feed::get))
        .route("/sitemap.xml", get(crawlers::sitemap_index))
        .route("/sitemap/{page}", get(crawlers::sitemap))
}

/// The routes of files in the binary, which cost nothing to serve.
pub fn files() -> Router<AppState> {
    Router::new()
        .route("/assets/{name}", get(assets::get))
        .route("/robots.txt", get(crawlers::robots))
}

/// Refuses requests that another site makes a browser send, by the headers in which the browser
/// says so. Forms have a token besides.
fn from_this_site(
    public_url: &str,
) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let origin = Url::parse(public_url).map(|url| url.origin().ascii_serialization());
    let layer = CsrfLayer::new();
    // Where it is no address of the web, what was asked for is all that there is to compare with.
    let trusting = origin.ok().and_then(|origin| layer.clone().add_trusted_origin(origin).ok());
    let refused = |_| Error::Forbidden.into_response();
    trusting.unwrap_or(layer).with_rejection_response(refused)
}

/// The headers of a page that depends on the reader's language.
async fn in_language(reader: Reader, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(reader.language.tag()));
    if let Some(cookie) = reader.cookie().and_then(|text| HeaderValue::from_str(&text).ok()) {
        // Beside that of a session that has just begun or ended.
        headers.append(header::SET_COOKIE, cookie);
        // An answer with a cookie is for one reader only; some are for no cache at all.
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private, max-age=0, must-revalidate"));
    }
    response
}

/// `GET /search`, which people try: the search is at `/`.
async fn to_search(RawQuery(query): RawQuery) -> Redirect {
    match query {
        Some(query) => Redirect::permanent(&format!("/?{query}")),
        None => Redirect::permanent("/"),
    }
}
