//! Reading the values of a document leniently, with a finding wherever something was left out or
//! repaired.

use chrono::{Datelike, NaiveDate};

use super::keys::{Key, similar};
use crate::catalogue::text::{clean, clean_line};
use crate::catalogue::urls::WebUrl;
use crate::formats::Severity;
use crate::formats::personal::is_reference;
use crate::formats::yaml::{Kind, Node, child_path};
use crate::formats::{Code, Finding, Position};

/// The most findings about one document.
pub const MAX_FINDINGS: usize = 200;

/// A value and its path.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub path: String,
    pub node: &'a Node,
}

impl Field<'_> {
    /// The value of a key where this is a mapping, without any finding.
    pub fn child(&self, name: &str) -> Option<Self> {
        let (key, node) = self
            .node
            .as_mapping()?
            .iter()
            .find(|(key, _)| key.as_scalar().is_some_and(|scalar| scalar.text == name))?;
        Some(Self { path: child_path(&self.path, key), node })
    }

    /// Whether the value says nothing: null, or an empty text, list or mapping.
    fn is_empty(&self) -> bool {
        match &self.node.kind {
            _ if self.node.is_null() => true,
            Kind::Scalar(scalar) => scalar.text.trim().is_empty(),
            Kind::Sequence(items) => items.is_empty(),
            Kind::Mapping(entries) => entries.is_empty(),
        }
    }
}

/// A mapping whose keys are known.
#[derive(Debug)]
pub(super) struct Section<'a> {
    path: String,
    start: Position,
    fields: Vec<(&'static str, Field<'a>)>,
}

impl<'a> Section<'a> {
    /// Sorts the entries of a mapping by the keys of `table`; reports those that are unknown,
    /// misspelt or deprecated. `None`, with a finding, where the value is no mapping.
    pub fn open(reader: &mut Reader, field: &Field<'a>, table: &[Key]) -> Option<Self> {
        let Some(entries) = field.node.as_mapping() else {
            reader.wrong_type(field, "a mapping");
            return None;
        };
        let mut section =
            Self { path: field.path.clone(), start: field.node.start, fields: Vec::new() };
        let written = |key: &Node| key.as_scalar().map(|scalar| scalar.text.clone());
        let mut misspelt = Vec::new();
        for (key, value) in entries {
            let found = Field { path: child_path(&field.path, key), node: value };
            let name = written(key).unwrap_or_default();
            match table.iter().find(|known| known.name == name) {
                Some(known) => section.add(reader, key, known, found),
                None => misspelt.push((name, key, found)),
            }
        }
        for (name, key, found) in misspelt {
            match similar(table, &name) {
                Some(known) if section.field(known.name).is_none() => {
                    reader.add(
                        Finding::new(
                            Code::PubliccodeMisspeltKey,
                            found.path.clone(),
                            format!(
                                "The key is read as {}, which is its right spelling.",
                                known.name
                            ),
                        )
                        .at(Some(key.start)),
                    );
                    section.add(reader, key, known, found);
                }
                _ => reader.unknown_key(&name, key, found, field.path.is_empty()),
            }
        }
        Some(section)
    }

    fn add(&mut self, reader: &mut Reader, key: &Node, known: &Key, found: Field<'a>) {
        if self.field(known.name).is_some() {
            return;
        }
        if let Some(advice) = known.deprecated {
            reader.add(
                Finding::new(
                    Code::PubliccodeDeprecatedKey,
                    found.path.clone(),
                    format!("The key is deprecated: {advice}."),
                )
                .at(Some(key.start)),
            );
        }
        self.fields.push((known.name, found));
    }

    fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, field)| field)
    }

    /// The value of a key, where it says anything.
    pub fn get(&self, name: &str) -> Option<&Field<'a>> {
        self.field(name).filter(|field| !field.is_empty())
    }

    /// The value of a mandatory key; reports that it is missing.
    pub fn require(&self, reader: &mut Reader, name: &str) -> Option<&Field<'a>> {
        let field = self.get(name);
        if field.is_none() {
            self.missing(reader, name);
        }
        field
    }

    /// The mapping under a key.
    pub fn section(&self, reader: &mut Reader, name: &str, table: &[Key]) -> Option<Self> {
        Section::open(reader, self.get(name)?, table)
    }

    /// The mapping under a mandatory key.
    pub fn require_section(&self, reader: &mut Reader, name: &str, table: &[Key]) -> Option<Self> {
        let field = self.require(reader, name)?;
        Section::open(reader, field, table)
    }

    /// Reports a mandatory key that has no value.
    pub fn missing(&self, reader: &mut Reader, name: &str) {
        reader.add(self.missing_key(name));
    }

    /// Reports a key without which nothing can be listed.
    pub fn missing_fatally(&self, reader: &mut Reader, name: &str) {
        reader.add(self.missing_key(name).severity(Severity::Error));
    }

    /// Where a key stands, or its section if it is not there.
    pub fn place(&self, name: &str) -> (String, Position) {
        match self.field(name) {
            Some(field) => (field.path.clone(), field.node.start),
            None if self.path.is_empty() => (name.to_owned(), self.start),
            None => (format!("{}.{name}", self.path), self.start),
        }
    }

    fn missing_key(&self, name: &str) -> Finding {
        let (path, position) = self.place(name);
        Finding::new(
            Code::PubliccodeMissingKey,
            path,
            format!("{name} has no value, though the standard asks for one."),
        )
        .at(Some(position))
    }
}

