//! "Who says so": for each field the values that sources state, and who states them since when.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::spoken;
use crate::catalogue::merge::Statement;
use crate::store::records::Record;
use crate::web::pages::brief::{Brevity, Shorten, Shown};
use crate::web::pages::names::{Names, place, source_name};
use crate::web::pages::phrase::Phrase;
use crate::web::pages::words::Language;

/// Values of one field that are shown; the API has all.
const MOST_VALUES: usize = 200;

/// Who states a value.
#[derive(Debug, Clone)]
pub struct Speaker {
    pub source: String,
    pub place: String,
    pub href: String,
    /// The day since which the source's record stands as it does.
    pub since: String,
}

/// A value and who states it.
#[derive(Debug)]
pub struct SaidValue {
    pub value: Phrase,
    /// Whether it is the value that the entry shows.
    pub is_shown: bool,
    pub speakers: Shown<Speaker>,
}

/// All that is said about a field.
#[derive(Debug)]
pub struct Said {
    pub t: Language,
    /// The field's label, for those who do not see where the disclosure stands.
    pub field: String,
    /// "SILL" or "3 sources".
    pub who: String,
    /// Whether a value was stated that is not shown.
    pub is_disputed: bool,
    pub values: Shown<SaidValue>,
}

impl Shorten for Speaker {
    fn shorten(&mut self, brevity: Brevity) {
        self.source.shorten(brevity);
        self.place.shorten(brevity);
    }
}

impl Shorten for SaidValue {
    fn shorten(&mut self, brevity: Brevity) {
        self.value.shorten(brevity);
        self.speakers.shorten(brevity);
    }
}

impl Shorten for Said {
    fn shorten(&mut self, brevity: Brevity) {
        self.values.shorten(brevity);
    }
}

/// The records of an entry and what they say.
pub struct Voices<'a> {
    names: &'a Names<'a>,
    speakers: BTreeMap<Uuid, Speaker>,
    provenance: &'a [Statement],
}

impl<'a> Voices<'a> {
    /// Gets the records ready to be quoted.
    pub fn new(names: &'a Names<'a>, records: &[Record], provenance: &'a [Statement]) -> Self {
        let speakers = records.iter().map(|record| (record.id, speaker(names, record))).collect();
        Self { names, speakers, provenance }
    }

    /// What is said about fields that are shown together; nothing where nobody says anything.
    pub fn on(&self, fields: &[&str]) -> Option<Said> {
        let t = self.names.t;
        let statements: Vec<&Statement> = self
            .provenance
            .iter()
            .filter(|statement| fields.contains(&statement.field.as_str()))
            .collect();
        let field = fields.first().filter(|_| !statements.is_empty())?;
        let sources: BTreeSet<&str> = statements
            .iter()
            .flat_map(|statement| &statement.records)
            .filter_map(|record| self.speakers.get(record))
            .map(|speaker| speaker.source.as_str())
            .collect();
        let who = match sources.first() {
            Some(only) if sources.len() == 1 => (*only).to_owned(),
            _ => t.count("so-many-sources", sources.len() as u64),
        };
        let hidden = statements.len().saturating_sub(MOST_VALUES);
        Some(Said {
            t,
            field: t.of("field", field),
            who,
            is_disputed: statements.iter().any(|statement| !statement.chosen),
            values: Shown::new(
                statements.into_iter().take(MOST_VALUES).map(|one| self.said(one)).collect(),
                hidden,
            ),
        })
    }

    fn said(&self, statement: &Statement) -> SaidValue {
        let part = statement.part.as_deref();
        SaidValue {
            value: spoken::value(self.names, &statement.field, part, &statement.value),
            is_shown: statement.chosen,
            speakers: statement
                .records
                .iter()
                .filter_map(|record| self.speakers.get(record))
                .cloned()
                .collect(),
        }
    }
}

/// A record's source as somebody who says something.
pub fn speaker(names: &Names<'_>, record: &Record) -> Speaker {
    let source = names.source(&record.source_id);
    Speaker {
        source: source.map_or_else(|| record.source_id.clone(), source_name),
        place: source.map(|source| place(names.t, source)).unwrap_or_default(),
        href: format!("/sources/{}", record.source_id),
        since: names.t.date(record.changed_at.date_naive()),
    }
}
