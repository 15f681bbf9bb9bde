//! Codes of the EU's authority tables, which catalogues use as addresses:
//! `http://publications.europa.eu/resource/authority/country/ESP`.

use crate::catalogue::countries;
use crate::catalogue::text::Lang;

/// Where the tables stand, without the scheme.
const TABLES: &str = "publications.europa.eu/resource/authority/";

/// The code that an address names in one of the tables, such as `country`.
pub(super) fn code<'a>(iri: &'a str, table: &str) -> Option<&'a str> {
    let (_, rest) = iri.split_once("://")?;
    let code = rest.strip_prefix(TABLES)?.strip_prefix(table)?.strip_prefix('/')?;
    (!code.is_empty() && !code.contains(['/', '#', '?'])).then_some(code)
}

/// The country (ISO 3166-1 alpha-2) that an address of the table or a code names.
pub(super) fn country(text: &str) -> Option<String> {
    let text = text.trim();
    countries::of_code(code(text, "country").unwrap_or(text)).map(str::to_owned)
}

/// The language that an address of the table or a language tag names. The table also has codes
/// that say of no language which one it is.
pub(super) fn language(text: &str) -> Option<Lang> {
    match code(text.trim(), "language") {
        Some("MUL" | "UND" | "ZXX") => None,
        Some(code) if code.len() == 3 => Lang::parse(&code.to_ascii_lowercase()),
        Some(_) => None,
        None => Lang::parse(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_addresses() {
        let table = "http://publications.europa.eu/resource/authority";
        for (text, expected) in [
            (format!("{table}/country/ESP"), Some("ES")),
            (
                "https://publications.europa.eu/resource/authority/country/FRA".to_owned(),
                Some("FR"),
            ),
            (format!("{table}/country/XYZ"), None),
            (format!("{table}/language/ESP"), None),
            ("ES".to_owned(), Some("ES")),
            ("Spain".to_owned(), None),
            ("es".to_owned(), Some("ES")),
            ("EL".to_owned(), Some("GR")),
            ("EU".to_owned(), None),
            (format!("{table}/country/CAN"), Some("CA")),
        ] {
            assert_eq!(country(&text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            (format!("{table}/language/SPA"), Some("es")),
            (format!("{table}/language/INVALID"), None),
            ("pt-br".to_owned(), Some("pt-BR")),
            ("http://example.org/language/1".to_owned(), None),
        ] {
            assert_eq!(language(&text).as_ref().map(Lang::as_str), expected, "{text}");
        }
    }
}
