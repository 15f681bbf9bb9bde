//! `/sources/{id}/raw/{record}`: what a source sent about one software, and the value that a
//! finding is about.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::layout::{Layout, show};
use super::reader::Reader;
use super::software;
use super::words::Language;
use crate::store::console::RecordRef;
use crate::store::records::State as RecordState;
use crate::web::AppState;
use crate::web::api::records;
use crate::web::error::Error;
use crate::web::listing;
use crate::web::raw;

#[derive(Template)]
#[template(path = "raw.html")]
struct RawPage {
    layout: Layout,
    t: Language,
    source_href: String,
    external_id: String,
    entry_href: Option<String>,
    json_href: String,
    place: Option<Place>,
    item: String,
}

/// The value that a finding is about.
struct Place {
    path: String,
    /// What the item has of the path, where that is less.
    nearest: Option<String>,
    value: String,
}

#[derive(Deserialize)]
struct PathQuery {
    #[serde(default)]
    path: String,
}

/// The address of the page about a record, where anything is kept of it.
pub fn href(source: &str, record: &RecordRef, path: &str) -> Option<String> {
    if record.state == RecordState::Withdrawn {
        return None;
    }
    let page = format!("/sources/{source}/raw/{}", record.id);
    if path.is_empty() {
        return Some(page);
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("path", path).finish();
    Some(format!("{page}?{query}#value"))
}

/// `GET /sources/{id}/raw/{record}`
pub async fn get(
    State(state): State<AppState>,
    reader: Reader,
    Path((source, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let t = reader.language;
    let query: PathQuery = listing::parse(query.as_deref())?;
    let (row, item) = records::find(&state, &id).await?;
    if row.source_id != source {
        return Err(Error::NotFound { what: "record", id });
    }
    let place = (!query.path.is_empty()).then(|| {
        let place = raw::at(&item, &query.path);
        Place {
            value: text_of(place.value),
            nearest: (!place.is_whole).then(|| place.path.to_owned()),
            path: query.path.clone(),
        }
    });
    show(&RawPage {
        layout: Layout::new(&reader, "sources", t.say("raw-title")),
        t,
        source_href: format!("/sources/{source}"),
        entry_href: row.software_id.map(|id| software::href(id, "")),
        external_id: row.external_id,
        json_href: format!("/api/v1/records/{}/raw", row.id),
        place,
        item: text_of(&item),
    })
}

/// A text as it is, everything else as JSON.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => format!("{other:#}"),
    }
}
