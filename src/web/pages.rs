//! The website: pages made on the server, complete without JavaScript, in two languages. One file
//! a page, beside its template of the same name. The one script suggests while somebody types.

mod about;
mod assets;
pub mod error;
mod layout;
mod licence;
mod licence_words;
mod machines;
mod names;
mod phrase;
mod prose;
mod reader;
mod search;
mod software;
mod source;
mod source_state;
mod sources;
mod words;

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{Redirect, Response};
use axum::routing::get;
use axum::{Router, extract::RawQuery};

use super::AppState;
use reader::Reader;

/// The routes of the pages and of what goes with them.
pub fn router() -> Router<AppState> {
    let pages = Router::new()
        .route("/", get(search::get))
        .route("/software/{id}", get(software::get))
        .route("/software/{id}/{slug}", get(software::get_with_slug))
        .route("/sources", get(sources::get))
        .route("/sources/{id}", get(source::get))
        .route("/licences/{id}", get(licence::get))
        .route("/about", get(about::get))
        .layer(middleware::from_fn(in_language));
    Router::new()
        .merge(pages)
        .route("/search", get(to_search))
        .route("/assets/{name}", get(assets::get))
        .route("/robots.txt", get(machines::robots))
        .route("/sitemap.xml", get(machines::sitemap_index))
        .route("/sitemap/{page}", get(machines::sitemap))
}

/// The headers of a page that depends on the reader's language.
async fn in_language(reader: Reader, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(reader.language.tag()));
    if let Some(cookie) = reader.cookie().and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(header::SET_COOKIE, cookie);
        // An answer with a cookie is for one reader only.
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=0, must-revalidate"),
        );
    }
    response
}

/// The address that people try.
async fn to_search(RawQuery(query): RawQuery) -> Redirect {
    match query {
        Some(query) => Redirect::permanent(&format!("/?{query}")),
        None => Redirect::permanent("/"),
    }
}
