//! Whether the names of two records say that they are two things, although they give one
//! repository.
//!
//! A repository may hold a program and what belongs to it, and an entry about a plug-in may give
//! the repository of the program that it is for. So names that have no word in common, and a name
//! that says what a thing is *for*, leave it to a person.

use std::collections::BTreeSet;

/// Words that say nothing about which program it is: articles, and what many programs are.
const COMMON: &[&str] = &[
    "and",
    "api",
    "app",
    "application",
    "aus",
    "avec",
    "das",
    "data",
    "dei",
    "del",
    "della",
    "der",
    "des",
    "desktop",
    "die",
    "digital",
    "digitale",
    "edition",
    "editor",
    "ein",
    "eine",
    "framework",
    "free",
    "fur",
    "gestion",
    "gestione",
    "gestionnaire",
    "het",
    "les",
    "lib",
    "library",
    "libre",
    "logiciel",
    "management",
    "manager",
    "module",
    "van",
    "von",
    "online",
    "open",
    "openjs",
    "outil",
    "platform",
    "plateforme",
    "piattaforma",
    "plattform",
    "portail",
    "portal",
    "portale",
    "project",
    "projet",
    "public",
    "server",
    "service",
    "services",
    "servizi",
    "servizio",
    "sistema",
    "site",
    "software",
    "source",
    "system",
    "systeme",
    "the",
    "tool",
    "tools",
    "una",
    "une",
    "version",
    "web",
    "website",
];
/// Words by which a name says that the thing belongs to another one.
const BELONGING: &[&str] = &[
    "addin",
    "addon",
    "addons",
    "bindings",
    "client",
    "connector",
    "connecteur",
    "extension",
    "extensions",
    "fork",
    "module",
    "plugin",
    "plugins",
    "sdk",
    "theme",
    "tool",
    "tools",
    "widget",
    "wrapper",
];
/// Words before the name of what a thing is for.
const FOR: &[&str] = &["for", "fur", "para", "per", "pour", "voor"];
/// Letters of the shortest name that counts where it is a part of another one.
const SHORTEST_PART: usize = 4;
/// Letters of the shortest word, and of the shortest acronym.
const SHORTEST_WORD: usize = 3;

/// Whether names (folded words with spaces between them) allow that two records with the
/// repository `repository` are one. Where one has no name, nothing speaks against it.
pub(super) fn allow(one: &[&str], other: &[&str], repository: &str) -> bool {
    if one.is_empty() || other.is_empty() {
        return true;
    }
    let pairs = || one.iter().flat_map(|a| other.iter().map(move |b| (*a, *b)));
    if pairs().any(|(a, b)| compact(a) == compact(b)) {
        return true;
    }
    if pairs().any(|(a, b)| is_for(a, b) || is_for(b, a)) {
        return false;
    }
    let own = repository_name(repository);
    let is_named_so = |names: &[&str]| names.iter().any(|name| agree(name, &own));
    pairs().any(|(a, b)| agree(a, b)) || (is_named_so(one) && is_named_so(other))
}

/// Whether two names share a word that says something, one is a part of the other, or one is the
/// acronym of the other.
fn agree(a: &str, b: &str) -> bool {
    let (words_a, words_b) = (telling(a), telling(b));
    let (whole_a, whole_b) = (compact(a), compact(b));
    let is_part = |part: &str, whole: &str| {
        part.chars().count() >= SHORTEST_PART && whole.contains(part) && !COMMON.contains(&part)
    };
    words_a.intersection(&words_b).next().is_some()
        || is_part(&whole_a, &whole_b)
        || is_part(&whole_b, &whole_a)
        || is_acronym(a, b)
        || is_acronym(b, a)
}

/// Whether a name says that the thing is a plug-in, fork, client or tool for the other.
fn is_for(name: &str, host: &str) -> bool {
    let has = |name: &str, list: &[&str]| name.split(' ').any(|word| list.contains(&word));
    let (words, wanted) = (telling(name), telling(host));
    let names_host = if wanted.is_empty() {
        name.split(' ').any(|word| word == host)
    } else {
        wanted.is_subset(&words)
    };
    let belongs = |name: &str| has(name, BELONGING) || has(name, FOR);
    names_host && belongs(name) && !belongs(host)
}

/// The words of a name that say which program it is.
fn telling(name: &str) -> BTreeSet<&str> {
    let is_telling = |word: &&str| {
        let length = word.chars().count();
        (length >= SHORTEST_WORD || !word.is_ascii())
            && !COMMON.contains(word)
            && !BELONGING.contains(word)
            && !FOR.contains(word)
    };
    name.split(' ').filter(is_telling).collect()
}

fn compact(name: &str) -> String {
    name.split(' ').collect()
}

/// Whether one of the words of `short` is made of the first letters of the words of `long`.
fn is_acronym(short: &str, long: &str) -> bool {
    let initials = |words: &mut dyn Iterator<Item = &str>| -> String {
        words.filter_map(|word| word.chars().next()).collect()
    };
    let all = initials(&mut long.split(' '));
    let telling = telling(long);
    let some = initials(&mut long.split(' ').filter(|word| telling.contains(word)));
    let mut words = short.split(' ').filter(|word| word.chars().count() >= SHORTEST_WORD);
    words.any(|word| word == all || word == some)
}

/// The name of a repository by its key, as words.
fn repository_name(repository: &str) -> String {
    let name = repository.rsplit('/').next().unwrap_or(repository);
    let words = name.split(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_allow_a_join_or_leave_it_to_a_person() {
        for (one, other, repository, expected) in [
            ("parcel map", "parcel map", "x", true),
            ("parcelmap", "parcel map", "x", true),
            ("parcel map", "map of parcels by post", "x", true),
            ("parcel desk", "letter box", "github.com/a/stamps", false),
            ("parcel desk", "letter box", "github.com/a/parcel-desk", false),
            ("bureau des colis", "parcel desk", "github.com/a/parcel-colis", true),
            ("national parcel index", "npi", "x", true),
            ("the post management system", "the stamp management system", "x", false),
            ("parcel", "stamp plugin for parcel", "x", false),
            ("parcel", "parcel client", "x", false),
            ("parcel plugin", "parcel plugin two", "x", true),
            ("parcel", "parcel server", "x", true),
            ("registre des colis", "colis", "x", true),
            ("包裹", "包裹追蹤", "x", false),
            ("c++", "c", "x", false),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                assert_eq!(allow(&[one], &[other], repository), expected, "{one} / {other}");
            }
        }
        assert!(allow(&[], &["parcel"], "x"));
        assert!(allow(&["stamp", "parcel"], &["letter", "parcel"], "x"), "an alias agrees");
    }
}
