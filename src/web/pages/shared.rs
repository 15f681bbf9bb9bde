//! `/sources/{id}/shared/{other}`: the entries that two sources both list.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::brief::{self, Brevity, Shorten};
use super::layout::Layout;
use super::reader::Reader;
use super::source::held::{Entry, named};
use super::words::Language;
use crate::store::sources;
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::listing;

/// Entries on one page.
const ENTRIES: u64 = 200;

#[derive(Template)]
#[template(path = "shared.html")]
struct SharedPage {
    layout: Layout,
    t: Language,
    one: (String, String),
    other: (String, String),
    entries: Vec<Entry>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct SharedQuery {
    after: Option<Uuid>,
}

/// `GET /sources/{id}/shared/{other}`
pub async fn get(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, other)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let t = reader.language;
    let db = state.store.snapshot().await?;
    let query: SharedQuery = listing::parse(query.as_deref())?;
    let (one, two) = (sources::get(&db, &id).await?, sources::get(&db, &other).await?);
    let ids = sources::shared(&db, &id, &other, query.after, ENTRIES).await?;
    let next = ids
        .last()
        .filter(|_| ids.len() as u64 == ENTRIES)
        .map(|last| format!("/sources/{id}/shared/{other}?after={last}"));
    let ids = ids.into_iter().map(|id| (id.to_string(), Some(id))).collect();
    let page = SharedPage {
        layout: Layout::new(&reader, "sources", t.say("shared-title")),
        t,
        entries: named(t, &db, ids).await?,
        one: (format!("/sources/{id}"), one.name),
        other: (format!("/sources/{other}"), two.name),
        next,
    };
    brief::show(page)
}

impl Shorten for SharedPage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        [&mut self.one.1, &mut self.other.1].into_iter().for_each(|name| name.shorten(brevity));
        self.entries.shorten(brevity);
    }
}
