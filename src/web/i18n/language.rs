//! The two languages of the pages and what is said in them: messages, numbers, dates. The
//! messages stand in `locales/`, never in templates or code.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static MESSAGES = {
        locales: "./locales",
        fallback_language: "en",
        // The marks would be invisible characters in names and addresses that people copy.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    French,
}

impl Language {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// The language of a tag such as `fr` or `fr-CH`.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|one| one.tag().eq_ignore_ascii_case(primary))
    }

    /// The tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The language's own name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// A message.
    pub fn say(self, key: &str) -> String {
        MESSAGES.lookup(&self.identifier(), key)
    }

    /// A message with named values.
    pub fn with(self, key: &str, values: &[(&'static str, &str)]) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value)))
            .collect();
        MESSAGES.lookup_with_args(&self.identifier(), key, &arguments)
    }

    /// A message about a number: `$n` chooses the form, `$number` is the number as it is written.
    pub fn count(self, key: &str, n: u64) -> String {
        self.count_with(key, n, &[])
    }

    /// A message about a number with named values beside it.
    pub fn count_with(self, key: &str, n: u64, values: &[(&'static str, &str)]) -> String {
        let mut arguments = HashMap::from([
            (Cow::Borrowed("n"), FluentValue::from(n)),
            (Cow::Borrowed("number"), FluentValue::from(self.number(n))),
        ]);
        let named = values.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).into()));
        arguments.extend(named);
        MESSAGES.lookup_with_args(&self.identifier(), key, &arguments)
    }

    /// The message for a value of a vocabulary, such as `status` and `stable`; the value itself
    /// where the vocabulary does not hold it.
    pub fn of(self, family: &str, value: &str) -> String {
        self.known(family, value).unwrap_or_else(|| value.to_owned())
    }

    /// The message for a value of a vocabulary, where there is one.
    pub fn known(self, family: &str, value: &str) -> Option<String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        if value.is_empty() || !value.chars().all(is_plain) {
            return None;
        }
        let key = format!("{family}-{}", value.replace(['_', '/'], "-"));
        MESSAGES.try_lookup(&self.identifier(), &key)
    }

    /// The name of a country, by its ISO 3166-1 code.
    pub fn country(self, code: &str) -> String {
        self.of("country", code)
    }

    /// A whole number with its thousands set apart.
    pub fn number(self, n: u64) -> String {
        let gap = match self {
            Self::English => ',',
            Self::French => '\u{202f}',
        };
        let digits = n.to_string();
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(gap);
            }
            out.push(digit);
        }
        out
    }

    /// A day.
    pub fn date(self, day: NaiveDate) -> String {
        let month = self.say(&format!("month-{}", day.month()));
        match (self, day.day()) {
            (Self::French, 1) => format!("1er {month} {}", day.year()),
            (_, number) => format!("{number} {month} {}", day.year()),
        }
    }

    /// A moment, to the minute.
    pub fn moment(self, at: DateTime<Utc>) -> String {
        let day = self.date(at.date_naive());
        self.with("moment", &[("day", &day), ("time", &at.format("%H:%M").to_string())])
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::French => langid!("fr"),
        }
    }
}

/// A count of the database as a number to show; there are no negative ones.
pub fn amount(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_readers_write_them() {
        for (n, english, french) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_234, "1,234", "1\u{202f}234"),
            (12_345_678, "12,345,678", "12\u{202f}345\u{202f}678"),
        ] {
            assert_eq!(Language::English.number(n), english);
            assert_eq!(Language::French.number(n), french);
        }
    }

    #[test]
    fn days_are_written_as_readers_write_them() {
        for (day, english, french) in [
            ("2026-11-25", "25 November 2026", "25 novembre 2026"),
            ("2026-01-01", "1 January 2026", "1er janvier 2026"),
        ] {
            let day: NaiveDate = day.parse().expect("a day");
            assert_eq!(Language::English.date(day), english);
            assert_eq!(Language::French.date(day), french);
        }
    }

    #[test]
    fn a_value_outside_a_vocabulary_is_shown_as_it_is() {
        for (family, value, expected) in [
            ("country", "IT", "Italy"),
            ("country", "QQ", "QQ"),
            ("platform", "haiku", "haiku"),
            ("platform", "two words", "two words"),
            ("platform", "", ""),
        ] {
            assert_eq!(Language::English.of(family, value), expected);
        }
    }
}
