//! Text in several languages, and the cleaning that every foreign text passes through.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A language tag (BCP 47) in its canonical spelling, such as `fr` or `zh-Hant`.
/// `und` stands for text whose language the source does not say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lang(String);

impl Lang {
    /// The tag for text of unknown language (BCP 47 `und`).
    pub fn unknown() -> Self {
        Self("und".to_owned())
    }

    /// Reads a tag leniently: surrounding space, `_` for `-`, and any case are accepted.
    /// Returns `None` where the rest has not the form of BCP 47.
    pub fn parse(raw: &str) -> Option<Self> {
        let tidy = raw.trim().replace('_', "-");
        let tag = oxilangtag::LanguageTag::parse_and_normalize(&tidy).ok()?;
        Some(Self(tag.into_inner()))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary language: `zh` of `zh-Hant`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Whether the source did not say the language.
    pub fn is_unknown(&self) -> bool {
        self.0 == "und"
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One text per language. Never holds an empty text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalizedText(BTreeMap<Lang, String>);

impl LocalizedText {
    /// A text in one language; empty where the cleaned text is empty.
    pub fn single(lang: Lang, text: &str) -> Self {
        let mut all = Self::default();
        all.insert(lang, text);
        all
    }

    /// Adds the cleaned text, replacing an earlier one of the same language; ignores an empty one.
    pub fn insert(&mut self, lang: Lang, text: &str) {
        let text = clean(text);
        if !text.is_empty() {
            self.0.insert(lang, text);
        }
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All texts, in the order of their language tags.
    pub fn iter(&self) -> impl Iterator<Item = (&Lang, &str)> {
        self.0.iter().map(|(lang, text)| (lang, text.as_str()))
    }

    /// The text for a reader of `wanted` (a primary language such as `fr`): the exact language,
    /// else one of the same primary language, else unmarked text, else English, else any.
    pub fn best(&self, wanted: &str) -> Option<(&Lang, &str)> {
        best_of(&self.0, wanted).map(|(lang, text)| (lang, text.as_str()))
    }

    /// The text of exactly this language tag.
    pub fn get(&self, lang: &str) -> Option<&str> {
        self.0.iter().find(|(tag, _)| tag.as_str() == lang).map(|(_, text)| text.as_str())
    }
}

impl FromIterator<(Lang, String)> for LocalizedText {
    fn from_iter<T: IntoIterator<Item = (Lang, String)>>(iter: T) -> Self {
        let mut all = Self::default();
        for (lang, text) in iter {
            all.insert(lang, &text);
        }
        all
    }
}

/// One list per language, for texts that come as bullet points.
pub type LocalizedList = BTreeMap<Lang, Vec<String>>;

/// The value of `map` for a reader of `wanted`, by the order that [`LocalizedText::best`] states.
pub fn best_of<'a, T>(map: &'a BTreeMap<Lang, T>, wanted: &str) -> Option<(&'a Lang, &'a T)> {
    map.iter()
        .find(|(lang, _)| lang.as_str() == wanted)
        .or_else(|| map.iter().find(|(lang, _)| lang.primary() == wanted))
        .or_else(|| map.iter().find(|(lang, _)| lang.is_unknown()))
        .or_else(|| map.iter().find(|(lang, _)| lang.primary() == "en"))
        .or_else(|| map.iter().next())
}

/// Makes foreign text safe to store and show: drops NUL and other control characters (PostgreSQL
/// refuses NUL), zero-width characters and bidirectional overrides (which can disguise text), and
/// surrounding space. Line breaks and tabs stay.
pub fn clean(raw: &str) -> String {
    let kept: String = raw.replace("\r\n", "\n").chars().filter(|&c| !is_invisible(c)).collect();
    kept.trim().to_owned()
}

/// [`clean`], and every run of white space becomes one space: for names and one-line texts.
pub fn clean_line(raw: &str) -> String {
    clean(raw).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(c: char) -> bool {
    let bidi = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let zero_width = matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{2060}');
    let control = c.is_control() && !matches!(c, '\n' | '\t');
    bidi || zero_width || control
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_read_leniently() {
        for (raw, expected) in [
            ("fr", Some("fr")),
            (" IT ", Some("it")),
            ("it_IT", Some("it-IT")),
            ("zh-hant", Some("zh-Hant")),
            ("", None),
            ("français", None),
        ] {
            assert_eq!(Lang::parse(raw).as_ref().map(Lang::as_str), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_reader_gets_the_nearest_language() {
        let tag = |t: &str| Lang::parse(t).expect("a valid tag");
        let texts: LocalizedText = [("it", "uno"), ("en", "one"), ("fr-CA", "un")]
            .into_iter()
            .map(|(lang, text)| (tag(lang), text.to_owned()))
            .collect();
        for (wanted, expected) in [("fr", "un"), ("it", "uno"), ("de", "one")] {
            assert_eq!(texts.best(wanted).map(|(_, text)| text), Some(expected));
        }
    }

    #[test]
    fn foreign_text_loses_what_cannot_be_seen() {
        for (raw, expected) in [
            ("  a\u{0}b  ", "ab"),
            ("pay\u{202E}gnp.exe", "paygnp.exe"),
            ("zero\u{200B}width", "zerowidth"),
            ("two\r\nlines", "two\nlines"),
        ] {
            assert_eq!(clean(raw), expected, "{raw:?}");
        }
        assert_eq!(clean_line("a \n\t b"), "a b");
    }
}
