//! The names and words of the grammar: our own table in TOML beside this file, joined with what
//! the SPDX list itself says. Read once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use super::Context;
use super::deprecated::replacement;
use super::grammar_words;
use super::lines::{Aliases, Families, FamilyLine, Fields, Frames, Words, read};
use super::sequences::Tree;
use super::tokens::{Kind, OR_LATER, Token, fold, tokens};

/// What a sequence of tokens means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A family of licences, by its index; and whether the name may stand without a version.
    Family {
        index: usize,
        alone: bool,
    },
    /// One licence or expression.
    Expression(&'static str),
    /// An identifier that is a word or a name of its own: it says nothing together with "licence".
    Word(&'static str),
    /// A name that several licences share, by its index.
    Open(usize),
    /// A name of terms without an identifier.
    Unlisted,
    Noise,
    Later,
    Only,
    Or,
    And,
    Unclear,
    /// `+ file LICENSE` of R packages.
    File,
}

/// A family: its versions with their identifiers. The identifiers of a GNU family lack their
/// `-only` and `-or-later`.
#[derive(Debug)]
pub(super) struct Family {
    pub prefix: String,
    pub versions: Vec<(String, String)>,
    pub is_gnu: bool,
}

/// An exception by name: its identifiers with their versions.
#[derive(Debug, Default)]
pub(super) struct Exception {
    pub ids: Vec<(Option<String>, &'static str)>,
    /// The identifier of the licence that it goes with, where the name says too little otherwise.
    pub only_with: Option<String>,
    /// Whether the name alone says that an exception is meant.
    pub is_whole: bool,
}

pub(super) struct Tables {
    symbols: HashMap<Box<str>, u32>,
    names: Tree<(Meaning, Fields)>,
    exceptions_by_name: Tree<usize>,
    pub families: Vec<Family>,
    pub exceptions: Vec<Exception>,
    pub open: Vec<Vec<String>>,
    nothing: HashSet<String>,
    /// Words that speak against a licence, each with the licences that it does not speak against.
    other_terms: Vec<(Vec<String>, Vec<String>)>,
}

/// The tables, read at first use.
pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(Tables::build);

impl Tables {
    /// Whether any name or word has this token.
    pub fn knows(&self, token: &Token<'_>) -> bool {
        token.kind == Kind::Number || self.symbols.contains_key(token.text)
    }

    /// The meaning of the longest sequence that `tokens` start with, and its length.
    pub fn meaning(&self, tokens: &[Token<'_>], context: Context) -> Option<(Meaning, usize)> {
        let allowed = |(_, fields): &&(Meaning, Fields)| fields.allow(context);
        let (values, length) = self
            .names
            .longest(&self.symbols, tokens, |values| values.iter().any(|v| allowed(&v)))?;
        values.iter().find(allowed).map(|&(meaning, _)| (meaning, length))
    }

    /// The family that these tokens name, whatever else they name.
    pub fn family(&self, name: &[Token<'_>]) -> Option<Meaning> {
        let is_family =
            |(meaning, _): &&(Meaning, Fields)| matches!(meaning, Meaning::Family { .. });
        let (values, length) =
            self.names.longest(&self.symbols, name, |v| v.iter().any(|v| is_family(&v)))?;
        values.iter().find(is_family).filter(|_| length == name.len()).map(|&(meaning, _)| meaning)
    }

    /// The exception whose name `tokens` start with, and the length of the name.
    pub fn exception(&self, tokens: &[Token<'_>]) -> Option<(&Exception, usize)> {
        let (found, length) =
            self.exceptions_by_name.longest(&self.symbols, tokens, |found| !found.is_empty())?;
        self.exceptions.get(*found.first()?).map(|exception| (exception, length))
    }

    /// Whether a folded text says that nothing is stated.
    pub fn states_nothing(&self, folded: &str) -> bool {
        self.nothing.contains(folded)
    }

    /// Whether `tokens` start with words that speak against all of `ids`.
    pub fn states_other_terms(&self, tokens: &[Token<'_>], ids: &[String]) -> bool {
        self.other_terms.iter().any(|(words, fits)| {
            words.len() <= tokens.len()
                && words.iter().zip(tokens).all(|(word, token)| word == token.text)
                && !ids.iter().any(|id| fits.contains(id))
        })
    }

    fn build() -> Self {
        let mut tables = Self {
            symbols: HashMap::new(),
            names: Tree::default(),
            exceptions_by_name: Tree::default(),
            families: Vec::new(),
            exceptions: Vec::new(),
            open: Vec::new(),
            nothing: HashSet::new(),
            other_terms: Vec::new(),
        };
        for word in grammar_words::CREATIVE_COMMONS.iter().chain(grammar_words::BSD).chain(SIGNS) {
            tables.symbol(word);
        }
        let aliases: Aliases = read(include_str!("aliases.toml"));
        let families: Families = read(include_str!("families.toml"));
        let words: Words = read(include_str!("words.toml"));
        tables.add_words(words);
        tables.add_frames(&read(include_str!("frames.toml")));
        tables.add_aliases(&aliases);
        tables.add_families(&families);
        tables.add_exceptions(&aliases);
        tables
    }

    fn add_words(&mut self, words: Words) {
        for line in words.nothing {
            self.nothing.extend(line.words.iter().map(|word| fold(word).into_owned()));
        }
        self.nothing.insert(String::new());
        for line in words.other_terms {
            for words in line.words {
                let words = tokens(&words).iter().map(|token| token.text.to_owned()).collect();
                self.other_terms.push((words, line.fits.clone()));
            }
        }
        for (lines, meaning) in [
            (words.noise, Meaning::Noise),
            (words.later, Meaning::Later),
            (words.only, Meaning::Only),
            (words.or, Meaning::Or),
            (words.and, Meaning::And),
            (words.unclear, Meaning::Unclear),
            (words.file, Meaning::File),
        ] {
            for line in lines {
                for word in &line.words {
                    self.add(word, meaning, &line.fields);
                }
            }
        }
    }

    /// Every sentence of a frame says nothing about which licence: a subject or none, a link or none,
    /// a preposition or none. One of the last two must be there.
    fn add_frames(&mut self, frames: &Frames) {
        let none = Fields::default();
        for frame in &frames.frame {
            let prepositions = || frame.bare.iter().chain(&frame.prepositions);
            for link in &frame.links {
                let subjects =
                    || std::iter::once("").chain(frame.subjects.iter().map(String::as_str));
                for subject in subjects() {
                    self.add(&format!("{subject} {link}"), Meaning::Noise, &none);
                    for preposition in prepositions() {
                        let sentence = format!("{subject} {link} {preposition}");
                        self.add(&sentence, Meaning::Noise, &none);
                    }
                }
            }
            for preposition in &frame.bare {
                self.add(preposition, Meaning::Noise, &none);
            }
        }
    }

    fn add_aliases(&mut self, aliases: &Aliases) {
        for line in &aliases.open {
            for name in &line.names {
                self.add(name, Meaning::Open(self.open.len()), &line.fields);
            }
            self.open.push(line.candidates.clone());
        }
        for line in &aliases.unlisted {
            for name in &line.names {
                self.add(name, Meaning::Unlisted, &line.fields);
            }
        }
        for line in &aliases.alias {
            let expression: &'static str = line.expression.clone().leak();
            for name in &line.names {
                self.add(name, Meaning::Expression(expression), &line.fields);
            }
        }
    }

    fn add_families(&mut self, lines: &Families) {
        let listed = listed_versions();
        let curated: HashMap<&str, &FamilyLine> =
            lines.family.iter().map(|line| (line.prefix.as_str(), line)).collect();
        let none = Fields::default();
        for line in &lines.family {
            let index = self.families.len();
            let own = line.versions.clone().map(|own| own.into_iter().collect());
            let alone = !line.more_versions;
            // A prefix without version is mostly too short to stand for a licence.
            let prefix_alone = alone && own.is_some() && line.only_with_version.is_empty();
            self.families.push(Family {
                prefix: line.prefix.clone(),
                is_gnu: is_gnu(&line.prefix),
                versions: own.or_else(|| listed.get(&line.prefix).cloned()).unwrap_or_default(),
            });
            for name in &line.names {
                self.add(name, Meaning::Family { index, alone }, &none);
            }
            for name in &line.only_with_version {
                self.add(name, Meaning::Family { index, alone: false }, &none);
            }
            self.add(&line.prefix, Meaning::Family { index, alone: prefix_alone }, &none);
        }
        for (prefix, versions) in listed {
            if !curated.contains_key(prefix.as_str()) {
                let index = self.families.len();
                self.add(&prefix, Meaning::Family { index, alone: false }, &none);
                self.families.push(Family { is_gnu: is_gnu(&prefix), prefix, versions });
            }
        }
        let by_prefix: HashMap<String, usize> =
            self.families.iter().enumerate().map(|(at, one)| (one.prefix.clone(), at)).collect();
        for licence in current_licences() {
            let family = split_version(licence.name)
                .and_then(|(prefix, version)| Some((by_prefix.get(prefix)?, prefix, version)));
            let full_name = fold(licence.full_name).into_owned();
            match (family, without_version(&full_name)) {
                (Some((&index, prefix, version)), Some((name, last)))
                    if canonical(last) == canonical(version) =>
                {
                    let alone = !curated.get(prefix).is_some_and(|line| {
                        line.more_versions || line.only_with_version.contains(&name)
                    });
                    self.add(&name, Meaning::Family { index, alone }, &none);
                }
                // The names of the GNU licences are names of their families above.
                _ if is_gnu(licence.name) => {}
                _ => self.add(&full_name, Meaning::Expression(licence.name), &none),
            }
            // An identifier with a version is read as its family and the version.
            if family.is_some() || is_gnu(licence.name) {
                continue;
            }
            let is_word = licence.name.bytes().any(|byte| byte.is_ascii_lowercase());
            let meaning = match is_word {
                true => Meaning::Word(licence.name),
                false => Meaning::Expression(licence.name),
            };
            self.add(licence.name, meaning, &none);
        }
    }

    fn add_exceptions(&mut self, aliases: &Aliases) {
        for line in &aliases.exception {
            let index = self.exceptions.len();
            self.exceptions.push(Exception {
                ids: line
                    .ids
                    .iter()
                    .map(|id| (exception_version(id).1, &*id.clone().leak()))
                    .collect(),
                only_with: line.only_with.clone(),
                is_whole: line.is_whole,
            });
            for name in &line.names {
                self.add_exception(name, index);
            }
        }
        let mut by_name: BTreeMap<String, Exception> = BTreeMap::new();
        for exception in spdx::identifiers::EXCEPTIONS {
            let (name, version) = exception_version(exception.name);
            by_name.entry(name).or_default().ids.push((version, exception.name));
        }
        for (name, exception) in by_name {
            self.add_exception(&name, self.exceptions.len());
            self.exceptions.push(exception);
        }
    }

    fn add(&mut self, name: &str, meaning: Meaning, fields: &Fields) {
        let folded = fold(name);
        let symbols: Vec<u32> =
            tokens(&folded).iter().map(|token| self.symbol(token.text)).collect();
        if !symbols.is_empty() {
            self.names.insert(&symbols, (meaning, fields.clone()));
        }
    }

    fn add_exception(&mut self, name: &str, index: usize) {
        let folded = fold(name);
        let symbols: Vec<u32> =
            tokens(&folded).iter().map(|token| self.symbol(token.text)).collect();
        self.exceptions_by_name.insert(&symbols, index);
    }

    fn symbol(&mut self, text: &str) -> u32 {
        let next = u32::try_from(self.symbols.len()).unwrap_or(u32::MAX);
        *self.symbols.entry(text.into()).or_insert(next)
    }
}

/// Words and signs that the grammar reads itself.
const SIGNS: &[&str] = &[
    "(",
    ")",
    "+",
    OR_LATER,
    "/",
    ",",
    ";",
    ">",
    "<",
    ">=",
    "<=",
    "==",
    "with",
    "w",
    "exception",
    "exceptions",
    "of",
    "de",
    "der",
    "della",
    "van",
    "invariant",
    "invariants",
    "no",
    "niv",
    "sections",
    "avec",
    "con",
    "mit",
    "met",
    "includes",
    "including",
    "plus",
    "ausnahme",
    "eccezione",
    "excepcion",
    "uitzondering",
    "el",
    "dem",
    "einer",
    "een",
    "une",
    "una",
];

/// A version without the zeros that say nothing: `2.0.0` is `2`.
pub(super) fn canonical(version: &str) -> &str {
    let mut version = version;
    while let Some(shorter) = version.strip_suffix(".0") {
        version = shorter;
    }
    version
}

/// The licences of the list that are current and are licences.
fn current_licences() -> impl Iterator<Item = &'static spdx::License> {
    spdx::identifiers::LICENSES.iter().filter(|licence| {
        !matches!(licence.name, "NOASSERTION" | "NONE") && replacement(licence.name).is_none()
    })
}

fn is_gnu(id_or_prefix: &str) -> bool {
    let first = id_or_prefix.split('-').next().unwrap_or_default();
    matches!(first, "GPL" | "LGPL" | "AGPL" | "GFDL")
}

/// The versions of each family on the list, by prefix. The Creative Commons licences have a
/// grammar of their own.
fn listed_versions() -> BTreeMap<String, Vec<(String, String)>> {
    let mut families: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for licence in current_licences() {
        let stem = match (is_gnu(licence.name), licence.name.strip_suffix("-only")) {
            (true, Some(stem)) => stem,
            (true, None) => continue,
            (false, _) => licence.name,
        };
        if let Some((prefix, version)) = split_version(stem)
            && !prefix.starts_with("CC-")
        {
            families
                .entry(prefix.to_owned())
                .or_default()
                .push((canonical(version).to_owned(), stem.to_owned()));
        }
    }
    families
}

/// An identifier as its prefix and its version: a number with a dot, and perhaps a letter.
fn split_version(id: &str) -> Option<(&str, &str)> {
    let (prefix, version) = id.rsplit_once('-')?;
    is_version(version).then_some((prefix, version))
}

fn is_version(text: &str) -> bool {
    text.contains('.')
        && text.starts_with(|char: char| char.is_ascii_digit())
        && matches!(tokens(text).as_slice(), [only] if only.text == text)
}

/// A folded full name without the number at its end, and that number.
fn without_version(full_name: &str) -> Option<(String, &str)> {
    let tokens = tokens(full_name);
    let (last, name) = tokens.split_last()?;
    let name: Vec<&str> = name.iter().map(|token| token.text).collect();
    (last.kind == Kind::Number && !name.is_empty()).then(|| (name.join(" "), last.text))
}

/// The name of an exception and its version: `Bison-exception-2.2` is `Bison` and `2.2`.
fn exception_version(id: &str) -> (String, Option<String>) {
    let (name, version) = match split_version(id) {
        Some((name, version)) => (name, Some(canonical(version).to_owned())),
        None => (id, None),
    };
    let name = name.strip_suffix("-exception").unwrap_or(name);
    (name.to_owned(), version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::licence::expression::listed;

    #[test]
    fn every_line_has_a_source() {
        for table in [
            include_str!("families.toml"),
            include_str!("aliases.toml"),
            include_str!("words.toml"),
            include_str!("frames.toml"),
            include_str!("addresses.toml"),
        ] {
            let table: toml::Table = toml::from_str(table).unwrap();
            for (kind, lines) in &table {
                for line in lines.as_array().unwrap() {
                    let source = line.get("source").and_then(toml::Value::as_str);
                    assert!(source.is_some_and(|source| !source.is_empty()), "{kind}: {line}");
                }
            }
        }
    }

    #[test]
    fn every_line_leads_to_the_list() {
        for family in &TABLES.families {
            assert!(!family.versions.is_empty(), "{}", family.prefix);
            for (_, id) in &family.versions {
                let id = if family.is_gnu { format!("{id}-only") } else { id.clone() };
                assert_eq!(listed(&id), Some(id.as_str()));
            }
        }
        for ids in &TABLES.open {
            assert!(ids.len() > 1, "{ids:?}");
            ids.iter().for_each(|id| assert_eq!(listed(id), Some(id.as_str())));
        }
        for exception in &TABLES.exceptions {
            for (_, id) in &exception.ids {
                assert!(spdx::exception_id(id).is_some(), "{id}");
            }
        }
        let aliases: Aliases = read(include_str!("aliases.toml"));
        for line in aliases.alias {
            assert!(spdx::Expression::parse(&line.expression).is_ok(), "{}", line.expression);
        }
    }

    #[test]
    fn a_word_after_a_name_wins_over_a_shorter_name() {
        let meaning = |text: &str| {
            let folded = fold(text);
            TABLES.meaning(&tokens(&folded), Context::Text).map(|(_, length)| length)
        };
        assert_eq!(meaning("licence libre du québec réciprocité forte"), Some(6));
        assert_eq!(meaning("licence libre du québec réciprocité"), Some(5));
        assert_eq!(meaning("frobnicated"), None);
    }
}
