//! Reading the table of a page.

use std::collections::BTreeSet;
use std::path::Path;

use super::paths::{Spelling, spelt};

/// A row: what the source calls it, and what becomes of it.
#[derive(Debug)]
pub struct Row {
    pub paths: Vec<String>,
    pub fate: Fate,
}

/// What becomes of a field.
#[derive(Debug)]
pub enum Fate {
    /// It becomes these fields of the entry.
    Kept(BTreeSet<String>),
    NotKept,
}

impl Row {
    /// The fields of the entry that the row claims.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let fields = match &self.fate {
            Fate::Kept(fields) => Some(fields),
            Fate::NotKept => None,
        };
        fields.into_iter().flatten().map(String::as_str)
    }
}

/// The rows of the tables under "What becomes of each …" of a page.
pub fn table(page: &str, spelling: Spelling) -> Vec<Row> {
    let path = format!("docs/sources/{page}.md");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    rows(&std::fs::read_to_string(path).unwrap_or_default(), spelling)
}

/// The same of the text of a page.
pub fn rows(text: &str, spelling: Spelling) -> Vec<Row> {
    let section = text.split("\n## What becomes of each").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| row(line, spelling)).collect()
}

fn row(line: &str, spelling: Spelling) -> Row {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
    let named = cells.first().expect("a cell");
    let fate = cells.get(1).expect("two columns at least");
    let fate = if fate.trim_start().starts_with("not kept, because ") {
        Fate::NotKept
    } else {
        let fields: BTreeSet<String> = quoted(fate).map(str::to_owned).collect();
        assert!(!fields.is_empty(), "neither a field nor a reason: {line}");
        Fate::Kept(fields)
    };
    Row { paths: quoted(named).map(|path| spelt(path, spelling)).collect(), fate }
}

/// What stands in a text as code.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
