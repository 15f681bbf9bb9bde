//! What the crawlers of search engines read: `robots.txt` and the site map.

use std::fmt::Write;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

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

/// `GET /sitemap.xml`: the list of the files that list the pages.
pub async fn sitemap_index(State(state): State<AppState>) -> Result<Response, Error> {
    let total = tally::totals(state.store.read()).await?.software;
    let mut xml = opening("sitemapindex");
    for page in 1..=total.div_ceil(PER_FILE).max(1) {
        let site = escape(&state.public_url);
        let _ = writeln!(xml, "<sitemap><loc>{site}/sitemap/{page}.xml</loc></sitemap>");
    }
    xml.push_str("</sitemapindex>\n");
    Ok(answer(xml))
}

/// `GET /sitemap/{page}.xml`
pub async fn sitemap(
    State(state): State<AppState>,
    Path(file): Path<String>,
) -> Result<Response, Error> {
    let unknown = || Error::NotFound { what: "site map", id: file.clone() };
    let page: u64 = file
        .strip_suffix(".xml")
        .and_then(|number| number.parse().ok())
        .filter(|page| (1..=LAST_FILE).contains(page))
        .ok_or_else(unknown)?;
    let offset = (page - 1) * PER_FILE;
    let entries = software::addresses(state.store.read(), offset, PER_FILE).await?;
    if entries.is_empty() && page > 1 {
        return Err(unknown());
    }
    let site = escape(&state.public_url);
    let mut xml = opening("urlset");
    if page == 1 {
        for path in PAGES {
            let _ = writeln!(xml, "<url><loc>{site}{path}</loc></url>");
        }
    }
    for (id, slug, changed_at) in entries {
        let path = escape(&super::software::href(id, &slug));
        let day = changed_at.date_naive();
        let _ = writeln!(xml, "<url><loc>{site}{path}</loc><lastmod>{day}</lastmod></url>");
    }
    xml.push_str("</urlset>\n");
    Ok(answer(xml))
}

fn opening(root: &str) -> String {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    format!("{head}\n<{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
}

fn answer(xml: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
