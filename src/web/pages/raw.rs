//! `/sources/{id}/raw/{record}`: what a source sent about one software, and the value that a
//! finding is about.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::brief::{self, Brevity, Shorten};
use super::layout::Layout;
use super::reader::Reader;
use super::software;
use super::words::Language;
use crate::catalogue::text::revealed;
use crate::store::records::{RecordRef, State as RecordState};
use crate::web::AppState;
use crate::web::api::records;
use crate::web::error::Error;
use crate::web::listing;
use crate::web::raw;

/// Characters that are shown of a value, once alone and once within the item; the API has all of it.
const MOST: usize = 60_000;

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
    /// What is said where the item has less of the path.
    note: Option<String>,
    /// The value, or what is nearest to it; nothing where that would be the whole item.
    lines: Vec<Line>,
    /// Whether the lines of a file are meant, which have numbers.
    is_file: bool,
}

/// A line of a value.
struct Line {
    number: u32,
    text: String,
    /// Whether the finding is about this line.
    is_meant: bool,
}

#[derive(Deserialize)]
struct PathQuery {
    #[serde(default)]
    path: String,
    line: Option<u32>,
}

/// The address of the page about a record, where anything is kept of it.
pub fn href(source: &str, record: &RecordRef, path: &str, line: Option<i32>) -> Option<String> {
    if record.state == RecordState::Withdrawn {
        return None;
    }
    let page = format!("/sources/{source}/raw/{}", record.id);
    if path.is_empty() {
        return Some(page);
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("path", path);
    let place = match line {
        Some(line) => {
            query.append_pair("line", &line.to_string());
            "line"
        }
        None => "value",
    };
    Some(format!("{page}?{}#{place}", query.finish()))
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
    let place = (!query.path.is_empty()).then(|| place_of(t, &item, &query));
    let page = RawPage {
        layout: Layout::new(&reader, "sources", t.say("raw-title")),
        t,
        source_href: format!("/sources/{source}"),
        entry_href: row.software_id.map(|id| software::href(id, "")),
        external_id: row.external_id,
        json_href: format!("/api/v1/records/{}/raw", row.id),
        place,
        item: text_of(&item),
    };
    brief::show(page)
}

impl Shorten for RawPage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        // A page of texts: of each there is room for more than of those in a list.
        let more = Brevity { letters: brevity.letters * 10, elements: brevity.elements * 10 };
        self.item.shorten(more);
        if let Some(place) = &mut self.place {
            place.lines.truncate(more.elements);
            place.lines.iter_mut().for_each(|line| line.text.shorten(brevity));
        }
    }
}

fn place_of(t: Language, item: &Value, query: &PathQuery) -> Place {
    let found = raw::at(item, &query.path);
    let is_file = matches!(found.value, Value::String(text) if text.contains('\n'));
    let note = match found.value {
        _ if found.is_whole => None,
        _ if found.path.is_empty() => Some(t.say("raw-absent")),
        Value::String(_) => Some(t.with("raw-inside", &[("path", found.path)])),
        _ => Some(t.with("raw-nearest", &[("path", found.path)])),
    };
    let text = if found.path.is_empty() { String::new() } else { text_of(found.value) };
    let lines = text
        .lines()
        .zip(1..)
        .map(|(text, number)| Line {
            is_meant: is_file && query.line == Some(number),
            text: text.to_owned(),
            number,
        })
        .collect();
    Place { path: query.path.clone(), note, lines, is_file }
}

/// A text as it is, everything else as JSON; of both no more than anybody reads.
fn text_of(value: &Value) -> String {
    let text = match value {
        Value::String(text) => revealed(text),
        other => revealed(&format!("{other:#}")),
    };
    match text.char_indices().nth(MOST) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "\n…",
        None => text,
    }
}
