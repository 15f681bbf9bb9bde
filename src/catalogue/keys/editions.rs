//! What tells one edition of a program, or of its home page, from another, and not one program from
//! another.

use crate::catalogue::languages;

/// Words at the end of a name that say which edition it is.
const EDITIONS: &[&str] = &[
    "basic",
    "ce",
    "community",
    "desktop",
    "ee",
    "edition",
    "enterprise",
    "esr",
    "free",
    "lts",
    "open",
    "oss",
    "portable",
    "pro",
    "professional",
    "server",
    "source",
    "standard",
];
/// Letters of the shortest name that may be left.
const SHORTEST: usize = 3;

/// The words of a name without those of its edition; all of them where too little would be left.
pub(super) fn without_edition(words: &[String]) -> &[String] {
    let is_edition = |word: &String| EDITIONS.contains(&word.as_str());
    let end = words.iter().rposition(|word| !is_edition(word)).map_or(0, |last| last + 1);
    let left = words.get(..end).unwrap_or_default();
    let letters: usize = left.iter().map(|word| word.chars().count()).sum();
    if letters < SHORTEST { words } else { left }
}

/// The key of a home page without the language in which it is: `fr.example.org`, `example.org/fr`
/// and `example.org/en-us` are `example.org`.
pub(super) fn without_language(page: &str) -> String {
    let (host, path) = page.split_once('/').unwrap_or((page, ""));
    let host = match host.split_once('.') {
        Some((label, rest)) if rest.contains('.') && is_language(label) => rest,
        _ => host,
    };
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.first().is_some_and(|part| is_language(part)) {
        parts.remove(0);
    } else if parts.last().is_some_and(|part| is_language(part)) {
        parts.pop();
    }
    std::iter::once(host).chain(parts).collect::<Vec<_>>().join("/")
}

/// Whether a part of an address is a code of two letters for a language, with or without a country.
fn is_language(part: &str) -> bool {
    let (language, country) = part.split_once(['-', '_']).unwrap_or((part, "xx"));
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_alphabetic())
        && languages::is_of_two_letters(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_page_is_one_in_every_language() {
        for (page, expected) in [
            ("example.org", "example.org"),
            ("example.org/fr", "example.org"),
            ("example.org/en-us/parcel", "example.org/parcel"),
            ("example.org/parcel/de", "example.org/parcel"),
            ("fr.example.org/parcel", "example.org/parcel"),
            ("fr.org/parcel", "fr.org/parcel"),
            ("qq.example.org/api", "qq.example.org/api"),
        ] {
            assert_eq!(without_language(page), expected, "{page}");
        }
    }

    #[test]
    fn a_name_keeps_something_without_its_edition() {
        for (name, expected) in [
            ("parcel community edition", "parcel"),
            ("parcel", "parcel"),
            ("community server", "community server"),
            ("open parcel", "open parcel"),
            ("gl pro", "gl pro"),
        ] {
            let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
            assert_eq!(without_edition(&words).join(" "), expected);
        }
    }
}
