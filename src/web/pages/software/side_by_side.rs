//! What each source says, field by field, side by side.

use serde_json::{Map, Value};

use super::field_statements::{StatedBy, stated_by};
use super::value_text;
use crate::catalogue::merge::FIELDS;
use crate::store::records::Record;
use crate::web::i18n::names::ValueNames;
use crate::web::i18n::phrase::Phrase;
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// Elements of a list that a cell shows.
const MOST_ELEMENTS: usize = 8;
/// How much of a text a cell shows.
const CELL: Brevity = Brevity { letters: 240, elements: MOST_ELEMENTS };

/// The table.
pub struct Table {
    pub columns: PartialList<StatedBy>,
    pub rows: Vec<FieldRow>,
}

/// One field.
pub struct FieldRow {
    pub label: String,
    /// For each record what it says; empty where it says nothing.
    pub cells: PartialList<Cell>,
}

/// What one record says about one field.
pub struct Cell {
    pub values: PartialList<Phrase>,
}

impl Shorten for Table {
    fn shorten(&mut self, brevity: Brevity) {
        self.columns.shorten(brevity);
        self.rows.iter_mut().for_each(|line| line.cells.shorten(brevity));
    }
}

impl Shorten for Cell {
    fn shorten(&mut self, brevity: Brevity) {
        self.values.shorten(brevity);
    }
}

/// The table of the records: fields that nobody fills are left out.
pub fn table(names: &ValueNames<'_>, records: &[Record]) -> Table {
    let objects: Vec<Map<String, Value>> = records.iter().map(object).collect();
    let rows = FIELDS
        .iter()
        .filter(|field| objects.iter().any(|object| object.contains_key(**field)))
        .map(|field| FieldRow {
            label: names.t.of("field", field),
            cells: objects.iter().map(|object| cell(names, field, object.get(*field))).collect(),
        })
        .collect();
    Table { columns: records.iter().map(|record| stated_by(names, record)).collect(), rows }
}

fn object(record: &Record) -> Map<String, Value> {
    match serde_json::to_value(&record.content) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn cell(names: &ValueNames<'_>, field: &str, value: Option<&Value>) -> Cell {
    let values: Vec<(Option<&str>, &Value)> = match value {
        None => Vec::new(),
        Some(Value::Object(by_lang)) if field != "publisher" => {
            by_lang.iter().map(|(lang, value)| (Some(lang.as_str()), value)).collect()
        }
        Some(Value::Array(elements)) => elements.iter().map(|value| (None, value)).collect(),
        Some(single) => vec![(None, single)],
    };
    let hidden = values.len().saturating_sub(MOST_ELEMENTS);
    let shown = values.into_iter().take(MOST_ELEMENTS).map(|(part, value)| {
        let mut phrase = value_text::value(names, field, part, value);
        phrase.shorten(CELL);
        phrase
    });
    Cell { values: PartialList::new(shown.collect(), hidden) }
}
