//! Countries: the codes of ISO 3166-1 and the names by which sources call them. What stands in
//! neither is no country, whatever it looks like.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Code of two letters, code of three, names; separated by tabs.
const TABLE: &str = include_str!("countries.tsv");

/// Codes that are used for a country beside its own: by the European Union and in domain names.
const OTHER_CODES: [(&str, &str); 2] = [("UK", "GB"), ("EL", "GR")];

/// Codes of two letters by every code (upper case) and by every folded name.
struct Countries {
    by_code: HashMap<&'static str, &'static str>,
    by_name: HashMap<String, &'static str>,
}

static COUNTRIES: LazyLock<Countries> = LazyLock::new(|| {
    let mut by_code = HashMap::from(OTHER_CODES);
    let mut by_name = HashMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(two), Some(three)) = (parts.next(), parts.next()) else { continue };
        by_code.extend([(two, two), (three, two)]);
        by_name.extend(parts.map(|name| (folded(name), two)));
    }
    Countries { by_code, by_name }
});

/// The country (ISO 3166-1 alpha-2, upper case) that a code of two or three letters means, in any
/// letter case.
pub fn of_code(code: &str) -> Option<&'static str> {
    COUNTRIES.by_code.get(code.trim().to_ascii_uppercase().as_str()).copied()
}

/// The country that a name means, in English or French. What a source adds in brackets, as in
/// "Eswatini (fmr. 'Swaziland')", may be there or not.
pub fn of_name(name: &str) -> Option<&'static str> {
    let find = |name: &str| COUNTRIES.by_name.get(&folded(name)).copied();
    find(name).or_else(|| {
        let (before, _) = name.split_once('(')?;
        // Two states are called Congo: what is added decides.
        find(before).filter(|_| folded(before) != "congo")
    })
}

/// The country that a text means, be it a code in capitals or a name: "no" is no country.
pub fn of_text(text: &str) -> Option<&'static str> {
    let is_code = text.trim().bytes().all(|letter| letter.is_ascii_uppercase());
    of_name(text).or_else(|| of_code(text).filter(|_| is_code))
}

/// A name without case, accents, punctuation and the article; "St." is "Saint", "&" is "and".
fn folded(name: &str) -> String {
    let plain: String = name
        .replace('&', " and ")
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.filter(|word| *word != "the");
    words.map(|word| if word == "st" { "saint" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_iso_3166_and_two_that_stand_for_them() {
        for (code, expected) in [
            ("FR", Some("FR")),
            ("fr", Some("FR")),
            (" Nor ", Some("NO")),
            ("UK", Some("GB")),
            ("EL", Some("GR")),
            ("EU", None),
            ("XX", None),
            ("France", None),
            ("", None),
        ] {
            assert_eq!(of_code(code), expected, "{code}");
        }
    }

    #[test]
    fn names_are_read_as_sources_write_them() {
        for (name, expected) in [
            ("Norway", Some("NO")),
            ("norvège", Some("NO")),
            ("Côte d’Ivoire", Some("CI")),
            ("Ivory Coast", Some("CI")),
            ("Congo (Congo-Brazzaville)", Some("CG")),
            ("Congo (Kinshasa)", Some("CD")),
            ("Democratic Republic of the Congo", Some("CD")),
            ("Congo (somewhere)", None),
            ("Eswatini (fmr. 'Swaziland')", Some("SZ")),
            ("The Gambia", Some("GM")),
            ("Korea, Republic of", Some("KR")),
            ("Korea", None),
            ("Iran (Islamic Republic of)", Some("IR")),
            ("St. Lucia", Some("LC")),
            ("Trinidad & Tobago", Some("TT")),
            ("Palestine State", Some("PS")),
            ("USA", Some("US")),
            ("Europe", None),
            ("Global", None),
            ("Nigeria and Kenya", None),
            ("KE", Some("KE")),
            ("no", None),
            ("", None),
        ] {
            assert_eq!(of_text(name), expected, "{name}");
        }
    }

    #[test]
    fn the_table_has_every_country_once() {
        let rows: Vec<Vec<&str>> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split('\t').collect())
            .collect();
        assert_eq!(rows.len(), 249);
        for row in rows {
            assert!(row.len() > 2 && row[0].len() == 2 && row[1].len() == 3, "{row:?}");
            for name in &row[2..] {
                assert_eq!(of_name(name), Some(row[0]), "{name} means two countries");
            }
        }
    }
}
