//! The whole catalogue as a file: NDJSON or CSV, one entry a line, written as it is read, so that
//! the memory does not depend on the size of the catalogue. Beside what came from a source stand
//! the licence of its data and the words of its attribution.

use std::collections::HashMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::{self, Stream};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::catalogue::content::Content;
use crate::catalogue::merge::Statement;
use crate::catalogue::merge::licence::Concluded;
use crate::catalogue::text::{LocalizedText, one_line};
use crate::licence::facts::{Facts, Kind};
use crate::publish::recommended::{Recommended, recommended};
use crate::store::entity::source;
use crate::store::views::{self, RecordSource, Software};
use crate::store::{Store, StoreError, sources};

/// Entries read from the store at a time: the measure of the memory.
const PAGE: u64 = 200;

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Ndjson,
    Csv,
}

impl Format {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// Why an export broke off.
#[derive(Debug, Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("an entry cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("an entry cannot be written as CSV: {0}")]
    Csv(#[from] csv::Error),
}

/// A source as every line that draws on it names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attribution {
    #[schema(example = "fr-sill")]
    id: String,
    name: String,
    #[schema(format = "uri")]
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// SPDX identifier of the licence of the data; absent where the source states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_licence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribution: Option<String>,
}

/// One entry as a line of NDJSON.
#[derive(Debug, Serialize, ToSchema)]
pub struct Line<'a> {
    id: Uuid,
    /// Its page.
    #[schema(format = "uri")]
    url: String,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
    content: &'a Content,
    licence: Licence<'a>,
    sources: Vec<Attribution>,
    /// What it is made of.
    records: Vec<Listed<'a>>,
    /// For each value the records that state it.
    provenance: &'a [Statement],
}

/// What is concluded about the licence, and the facts that hold whichever of its expressions does.
#[derive(Debug, Serialize, ToSchema)]
pub struct Licence<'a> {
    #[serde(flatten)]
    concluded: &'a Concluded,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Facts>,
}

/// A record as a line names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed<'a> {
    id: Uuid,
    #[schema(example = "fr-sill")]
    source: &'a str,
    /// The entry's id at the source.
    #[schema(example = "42")]
    external_id: &'a str,
}

/// All active entries as a stream of chunks of a file.
pub fn stream(
    store: Store,
    public_url: String,
    format: Format,
) -> impl Stream<Item = Result<Bytes, ExportError>> {
    let state = State { store, public_url, format, attributions: None, after: None, ended: false };
    stream::try_unfold(state, |mut state| async move {
        Ok(state.next().await?.map(|chunk| (chunk, state)))
    })
}

struct State {
    store: Store,
    public_url: String,
    format: Format,
    attributions: Option<HashMap<String, Attribution>>,
    after: Option<Uuid>,
    ended: bool,
}

impl State {
    async fn next(&mut self) -> Result<Option<Bytes>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let first = self.attributions.is_none();
        let attributions = match self.attributions.take() {
            Some(known) => known,
            None => attributions(&self.store).await?,
        };
        // A snapshot of these entries and their records, not of the whole file: whoever reads
        // slowly must not make the database keep what was.
        let db = self.store.snapshot().await?;
        let page = views::page(&db, self.after, PAGE).await?;
        let ids: Vec<Uuid> = page.iter().map(|entry| entry.id).collect();
        self.after = ids.last().copied().or(self.after);
        self.ended = page.is_empty();
        let records = views::sources_of(&db, &ids).await?;
        drop(db);
        let none = Vec::new();
        let entries =
            page.iter().map(|entry| (entry, records.get(&entry.id).unwrap_or(&none).as_slice()));
        let chunk = match self.format {
            Format::Ndjson => ndjson(entries, &attributions, &self.public_url)?,
            Format::Csv => csv_rows(entries, &attributions, &self.public_url, first)?,
        };
        self.attributions = Some(attributions);
        Ok(Some(Bytes::from(chunk)))
    }
}

async fn attributions(store: &Store) -> Result<HashMap<String, Attribution>, StoreError> {
    let all = sources::all(store.read()).await?;
    Ok(all.into_iter().map(|source| (source.id.clone(), Attribution::from(source))).collect())
}

impl From<source::Model> for Attribution {
    fn from(source: source::Model) -> Self {
        Self {
            id: source.id,
            name: source.name,
            url: source.url,
            data_licence: source.data_licence,
            attribution: source.attribution,
        }
    }
}

type Entries<'a> = (&'a Software, &'a [RecordSource]);

fn ndjson<'a>(
    entries: impl Iterator<Item = Entries<'a>>,
    attributions: &HashMap<String, Attribution>,
    public_url: &str,
) -> Result<Vec<u8>, ExportError> {
    let mut out = Vec::new();
    for (entry, records) in entries {
        let line = Line {
            id: entry.id,
            url: address(public_url, entry),
            created_at: entry.created_at,
            changed_at: entry.changed_at,
            content: &entry.content,
            licence: Licence { concluded: &entry.licence, facts: entry.licence.facts() },
            sources: used(records, attributions).cloned().collect(),
            records: records
                .iter()
                .map(|one| Listed {
                    id: one.record,
                    source: &one.source,
                    external_id: &one.external_id,
                })
                .collect(),
            provenance: &entry.provenance,
        };
        serde_json::to_writer(&mut out, &line)?;
        out.push(b'\n');
    }
    Ok(out)
}

