//! `/sources/{id}/findings.atom`: the findings of a source that came or went last, for its owner
//! to subscribe to. In English, as the findings are.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{raw, software};
use crate::store::entity::{finding, source};
use crate::store::records::{self, RecordRef};
use crate::store::{findings, sources};
use crate::web::atom::{Entry, Feed};
use crate::web::error::Error;
use crate::web::{AppState, advice};

/// Findings in the feed.
const ENTRIES: u64 = 100;

/// `GET /sources/{id}/findings.atom`
pub async fn get(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Error> {
    let db = state.store.snapshot().await?;
    let source = sources::get(&db, &id).await?;
    let rows = findings::last_changed(&db, &id, ENTRIES).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.external_id.clone()).collect();
    let records = records::refs(&db, &id, &ids).await?;
    let site = &state.public_url;
    let entries: Vec<Entry> = rows
        .into_iter()
        .map(|row| entry(site, &source, records.get(&row.external_id), row))
        .collect();
    let own_address = format!("{site}/sources/{id}/findings.atom");
    let feed = Feed {
        title: format!("Findings in {}", source.name),
        id: own_address.clone(),
        own_address,
        page: format!("{site}/sources/{id}#findings"),
        author: "Fedcat".to_owned(),
        lang: "en",
        // A feed without entries was last changed when its source was added.
        updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(source.added_at),
        entries,
    };
    let media_type = "application/atom+xml; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media_type)], feed.write()).into_response())
}

fn entry(
    site: &str,
    source: &source::Model,
    record: Option<&RecordRef>,
    row: finding::Model,
) -> Entry {
    let what = match row.external_id.as_str() {
        findings::LISTING => "the listing as a whole".to_owned(),
        id => format!("entry {id}"),
    };
    let state = if row.closed_at.is_some() { "Closed" } else { "Open" };
    let place = Some(&row.path).filter(|path| !path.is_empty()).map(|path| format!("At {path}"));
    let advice = advice::about(&row.code).map(|advice| format!("What to do: {}", advice.act));
    let said: Vec<String> =
        [Some(row.message), place, advice].into_iter().flatten().map(sentence).collect();
    // To what was sent, else to the entry, else to the page of the source.
    let page = record
        .and_then(|record| raw::href(&source.id, record, &row.path, row.line))
        .or_else(|| Some(software::href(record?.software?, "")))
        .unwrap_or_else(|| format!("/sources/{}#findings", source.id));
    Entry {
        id: format!("urn:uuid:{}", row.id),
        title: format!("{state}: {}, {what}", row.code),
        published: row.first_seen,
        updated: row.closed_at.unwrap_or(row.first_seen),
        page: format!("{site}{page}"),
        category: row.code,
        summary: said.join(" "),
    }
}

/// A text with a full stop at its end.
fn sentence(text: String) -> String {
    if text.ends_with(['.', '!', '?']) { text } else { text + "." }
}
