//! `/software/{id}/{slug}`: one entry, and for each of its values who says so.

mod facts;
mod field_statements;
mod in_words;
mod item;
mod json_ld;
mod licence_statements;
mod origins;
mod possible_duplicates;
mod side_by_side;
mod usages;
mod value_text;
mod withdrawn;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::layout::Layout;
use super::licence_words::{self, Badge, LicenceLink};
use super::markdown::SafeHtml;
use super::paths;
use super::recommendations::{self, Verdict};
use super::render;
use crate::catalogue::text::LocalizedText;
use crate::store::records::{self, Record, RecordSource};
use crate::store::software::{self, Lookup, Software};
use crate::store::{candidates, sources};
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::i18n::language::Language;
use crate::web::i18n::names::ValueNames;
use crate::web::i18n::phrase::{self, Phrase};
use crate::web::i18n::reader::Reader;
use crate::web::shorten::{Brevity, PartialList, Shorten};
use facts::FactRow;
use field_statements::{FieldStatements, Statements};
use item::Item;
use json_ld::JsonLd;
use licence_statements::LicenceView;
use origins::Origin;
use possible_duplicates::PossibleDuplicate;
use side_by_side::Table;
use usages::Users;

#[derive(Template)]
#[template(path = "software.html")]
struct SoftwarePage {
    layout: Layout,
    t: Language,
    id: Uuid,
    name: Phrase,
    aliases: PartialList<String>,
    name_statements: Option<FieldStatements>,
    summary: Option<Phrase>,
    summary_statements: Option<FieldStatements>,
    description: Option<Phrase<Prose>>,
    description_statements: Option<FieldStatements>,
    features: Option<Phrase<PartialList<String>>>,
    features_statements: Option<FieldStatements>,
    recommendations: PartialList<Verdict>,
    licence: Badge,
    licence_links: PartialList<LicenceLink>,
    licence_facts: Vec<String>,
    licence_statements: PartialList<LicenceView>,
    facts: Vec<FactRow>,
    context_of_use: Option<Phrase<Prose>>,
    context_of_use_statements: Option<FieldStatements>,
    used_in: Users,
    named_by_project: Users,
    usages_statements: Option<FieldStatements>,
    deployed_in: PartialList<String>,
    deployed_in_statements: Option<FieldStatements>,
    support: PartialList<Item>,
    support_statements: Option<FieldStatements>,
    replaces: PartialList<Item>,
    replaces_statements: Option<FieldStatements>,
    similar: PartialList<Item>,
    similar_statements: Option<FieldStatements>,
    table: Table,
    origins: PartialList<Origin>,
    possible_duplicates: PartialList<PossibleDuplicate>,
    changed: String,
    json_ld: Option<JsonLd>,
}

/// Bytes of the largest JSON-LD that a page keeps which is too large otherwise.
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
        self.possible_duplicates.shorten(brevity);
        self.json_ld.take_if(|json| json.len() > LONGEST_JSON_LD);
        let statements = [
            &mut self.name_statements,
            &mut self.summary_statements,
            &mut self.description_statements,
            &mut self.features_statements,
            &mut self.context_of_use_statements,
            &mut self.usages_statements,
            &mut self.deployed_in_statements,
            &mut self.support_statements,
            &mut self.replaces_statements,
            &mut self.similar_statements,
        ];
        statements.into_iter().for_each(|one| one.shorten(brevity));
    }
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
            Ok(moved(&reader, &paths::software(to, &slug)))
        }
        Lookup::Here(entry) if entry.state == software::State::Withdrawn => {
            withdrawn::show(&state, &db, &reader, &entry).await
        }
        Lookup::Here(entry) if entry.slug != slug || id != entry.id.to_string() => {
            Ok(moved(&reader, &paths::software(entry.id, &entry.slug)))
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
    let names = ValueNames { t, sources: &all_sources, labels: &state.labels };
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let waiting = candidates::about(db, &ids, possible_duplicates::MOST).await?;
    let duplicates = waiting.into_iter().map(|one| PossibleDuplicate::new(t, one)).collect();
    render::shortened(view(state, reader, &names, entry, records, duplicates))
}

fn view(
    state: &AppState,
    reader: &Reader,
    names: &ValueNames<'_>,
    entry: &Software,
    all_records: Vec<Record>,
    possible_duplicates: PartialList<PossibleDuplicate>,
) -> SoftwarePage {
    let t = reader.language;
    let origins = origins::origins(names, &all_records);
    let records: Vec<Record> = all_records
        .into_iter()
        .filter(|record| record.state != records::State::Withdrawn)
        .collect();
    let path = paths::software(entry.id, &entry.slug);
    let statements = Statements::new(names, &records, &entry.provenance);
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
        name_statements: statements.on(&["name", "aliases"]),
        summary_statements: statements.on(&["summary"]),
        description: prose(t, &content.description),
        description_statements: statements.on(&["description"]),
        features: phrase::best_list(t, &content.features),
        features_statements: statements.on(&["features"]),
        recommendations: recommendations::verdicts(names, entry, &sayers),
        licence: licence_words::badge(t, &entry.licence, &content.licences),
        licence_links: licence_words::links(&entry.licence),
        licence_facts: entry
            .licence
            .facts()
            .map(|facts| licence_words::fact_lines(t, &facts))
            .unwrap_or_default(),
        licence_statements: licence_statements::licences(names, &records),
        facts: facts::rows(names, content, &statements),
        context_of_use: prose(t, &content.context_of_use),
        context_of_use_statements: statements.on(&["context_of_use"]),
        used_in: usages::in_catalogues(t, content),
        named_by_project: usages::named_by_project(t, content),
        usages_statements: statements.on(&["usages"]),
        deployed_in: in_words::countries(t, &content.deployed_in).into_iter().collect(),
        deployed_in_statements: statements.on(&["deployed_in"]),
        support: facts::support(t, content),
        support_statements: statements.on(&["support"]),
        replaces: facts::related(&content.replaces),
        replaces_statements: statements.on(&["replaces"]),
        similar: facts::related(&content.similar),
        similar_statements: statements.on(&["similar"]),
        table: side_by_side::table(names, &records),
        origins,
        possible_duplicates,
        changed: t.date(entry.changed_at.date_naive()),
        json_ld: Some(JsonLd::new(entry, &name.text, summary.as_ref(), &state.public_url)),
        name,
        summary,
    }
}
