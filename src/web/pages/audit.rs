//! `/audit`: what operators did. For operators.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Deserialize;
use url::form_urlencoded;
use uuid::Uuid;

use super::brief::{self, Brevity, Shorten};
use super::layout::Layout;
use super::phrase::Phrase;
use super::reader::Reader;
use super::words::Language;
use crate::store::audit;
use crate::store::entity;
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::listing;

/// Acts on one page.
const ACTS: u64 = 100;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    layout: Layout,
    t: Language,
    /// Where acts about one source only are shown.
    source: Option<String>,
    rows: Vec<Row>,
    /// The address of the acts before these.
    earlier: Option<String>,
}

/// An act in one row.
struct Row {
    at: String,
    actor: String,
    act: String,
    source: Option<String>,
    run: Option<Uuid>,
    detail: Option<Phrase>,
}

#[derive(Deserialize)]
struct AuditQuery {
    source: Option<String>,
    before: Option<Uuid>,
}

/// `GET /audit`
pub async fn get(
    State(state): State<AppState>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    if reader.session.is_none() {
        return Err(Error::Unauthorised);
    }
    let t = reader.language;
    let query: AuditQuery = listing::parse(query.as_deref())?;
    let source = query.source.filter(|source| !source.is_empty());
    let rows = audit::list(state.store.read(), source.as_deref(), query.before, ACTS).await?;
    let earlier = rows.last().filter(|_| rows.len() as u64 == ACTS).map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("before", &last.id.to_string());
        if let Some(source) = &source {
            query.append_pair("source", source);
        }
        format!("/audit?{}", query.finish())
    });
    let page = AuditPage {
        layout: Layout::new(&reader, "audit", t.say("audit-title")),
        t,
        source,
        rows: rows.into_iter().map(|row| row_of(t, row)).collect(),
        earlier,
    };
    brief::show(page)
}

impl Shorten for AuditPage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        self.rows.shorten(brevity);
    }
}

impl Shorten for Row {
    fn shorten(&mut self, brevity: Brevity) {
        self.actor.shorten(brevity);
        self.detail.shorten(brevity);
    }
}

fn row_of(t: Language, row: entity::audit::Model) -> Row {
    Row {
        at: t.moment(row.at),
        actor: row.actor,
        act: t.of("act", row.act.as_str()),
        source: row.source_id,
        run: row.run_id,
        detail: row.detail.map(Phrase::plain),
    }
}
