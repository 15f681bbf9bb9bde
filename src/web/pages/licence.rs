//! `/licences/{id}`: what is known about a licence, and by whom.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use url::form_urlencoded;

use super::layout::{Layout, show};
use super::licence_words::fact_lines;
use super::reader::Reader;
use super::words::Language;
use crate::licence::facts::{facts, full_name, list_version};
use crate::publish::index::Facet;
use crate::search::{Query, SearchError};
use crate::web::AppState;
use crate::web::error::Error;

#[derive(Template)]
#[template(path = "licence.html")]
struct LicencePage {
    layout: Layout,
    t: Language,
    id: String,
    /// None: it is not on the SPDX list.
    name: Option<&'static str>,
    facts: Vec<String>,
    spdx: Option<String>,
    list: String,
    /// None where the search engine does not answer: the rest of the page does not need it.
    count: Option<String>,
    entries_href: String,
}

/// `GET /licences/{id}`
pub async fn get(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let t = reader.language;
    let name = full_name(&id);
    let facet = Facet::Licence.name();
    let filters = BTreeMap::from([(facet.to_owned(), vec![id.clone()])]);
    let count = match state.index.search(&Query { filters, ..Query::default() }).await {
        Ok(answer) => Some(answer.total),
        Err(SearchError::Unavailable(_)) if name.is_some() => None,
        Err(error) => return Err(error.into()),
    };
    if name.is_none() && count == Some(0) {
        return Err(Error::NotFound { what: "licence", id });
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair(facet, &id).finish();
    let page = LicencePage {
        layout: Layout::new(&reader, "", t.with("licence-title", &[("id", &id)]))
            .found_at(&state.public_url, &super::licence_words::href(&id)),
        t,
        name,
        facts: fact_lines(t, &facts(&id)),
        spdx: name.map(|_| format!("https://spdx.org/licenses/{id}.html")),
        list: t.with("licence-list", &[("version", list_version())]),
        count: count.map(|count| t.count("licence-entries", count)),
        entries_href: format!("/?{query}"),
        id,
    };
    show(&page)
}
