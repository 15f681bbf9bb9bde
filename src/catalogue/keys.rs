//! Keys: the typed identifiers by which records of different sources find each other.

mod editions;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::content::Content;
use super::urls::{WebUrl, other_repository_key, repository_key};

/// One key of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub kind: KeyKind,
    pub value: String,
}

/// The kinds of keys, strongest first: the order in which joins are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// A Wikidata item, `Q215051`. A software has at most one.
    Wikidata,
    /// An entry's id in another register: `comptoir-du-libre:72`.
    Peer,
    /// A repository at a recognised forge: `github.com/owner/name`. At any other host it joins only
    /// where no source repeats it.
    Repository,
    /// Exact normalised name and home page together: `libreoffice|libreoffice.org`. Weak: joins
    /// only where no source repeats the home page.
    NameAndHomepage,
    /// A home page alone: makes candidates only.
    Homepage,
    /// A name or alias alone: makes candidates only. A name never joins.
    Name,
    /// A name or alias in its words: neither joins nor proposes, but speaks for or against a join
    /// by a repository alone.
    Title,
}

impl KeyKind {
    /// The kind as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wikidata => "wikidata",
            Self::Peer => "peer",
            Self::Repository => "repository",
            Self::NameAndHomepage => "name-and-homepage",
            Self::Homepage => "homepage",
            Self::Name => "name",
            Self::Title => "title",
        }
    }

    /// Reads a stored kind.
    pub fn parse(stored: &str) -> Option<Self> {
        [
            Self::Wikidata,
            Self::Peer,
            Self::Repository,
            Self::NameAndHomepage,
            Self::Homepage,
            Self::Name,
            Self::Title,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == stored)
    }

    /// Whether a shared key of this kind joins records, or only proposes them to a person.
    pub fn joins(self) -> bool {
        self <= Self::NameAndHomepage
    }

    /// Whether a shared key of this kind has records looked at together at all.
    pub fn connects(self) -> bool {
        self != Self::Title
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.value)
    }
}

/// Bytes of the longest key. What is longer names nothing that two catalogues would write alike,
/// and PostgreSQL refuses rows whose indexed values are longer than about 2,700 bytes.
const LONGEST: usize = 500;

/// The keys that a record's content offers.
///
/// SWHIDs and forge ids are no keys: a fork shares them with its origin.
pub fn keys_of(content: &Content) -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    let mut add = |kind, value: String| {
        if value.len() <= LONGEST {
            keys.insert(Key { kind, value });
        }
    };
    for identifier in &content.identifiers {
        match identifier.scheme.as_str() {
            "wikidata" => add(KeyKind::Wikidata, identifier.value.clone()),
            scheme if PEER_SCHEMES.contains(&scheme) => {
                add(KeyKind::Peer, format!("{scheme}:{}", identifier.value));
            }
            _ => {}
        }
    }
    let repositories = content.repository.iter().chain(&content.other_repositories);
    let key_of = |url| repository_key(url).or_else(|| other_repository_key(url));
    for key in repositories.filter_map(key_of) {
        add(KeyKind::Repository, key);
    }
    let names: BTreeSet<String> =
        content.name.iter().map(|(_, name)| name_key(name)).filter(|key| !key.is_empty()).collect();
    let homepage = content.homepage.as_ref().and_then(homepage_key);
    if let Some(page) = &homepage {
        for name in &names {
            add(KeyKind::NameAndHomepage, format!("{name}|{page}"));
        }
        add(KeyKind::Homepage, editions::without_language(page));
        add(KeyKind::Homepage, page.clone());
    }
    let all = content.name.iter().map(|(_, name)| name);
    for name in all.chain(content.aliases.iter().map(String::as_str)) {
        let words = words(name);
        let plain = editions::without_edition(&words);
        let (title, plain) = (words.join(" "), plain.concat());
        for (kind, value) in
            [(KeyKind::Name, name_key(name)), (KeyKind::Name, plain), (KeyKind::Title, title)]
        {
            if !value.is_empty() {
                add(kind, value);
            }
        }
    }
    keys
}

