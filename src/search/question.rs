//! What was typed, as a question to the index. "Alternative to Outlook" looks for what replaces
//! Outlook, in six languages; "e-mail" is "email". The same for every engine. Pure.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::catalogue::needs;
use crate::catalogue::products::PRODUCTS;
use crate::catalogue::text::fold::{fold_phrase, join_dotted, join_initials, words};
use crate::search::{Focus, Query};
use crate::seeds::ProductSeed;
use tongues::{ASKING, BEHIND, EARLY, FREE, LATE, TONGUES, Tongue};

mod tongues;

/// The facet that holds what a software replaces.
pub const REPLACES: &str = "replaces";

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The words to search.
    pub text: String,
    /// The product that something is wanted in place of, as it was typed.
    pub replaces: Option<String>,
    /// The needs that were asked for: ids of the vocabulary.
    pub needs: Vec<String>,
    /// The product that is meant, as a value of the facet [`REPLACES`]: what something is wanted
    /// in place of, or what the text as a whole names.
    pub product: Option<String>,
}

impl Question {
    /// Reads what was typed. A text with words gives a question with words. A space at the end
    /// stays: it says that the last word is complete.
    pub fn read(typed: &str) -> Self {
        let text = tidy(typed);
        let Some((product, words)) = product(&text) else {
            let product = PRODUCTS.named_alone(&text).map(|product| product.id.clone());
            let (text, needs) = match needs::vocabulary().asked(&text) {
                // As it was typed, where that is how the vocabulary spells it.
                Some(asked) if fold_phrase(&asked.text) == fold_phrase(&text) => {
                    (text, asked.needs)
                }
                Some(asked) => (tidy(&asked.text), asked.needs),
                None => (text, Vec::new()),
            };
            return Self { text, replaces: None, needs, product };
        };
        // What the vocabulary knows is searched by its own name, which every entry that replaces
        // it holds.
        let known = PRODUCTS.named(&product).or_else(|| before_more(&product));
        Self {
            text: known.map_or(words, |known| known.name.clone()),
            product: Some(known.map_or_else(|| PRODUCTS.value(&product), |known| known.id.clone())),
            replaces: Some(product),
            needs: Vec::new(),
        }
    }

    /// What counts more than usual.
    pub fn focus(&self) -> Focus {
        match (&self.replaces, &self.product) {
            (Some(_), Some(value)) => {
                Focus::First { facet: REPLACES.to_owned(), value: value.clone() }
            }
            _ => Focus::Everywhere,
        }
    }

    /// What the product that is meant is called.
    pub fn product_name(&self) -> Option<&str> {
        self.product.as_deref().map(|value| PRODUCTS.label(value))
    }

    /// How to ask for what replaces a product, in a language; in English where we do not know it.
    pub fn for_product(product: &str, lang: &str) -> String {
        let before = TONGUES
            .iter()
            .find(|tongue| tongue.tag == lang)
            .map_or("alternative to", |tongue| tongue.asks);
        format!("{before} {product}")
    }
}

/// Composed letters, no space before, at most one after, not too long, initials joined.
fn tidy(typed: &str) -> String {
    let composed: String = typed.nfc().collect();
    let mut text: String = composed.trim_start().chars().take(Query::MAX_LETTERS).collect();
    let length = text.trim_end().len();
    if length < text.len() {
        text.truncate(length);
        text.push(' ');
    }
    join_initials(&join_dotted(&text))
}

/// The product of the vocabulary before a word that begins something else: "Photoshop on Linux".
fn before_more(text: &str) -> Option<&'static ProductSeed> {
    let ends = words(text).skip(1).filter(|(word, _)| BEHIND.contains(&word.as_ref()));
    ends.filter_map(|(_, range)| PRODUCTS.named(text.get(..range.start)?)).last()
}

