//! Foreign text with its language: shown in the reader's language where there is one, and marked
//! where not, for screen readers and for eyes.

use super::language::Language;
use super::translation;
use crate::catalogue::text::{Lang, LocalizedList, LocalizedText, best_of};
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// How much of a name is shown: some sources write whole texts there.
const LONGEST_NAME: Brevity = Brevity { letters: 300, elements: 1 };

/// A text and what must be said about its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase<T = String> {
    pub text: T,
    /// The tag for the element; none for the page's own language and for text of unknown language.
    pub lang: Option<String>,
    /// "in Italian", where the language is another one than the page's.
    pub note: Option<String>,
}

impl<T> Phrase<T> {
    /// A text in a language.
    pub fn new(t: Language, lang: &Lang, text: T) -> Self {
        if lang.is_unknown() || lang.primary() == t.tag() {
            return Self::plain(text);
        }
        let note = t.with("in-language", &[("language", &language_name(t, lang.primary()))]);
        Self { text, lang: Some(lang.as_str().to_owned()), note: Some(note) }
    }

    /// A text of the page's own language or of an unknown one.
    pub fn plain(text: T) -> Self {
        Self { text, lang: None, note: None }
    }

    /// The same without the visible note: names belong to no language in the eyes of readers.
    #[must_use]
    pub fn without_note(self) -> Self {
        Self { note: None, ..self }
    }
}

impl Phrase {
    /// A message of Fedcat's own, such as the reason of a failure, which is stored in English.
    pub fn message(t: Language, message: String) -> Self {
        match t {
            Language::English => Self::plain(message),
            Language::French => match translation::in_french(&message) {
                Some(translated) => Self::plain(translated),
                None => Self::english(t, message),
            },
        }
    }

    fn english(t: Language, text: String) -> Self {
        let note = t.with("in-language", &[("language", &language_name(t, "en"))]);
        Self { text, lang: Some("en".to_owned()), note: Some(note) }
    }
}

impl<T: Shorten> Shorten for Phrase<T> {
    fn shorten(&mut self, brevity: Brevity) {
        self.text.shorten(brevity);
    }
}

/// The text for a reader.
pub fn best(t: Language, text: &LocalizedText) -> Option<Phrase> {
    text.best(t.tag()).map(|(lang, text)| Phrase::new(t, lang, text.to_owned()))
}

/// The name for a reader, or the words that there is none.
pub fn name(t: Language, text: &LocalizedText) -> Phrase {
    let Some(name) = best(t, text) else { return Phrase::plain(t.say("without-name")) };
    let text = LONGEST_NAME.text(&name.text);
    Phrase { text, ..name }.without_note()
}

/// The bullet points for a reader.
pub fn best_list(t: Language, lists: &LocalizedList) -> Option<Phrase<PartialList<String>>> {
    best_of(lists, t.tag()).map(|(lang, list)| Phrase::new(t, lang, list.iter().cloned().collect()))
}

/// The name of a language, by its primary tag.
pub fn language_name(t: Language, tag: &str) -> String {
    t.of("language", tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(t: Language, lang: &str, expected: (Option<&str>, Option<&str>)) {
        let phrase = Phrase::new(t, &Lang::parse(lang).expect("a tag"), ());
        assert_eq!((phrase.lang.as_deref(), phrase.note.as_deref()), expected, "{lang}");
    }

    #[test]
    fn messages_are_in_the_language_of_the_page_or_marked() {
        let told = |t, message: &str| {
            let Phrase { text, lang, .. } = Phrase::message(t, message.to_owned());
            (text, lang)
        };
        let (text, english) = ("the run was stopped", Some("en".to_owned()));
        assert_eq!(told(Language::English, text), (text.to_owned(), None));
        assert_eq!(told(Language::French, text), ("le moissonnage a été arrêté".to_owned(), None));
        assert_eq!(told(Language::French, "who knows"), ("who knows".to_owned(), english));
    }

    #[test]
    fn only_text_of_another_known_language_is_marked() {
        check(Language::English, "it", (Some("it"), Some("in Italian")));
        check(Language::French, "it", (Some("it"), Some("en italien")));
        check(Language::French, "fr-CA", (None, None));
        check(Language::English, "und", (None, None));
        check(Language::English, "tlh", (Some("tlh"), Some("in tlh")));
    }
}
