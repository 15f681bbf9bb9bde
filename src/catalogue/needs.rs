//! What people need software for: the vocabulary of `seeds/needs.toml`, how a need is recognised in
//! an entry and in a question, in six languages. A need is a category of publiccode.yml or a narrower
//! purpose. What is recognised is derived, and must be called so wherever it is shown. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use thiserror::Error;

use super::text::fold::fold_phrase;
use super::vocabulary::is_category;
use phrases::{Phrases, stems};

mod asked;
mod entry;
mod phrases;

pub use asked::Asked;
pub use entry::{Evidence, Met};

/// The languages of the vocabulary.
pub const LANGUAGES: [&str; 6] = ["fr", "en", "it", "de", "es", "nl"];

/// Marks a phrase that counts in a question and as a whole tag only.
const WIDE: char = '~';
/// Marks a phrase that counts in a question only.
const ASKED: char = '?';

/// Begins the word that stands for a need in the index; nobody types it.
const MARK: &str = "qxneed";

/// A word of the same kind that stands for no need.
pub const FILLER: &str = "qxnone";

/// Why the vocabulary is wrong.
#[derive(Debug, Error)]
pub enum NeedsError {
    #[error("needs.toml cannot be read: {0}")]
    File(#[from] toml::de::Error),
    #[error("needs.toml: {need} has no name in {lang}")]
    Unnamed { need: String, lang: &'static str },
    #[error("needs.toml: {need} is a kind of {broader}, which is no need or a kind of another")]
    Broader { need: String, broader: String },
    #[error("needs.toml: the phrase {phrase:?} belongs to {one} and to {other}")]
    Ambiguous { phrase: String, one: String, other: String },
    #[error("needs.toml: the phrase {phrase:?} of {need} has no words")]
    Empty { phrase: String, need: String },
}

/// A need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its id: a category of publiccode.yml, or a slug of the same form.
    pub id: String,
    /// The need of which this one is a kind.
    pub broader: Option<String>,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// What else it is called, in any language, as it is written.
    synonyms: Vec<String>,
}

/// All needs, and the phrases by which they are recognised.
#[derive(Debug, Default)]
pub struct Needs {
    /// In the order of their ids.
    needs: Vec<Need>,
    /// Phrases that show a need.
    shown: Phrases<Shows>,
    /// Phrases in which a need's words mean something else.
    masks: Phrases<usize>,
    /// Behind these, a sentence tells of something else.
    until: Phrases<()>,
    /// Words of a question that say nothing of a need.
    frame: BTreeSet<String>,
}

/// What a phrase shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shows {
    /// The number of the need.
    need: usize,
    scope: Scope,
}

/// Where a phrase counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Everywhere.
    Everywhere,
    /// In a question and as a whole tag.
    Wide,
    /// In a question.
    Asked,
    /// In texts of entries; who asks says it otherwise.
    Said,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    until: Vec<String>,
    frame: Vec<String>,
    need: BTreeMap<String, Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    broader: Option<String>,
    #[serde(default)]
    said: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    fr: Vec<String>,
    en: Vec<String>,
    it: Vec<String>,
    de: Vec<String>,
    es: Vec<String>,
    nl: Vec<String>,
}

impl Row {
    fn by_language(&self) -> [(&'static str, &Vec<String>); 6] {
        let [fr, en, it, de, es, nl] = LANGUAGES;
        let of = self;
        [(fr, &of.fr), (en, &of.en), (it, &of.it), (de, &of.de), (es, &of.es), (nl, &of.nl)]
    }
}

/// The vocabulary that is part of the program. A test holds that it can be read.
pub fn vocabulary() -> &'static Needs {
    static VOCABULARY: LazyLock<Needs> =
        LazyLock::new(|| Needs::read(crate::seeds::NEEDS).unwrap_or_default());
    &VOCABULARY
}

/// What needs are called, categories among them, by need and language.
pub type Labels = BTreeMap<String, BTreeMap<String, String>>;

/// What each need is called by language, for pages and the index.
///
/// # Errors
/// [`NeedsError`] where the vocabulary that is part of the program is wrong.
pub fn labels() -> Result<Labels, NeedsError> {
    let needs = Needs::read(crate::seeds::NEEDS)?;
    Ok(needs.needs.into_iter().map(|need| (need.id, need.names)).collect())
}

impl Needs {
    /// Reads a vocabulary of the form of `seeds/needs.toml`.
    ///
    /// # Errors
    /// [`NeedsError`] at the first thing that is wrong.
    pub fn read(text: &str) -> Result<Self, NeedsError> {
        let File { until, frame, need: rows } = toml::from_str(text)?;
        let mut needs = Self::default();
        for (id, row) in &rows {
            if let Some(broader) = &row.broader
                && rows.get(broader).is_none_or(|above| above.broader.is_some())
            {
                return Err(NeedsError::Broader { need: id.clone(), broader: broader.clone() });
            }
            needs.add(id, row)?;
        }
        for phrase in &until {
            needs.until.add(phrase, ());
        }
        needs.frame = frame.iter().flat_map(|words| fold_phrase(words)).collect();
        Ok(needs)
    }