/// The product that something is wanted in place of, and the words to search for it.
fn product(text: &str) -> Option<(String, String)> {
    let found: Vec<(Cow<str>, std::ops::Range<usize>)> = words(text).collect();
    let folded: Vec<&str> = found.iter().map(|(word, _)| word.as_ref()).collect();
    let mut after = TONGUES.iter().filter_map(|tongue| tongue.product_after(&folded));
    let mut before = TONGUES.iter().filter_map(|tongue| tongue.product_before(&folded));
    let range = after.next().or_else(|| before.next())?;
    let (_, first) = found.get(range.start)?;
    let (_, last) = found.get(range.end.checked_sub(1)?)?;
    // Up to the next word: what is no word may belong to the name, as in C++.
    let end = found.get(range.end).map_or(text.len(), |(_, next)| next.start);
    let product = text.get(first.start..end.max(last.end))?;
    let shown = product.trim_end_matches(|c: char| c.is_whitespace() || SIGNS.contains(c));
    Some((shown.to_owned(), product.to_owned()))
}

/// Signs that end a question or a quotation, and join a product to the words behind it.
const SIGNS: &str = "?!.,;:\"'’”»)-\u{2010}\u{2011}";

type Span = std::ops::Range<usize>;

impl Tongue {
    /// "alternative to X", "replace X", "instead of X".
    fn product_after(&self, words: &[&str]) -> Option<Span> {
        // "A" may be an article that asks, or begin "à la place de".
        let mut stops = std::iter::successors(Some(0), |&at| step(words, at, &[FREE, ASKING]));
        let start =
            stops.find_map(|at| self.joined(words, at).or_else(|| one(words, at, self.before)))?;
        let name = skip(words, start, &[self.articles]);
        let end = skip_back(words, name, words.len(), LATE);
        // What looks like an article or an ending is the name where nothing else is left.
        let span = if name < end { name..end } else { start..words.len() };
        (!span.is_empty()).then_some(span)
    }

    /// "alternative to": where the product begins.
    fn joined(&self, words: &[&str], at: usize) -> Option<usize> {
        let noun = one(words, at, self.nouns)?;
        one(words, skip(words, noun, &[FREE]), self.joins)
    }

    /// "X alternative", "X ersetzen".
    fn product_before(&self, words: &[&str]) -> Option<Span> {
        let end = last(words, skip_back(words, 0, words.len(), FREE), self.after)?;
        let end = skip_back(words, 0, end, FREE);
        let start = skip(words, 0, &[EARLY, ASKING]);
        (start < end).then_some(start..end)
    }
}

/// The end of a phrase that stands at `at`; of several the longest.
fn one(words: &[&str], at: usize, phrases: &[&str]) -> Option<usize> {
    let rest = words.get(at..)?;
    let ends = phrases.iter().filter_map(|phrase| {
        let length = phrase.split(' ').count();
        rest.get(..length)?.iter().copied().eq(phrase.split(' ')).then_some(at + length)
    });
    ends.max()
}

/// The beginning of a phrase that ends at `end`; of several the longest.
fn last(words: &[&str], end: usize, phrases: &[&str]) -> Option<usize> {
    let starts = phrases.iter().filter_map(|phrase| {
        let start = end.checked_sub(phrase.split(' ').count())?;
        words.get(start..end)?.iter().copied().eq(phrase.split(' ')).then_some(start)
    });
    starts.min()
}

/// Goes on over as many phrases as there are.
fn skip(words: &[&str], mut at: usize, lists: &[&[&str]]) -> usize {
    while let Some(next) = step(words, at, lists) {
        at = next;
    }
    at
}

/// Goes on over one phrase.
fn step(words: &[&str], at: usize, lists: &[&[&str]]) -> Option<usize> {
    lists.iter().find_map(|phrases| one(words, at, phrases))
}