/// Collects the findings of one reading.
#[derive(Debug, Default)]
pub(super) struct Reader {
    findings: Vec<Finding>,
    left_out: usize,
}

impl Reader {
    /// Adds a finding, or counts it where there are too many.
    pub fn add(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// The findings, with one about those that were left out.
    pub fn finish(mut self) -> Vec<Finding> {
        if self.left_out > 0 {
            let message = format!("{} more findings are not listed.", self.left_out);
            let finding = Finding::new(Code::FindingsTruncated, "", message);
            self.findings.push(finding.severity(Severity::Info));
        }
        self.findings
    }

    /// Reports a value that was left out or repaired.
    pub fn warn(&mut self, code: Code, field: &Field<'_>, message: String) {
        self.tell(Severity::Warning, code, field, message);
    }

    /// Reports something about a value that is worth knowing.
    pub fn info(&mut self, code: Code, field: &Field<'_>, message: String) {
        self.tell(Severity::Info, code, field, message);
    }

    fn tell(&mut self, severity: Severity, code: Code, field: &Field<'_>, message: String) {
        let finding = Finding::new(code, &field.path, message).severity(severity);
        self.add(finding.at(Some(field.node.start)));
    }

    /// Reports a value of another kind.
    pub fn wrong_type(&mut self, field: &Field<'_>, expected: &str) {
        let found = field.node.describe();
        self.warn(Code::PubliccodeWrongType, field, format!("Found {found}, expected {expected}."));
    }

    /// The cleaned text of a scalar; line breaks stay. A person's name is no content, whatever
    /// else it stands for by an alias.
    pub fn text(&mut self, field: &Field<'_>) -> Option<String> {
        let Some(scalar) = field.node.as_scalar() else {
            self.wrong_type(field, "a text");
            return None;
        };
        let text = clean(&scalar.text);
        (!text.is_empty() && !is_reference(&text) && !field.node.is_null()).then_some(text)
    }

    /// The cleaned text of a scalar, in one line.
    pub fn line(&mut self, field: &Field<'_>) -> Option<String> {
        self.text(field).map(|text| clean_line(&text))
    }

    /// The elements of a list. A value that stands alone is taken for a list of one.
    pub fn list<'a>(&mut self, field: &Field<'a>) -> Vec<Field<'a>> {
        if !matches!(field.node.kind, Kind::Sequence(_)) {
            self.wrong_type(field, "a list");
        }
        self.one_or_more(field)
    }

    /// The elements of a list, or the value that stands alone, where the standard allows both.
    pub fn one_or_more<'a>(&mut self, field: &Field<'a>) -> Vec<Field<'a>> {
        match &field.node.kind {
            Kind::Sequence(items) => items
                .iter()
                .enumerate()
                .map(|(index, node)| Field { path: format!("{}[{index}]", field.path), node })
                .collect(),
            _ => vec![field.clone()],
        }
    }

    /// A web address.
    pub fn url(&mut self, field: &Field<'_>) -> Option<WebUrl> {
        let text = self.line(field)?;
        match WebUrl::read(&text, "") {
            Ok((url, added)) => {
                if added.is_some() {
                    let text = shorten(&text);
                    let message = format!("{text} counts as {url}: expected https:// before it.");
                    self.warn(Code::PubliccodeUrlRepaired, field, message);
                }
                Some(url)
            }
            Err(problem) => {
                let message = format!("{} is not a web address: {problem}.", shorten(&text));
                self.warn(Code::PubliccodeInvalidUrl, field, message);
                None
            }
        }
    }

    /// A date in the one form of the standard.
    pub fn date(&mut self, field: &Field<'_>) -> Option<NaiveDate> {
        let text = self.line(field)?;
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .ok()
            .filter(|date| text.len() == 10 && (1970..=2100).contains(&date.year()));
        if date.is_none() {
            let message = format!(
                "{} is not a date between 1970 and 2100 in the form YYYY-MM-DD.",
                shorten(&text)
            );
            self.warn(Code::PubliccodeInvalidDate, field, message);
        }
        date
    }

    /// A word of a closed vocabulary.
    pub fn word<T>(
        &mut self,
        field: &Field<'_>,
        parse: impl Fn(&str) -> Option<T>,
        expected: impl Fn() -> String,
    ) -> Option<T> {
        let text = self.line(field)?;
        let word = parse(&text);
        if word.is_none() {
            let message = format!("Found {}, expected {}.", shorten(&text), expected());
            self.warn(Code::PubliccodeUnknownValue, field, message);
        }
        word
    }

    /// A key that no version of the standard has. At the root the standard leaves room for
    /// sections of countries and of others, which are kept as they are.
    fn unknown_key(&mut self, name: &str, key: &Node, found: Field<'_>, at_root: bool) {
        let country = at_root && name.len() == 2 && name.bytes().all(|b| b.is_ascii_alphabetic());
        let finding = if country || name.starts_with("x-") {
            Finding::new(
                Code::PubliccodeExtension,
                found.path,
                "The section is no part of the standard; it is kept but not read.",
            )
        } else {
            Finding::new(
                Code::PubliccodeUnknownKey,
                found.path,
                "The key is in no version of the standard; its value is not read.",
            )
        };
        self.add(finding.at(Some(key.start)));
    }
}

/// A value for a message: not longer than a line.
pub(super) fn shorten(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
