//! The language that a browser's settings ask for (RFC 9110, `Accept-Language`).

use std::cmp::Reverse;

use axum::http::{HeaderMap, header};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use fluent_templates::LanguageIdentifier;

/// Of the languages that there are, the one that is asked for most; of equals, the one that is
/// asked for first. None where none of them is asked for.
pub fn preferred(headers: &HeaderMap, tags: &[&'static str]) -> Option<&'static str> {
    let available: Vec<LanguageIdentifier> =
        tags.iter().filter_map(|tag| tag.parse().ok()).collect();
    let wanted = wanted(headers, &available);
    let found = negotiate_languages(&wanted, &available, None, NegotiationStrategy::Lookup);
    let language = found.first()?.language;
    tags.iter().copied().find(|tag| language.as_str() == *tag)
}

/// The languages that are asked for, the most wanted first. `*` stands for those that are not
/// named beside it.
fn wanted(headers: &HeaderMap, available: &[LanguageIdentifier]) -> Vec<LanguageIdentifier> {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let mut ranges: Vec<(&str, u16)> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(range)
        .collect();
    let named: Vec<LanguageIdentifier> =
        ranges.iter().filter_map(|(tag, _)| tag.parse().ok()).collect();
    let is_named = |one: &&LanguageIdentifier| named.iter().any(|n| n.language == one.language);
    ranges.retain(|(_, thousandths)| *thousandths > 0);
    ranges.sort_by_key(|(_, thousandths)| Reverse(*thousandths));
    ranges
        .into_iter()
        .flat_map(|(tag, _)| match tag {
            "*" => available.iter().filter(|one| !is_named(one)).cloned().collect(),
            tag => tag.parse().into_iter().collect::<Vec<_>>(),
        })
        .collect()
}

/// A tag and its weight in thousandths; a weight that cannot be read counts for nothing.
fn range(text: &str) -> (&str, u16) {
    let (tag, parameter) = text.split_once(';').unwrap_or((text, ""));
    let weight = match parameter.trim().strip_prefix("q=") {
        Some(number) => number.parse::<f32>().unwrap_or(0.0),
        None => 1.0,
    };
    (tag.trim(), (weight.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_language_that_there_is_is_chosen() {
        for (accepted, chosen) in [
            ("fr", Some("fr")),
            ("FR", Some("fr")),
            ("fr-CH, en;q=0.9", Some("fr")),
            ("fr-Latn-CA", Some("fr")),
            ("de, en;q=0.5, fr;q=0.8", Some("fr")),
            ("en, fr", Some("en")),
            ("fr;q=0.5, en;q=0.5", Some("fr")),
            ("fr;q=0, de", None),
            ("fr;q=x, en;q=0.1", Some("en")),
            ("de-AT, nl", None),
            ("*", Some("en")),
            ("en;q=0.2, *;q=0.5", Some("fr")),
            ("en;q=0, *", Some("fr")),
            ("de, *;q=0.1", Some("en")),
            ("fr;q=0, en;q=0, *", None),
            ("not a tag, fr", Some("fr")),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().expect("a value"));
            assert_eq!(preferred(&headers, &["en", "fr"]), chosen, "{accepted}");
        }
        assert_eq!(preferred(&HeaderMap::new(), &["en", "fr"]), None);
    }
}
