//! A table as it is asked for, on the web and on the command line; for a spreadsheet its columns
//! have names in the reader's words.

use crate::publish::export::columns::{COLUMNS, UnknownColumn, chosen};
use crate::publish::export::table::Table;
use crate::web::i18n::language::Language;

/// The table with the columns of a list, or with all; for readers of a language.
///
/// # Errors
/// [`UnknownColumn`] where the list cannot be used.
pub fn table(
    columns: Option<&str>,
    lang: &str,
    is_spreadsheet: bool,
) -> Result<Table, UnknownColumn> {
    let columns = columns.map_or_else(|| Ok(COLUMNS.iter().collect()), chosen)?;
    let table = Table::new(columns, lang);
    if !is_spreadsheet {
        return Ok(table);
    }
    let t = Language::parse(lang).unwrap_or(Language::English);
    Ok(table.for_spreadsheets(|name| t.of("column", name)))
}
