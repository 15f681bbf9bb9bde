//! `/software/{id}/{slug}`: one entry, and for each of its values who says so.

mod facts;
mod gone;
mod json_ld;
mod possible;
mod said;
mod side_by_side;
mod spoken;
mod statements;
mod usages;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::brief::{self, Brevity, Shorten, Shown};
use super::layout::Layout;
use super::licence_words::{self, Badge, LicenceLink};
use super::names::Names;
use super::phrase::{self, Phrase};
use super::prose::SafeHtml;
use super::reader::Reader;
use super::recommendations::{self, Verdict};
use super::words::Language;
use crate::catalogue::text::LocalizedText;
use crate::store::records::{self, Record, RecordSource};
use crate::store::software::{self, Lookup, Software};
use crate::store::{candidates, sources};
use crate::web::AppState;
use crate::web::error::Error;
use facts::{Item, Row};
use json_ld::JsonLd;
use possible::Twin;
use said::{Said, Voices};
use side_by_side::Table;
use statements::{LicenceSaid, Origin};
use usages::Users;

#[derive(Template)]
#[template(path = "software.html")]
struct SoftwarePage {
    layout: Layout,
    t: Language,
    id: Uuid,
    name: Phrase,
    aliases: Shown<String>,
    name_said: Option<Said>,
    summary: Option<Phrase>,
    summary_said: Option<Said>,
    description: Option<Phrase<Prose>>,
    description_said: Option<Said>,
    features: Option<Phrase<Shown<String>>>,
    features_said: Option<Said>,
    recommendations: Shown<Verdict>,
    licence: Badge,
    licence_links: Shown<LicenceLink>,
    licence_facts: Vec<String>,
    licence_statements: Shown<LicenceSaid>,
    facts: Vec<Row>,
    context_of_use: Option<Phrase<Prose>>,
    context_of_use_said: Option<Said>,
    used_in: Users,
    named_by_project: Users,
    usages_said: Option<Said>,
    deployed_in: Shown<String>,
    deployed_in_said: Option<Said>,
    support: Shown<Item>,
    support_said: Option<Said>,
    replaces: Shown<Item>,
    replaces_said: Option<Said>,
    similar: Shown<Item>,
    similar_said: Option<Said>,
    table: Table,
    origins: Shown<Origin>,
    twins: Shown<Twin>,
    changed: String,
    json_ld: Option<JsonLd>,
}

/// Bytes of the words for search engines that stay in a page that is too large.
const LONGEST_JSON_LD: usize = 8_000;

/// A description as it was written, and the same as HTML.
struct Prose {
    markdown: String,
    html: SafeHtml,
}

impl Prose {
    fn new(markdown: String) -> Self {
        Self { html: SafeHtml::from_markdown(&markdown), markdown }
    }
}

/// Running text for a reader.
fn prose(t: Language, text: &LocalizedText) -> Option<Phrase<Prose>> {
    let Phrase { text, lang, note } = phrase::best(t, text)?;
    Some(Phrase { text: Prose::new(text), lang, note })
}

impl Shorten for Prose {
    fn shorten(&mut self, brevity: Brevity) {
        self.markdown.shorten(brevity);
        self.html = SafeHtml::from_markdown(&self.markdown);
    }
}

impl Shorten for SoftwarePage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        self.name.shorten(brevity);
        self.aliases.shorten(brevity);
        self.summary.shorten(brevity);
        self.description.shorten(brevity);
        self.features.shorten(brevity);
        self.recommendations.shorten(brevity);
        self.licence.shorten(brevity);
        self.licence_links.retain(|link| brevity.has_room_for(&link.href));
        self.licence_links.shorten(brevity);
        self.licence_facts.shorten(brevity);
        self.licence_statements.shorten(brevity);
        self.facts.shorten(brevity);
        self.context_of_use.shorten(brevity);
        self.deployed_in.shorten(brevity);
        self.used_in.shorten(brevity);
        self.named_by_project.shorten(brevity);
        for items in [&mut self.support, &mut self.replaces, &mut self.similar] {
            items.shorten(brevity);
        }
        self.table.shorten(brevity);
        self.origins.shorten(brevity);
        self.twins.shorten(brevity);
        self.json_ld.take_if(|json| json.len() > LONGEST_JSON_LD);
        let said = [
            &mut self.name_said,
            &mut self.summary_said,
            &mut self.description_said,
            &mut self.features_said,
            &mut self.context_of_use_said,
            &mut self.usages_said,
            &mut self.deployed_in_said,
            &mut self.support_said,
            &mut self.replaces_said,
            &mut self.similar_said,
        ];
        said.into_iter().for_each(|said| said.shorten(brevity));
    }
}

/// The path of an entry's page.
pub fn href(id: Uuid, slug: &str) -> String {
    format!("/software/{id}/{slug}").trim_end_matches('/').to_owned()
}

/// `GET /software/{id}`
pub async fn get(
    state: State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    answer(state, reader, &id, "").await
}

