//! The catalogue, or what a search found in it, as a file: NDJSON or CSV, one entry a line, written
//! as it is read, so that the memory does not depend on the size of the catalogue. Beside what came
//! from a source stand the licence of its data and the words of its attribution.

pub mod columns;
pub mod table;

use std::collections::HashMap;
use std::vec::IntoIter;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::{self, Stream};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::catalogue::content::Content;
use crate::catalogue::merge::Statement;
use crate::catalogue::merge::licence::Concluded;
use crate::licence::facts::Facts;
use crate::store::entity::source;
use crate::store::records::{self, RecordSource};
use crate::store::software::{self, Software};
use crate::store::{Store, StoreError, sources};
use columns::Row;
use table::Table;

/// Entries read from the store at a time: the measure of the memory.
const AT_ONCE: usize = 200;
const PAGE: u64 = AT_ONCE as u64;

/// How a file is written.
#[derive(Debug, Clone)]
pub enum Format {
    /// All that there is of an entry.
    Ndjson,
    /// A table.
    Csv(Table),
}

impl Format {
    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv(_) => "text/csv; charset=utf-8",
        }
    }

    /// The primary language of its readers, where it has one.
    pub fn lang(&self) -> Option<&str> {
        match self {
            Self::Ndjson => None,
            Self::Csv(table) => Some(table.lang()),
        }
    }

    /// The ending of its files.
    pub fn ending(&self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv(_) => "csv",
        }
    }
}

/// Which entries a file holds. Those that are withdrawn by the time they are read are in none.
#[derive(Debug, Clone)]
pub enum Which {
    /// Every entry, in the order of ids.
    All,
    /// These, in this order.
    Found(Vec<Uuid>),
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

/// Entries as a stream of chunks of a file.
pub fn stream(
    store: Store,
    public_url: String,
    format: Format,
    which: Which,
) -> impl Stream<Item = Result<Bytes, ExportError>> {
    let state = State { store, public_url, format, left: Left::of(which), attributions: None };
    stream::try_unfold(state, |mut state| async move {
        Ok(state.next().await?.map(|chunk| (chunk, state)))
    })
}

struct State {
    store: Store,
    public_url: String,
    format: Format,
    left: Left,
    /// Known from the first chunk on.
    attributions: Option<HashMap<String, Attribution>>,
}

/// The entries that are not yet read.
enum Left {
    After(Option<Uuid>),
    These(IntoIter<Uuid>),
    Nothing,
}

impl Left {
    fn of(which: Which) -> Self {
        match which {
            Which::All => Self::After(None),
            Which::Found(ids) => Self::These(ids.into_iter()),
        }
    }

    /// The next entries; some may be left although there are none.
    async fn next(&mut self, db: &impl ConnectionTrait) -> Result<Vec<Software>, StoreError> {
        let (page, left) = match std::mem::replace(self, Self::Nothing) {
            Self::Nothing => return Ok(Vec::new()),
            Self::After(after) => {
                let page = software::page(db, after, PAGE).await?;
                let left = page.last().map(|entry| Self::After(Some(entry.id)));
                (page, left)
            }
            Self::These(mut ids) => {
                let next: Vec<Uuid> = ids.by_ref().take(AT_ONCE).collect();
                let mut known = software::by_ids(db, &next).await?;
                let page = next.iter().filter_map(|id| known.remove(id));
                let page = page.filter(|entry| entry.state == software::State::Active).collect();
                (page, (!next.is_empty()).then_some(Self::These(ids)))
            }
        };
        *self = left.unwrap_or(Self::Nothing);
        Ok(page)
    }
}

impl State {
    async fn next(&mut self) -> Result<Option<Bytes>, ExportError> {
        if matches!(self.left, Left::Nothing) {
            return Ok(None);
        }
        let (attributions, mut chunk) = match self.attributions.take() {
            Some(known) => (known, Vec::new()),
            None => (attributions(&self.store).await?, self.format.beginning()?),
        };
        // A snapshot of these entries and their records, not of the whole file: whoever reads
        // slowly must not make the database keep what was.
        let db = self.store.snapshot().await?;
        let page = self.left.next(&db).await?;
        let ids: Vec<Uuid> = page.iter().map(|entry| entry.id).collect();
        let records = records::sources_of(&db, &ids).await?;
        drop(db);
        let none = Vec::new();
        let entries =
            page.iter().map(|entry| (entry, records.get(&entry.id).unwrap_or(&none).as_slice()));
        chunk.extend(match &self.format {
            Format::Ndjson => ndjson(entries, &attributions, &self.public_url)?,
            Format::Csv(table) => rows(entries, &attributions, &self.public_url, table)?,
        });
        self.attributions = Some(attributions);
        Ok(Some(Bytes::from(chunk)))
    }
}

impl Format {
    /// What stands before the first entry.
    fn beginning(&self) -> Result<Vec<u8>, ExportError> {
        match self {
            Self::Ndjson => Ok(Vec::new()),
            Self::Csv(table) => table.header(),
        }
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

fn rows<'a>(
    entries: impl Iterator<Item = Entries<'a>>,
    attributions: &HashMap<String, Attribution>,
    public_url: &str,
    table: &Table,
) -> Result<Vec<u8>, ExportError> {
    table.rows(entries.map(|(entry, records)| Row {
        entry,
        records,
        sources: used(records, attributions).collect(),
        public_url,
        lang: table.lang(),
    }))
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
