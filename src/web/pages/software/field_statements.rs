//! "Who says so": for each field the values that sources state, and who states them since when.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::value_text;
use crate::catalogue::merge::Statement;
use crate::store::records::Record;
use crate::web::i18n::language::Language;
use crate::web::i18n::names::{ValueNames, place, source_name};
use crate::web::i18n::phrase::Phrase;
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// Values of one field that are shown; the API has all.
const MOST_VALUES: usize = 200;

/// Who states a value.
#[derive(Debug, Clone)]
pub struct StatedBy {
    pub source: String,
    pub place: String,
    pub href: String,
    /// The day since which the source's record stands as it does.
    pub since: String,
}

/// A value and who states it.
#[derive(Debug)]
pub struct StatedValue {
    pub value: Phrase,
    /// Whether it is the value that the entry shows.
    pub is_shown: bool,
    pub stated_by: PartialList<StatedBy>,
}

/// All that is said about a field.
#[derive(Debug)]
pub struct FieldStatements {
    pub t: Language,
    /// The field's label, for those who do not see where the disclosure stands.
    pub field: String,
    /// "SILL" or "3 sources".
    pub who: String,
    /// Whether a value was stated that is not shown.
    pub is_disputed: bool,
    pub values: PartialList<StatedValue>,
}

impl Shorten for StatedBy {
    fn shorten(&mut self, brevity: Brevity) {
        self.source.shorten(brevity);
        self.place.shorten(brevity);
    }
}

impl Shorten for StatedValue {
    fn shorten(&mut self, brevity: Brevity) {
        self.value.shorten(brevity);
        self.stated_by.shorten(brevity);
    }
}

impl Shorten for FieldStatements {
    fn shorten(&mut self, brevity: Brevity) {
        self.values.shorten(brevity);
    }
}

/// The records of an entry and what they say.
pub struct Statements<'a> {
    names: &'a ValueNames<'a>,
    stated_by: BTreeMap<Uuid, StatedBy>,
    provenance: &'a [Statement],
}

impl<'a> Statements<'a> {
    /// Gets the records ready to be quoted.
    pub fn new(names: &'a ValueNames<'a>, records: &[Record], provenance: &'a [Statement]) -> Self {
        let stated_by =
            records.iter().map(|record| (record.id, stated_by(names, record))).collect();
        Self { names, stated_by, provenance }
    }

    /// What is said about fields that are shown together; nothing where nobody says anything.
    pub fn on(&self, fields: &[&str]) -> Option<FieldStatements> {
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
            .filter_map(|record| self.stated_by.get(record))
            .map(|by| by.source.as_str())
            .collect();
        let who = match sources.first() {
            Some(only) if sources.len() == 1 => (*only).to_owned(),
            _ => t.count("so-many-sources", sources.len() as u64),
        };
        let hidden = statements.len().saturating_sub(MOST_VALUES);
        Some(FieldStatements {
            t,
            field: t.of("field", field),
            who,
            is_disputed: statements.iter().any(|statement| !statement.chosen),
            values: PartialList::new(
                statements.into_iter().take(MOST_VALUES).map(|one| self.stated(one)).collect(),
                hidden,
            ),
        })
    }

    fn stated(&self, statement: &Statement) -> StatedValue {
        let part = statement.part.as_deref();
        StatedValue {
            value: value_text::value(self.names, &statement.field, part, &statement.value),
            is_shown: statement.chosen,
            stated_by: statement
                .records
                .iter()
                .filter_map(|record| self.stated_by.get(record))
                .cloned()
                .collect(),
        }
    }
}

/// A record's source as somebody who says something.
pub fn stated_by(names: &ValueNames<'_>, record: &Record) -> StatedBy {
    let source = names.source(&record.source_id);
    StatedBy {
        source: source.map_or_else(|| record.source_id.clone(), source_name),
        place: source.map(|source| place(names.t, source)).unwrap_or_default(),
        href: format!("/sources/{}", record.source_id),
        since: names.t.date(record.changed_at.date_naive()),
    }
}
