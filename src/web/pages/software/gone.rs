//! The page of an entry that every source has withdrawn: since when, and by whom.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::DatabaseTransaction;

use super::said::{Speaker, speaker};
use crate::store::records::{self, Record};
use crate::store::software::Software;
use crate::store::sources;
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::pages::brief::{self, Brevity, Shorten, Shown};
use crate::web::pages::layout::Layout;
use crate::web::pages::names::Names;
use crate::web::pages::phrase::{self, Phrase};
use crate::web::pages::reader::Reader;
use crate::web::pages::words::Language;

#[derive(Template)]
#[template(path = "gone.html")]
struct GonePage {
    layout: Layout,
    t: Language,
    name: Phrase,
    since: String,
    tombstones: Shown<Tombstone>,
}

/// What remains of one record.
struct Tombstone {
    speaker: Speaker,
    since: Option<String>,
    reason: Option<String>,
    last_version: Option<String>,
}

/// Answers 410.
pub async fn show(
    state: &AppState,
    db: &DatabaseTransaction,
    reader: &Reader,
    entry: &Software,
) -> Result<Response, Error> {
    let t = reader.language;
    let records = records::of_software(db, entry.id).await?;
    let all_sources = sources::all(db).await?;
    let names = Names { t, sources: &all_sources, labels: &state.labels };
    let name = phrase::name(t, &entry.content.name);
    let page = GonePage {
        layout: Layout::new(reader, "", t.with("gone-title", &[("name", &name.text)])),
        t,
        name,
        since: t.date(entry.changed_at.date_naive()),
        tombstones: records.iter().map(|record| tombstone(&names, record)).collect(),
    };
    Ok((StatusCode::GONE, brief::show(page)?).into_response())
}

impl Shorten for GonePage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        self.name.shorten(brevity);
        self.tombstones.shorten(brevity);
    }
}

impl Shorten for Tombstone {
    fn shorten(&mut self, brevity: Brevity) {
        self.speaker.shorten(brevity);
        self.reason.shorten(brevity);
        self.last_version.shorten(brevity);
    }
}

fn tombstone(names: &Names<'_>, record: &Record) -> Tombstone {
    let t = names.t;
    let withdrawal = record.withdrawal.clone().unwrap_or_default();
    let day = withdrawal.on.or(record.withdrawn_at.map(|at| at.date_naive()));
    Tombstone {
        speaker: speaker(names, record),
        since: day.map(|day| t.date(day)),
        reason: withdrawal.reason.map(|reason| t.of("withdrawal", &reason)),
        last_version: withdrawal.last_version,
    }
}
