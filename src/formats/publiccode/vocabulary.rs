//! The closed vocabularies of the standard: every value of any version from 0.1 to 0.7.

use crate::catalogue::text::Lang;

/// Versions that a file may declare: full, or without the patch; `0` stands for the newest.
pub(super) const VERSIONS: &[&str] = &[
    "0", "0.1", "0.2", "0.2.0", "0.2.1", "0.2.2", "0.3", "0.3.0", "0.4", "0.4.0", "0.5", "0.5.0",
    "0.6", "0.6.0", "0.7", "0.7.0",
];

/// `softwareType`; the last one is the short form of 0.1.
pub(super) const SOFTWARE_TYPES: &[&str] = &[
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
    "standalone/other",
    "addon",
    "library",
    "configurationFiles",
    "standalone",
];

/// `intendedAudience.scope`.
pub const SCOPES: &[&str] = &[
    "agriculture",
    "culture",
    "defence",
    "education",
    "emergency-services",
    "employment",
    "energy",
    "environment",
    "finance-and-economic-development",
    "foreign-affairs",
    "government",
    "healthcare",
    "infrastructures",
    "justice",
    "local-authorities",
    "manufacturing",
    "research",
    "science-and-technology",
    "security",
    "society",
    "sport",
    "tourism",
    "transportation",
    "welfare",
];

/// Public platforms of Italy, by the names that `supports` and `piattaforme` share.
pub(super) const PUBLIC_PLATFORMS: &[&str] = &["spid", "cie", "anpr", "pagopa", "io"];

/// A truth value, as YAML 1.2 and 1.1 write it.
pub(super) fn truth(raw: &str) -> Option<bool> {
    match raw.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// A value of [`SOFTWARE_TYPES`] in its own spelling, read in any letter case.
pub(super) fn software_type(raw: &str) -> Option<String> {
    SOFTWARE_TYPES.iter().find(|kind| kind.eq_ignore_ascii_case(raw)).map(|kind| (*kind).to_owned())
}

/// A language tag. The three letters of ISO 639-2, which 0.1 asked for, become the two letters
/// that BCP 47 has for the same language.
pub(super) fn language(raw: &str) -> Option<Lang> {
    let lang = Lang::parse(raw)?;
    match lang.primary().len() {
        2 => Some(lang),
        3 => Some(two_letters(lang.as_str()).and_then(Lang::parse).unwrap_or(lang)),
        // Any word of up to eight letters has the form of a tag, but no language has such a one.
        _ => (lang.primary() == "x").then_some(lang),
    }
}

/// The languages of the European Union and its neighbours, terminological and bibliographic codes.
fn two_letters(three: &str) -> Option<&'static str> {
    const CODES: &[(&str, &str)] = &[
        ("bul", "bg"),
        ("cat", "ca"),
        ("ces", "cs"),
        ("cze", "cs"),
        ("dan", "da"),
        ("deu", "de"),
        ("ger", "de"),
        ("ell", "el"),
        ("gre", "el"),
        ("eng", "en"),
        ("spa", "es"),
        ("est", "et"),
        ("baq", "eu"),
        ("eus", "eu"),
        ("fin", "fi"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("gle", "ga"),
        ("glg", "gl"),
        ("hrv", "hr"),
        ("hun", "hu"),
        ("ice", "is"),
        ("isl", "is"),
        ("ita", "it"),
        ("ltz", "lb"),
        ("lit", "lt"),
        ("lav", "lv"),
        ("mac", "mk"),
        ("mkd", "mk"),
        ("mlt", "mt"),
        ("dut", "nl"),
        ("nld", "nl"),
        ("nno", "nn"),
        ("nob", "nb"),
        ("nor", "no"),
        ("pol", "pl"),
        ("por", "pt"),
        ("ron", "ro"),
        ("rum", "ro"),
        ("rus", "ru"),
        ("slk", "sk"),
        ("slo", "sk"),
        ("slv", "sl"),
        ("alb", "sq"),
        ("sqi", "sq"),
        ("srp", "sr"),
        ("swe", "sv"),
        ("tur", "tr"),
        ("ukr", "uk"),
    ];
    CODES.iter().find(|(long, _)| *long == three).map(|(_, short)| *short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_from_other_words() {
        for (raw, expected) in [
            ("it", Some("it")),
            ("IT", Some("it")),
            ("it_IT", Some("it-IT")),
            ("ita", Some("it")),
            ("fre", Some("fr")),
            ("fur", Some("fur")),
            ("x-plain", Some("x-plain")),
            ("features", None),
            ("italiano", None),
            ("1", None),
        ] {
            assert_eq!(language(raw).as_ref().map(Lang::as_str), expected, "{raw}");
        }
    }

    #[test]
    fn types_have_one_spelling() {
        for (raw, expected) in [
            ("configurationfiles", Some("configurationFiles")),
            ("Standalone/Web", Some("standalone/web")),
            ("web", None),
        ] {
            assert_eq!(software_type(raw).as_deref(), expected, "{raw}");
        }
    }
}
