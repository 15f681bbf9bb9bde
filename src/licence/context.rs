//! What kind of text a statement is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of text a statement is. Set by the format that read it, never guessed. Written as one
/// word: `spdx`, `dep5`, `text`, `text:fr` …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Context {
    /// A field that is meant to hold an SPDX identifier or expression.
    Spdx,
    /// The licence of a Rust package, in which `/` means a choice.
    Cargo,
    /// A machine-readable Debian copyright file.
    Dep5,
    /// The licence field of an R package.
    Cran,
    /// A classifier of the Python package index.
    Trove,
    /// The licence field of a Fedora package.
    Fedora,
    /// The address of a licence.
    Url,
    /// An item of Wikidata.
    Wikidata,
    /// A field in which people write as they like.
    Text,
    /// The same in a language that is stated.
    TextIn(Language),
}

/// A language whose wording the rules know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    En,
    Fr,
    It,
    De,
    Es,
    Nl,
}

/// A word that names no context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no context: expected one of {words}",
    words = Context::WORDS
)]
pub struct UnknownContext(String);

impl Context {
    /// Every context.
    pub const ALL: &[Self] = &[
        Self::Spdx,
        Self::Cargo,
        Self::Dep5,
        Self::Cran,
        Self::Trove,
        Self::Fedora,
        Self::Url,
        Self::Wikidata,
        Self::Text,
        Self::TextIn(Language::En),
        Self::TextIn(Language::Fr),
        Self::TextIn(Language::It),
        Self::TextIn(Language::De),
        Self::TextIn(Language::Es),
        Self::TextIn(Language::Nl),
    ];
    /// The words, for people.
    pub const WORDS: &str =
        "spdx, cargo, dep5, cran, trove, fedora, url, wikidata, text, text:xx with a language";

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spdx => "spdx",
            Self::Cargo => "cargo",
            Self::Dep5 => "dep5",
            Self::Cran => "cran",
            Self::Trove => "trove",
            Self::Fedora => "fedora",
            Self::Url => "url",
            Self::Wikidata => "wikidata",
            Self::Text => "text",
            Self::TextIn(Language::En) => "text:en",
            Self::TextIn(Language::Fr) => "text:fr",
            Self::TextIn(Language::It) => "text:it",
            Self::TextIn(Language::De) => "text:de",
            Self::TextIn(Language::Es) => "text:es",
            Self::TextIn(Language::Nl) => "text:nl",
        }
    }

    /// Whether the field has a syntax in which `and` joins licences that all hold.
    pub(super) fn defines_and(self) -> bool {
        matches!(self, Self::Spdx | Self::Cargo | Self::Dep5 | Self::Cran | Self::Fedora)
    }

    /// Whether a version without its last zero is an exact version: `LGPL-2` is 2.0.
    pub(super) fn leaves_out_zero(self) -> bool {
        matches!(self, Self::Dep5 | Self::Cran)
    }
}

impl FromStr for Context {
    type Err = UnknownContext;

    /// A text in a language that the rules do not know is read as a text.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let other_language = word
            .strip_prefix("text:")
            .is_some_and(|language| oxilangtag::LanguageTag::parse(language).is_ok());
        Self::ALL
            .iter()
            .copied()
            .find(|context| context.as_str() == word)
            .or(other_language.then_some(Self::Text))
            .ok_or_else(|| UnknownContext(word.chars().take(80).collect()))
    }
}

impl fmt::Display for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl TryFrom<String> for Context {
    type Error = UnknownContext;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        word.parse()
    }
}

impl From<Context> for &'static str {
    fn from(context: Context) -> Self {
        context.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_one_word() {
        for word in [
            "spdx", "cargo", "dep5", "cran", "trove", "fedora", "url", "wikidata", "text",
            "text:en", "text:fr", "text:it", "text:de", "text:es", "text:nl",
        ] {
            let context: Context = word.parse().unwrap();
            assert_eq!(context.to_string(), word);
            let json = serde_json::to_string(&context).unwrap();
            assert_eq!(json, format!("{word:?}"));
            assert_eq!(serde_json::from_str::<Context>(&json).unwrap(), context);
        }
        assert_eq!("text:sv".parse(), Ok(Context::Text));
        for word in ["", "Text", "text:", "text:§", "npm"] {
            assert!(word.parse::<Context>().is_err(), "{word:?}");
        }
    }
}