/// The columns of the CSV file. Several values stand in one field, separated by ` | `.
const COLUMNS: &[&str] = &[
    "id",
    "url",
    "name",
    "summary_fr",
    "summary_en",
    "summary_other",
    "homepage",
    "repository",
    "licence",
    "licence_state",
    "open_source",
    "copyleft",
    "categories",
    "tags",
    "platforms",
    "development_status",
    "maintenance",
    "publisher",
    "users",
    "countries_of_use",
    "recommendation",
    "supported_by_contract",
    "replaces",
    "wikidata",
    "version",
    "released_on",
    "sources",
    "data_licences",
    "attributions",
    "changed_at",
];

fn csv_rows<'a>(
    entries: impl Iterator<Item = Entries<'a>>,
    attributions: &HashMap<String, Attribution>,
    public_url: &str,
    with_header: bool,
) -> Result<Vec<u8>, ExportError> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if with_header {
        writer.write_record(COLUMNS)?;
    }
    for (entry, records) in entries {
        let sources: Vec<&Attribution> = used(records, attributions).collect();
        let row = csv_row(entry, records, &sources, public_url);
        writer.write_record(row.iter().map(|field| defuse(field)))?;
    }
    writer.flush().map_err(csv::Error::from)?;
    Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
}

fn csv_row(
    entry: &Software,
    records: &[RecordSource],
    sources: &[&Attribution],
    public_url: &str,
) -> Vec<String> {
    let content = &entry.content;
    let address_of = |url: &Option<crate::catalogue::urls::WebUrl>| {
        url.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let of_sources = |part: fn(&Attribution) -> Option<&String>| {
        // One value for each source, in their order: whoever reads a column must see whose it is.
        joined(sources.iter().map(|source| part(source).map_or("not stated", String::as_str)))
    };
    let other_summary = content
        .summary
        .iter()
        .find(|(lang, _)| !matches!(lang.primary(), "fr" | "en"))
        .map(|(_, text)| text.to_owned());
    let verdicts: Vec<String> = recommended(entry, records).iter().map(verdict).collect();
    let contract = content.supported_by_contract.map(|yes| if yes { "yes" } else { "no" });
    let facts = entry.licence.facts().unwrap_or_else(Facts::nothing);
    let wikidata = content.identifiers.iter().filter(|one| one.scheme == "wikidata");
    vec![
        entry.id.to_string(),
        address(public_url, entry),
        content.plain_name().unwrap_or_default().to_owned(),
        in_language(&content.summary, "fr"),
        in_language(&content.summary, "en"),
        other_summary.unwrap_or_default(),
        address_of(&content.homepage),
        address_of(&content.repository),
        joined(entry.licence.stated().into_iter()),
        entry.licence.state().to_owned(),
        facts.open_source.as_str().to_owned(),
        facts.word(Kind::Copyleft).to_owned(),
        joined(content.categories.iter().map(String::as_str)),
        joined(content.tags.iter().map(String::as_str)),
        joined(content.platforms.iter().map(String::as_str)),
        content.development_status.map_or("", |status| status.as_str()).to_owned(),
        content.maintenance.map_or("", |kind| kind.as_str()).to_owned(),
        content.publisher.as_ref().map(|one| one.name.clone()).unwrap_or_default(),
        joined(content.usages.iter().map(|usage| usage.organisation.as_str())),
        joined(content.countries_of_use().into_iter()),
        joined(verdicts.iter().map(String::as_str)),
        contract.unwrap_or_default().to_owned(),
        joined(content.replaces.iter().map(|product| product.name.as_str())),
        joined(wikidata.map(|one| one.value.as_str())),
        content.version.clone().unwrap_or_default(),
        content.released_on.map(|day| day.to_string()).unwrap_or_default(),
        of_sources(|source| Some(&source.id)),
        of_sources(|source| source.data_licence.as_ref()),
        of_sources(|source| source.attribution.as_ref()),
        entry.changed_at.to_rfc3339(),
    ]
}

/// A government's verdict, and which sources give it since when: "recommended (fr-sill)".
fn verdict(one: &Recommended) -> String {
    let since = one.recommendation.since.map(|day| format!(" since {day}")).unwrap_or_default();
    format!("{}{since} ({})", one.recommendation.verdict.as_str(), one.sources.join(", "))
}

fn used<'a>(
    records: &'a [RecordSource],
    attributions: &'a HashMap<String, Attribution>,
) -> impl Iterator<Item = &'a Attribution> {
    let mut ids: Vec<&str> = records.iter().map(|one| one.source.as_str()).collect();
    ids.dedup();
    ids.into_iter().filter_map(|id| attributions.get(id))
}

/// The address of an entry's page.
pub fn address(public_url: &str, entry: &Software) -> String {
    format!("{public_url}/software/{}/{}", entry.id, entry.slug).trim_end_matches('/').to_owned()
}

fn in_language(text: &LocalizedText, lang: &str) -> String {
    let exact = text.iter().find(|(tag, _)| tag.primary() == lang);
    exact.map(|(_, text)| text.to_owned()).unwrap_or_default()
}

fn joined<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" | ")
}

/// A field as it may stand in a spreadsheet: on one line, without what cannot be seen; one that
/// would be run as a formula is quoted with an apostrophe (OWASP, "CSV injection"). Signs of full
/// width are signs too.
pub fn defuse(field: &str) -> String {
    let line = one_line(field);
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let is_formula = line.trim_start().starts_with(signs) || field.starts_with(['\t', '\r', '\n']);
    if is_formula { format!("'{line}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_never_becomes_a_formula() {
        for (field, safe) in [
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("＝1+1", "'＝1+1"),
            ("－1", "'－1"),
            ("＋1", "'＋1"),
            ("＠x", "'＠x"),
            (" =1", "' =1"),
            ("\u{200B}=1", "'=1"),
            ("\t=1", "' =1"),
            ("\rx", "' x"),
            ("a\u{202E}b\u{1b}c\nd", "ab c d"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(defuse(field), safe);
        }
    }
}
