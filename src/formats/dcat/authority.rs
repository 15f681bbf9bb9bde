//! Codes of the EU's authority tables, which catalogues use as addresses:
//! `http://publications.europa.eu/resource/authority/country/ESP`.

use crate::catalogue::text::Lang;

/// Where the tables stand, without the scheme.
const TABLES: &str = "publications.europa.eu/resource/authority/";

/// ISO 3166-1 codes of the states whose administrations such catalogues name: three letters, two.
const COUNTRIES: &[(&str, &str)] = &[
    ("ALB", "AL"),
    ("AUT", "AT"),
    ("BEL", "BE"),
    ("BGR", "BG"),
    ("BIH", "BA"),
    ("CHE", "CH"),
    ("CYP", "CY"),
    ("CZE", "CZ"),
    ("DEU", "DE"),
    ("DNK", "DK"),
    ("ESP", "ES"),
    ("EST", "EE"),
    ("FIN", "FI"),
    ("FRA", "FR"),
    ("GBR", "GB"),
    ("GEO", "GE"),
    ("GRC", "GR"),
    ("HRV", "HR"),
    ("HUN", "HU"),
    ("IRL", "IE"),
    ("ISL", "IS"),
    ("ITA", "IT"),
    ("LIE", "LI"),
    ("LTU", "LT"),
    ("LUX", "LU"),
    ("LVA", "LV"),
    ("MDA", "MD"),
    ("MKD", "MK"),
    ("MLT", "MT"),
    ("MNE", "ME"),
    ("NLD", "NL"),
    ("NOR", "NO"),
    ("POL", "PL"),
    ("PRT", "PT"),
    ("ROU", "RO"),
    ("SRB", "RS"),
    ("SVK", "SK"),
    ("SVN", "SI"),
    ("SWE", "SE"),
    ("TUR", "TR"),
    ("UKR", "UA"),
    ("USA", "US"),
];

/// Languages by their codes in the table (ISO 639-3), with the tag of each.
const LANGUAGES: &[(&str, &str)] = &[
    ("BUL", "bg"),
    ("CAT", "ca"),
    ("CES", "cs"),
    ("DAN", "da"),
    ("DEU", "de"),
    ("ELL", "el"),
    ("ENG", "en"),
    ("EST", "et"),
    ("EUS", "eu"),
    ("FIN", "fi"),
    ("FRA", "fr"),
    ("GLE", "ga"),
    ("GLG", "gl"),
    ("HRV", "hr"),
    ("HUN", "hu"),
    ("ISL", "is"),
    ("ITA", "it"),
    ("LAV", "lv"),
    ("LIT", "lt"),
    ("LTZ", "lb"),
    ("MKD", "mk"),
    ("MLT", "mt"),
    ("NLD", "nl"),
    ("NOB", "nb"),
    ("NOR", "no"),
    ("POL", "pl"),
    ("POR", "pt"),
    ("RON", "ro"),
    ("SLK", "sk"),
    ("SLV", "sl"),
    ("SPA", "es"),
    ("SQI", "sq"),
    ("SRP", "sr"),
    ("SWE", "sv"),
    ("TUR", "tr"),
    ("UKR", "uk"),
];

/// The code that an address names in one of the tables, such as `country`.
pub(super) fn code<'a>(iri: &'a str, table: &str) -> Option<&'a str> {
    let (_, rest) = iri.split_once("://")?;
    let code = rest.strip_prefix(TABLES)?.strip_prefix(table)?.strip_prefix('/')?;
    (!code.is_empty() && !code.contains(['/', '#', '?'])).then_some(code)
}

/// The country (ISO 3166-1 alpha-2) that an address of the table or a code of two letters names.
pub(super) fn country(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(code) = code(text, "country") {
        return lookup(COUNTRIES, code).map(str::to_owned);
    }
    let is_code = text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase());
    is_code.then(|| text.to_owned())
}

/// The language that an address of the table or a language tag names.
pub(super) fn language(text: &str) -> Option<Lang> {
    match code(text.trim(), "language") {
        Some(code) => Lang::parse(lookup(LANGUAGES, code)?),
        None => Lang::parse(text),
    }
}

fn lookup(table: &[(&str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, short)| *short)
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
            ("es".to_owned(), None),
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
