//! What each source says, field by field, side by side.

use serde_json::{Map, Value};

use super::said::{Speaker, speaker};
use super::spoken;
use crate::catalogue::merge::FIELDS;
use crate::store::views::Record;
use crate::web::pages::names::Names;
use crate::web::pages::phrase::Phrase;

/// Elements of a list that a cell shows.
const MOST_ELEMENTS: usize = 8;
/// Characters of a text that a cell shows.
const MOST_CHARACTERS: usize = 240;

/// The table.
pub struct Table {
    pub columns: Vec<Speaker>,
    pub rows: Vec<Line>,
}

/// One field.
pub struct Line {
    pub label: String,
    /// For each record what it says; empty where it says nothing.
    pub cells: Vec<Cell>,
}

/// What one record says about one field.
#[derive(Default)]
pub struct Cell {
    pub values: Vec<Phrase>,
    /// "12 more", where there are more.
    pub more: Option<String>,
}

/// The table of the records: fields that nobody fills are left out.
pub fn table(names: &Names<'_>, records: &[Record]) -> Table {
    let objects: Vec<Map<String, Value>> = records.iter().map(object).collect();
    let rows = FIELDS
        .iter()
        .filter(|(field, _)| objects.iter().any(|object| object.contains_key(*field)))
        .map(|(field, _)| Line {
            label: names.t.of("field", field),
            cells: objects.iter().map(|object| cell(names, field, object.get(*field))).collect(),
        })
        .collect();
    Table { columns: records.iter().map(|record| speaker(names, record)).collect(), rows }
}

fn object(record: &Record) -> Map<String, Value> {
    match serde_json::to_value(&record.content) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn cell(names: &Names<'_>, field: &str, value: Option<&Value>) -> Cell {
    let values: Vec<(Option<&str>, &Value)> = match value {
        None => return Cell::default(),
        Some(Value::Object(by_lang)) if field != "publisher" => {
            by_lang.iter().map(|(lang, value)| (Some(lang.as_str()), value)).collect()
        }
        Some(Value::Array(elements)) => elements.iter().map(|value| (None, value)).collect(),
        Some(single) => vec![(None, single)],
    };
    let hidden = values.len().saturating_sub(MOST_ELEMENTS);
    Cell {
        values: values
            .into_iter()
            .take(MOST_ELEMENTS)
            .map(|(part, value)| shortened(spoken::value(names, field, part, value)))
            .collect(),
        more: (hidden > 0).then(|| names.t.count("more-values", hidden as u64)),
    }
}

fn shortened(phrase: Phrase) -> Phrase {
    if phrase.text.chars().count() <= MOST_CHARACTERS {
        return phrase;
    }
    let start: String = phrase.text.chars().take(MOST_CHARACTERS).collect();
    Phrase { text: format!("{start}…"), ..phrase }
}
