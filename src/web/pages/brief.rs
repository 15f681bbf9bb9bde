//! No page is larger than a reader can load, whatever sources wrote and whatever was asked. A page
//! that would be is made again in brief: with fewer elements of each list and less of each text.
//! The API has all of it.

use std::fmt;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::catalogue::merge::Statement;
use crate::store::views::{Record, Software};
use crate::web::error::Error;

/// Bytes of the largest page.
pub const LARGEST_PAGE: usize = 400_000;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brevity {
    /// Characters of a text.
    pub letters: usize,
    /// Elements of a list.
    pub elements: usize,
}

impl Brevity {
    /// Everything.
    pub const FULL: Self = Self { letters: usize::MAX, elements: usize::MAX };

    /// What is tried, one after the other.
    const STEPS: [Self; 5] = [
        Self::FULL,
        Self { letters: 4_000, elements: 200 },
        Self { letters: 800, elements: 50 },
        Self { letters: 200, elements: 12 },
        Self { letters: 60, elements: 3 },
    ];

    /// Whether something may be left out.
    pub fn is_brief(self) -> bool {
        self != Self::FULL
    }

    /// The beginning of a text.
    pub fn text(self, text: &str) -> String {
        match text.char_indices().nth(self.letters) {
            Some((end, _)) => format!("{}…", text.split_at(end).0),
            None => text.to_owned(),
        }
    }

    /// Leaves the beginning of a text.
    pub fn cut(self, text: &mut String) {
        if let Some((end, _)) = text.char_indices().nth(self.letters) {
            text.truncate(end);
            text.push('…');
        }
    }

    /// An entry with as much of its content.
    pub fn software(self, entry: &Software) -> Software {
        let mut entry = entry.clone();
        if self.is_brief() {
            entry.content = self.of(&entry.content).unwrap_or_default();
            entry.licence = self.of(&entry.licence).unwrap_or(entry.licence);
            entry.provenance = self.statements(entry.provenance);
        }
        entry
    }

    /// Records with as much of their content.
    pub fn records(self, records: &[Record]) -> Vec<Record> {
        let shown = records.iter().take(self.elements).cloned();
        if !self.is_brief() {
            return shown.collect();
        }
        let brief = |record: Record| Record {
            content: self.of(&record.content).unwrap_or_default(),
            join_reason: record.join_reason.map(|reason| self.text(&reason)),
            external_id: self.text(&record.external_id),
            ..record
        };
        shown.map(brief).collect()
    }

    fn statements(self, statements: Vec<Statement>) -> Vec<Statement> {
        let mut kept: Vec<Statement> = Vec::new();
        for mut statement in statements {
            let of_field = kept.iter().rev().take_while(|one| one.field == statement.field);
            if of_field.count() < self.elements {
                self.prune(&mut statement.value);
                statement.records.truncate(self.elements);
                kept.push(statement);
            }
        }
        kept
    }

    /// The same with less in it, where that is still something.
    fn of<T: Serialize + DeserializeOwned>(self, whole: &T) -> Option<T> {
        let mut value = serde_json::to_value(whole).ok()?;
        self.prune(&mut value);
        serde_json::from_value(value).ok()
    }

    fn prune(self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(elements) => {
                // An address is whole or none.
                elements.retain(|element| !self.is_long_address(element));
                elements.truncate(self.elements);
                elements.iter_mut().for_each(|element| self.prune(element));
            }
            Value::Object(members) => {
                members.retain(|_, member| !self.is_long_address(member));
                members.values_mut().for_each(|member| self.prune(member));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn is_long_address(self, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        is_address && text.len() > self.letters
    }
}

/// A page as an answer, in as much detail as fits.
///
/// # Errors
/// [`Error::Internal`] where the template fails, or not even the shortest page fits.
pub fn show<P: Template>(page: impl Fn(Brevity) -> P) -> Result<Response, Error> {
    for brevity in Brevity::STEPS {
        if let Some(html) = rendered(&page(brevity))? {
            return Ok(Html(html).into_response());
        }
    }
    Err(too_large())
}

fn too_large() -> Error {
    Error::Internal(format!("a page in brief has more than {LARGEST_PAGE} bytes"))
}

/// A page as an answer, made shorter by `shorten` until it fits.
///
/// # Errors
/// As [`show`].
pub fn show_shortened<P: Template>(
    mut page: P,
    shorten: impl Fn(&mut P, Brevity),
) -> Result<Response, Error> {
    for brevity in Brevity::STEPS {
        if brevity.is_brief() {
            shorten(&mut page, brevity);
        }
        if let Some(html) = rendered(&page)? {
            return Ok(Html(html).into_response());
        }
    }
    Err(too_large())
}

/// The text of a page; `None` where it is too large.
///
/// # Errors
/// [`Error::Internal`] where the template fails.
pub fn rendered(page: &impl Template) -> Result<Option<String>, Error> {
    let mut sheet = Sheet::default();
    match page.render_into(&mut sheet) {
        Ok(()) => Ok(Some(sheet.text)),
        Err(_) if sheet.is_full => Ok(None),
        Err(error) => Err(Error::Internal(format!("a page: {error}"))),
    }
}

/// A text that takes no more than a page may have.
#[derive(Default)]
struct Sheet {
    text: String,
    is_full: bool,
}

impl fmt::Write for Sheet {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.text.len() + part.len() > LARGEST_PAGE {
            self.is_full = true;
            return Err(fmt::Error);
        }
        self.text.push_str(part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::Content;
    use crate::catalogue::text::{Lang, LocalizedText};
    use crate::catalogue::urls::WebUrl;

    #[test]
    fn content_in_brief_is_content() {
        let long = "é".repeat(1000);
        let address = format!("https://example.org/{}", "x".repeat(1000));
        let content = Content {
            name: LocalizedText::single(Lang::unknown(), &long),
            tags: (0..1000).map(|n| format!("tag {n}")).collect(),
            homepage: WebUrl::parse(&address).ok(),
            based_on: WebUrl::parse(&address).into_iter().collect(),
            ..Content::default()
        };
        let brief = Brevity { letters: 10, elements: 3 }.of(&content).expect("content");
        assert_eq!(brief.name, LocalizedText::single(Lang::unknown(), "éééééééééé…"));
        assert_eq!((brief.tags.len(), brief.homepage, brief.based_on.len()), (3, None, 0));
        let wide = Brevity { letters: 5000, elements: 5000 };
        assert_eq!(wide.of(&content), Some(content));
    }
}
