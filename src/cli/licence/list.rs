//! `fedcat licence --file`: a list of statements with their outcomes added, row by row.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use csv::{ByteRecord, QuoteStyle, ReaderBuilder, WriterBuilder};

use super::fields::Fields;
use crate::licence::{Context, normalise};

pub(super) fn run(file: &Path, usual: Context) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let input: Box<dyn Read> = if name == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(file).with_context(|| format!("cannot read {name}"))?)
    };
    explain(input, std::io::stdout().lock(), usual).with_context(|| name)
}

/// Copies the rows with the outcome added. Fields are kept byte by byte; quotes mean nothing in
/// this format.
fn explain(input: impl Read, output: impl Write, usual: Context) -> anyhow::Result<()> {
    let mut reader =
        ReaderBuilder::new().delimiter(b'\t').quoting(false).flexible(true).from_reader(input);
    let mut writer =
        WriterBuilder::new().delimiter(b'\t').quote_style(QuoteStyle::Never).from_writer(output);
    let mut header = reader.byte_headers()?.clone();
    let column = |name: &str| header.iter().position(|field| field.trim_ascii() == name.as_bytes());
    let Some(string) = column("string") else {
        bail!("the header names no column `string`: expected tab-separated names of columns");
    };
    let context = column("context");
    let width = header.len();
    Fields::COLUMNS.iter().for_each(|name| header.push_field(name.as_bytes()));
    writer.write_byte_record(&header)?;
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row)? {
        let line = row.position().map_or(0, csv::Position::line);
        if row.len() > width {
            bail!("line {line} has {} fields: expected {width}, as in the header", row.len());
        }
        while row.len() < width {
            row.push_field(b"");
        }
        let context = match text(&row, context).trim() {
            "" => usual,
            word => word.parse().with_context(|| format!("line {line}"))?,
        };
        let fields = Fields::of(&normalise(&text(&row, Some(string)), context));
        for field in fields.columns() {
            row.push_field(field.replace(['\t', '\r', '\n'], " ").as_bytes());
        }
        writer.write_byte_record(&row)?;
    }
    writer.flush()?;
    Ok(())
}

fn text(row: &ByteRecord, column: Option<usize>) -> String {
    let field = column.and_then(|column| row.get(column)).unwrap_or_default();
    String::from_utf8_lossy(field).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8], expected: &[&str]) {
        let mut output = Vec::new();
        let read = explain(input, &mut output, Context::Text);
        let written = String::from_utf8_lossy(&output).into_owned();
        let mut lines: Vec<String> = written
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>().join("|"))
            .collect();
        lines.extend(read.err().map(|error| format!("{error:#}")));
        assert_eq!(lines.len(), expected.len(), "{lines:?}");
        for (line, beginning) in lines.iter().zip(expected) {
            assert!(line.starts_with(beginning), "{line} should begin with {beginning}");
        }
    }

    #[test]
    fn rows_come_back_with_their_outcome() {
        let header = "n|string|outcome|expression|candidates|range|confidence|explanation";
        check(
            b"n\tstring\n1\tmit\n2\tGPL-3.0\r\n3\t\n4\n5\t\"MIT\"\n6\t\xffMIT\n",
            &[
                header,
                "1|mit|expression|MIT||stated|alias|",
                "2|GPL-3.0|expression|GPL-3.0-only||unstated|alias|",
                "3||no-statement|||||",
                "4||no-statement|||||",
                "5|\"MIT\"|expression|MIT|",
                "6|\u{fffd}MIT|rejected|",
            ],
        );
    }

    #[test]
    fn a_row_may_say_its_context() {
        check(
            b"context\tstring\nspdx\tMIT and ISC\n\tExpat and ISC\nurl\thttps://spdx.org/licenses/MIT\n",
            &[
                "context|string|outcome|",
                "spdx|MIT and ISC|expression|MIT AND ISC|",
                "|Expat and ISC|candidates||",
                "url|https://spdx.org/licenses/MIT|expression|MIT|",
            ],
        );
    }

    #[test]
    fn a_list_that_cannot_be_used_is_told_where() {
        check(b"", &["the header names no column `string`"]);
        check(b"statement\nMIT\n", &["the header names no column `string`"]);
        check(b"string\nMIT\tx\n", &["string|", "line 2 has 2 fields: expected 1"]);
        check(
            b"string\tcontext\nMIT\tperl\n",
            &["string|", "line 2: \"perl\" is no context: expected one of"],
        );
    }
}