/// Goes back over as many phrases as there are, not before `start`.
fn skip_back(words: &[&str], start: usize, mut end: usize, phrases: &[&str]) -> usize {
    while let Some(before) = last(words, end, phrases).filter(|before| *before >= start) {
        end = before;
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(typed: &str, product: &str) {
        let question = Question::read(typed);
        assert_eq!(question.replaces.as_deref(), Some(product), "{typed}");
        let value = question.product.clone().expect("a product");
        assert_eq!(question.focus(), Focus::First { facet: "replaces".to_owned(), value });
    }

    #[track_caller]
    fn stays(typed: &str) {
        let question = Question::read(typed);
        assert_eq!((question.text.as_str(), question.replaces.as_deref()), (typed, None));
        assert_eq!(question.focus(), Focus::Everywhere);
    }

    #[test]
    fn what_replaces_a_product_is_asked_in_six_languages() {
        for typed in [
            "alternative to Outlook",
            "Alternatives to Outlook",
            "open source alternative to Outlook",
            "a free, open-source alternative for Outlook",
            "what is the best alternative to Outlook?",
            "replacement for Outlook",
            "how to replace Outlook",
            "replace Outlook with open source",
            "something instead of Outlook",
            "alternative to “Outlook”",
            "Outlook alternative",
            "free Outlook alternatives",
            "Outlook open source alternative",
            "Outlook-replacement",
            "alternative à Outlook",
            "ALTERNATIVE LIBRE A Outlook",
            "une alternative libre à Outlook",
            "alternatives open source à l'Outlook",
            "alternative à l’Outlook",
            "remplacer Outlook",
            "remplacer Outlook par un logiciel libre",
            "logiciel libre pour remplacer Outlook",
            "quoi à la place d'Outlook",
            "a la place de Outlook",
            "au lieu d’Outlook",
            "remplaçant d'Outlook",
            "équivalent libre de Outlook",
            "Outlook alternative libre",
            "Ersatz für Outlook",
            "Ersatz fuer Outlook",
            "freie Alternative zu Outlook",
            "eine quelloffene Alternative zum Outlook",
            "statt Outlook",
            "anstelle von Outlook",
            "Outlook ersetzen",
            "Outlook durch freie Software ersetzen",
            "Outlook Ersatz",
            "Outlook-Alternative",
            "alternativa a Outlook",
            "alternativa libera ad Outlook",
            "alternative open source all'Outlook",
            "sostituire Outlook",
            "sostituto di Outlook",
            "al posto di Outlook",
            "invece di Outlook",
            "alternativa libre al Outlook",
            "alternativas a Outlook",
            "reemplazar Outlook",
            "sustituir a Outlook",
            "en lugar de Outlook",
            "en vez de Outlook",
            "alternatief voor Outlook",
            "gratis alternatieven voor Outlook",
            "vervanging van Outlook",
            "Outlook vervangen",
            "in plaats van Outlook",
        ] {
            check(typed, "Outlook");
        }
    }

    #[test]
    fn a_product_is_what_was_typed() {
        check("alternative to Microsoft Teams", "Microsoft Teams");
        check("alternative to Microsoft Teams ", "Microsoft Teams");
        check("remplacer C++ Builder", "C++ Builder");
        check("alternative to C++", "C++");
        check("Office 365 Ersatz", "Office 365");
        check("alternative à la suite Adobe", "suite Adobe");
        check("alternative to La Suite", "La Suite");
        check("alternative to the", "the");
        check("alternative to Outl", "Outl");
        check("alternative to Libre", "Libre");
        check("remplacer l", "l");
    }

    #[test]
    fn whether_the_last_word_is_complete_is_kept() {
        for (typed, text) in [
            ("alternative to Outl", "Outl"),
            ("alternative to Parcels  ", "Parcels "),
            ("Parcels alternative", "Parcels "),
            (" sig ", "sig "),
            ("  sig", "sig"),
        ] {
            assert_eq!(Question::read(typed).text, text, "{typed}");
        }
    }

    #[test]
    fn the_product_that_is_meant_is_the_whole_one() {
        #[track_caller]
        fn check(typed: &str, product: Option<&str>, text: &str) {
            let question = Question::read(typed);
            assert_eq!(question.product.as_deref(), product, "{typed}");
            assert_eq!(question.text, text, "{typed}");
        }
        // After words that ask, its ordinary names are it too.
        check("remplacer Word", Some("microsoft-word"), "Microsoft Word");
        check("alternative à MS Project", Some("microsoft-project"), "Microsoft Project");
        check("Ersatz für Access", Some("microsoft-access"), "Microsoft Access");
        check("vervanging voor Exchange", Some("microsoft-exchange"), "Microsoft Exchange");
        check("instead of Zoom?", Some("zoom"), "Zoom");
        check("alternativa a Office 365", Some("microsoft-365"), "Microsoft 365");
        check("replace Photoshop on old computers", Some("adobe-photoshop"), "Adobe Photoshop");
        check("remplacer Visio pour les écoles", Some("microsoft-visio"), "Microsoft Visio");
        // Nothing of a vendor, and nothing of a longer name.
        check("alternative to Adobe Parcels", Some("Adobe Parcels"), "Adobe Parcels");
        check("alternative à Microsoft", Some("Microsoft"), "Microsoft");
        check("remplacer Parcel Pro", Some("Parcel Pro"), "Parcel Pro");
        // Without words that ask, only what means nothing else.
        check("Microsoft Word", Some("microsoft-word"), "Microsoft Word");
        check("autocad", Some("autocad"), "autocad");
        for plain in ["word", "access control", "project", "office", "teams", "microsoft", "zoom"] {
            check(plain, None, plain);
        }
        assert_eq!(Question::read("AutoCAD").focus(), Focus::Everywhere);
        assert_eq!(Question::read("MS Teams").product_name(), Some("Microsoft Teams"));
    }

    #[test]
    fn what_is_no_such_question_stays_as_typed() {
        for typed in [
            "",
            "alternative",
            "Ersatz",
            "une alternative",
            "alternative libre",
            "open source alternative",
            "alternative to",
            "Alternative zu ",
            "remplacer",
            "alternativ",
            "alternative te",
            "irreplaceable",
            "find and replace",
            "mail client instead of Outlook",
            "Stadtplan",
            "?!",
        ] {
            stays(typed);
        }
    }

    #[test]
    fn initials_are_joined_to_their_word() {
        for (typed, text) in [
            ("e-mail server", "email server"),
            ("serveur E\u{2011}Mail", "serveur EMail"),
            ("e\u{2010}learning", "elearning"),
            ("alternative to e-mail", "email"),
            ("e-", "e-"),
            ("a-b-c", "a-b-c"),
            ("open-source", "open-source"),
            ("x - ray", "x - ray"),
            ("cafe\u{301}", "café"),
            ("O.S.C.A.R.", "OSCAR"),
            ("gestion o.s.c.a.r", "gestion oscar"),
        ] {
            assert_eq!(Question::read(typed).text, text, "{typed}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let question = Question::read(&"é ".repeat(500));
        assert_eq!(question.text.chars().count(), Query::MAX_LETTERS);
    }

    #[test]
    fn how_to_ask_is_understood_in_every_language() {
        for lang in ["en", "fr", "de", "it", "es", "nl", "pt"] {
            check(&Question::for_product("Google Workspace", lang), "Google Workspace");
        }
    }

    fn words_of(text: &str) -> Vec<String> {
        words(text).map(|(word, _)| word.into_owned()).collect()
    }

    /// Anything, and texts of the words that the patterns know.
    fn typed() -> impl Strategy<Value = String> {
        let all = TONGUES.iter().flat_map(|tongue| {
            [tongue.nouns, tongue.joins, tongue.before, tongue.after, tongue.articles].concat()
        });
        let known: Vec<&str> = all.chain([FREE, ASKING, EARLY, LATE].concat()).collect();
        let word = prop_oneof![proptest::sample::select(known), Just("Outlook"), Just("e-mail")];
        prop_oneof![".*", proptest::collection::vec(word, 0..8).prop_map(|words| words.join(" ")),]
    }

    proptest! {
        #[test]
        fn a_text_with_words_gives_a_question_with_words(typed in typed()) {
            let question = Question::read(&typed);
            let cut: String = tidy(&typed);
            prop_assert_eq!(words_of(&cut).is_empty(), words_of(&question.text).is_empty());
            prop_assert!(question.text.chars().count() <= Query::MAX_LETTERS);
            if let Some(product) = question.replaces {
                prop_assert!(!words_of(&product).is_empty());
                prop_assert!(typed.nfc().collect::<String>().len() >= product.len());
            }
        }

        #[test]
        fn what_is_no_question_is_left_alone_when_read_again(typed in typed()) {
            let question = Question::read(&typed);
            prop_assume!(question.replaces.is_none());
            prop_assert_eq!(Question::read(&question.text), question);
        }

        #[test]
        fn a_product_is_asked_for_by_its_name(name in "[A-Z][a-z]{3,9}x( [A-Z][a-z]{3,9}x)?") {
            for tongue in TONGUES {
                let asked = Question::for_product(&name, tongue.tag);
                prop_assert_eq!(Question::read(&asked).replaces, Some(name.clone()));
            }
        }
    }
}