    fn add(&mut self, id: &str, row: &Row) -> Result<(), NeedsError> {
        let need = self.needs.len();
        let mut names = BTreeMap::new();
        let mut synonyms = Vec::new();
        for (lang, phrases) in row.by_language() {
            let unnamed = || NeedsError::Unnamed { need: id.to_owned(), lang };
            let name = phrases.first().ok_or_else(unnamed)?;
            names.insert(lang.to_owned(), Scope::of(name).1.to_owned());
            for phrase in phrases {
                let (scope, phrase) = Scope::of(phrase);
                self.show(id, phrase, Shows { need, scope })?;
                synonyms.push(phrase.to_owned());
            }
        }
        for phrase in &row.said {
            self.show(id, phrase, Shows { need, scope: Scope::Said })?;
        }
        for phrase in &row.not {
            self.masks.add(phrase, need);
        }
        let (id, broader) = (id.to_owned(), row.broader.clone());
        self.needs.push(Need { id, broader, names, synonyms });
        Ok(())
    }

    fn show(&mut self, id: &str, phrase: &str, shows: Shows) -> Result<(), NeedsError> {
        let words = stems(phrase);
        if words.is_empty() {
            return Err(NeedsError::Empty { phrase: phrase.to_owned(), need: id.to_owned() });
        }
        let mut known = self.shown.exactly(&words);
        if let Some(other) = known.find(|known| known.need != shows.need) {
            return Err(NeedsError::Ambiguous {
                phrase: phrase.to_owned(),
                one: self.needs.get(other.need).map_or(String::new(), |need| need.id.clone()),
                other: id.to_owned(),
            });
        }
        drop(known);
        self.shown.add(phrase, shows);
        Ok(())
    }

    /// All needs, in the order of their ids.
    pub fn all(&self) -> &[Need] {
        &self.needs
    }

    /// A need by its id.
    pub fn get(&self, id: &str) -> Option<&Need> {
        let at = self.needs.binary_search_by(|need| need.id.as_str().cmp(id)).ok()?;
        self.needs.get(at)
    }

    /// All that needs are called, each with the word that stands for the need in the index.
    pub fn phrases(&self) -> impl Iterator<Item = (&str, String)> {
        self.needs
            .iter()
            .flat_map(|need| need.synonyms.iter().map(|phrase| (phrase.as_str(), need.token())))
    }
}

impl Need {
    /// The word that stands for the need in the index.
    pub fn token(&self) -> String {
        let letters = self.id.chars().filter(|letter| letter.is_alphanumeric());
        MARK.chars().chain(letters).collect()
    }

    /// Whether it is a category of publiccode.yml, which a source can state.
    pub fn is_category(&self) -> bool {
        is_category(&self.id)
    }
}

impl Scope {
    /// Reads the mark of a phrase; returns the phrase without it.
    fn of(phrase: &str) -> (Self, &str) {
        let marked = |mark, scope| phrase.strip_prefix(mark).map(|phrase| (scope, phrase));
        let asked = || marked(ASKED, Self::Asked);
        marked(WIDE, Self::Wide).or_else(asked).unwrap_or((Self::Everywhere, phrase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::vocabulary::CATEGORIES;

    #[test]
    fn the_vocabulary_holds_every_category_and_as_many_narrower_needs() {
        let needs = Needs::read(crate::seeds::NEEDS).expect("a valid vocabulary");
        let missing: Vec<_> = CATEGORIES.iter().filter(|id| needs.get(id).is_none()).collect();
        assert_eq!(missing, [&""; 0]);
        let narrower = needs.all().iter().filter(|need| !need.is_category()).count();
        assert!(narrower >= 150, "{narrower}");
        let mut tokens = BTreeSet::new();
        for need in needs.all() {
            assert_eq!(need.names.len(), LANGUAGES.len(), "{}", need.id);
            assert!(need.names.values().all(|name| !name.trim().is_empty()), "{}", need.id);
            assert!(tokens.insert(need.token()), "{}", need.id);
        }
    }

    const PARCELS: &str = r#"
        until = []
        frame = []
        [need.parcels]
        fr = ["Colis"]
        en = ["Parcels", "~post"]
        it = ["Pacchi"]
        de = ["Pakete"]
        es = ["Paquetes"]
        nl = ["Pakjes"]
    "#;

    #[test]
    fn what_is_wrong_is_named() {
        let check = |from: &str, to: &str, expected: &str| {
            let text = PARCELS.replacen(from, to, 1);
            assert_ne!(text, PARCELS, "{from} is not in the vocabulary");
            let error = Needs::read(&text).expect_err(to).to_string();
            assert!(error.contains(expected), "{to}: {error}");
        };
        check("[\"Colis\"]", "[]", "parcels has no name in fr");
        check("\"Colis\"", "\"Colis\", \"!!\"", "\"!!\" of parcels has no words");
        check("fr =", "broader = \"post\"\nfr =", "parcels is a kind of post");
        check("fr =", "names = []\nfr =", "unknown field `names`");
        let letters = PARCELS.split_once("[need").expect("a need").1.replace("parcels", "letters");
        let twice = format!("{PARCELS}\n[need{letters}").replacen("\"Colis\"", "\"Colis\"", 1);
        let error = Needs::read(&twice).expect_err("a phrase of two needs").to_string();
        assert!(error.contains("belongs to letters and to parcels"), "{error}");
    }

    #[test]
    fn every_name_comes_with_the_token() {
        let needs = Needs::read(PARCELS).expect("a valid vocabulary");
        let phrases: BTreeSet<&str> = needs.phrases().map(|(phrase, _)| phrase).collect();
        assert_eq!(
            phrases,
            ["Colis", "Pacchi", "Pakete", "Pakjes", "Paquetes", "Parcels", "post"].into()
        );
        assert!(needs.phrases().all(|(_, token)| token == "qxneedparcels"));
    }
}
