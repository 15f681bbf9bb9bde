//! Text in several languages, and the cleaning that every foreign text passes through.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::languages;

/// How a text becomes words.
pub mod fold;
mod markup;

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

    /// Reads a tag leniently: surrounding space, `_` for `-`, and any case are accepted, and three
    /// letters mean the two that BCP 47 has for the same language (`fra` is `fr`).
    /// Returns `None` where the rest has not the form of BCP 47.
    pub fn parse(raw: &str) -> Option<Self> {
        let tidy = raw.trim().replace('_', "-");
        let tag = oxilangtag::LanguageTag::parse_and_normalize(&tidy).ok()?.into_inner();
        let (primary, rest) = tag.split_at(tag.find('-').unwrap_or(tag.len()));
        match languages::of_three_letters(primary) {
            Some(short) => Some(Self(format!("{short}{rest}"))),
            None => Some(Self(tag)),
        }
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

    /// Adds the readable text, replacing an earlier one of the same language; ignores an empty one.
    pub fn insert(&mut self, lang: Lang, text: &str) {
        let text = readable(text);
        if !text.is_empty() {
            self.0.insert(lang, text);
        }
    }

    /// Texts that are readable already, none of them empty.
    pub(super) fn of_readable(texts: impl Iterator<Item = (Lang, String)>) -> Self {
        Self(texts.collect())
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

    /// The text to show where no language is asked for.
    pub fn plain(&self) -> Option<&str> {
        self.best("en").map(|(_, text)| text)
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
/// refuses NUL) and what cannot be seen (see [`is_unseen`]), and surrounding space. Line breaks and
/// tabs stay; whatever else ends a line or a page is a line break.
pub fn clean(raw: &str) -> String {
    let kept: String = raw
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if is_separator(c) { '\n' } else { c })
        .filter(|&c| !is_unseen(c) && (!c.is_control() || matches!(c, '\n' | '\t')))
        .collect();
    kept.trim().to_owned()
}

/// [`clean`], and every run of white space becomes one space: for names and one-line texts.
pub fn clean_line(raw: &str) -> String {
    clean(raw).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// [`clean`], and without markup: for texts that people wrote for people. Not for addresses and
/// identifiers, in which an ampersand is one.
pub fn readable(raw: &str) -> String {
    match markup::without(raw) {
        Cow::Borrowed(text) => clean(text),
        Cow::Owned(text) => {
            // A block of markup begins a line and ends one: at most one blank line remains.
            let mut text = clean(&text);
            while text.contains("\n\n\n") {
                text = text.replace("\n\n\n", "\n\n");
            }
            text
        }
    }
}

/// [`readable`], on one line.
pub fn readable_line(raw: &str) -> String {
    clean_line(&readable(raw))
}

/// A text for terminals, logs and tables: on one line, without a character that a terminal obeys
/// or that makes others look like what they are not. Where one parted words, a space stands for it.
pub fn one_line(text: &str) -> String {
    let shown = |c: char| match c {
        _ if c.is_control() || is_separator(c) => Some(' '),
        _ if is_unseen(c) => None,
        _ => Some(c),
    };
    text.chars().filter_map(shown).collect()
}

/// The beginning of a foreign text, for messages.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// A text as it is, with every character that cannot be seen written as its number, such as
/// `\u{202e}`. Line breaks and tabs stay.
pub fn revealed(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) || is_separator(c) || (c.is_control() && !matches!(c, '\n' | '\t')) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether a character shows nothing and changes how a text is read: those that turn the direction
/// of writing or have no width, soft hyphens, tags, and marks of annotations. The joiners stay,
/// which some languages are written with.
pub fn is_unseen(c: char) -> bool {
    let direction = matches!(
        c,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}'
    );
    let no_width =
        matches!(c, '\u{AD}' | '\u{180E}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    let annotation = matches!(c, '\u{FFF9}'..='\u{FFFB}');
    let tag = matches!(c, '\u{E0000}'..='\u{E007F}');
    direction || no_width || annotation || tag
}

/// Whether a character ends a line, a paragraph or a page, beside the line feed: carriage return,
/// vertical tab, form feed, next line, and the separators of Unicode.
fn is_separator(c: char) -> bool {
    matches!(c, '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
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
            ("fra", Some("fr")),
            ("FRE", Some("fr")),
            ("deu_AT", Some("de-AT")),
            ("gsw", Some("gsw")),
            ("und", Some("und")),
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
            ("two\u{2028}lines\u{2029}", "two\nlines"),
            ("a\rb\u{B}c\u{C}d\u{85}e", "a\nb\nc\nd\ne"),
            ("Pa\u{AD}ket", "Paket"),
            ("a\u{61C}b\u{200E}c\u{200F}d\u{2066}e", "abcde"),
            ("flag\u{E0067}\u{E007F}", "flag"),
            ("mi\u{200C}khaham \u{200D}", "mi\u{200C}khaham \u{200D}"),
        ] {
            assert_eq!(clean(raw), expected, "{raw:?}");
        }
        assert_eq!(clean_line("a \n\t b"), "a b");
        assert_eq!(clean_line("a\u{2028}b"), "a b");
    }

    #[test]
    fn a_text_is_readable_without_its_markup() {
        assert_eq!(readable("<p>One.</p>\n\n<p>Two &amp; three.</p>"), "One.\n\nTwo & three.");
        assert_eq!(readable_line("<b>R&amp;D</b><br>Desk"), "R&D Desk");
        let name = LocalizedText::single(Lang::unknown(), "Post &amp; <i>Parcels</i>");
        assert_eq!(name.plain(), Some("Post & Parcels"));
    }

    #[test]
    fn no_terminal_obeys_a_line_and_nothing_in_it_is_disguised() {
        let hostile: String = ('\0'..=char::MAX).collect();
        let line = one_line(&hostile);
        assert!(!line.chars().any(|c| c.is_control() || is_unseen(c) || is_separator(c)));
        assert_eq!(one_line("a\u{1b}[2Jb\nc\u{202E}d"), "a [2Jb cd");
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(
            revealed("a\u{202E}b\n\tc\u{0}\u{2028}\u{E0041}"),
            "a\\u{202e}b\n\tc\\u{0}\\u{2028}\\u{e0041}"
        );
    }
}