/// `GET /software/{id}/{slug}`
pub async fn get_with_slug(
    state: State<AppState>,
    reader: Reader,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Response, Error> {
    answer(state, reader, &id, &slug).await
}

async fn answer(
    State(state): State<AppState>,
    reader: Reader,
    id: &str,
    slug: &str,
) -> Result<Response, Error> {
    let unknown = || Error::NotFound { what: "software", id: id.to_owned() };
    let uuid: Uuid = id.parse().map_err(|_| unknown())?;
    let db = state.store.snapshot().await?;
    match software::lookup(&db, uuid).await? {
        Lookup::Unknown => Err(unknown()),
        Lookup::Moved(to) => {
            let slug = match software::lookup(&db, to).await? {
                Lookup::Here(entry) => entry.slug,
                _ => String::new(),
            };
            Ok(moved(&reader, &href(to, &slug)))
        }
        Lookup::Here(entry) if entry.state == software::State::Withdrawn => {
            gone::show(&state, &db, &reader, &entry).await
        }
        Lookup::Here(entry) if entry.slug != slug || id != entry.id.to_string() => {
            Ok(moved(&reader, &href(entry.id, &entry.slug)))
        }
        Lookup::Here(entry) => page(&state, &db, &reader, &entry).await,
    }
}

/// Sends the reader on, with the question that the address held. Browsers must ask again: a name
/// that changes and changes back would lead them in a circle.
fn moved(reader: &Reader, path: &str) -> Response {
    let address = match reader.uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    ([(header::CACHE_CONTROL, "no-cache")], Redirect::permanent(&address)).into_response()
}

async fn page(
    state: &AppState,
    db: &DatabaseTransaction,
    reader: &Reader,
    entry: &Software,
) -> Result<Response, Error> {
    let t = reader.language;
    let records = records::of_software(db, entry.id).await?;
    let all_sources = sources::all(db).await?;
    let names = Names { t, sources: &all_sources, labels: &state.labels };
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let possible = candidates::about(db, &ids, possible::MOST).await?;
    let twins = possible.into_iter().map(|one| Twin::new(t, one)).collect();
    brief::show(view(state, reader, &names, entry, records, twins))
}

fn view(
    state: &AppState,
    reader: &Reader,
    names: &Names<'_>,
    entry: &Software,
    all_records: Vec<Record>,
    twins: Shown<Twin>,
) -> SoftwarePage {
    let t = reader.language;
    let origins = statements::origins(names, &all_records);
    let records: Vec<Record> = all_records
        .into_iter()
        .filter(|record| record.state != records::State::Withdrawn)
        .collect();
    let path = href(entry.id, &entry.slug);
    let voices = Voices::new(names, &records, &entry.provenance);
    let sayers: Vec<RecordSource> = records.iter().map(RecordSource::from).collect();
    let content = &entry.content;
    let name = phrase::name(t, &content.name);
    let summary = phrase::best(t, &content.summary);
    let mut layout = Layout::new(reader, "", t.with("software-title", &[("name", &name.text)]))
        .found_at(&state.public_url, &path);
    if let Some(summary) = &summary {
        layout = layout.described(summary.text.clone());
    }
    SoftwarePage {
        layout,
        t,
        id: entry.id,
        aliases: content.aliases.iter().cloned().collect(),
        name_said: voices.on(&["name", "aliases"]),
        summary_said: voices.on(&["summary"]),
        description: prose(t, &content.description),
        description_said: voices.on(&["description"]),
        features: phrase::best_list(t, &content.features),
        features_said: voices.on(&["features"]),
        recommendations: recommendations::verdicts(names, entry, &sayers),
        licence: licence_words::badge(t, &entry.licence, &content.licences),
        licence_links: licence_words::links(&entry.licence),
        licence_facts: entry
            .licence
            .facts()
            .map(|facts| licence_words::fact_lines(t, &facts))
            .unwrap_or_default(),
        licence_statements: statements::licences(names, &records),
        facts: facts::rows(names, content, &voices),
        context_of_use: prose(t, &content.context_of_use),
        context_of_use_said: voices.on(&["context_of_use"]),
        used_in: usages::in_catalogues(t, content),
        named_by_project: usages::named_by_project(t, content),
        usages_said: voices.on(&["usages"]),
        deployed_in: facts::stated::names_of_countries(t, &content.deployed_in)
            .into_iter()
            .collect(),
        deployed_in_said: voices.on(&["deployed_in"]),
        support: facts::support(t, content),
        support_said: voices.on(&["support"]),
        replaces: facts::related(&content.replaces),
        replaces_said: voices.on(&["replaces"]),
        similar: facts::related(&content.similar),
        similar_said: voices.on(&["similar"]),
        table: side_by_side::table(names, &records),
        origins,
        twins,
        changed: t.date(entry.changed_at.date_naive()),
        json_ld: Some(JsonLd::new(entry, &name.text, summary.as_ref(), &state.public_url)),
        name,
        summary,
    }
}