/// The words of a name as [`name_key`] folds it. A capital letter after a small one begins a word.
fn words(name: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(name.len());
    let mut before_small = false;
    for c in name.chars() {
        if before_small && c.is_uppercase() {
            spaced.push(' ');
        }
        before_small = c.is_lowercase();
        spaced.push(c);
    }
    let is_sign = |c: char| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '+' | '#');
    let words = spaced.split(|c| !is_sign(c)).map(name_key);
    words.filter(|word| !word.is_empty()).collect()
}

/// Registers whose ids name one software each.
const PEER_SCHEMES: &[&str] = &["comptoir-du-libre", "sill", "framalibre", "cnll"];

/// A name without case, accents, spaces and punctuation: `LibreOffice` and `Libre Office` agree.
/// `+` and `#` stay, for `C`, `C++` and `C#` are three things.
pub fn name_key(name: &str) -> String {
    name.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Host and path of a home page, lower case, without `www.` and a trailing slash or index page.
/// `None` for a page at a forge: that is a repository, and many entries may share one.
fn homepage_key(url: &WebUrl) -> Option<String> {
    if repository_key(url).is_some() {
        return None;
    }
    let rest = url.as_str().split_once("://")?.1;
    let rest = rest.split(['?', '#']).next()?.to_lowercase();
    let rest = rest.strip_prefix("www.").unwrap_or(&rest);
    let rest = rest.trim_end_matches("index.html").trim_end_matches("index.php");
    let key = rest.trim_end_matches('/');
    (!key.is_empty()).then(|| key.to_owned())
}

/// The home page part of a [`KeyKind::NameAndHomepage`] key.
pub(super) fn homepage_part(key: &Key) -> Option<Key> {
    let (_, page) = key.value.split_once('|')?;
    Some(Key { kind: KeyKind::Homepage, value: page.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::Identifier;
    use crate::catalogue::text::{Lang, LocalizedText};

    #[test]
    fn names_agree_without_case_accents_and_spaces() {
        for (a, b, same) in [
            ("LibreOffice", "Libre Office", true),
            ("Décidim", "decidim", true),
            ("7-Zip", "7zip", true),
            ("C++", "C", false),
            ("GitLab", "GitLab CE", false),
        ] {
            assert_eq!(name_key(a) == name_key(b), same, "{a} / {b}");
        }
    }

    #[test]
    fn editions_and_languages_are_proposed() {
        let keys = |name: &str, page: &str| -> BTreeSet<String> {
            let content = Content {
                name: LocalizedText::single(Lang::unknown(), name),
                homepage: WebUrl::parse(page).ok(),
                ..Content::default()
            };
            let keys = keys_of(&content).into_iter();
            let proposing = keys.filter(|key| !key.kind.joins() && key.kind.connects());
            proposing.map(|key| key.to_string()).collect()
        };
        let plain = keys("Parcel", "https://parcel.example.org/");
        for (name, page) in [
            ("Parcel Community Edition", "https://parcel.example.org/fr/"),
            ("Parcel ESR", "https://fr.parcel.example.org"),
            ("Parcel Desktop LTS", "https://parcel.example.org/en-us"),
            ("parcel (server)", "https://parcel.example.org/?lang=de"),
        ] {
            let found = keys(name, page);
            assert!(plain.is_subset(&found), "{name} at {page}: {found:?}");
        }
    }

    #[test]
    fn keys_come_from_identifiers_addresses_and_names() {
        let content = Content {
            name: LocalizedText::single(Lang::unknown(), "Parcel Map"),
            aliases: ["Map of Parcels".to_owned(), "…".to_owned()].into(),
            homepage: WebUrl::parse("https://www.parcel.example.org/index.html").ok(),
            repository: WebUrl::parse("https://github.com/Example/Parcel.git").ok(),
            identifiers: [("wikidata", "Q1"), ("comptoir-du-libre", "7"), ("swh", "swh:1:rev:x")]
                .map(|(scheme, value)| Identifier {
                    scheme: scheme.to_owned(),
                    value: value.to_owned(),
                })
                .into(),
            ..Content::default()
        };
        let keys: Vec<String> = keys_of(&content).iter().map(ToString::to_string).collect();
        assert_eq!(
            keys,
            [
                "wikidata Q1",
                "peer comptoir-du-libre:7",
                "repository github.com/example/parcel",
                "name-and-homepage parcelmap|parcel.example.org",
                "homepage parcel.example.org",
                "name mapofparcels",
                "name parcelmap",
                "title map of parcels",
                "title parcel map",
            ]
        );
    }
}
