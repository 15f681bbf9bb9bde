//! A table as bytes: CSV for programs (RFC 4180), or as the spreadsheet of a reader opens it.

use super::columns::{COLUMNS, Column, Row};
use crate::catalogue::text::one_line;

/// Tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Languages whose readers can have a table, beside English. They write decimals with a comma, so
/// that their spreadsheets part fields at semicolons.
const DECIMAL_COMMA: [&str; 5] = ["fr", "de", "it", "es", "nl"];

/// Which columns a table has, and how it is written.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<&'static Column>,
    header: Vec<String>,
    lang: String,
    separator: u8,
    has_mark: bool,
}

impl Default for Table {
    fn default() -> Self {
        Self::new(COLUMNS.iter().collect(), "en")
    }
}

impl Table {
    /// For programs: columns by their names, commas. Entries have their names in the language,
    /// where a source states one.
    pub fn new(columns: Vec<&'static Column>, lang: &str) -> Self {
        Self {
            header: columns.iter().map(|column| column.name.to_owned()).collect(),
            columns,
            lang: lang.to_owned(),
            separator: b',',
            has_mark: false,
        }
    }

    /// The same for the spreadsheet of somebody who reads the language; `word` says what columns
    /// are called.
    pub fn for_spreadsheets(self, word: impl Fn(&str) -> String) -> Self {
        let has_comma = DECIMAL_COMMA.contains(&self.lang.as_str());
        Self {
            header: self.columns.iter().map(|column| word(column.name)).collect(),
            separator: if has_comma { b';' } else { b',' },
            has_mark: true,
            ..self
        }
    }

    /// The primary language of its readers.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The beginning of the file.
    pub(super) fn header(&self) -> Result<Vec<u8>, csv::Error> {
        let mark = if self.has_mark { BYTE_ORDER_MARK } else { &[] };
        self.lines([self.header.clone()].into_iter(), mark.to_vec())
    }

    /// Some of its lines.
    pub(super) fn rows<'a>(
        &self,
        rows: impl Iterator<Item = Row<'a>>,
    ) -> Result<Vec<u8>, csv::Error> {
        let fields = |row: Row<'_>| -> Vec<String> {
            self.columns.iter().map(|column| defuse(&column.value(&row))).collect()
        };
        self.lines(rows.map(fields), Vec::new())
    }

    fn lines(
        &self,
        lines: impl Iterator<Item = Vec<String>>,
        begun: Vec<u8>,
    ) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.separator)
            .terminator(csv::Terminator::CRLF)
            .from_writer(begun);
        for line in lines {
            writer.write_record(line)?;
        }
        writer.flush()?;
        writer.into_inner().map_err(|error| error.into_error().into())
    }
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
    use crate::publish::export::columns::chosen;

    #[test]
    fn a_spreadsheet_gets_the_separator_of_its_reader() {
        for (lang, header) in [
            ("en", "\u{feff}(id),(name)\r\n"),
            ("fr", "\u{feff}(id);(name)\r\n"),
            ("de", "\u{feff}(id);(name)\r\n"),
            ("it", "\u{feff}(id);(name)\r\n"),
            ("es", "\u{feff}(id);(name)\r\n"),
            ("nl", "\u{feff}(id);(name)\r\n"),
        ] {
            let table = Table::new(chosen("id,name").expect("columns"), lang);
            assert_eq!(table.header().expect("written"), b"id,name\r\n", "{lang}");
            let table = table.for_spreadsheets(|name| format!("({name})"));
            assert_eq!(table.header().expect("written"), header.as_bytes(), "{lang}");
        }
    }

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
