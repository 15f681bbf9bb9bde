//! Organisations as things of their own: with typed identifiers, a country, and a directory that
//! tells which of them a record means, where that is certain.

mod directory;
mod forms;
mod identifier;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use url::Url;

use super::keys::name_key;
use super::text::LocalizedText;
use super::urls::WebUrl;

pub use directory::{Directory, Evidence, Match};
pub use identifier::{Identifier, IdentifierProblem, Scheme};

/// An organisation as a directory lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name, in each language in which the directory has one.
    pub name: LocalizedText,
    /// Further names under which it is certain to be meant.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<String>,
    /// ISO 3166-1 alpha-2 code, upper case. Names are unique in a country at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// At least one: a name is no identity.
    pub identifiers: BTreeSet<Identifier>,
    /// Its accounts at forges, and forges of its own.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<Account>,
}

impl Organisation {
    /// The keys of all names by which it may be found. Acronyms are none: many bodies share them.
    fn name_keys(&self) -> BTreeSet<String> {
        let names = self.name.iter().map(|(_, name)| name);
        let names = names.chain(self.aliases.iter().map(String::as_str));
        names.filter_map(searchable).collect()
    }

    /// Its identifier in a register.
    pub fn identifier(&self, scheme: Scheme) -> Option<&Identifier> {
        self.identifiers.iter().find(|identifier| identifier.scheme() == scheme)
    }
}

/// The key of a name by which an organisation may be found, without the acronym at its end; `None`
/// for an acronym alone and for what has no letters.
pub fn searchable(name: &str) -> Option<String> {
    let name = without_acronym(name);
    let key = name_key(name);
    (!key.is_empty() && !is_acronym(name)).then_some(key)
}

/// Whether a name is one word of capitals, or so short that it may stand for anything: `MI`,
/// `DINUM`, but not `Etalab`. What it stands for depends on who says it.
fn is_acronym(name: &str) -> bool {
    const SHORT: usize = 4;
    let name: String = name.trim().nfc().collect();
    if name.contains(char::is_whitespace) {
        return false;
    }
    let letters = || name.chars().filter(|c| c.is_alphabetic());
    letters().count() <= SHORT || !letters().any(char::is_lowercase)
}

/// A name without the acronym in brackets at its end: `Institut d'exemple (IE)`.
fn without_acronym(name: &str) -> &str {
    let name = name.trim();
    let stripped = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match stripped {
        Some((before, inner)) if !before.trim().is_empty() && is_acronym(inner) => before.trim(),
        _ => name,
    }
}

/// An account at a forge, or a forge: host and path, lower case, such as `github.com/example-org`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(String);

impl Account {
    /// The account whose page is at this address.
    pub fn at(page: &WebUrl) -> Option<Self> {
        let url = Url::parse(page.as_str()).ok()?;
        let host = url.host_str()?.to_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let mut path: Vec<String> =
            url.path_segments()?.filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
        // GitLab shows groups under `groups/`, but their projects without it.
        if path.first().is_some_and(|first| first == "groups" || first == "orgs") {
            path.remove(0);
        }
        let parts = std::iter::once(host.to_owned()).chain(path);
        Some(Self(parts.collect::<Vec<_>>().join("/")))
    }

    /// The account as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The account, and those that it is part of, the nearest first: of `forge/a/b` these are
    /// `forge/a/b`, `forge/a` and `forge`.
    pub fn and_above(&self) -> impl Iterator<Item = Self> {
        let mut next = Some(self.0.as_str());
        std::iter::from_fn(move || {
            let current = next?;
            next = current.rsplit_once('/').map(|(above, _)| above);
            Some(Self(current.to_owned()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_told_from_names() {
        for (name, expected) in [
            ("MI", true),
            ("DINUM", true),
            ("AP-HP", true),
            ("Anct", true),
            ("É.N.S.", true),
            ("other", false),
            ("Etalab", false),
            ("Ville d'Exemple", false),
            ("MINISTÈRE DE L'EXEMPLE", false),
        ] {
            assert_eq!(is_acronym(name), expected, "{name}");
        }
    }

    #[test]
    fn an_acronym_in_brackets_is_no_part_of_a_name() {
        for (name, expected) in [
            ("Institut d'exemple (IE)", "Institut d'exemple"),
            ("Institut d'exemple", "Institut d'exemple"),
            ("Institut (site du nord)", "Institut (site du nord)"),
            ("(IE)", "(IE)"),
        ] {
            assert_eq!(without_acronym(name), expected, "{name}");
        }
    }

    #[test]
    fn an_account_is_part_of_others() {
        let check = |address: &str, expected: &[&str]| {
            let account = WebUrl::parse(address).ok().and_then(|url| Account::at(&url));
            let above: Vec<String> =
                account.iter().flat_map(Account::and_above).map(|one| one.0).collect();
            assert_eq!(above, expected, "{address}");
        };
        check("https://www.GitHub.com/Example-Org/", &["github.com/example-org", "github.com"]);
        check(
            "https://gitlab.example.org/groups/a/b",
            &["gitlab.example.org/a/b", "gitlab.example.org/a", "gitlab.example.org"],
        );
        check("https://git.example.org", &["git.example.org"]);
    }
}
