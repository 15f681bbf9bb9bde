//! What the crawlers of search engines read: `robots.txt` and the site map.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;

use super::{paths, render};
use crate::store::{software, tally};
use crate::web::AppState;
use crate::web::error::Error;

/// Most entries in one file. sitemaps.org allows a hundred times as many; so few are made as
/// fast as any other page.
const PER_FILE: u64 = 500;
/// Addresses of pages that are no entries: they stand in the first file.
const PAGES: [&str; 3] = ["/", "/sources", "/about"];
/// The last file that is looked for.
const LAST_FILE: u64 = 1_000_000;

/// `GET /robots.txt`. Searches are without end and say nothing that the entries do not.
pub async fn robots(State(state): State<AppState>) -> String {
    let site = &state.public_url;
    format!(
        "User-agent: *\nDisallow: /*?*source=\nDisallow: /*?*page=\n\nSitemap: {site}/sitemap.xml\n"
    )
}

/// The list of the files that list the pages.
#[derive(Template)]
#[template(path = "sitemap_index.xml")]
struct SitemapIndex {
    files: Vec<String>,
}

/// A file that lists pages.
#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    pages: Vec<Page>,
}

/// A page by its address, with the day on which it changed where that is known.
struct Page {
    address: String,
    changed_on: Option<NaiveDate>,
}

/// `GET /sitemap.xml`
pub async fn sitemap_index(State(state): State<AppState>) -> Result<Response, Error> {
    let total = tally::totals(state.store.read()).await?.software;
    let last = total.div_ceil(PER_FILE).max(1);
    let file = |number| format!("{}/sitemap/{number}.xml", state.public_url);
    answer(&SitemapIndex { files: (1..=last).map(file).collect() })
}

/// `GET /sitemap/{page}.xml`
pub async fn sitemap(
    State(state): State<AppState>,
    Path(file): Path<String>,
) -> Result<Response, Error> {
    let unknown = || Error::NotFound { what: "site map", id: file.clone() };
    let number: u64 = file
        .strip_suffix(".xml")
        .and_then(|number| number.parse().ok())
        .filter(|number| (1..=LAST_FILE).contains(number))
        .ok_or_else(unknown)?;
    let offset = (number - 1) * PER_FILE;
    let entries = software::addresses(state.store.read(), offset, PER_FILE).await?;
    if entries.is_empty() && number > 1 {
        return Err(unknown());
    }
    let site = &state.public_url;
    let others = PAGES.into_iter().filter(|_| number == 1);
    let others = others.map(|path| Page { address: format!("{site}{path}"), changed_on: None });
    let entries = entries.into_iter().map(|(id, slug, changed_at)| Page {
        address: format!("{site}{}", paths::software(id, &slug)),
        changed_on: Some(changed_at.date_naive()),
    });
    answer(&Sitemap { pages: others.chain(entries).collect() })
}

fn answer(document: &impl Template) -> Result<Response, Error> {
    let media_type = "application/xml; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media_type)], render::text(document)?).into_response())
}
