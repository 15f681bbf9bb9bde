//! Phrases that are looked for in texts, whatever their number and case: each word by its stem.

use std::collections::HashMap;

use crate::catalogue::text::fold::{fold_phrase, join_initials};

/// A word without its ending has at least so many letters.
const SHORTEST_STEM: usize = 4;
/// A word of so many letters is also found as the beginning of a longer one, as Germanic languages
/// write compounds.
const COMPOUND: usize = 10;
/// Endings of number and case, of which a word loses the first that it has.
const ENDINGS: [&str; 4] = ["es", "en", "s", "x"];
/// What may then still differ between forms of a word.
const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'y'];

/// Phrases, each with what it means.
#[derive(Debug)]
pub(super) struct Phrases<T> {
    by_first: HashMap<String, Vec<Phrase<T>>>,
}

#[derive(Debug)]
pub(super) struct Phrase<T> {
    /// Stems of the words behind the first.
    rest: Vec<String>,
    /// Its folded words as they are spelt.
    pub(super) spelt: Vec<String>,
    pub(super) means: T,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { by_first: HashMap::new() }
    }
}

impl<T> Phrases<T> {
    /// Adds a phrase; one without words is none.
    pub(super) fn add(&mut self, phrase: &str, means: T) {
        let spelt = folded(phrase);
        let mut words = spelt.iter().map(|word| stem(word).to_owned());
        if let Some(first) = words.next() {
            let rest = words.collect();
            self.by_first.entry(first).or_default().push(Phrase { rest, spelt, means });
        }
    }

    /// What exactly these stems mean.
    pub(super) fn exactly(&self, stems: &[String]) -> impl Iterator<Item = &T> {
        let (first, rest) =
            stems.split_first().map_or((None, &[][..]), |(one, rest)| (Some(one), rest));
        let same = first.and_then(|first| self.by_first.get(first)).into_iter().flatten();
        same.filter(move |phrase| phrase.rest == rest).map(|phrase| &phrase.means)
    }

    /// The phrases that stand at a place of a text, given as stems, each with its number of words.
    pub(super) fn at(
        &self,
        stems: &[String],
        at: usize,
    ) -> impl Iterator<Item = (usize, &Phrase<T>)> {
        let here = stems.get(at..).unwrap_or(&[]);
        let (first, behind) =
            here.split_first().map_or(("", here), |(one, rest)| (one.as_str(), rest));
        let same = self.by_first.get(first).into_iter().flatten();
        let same = same.filter(|phrase| behind.starts_with(&phrase.rest));
        let beginnings = (COMPOUND..first.len()).filter_map(|end| first.get(..end));
        let longer = beginnings.filter_map(|beginning| self.by_first.get(beginning)).flatten();
        let longer = longer.filter(|phrase| phrase.rest.is_empty());
        same.chain(longer).map(|phrase| (phrase.rest.len() + 1, phrase))
    }
}

/// The stems of a text's words.
pub(super) fn stems(text: &str) -> Vec<String> {
    folded(text).iter().map(|word| stem(word).to_owned()).collect()
}

/// A text's folded words; a letter that a hyphen ties to a word is part of it.
pub(super) fn folded(text: &str) -> Vec<String> {
    fold_phrase(&join_initials(text))
}

/// A folded word without what number and case change.
pub(super) fn stem(word: &str) -> &str {
    let mut stem = word;
    if !word.ends_with("ss") {
        let mut shorter = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
        stem = shorter.find(|stem| stem.chars().count() >= SHORTEST_STEM).unwrap_or(word);
    }
    match stem.strip_suffix(VOWELS) {
        Some(shorter) if shorter.chars().count() >= SHORTEST_STEM => shorter,
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for (one, other) in [
            ("signature", "signatures"),
            ("electronique", "electroniques"),
            ("firma", "firme"),
            ("documento", "documenti"),
            ("umfrage", "umfragen"),
            ("afspraak", "afspraak"),
            ("handtekening", "handtekeningen"),
            ("library", "libraries"),
            ("encuesta", "encuestas"),
            ("process", "processes"),
        ] {
            assert_eq!(stem(one), stem(other), "{one} {other}");
        }
        for (one, other) in [("form", "formation"), ("map", "maps"), ("bus", "business")] {
            assert_ne!(stem(one), stem(other), "{one} {other}");
        }
    }

    #[test]
    fn phrases_are_found_where_they_stand_and_in_compounds() {
        let mut phrases = Phrases::default();
        phrases.add("Open Data", 1);
        phrases.add("open data portal", 2);
        phrases.add("Dokumentenverwaltung", 3);
        phrases.add("e-signature", 4);
        phrases.add("?!", 5);
        let found = |text: &str| -> Vec<(usize, i32)> {
            let words = stems(text);
            let found = (0..words.len()).flat_map(|at| phrases.at(&words, at));
            found.map(|(length, phrase)| (length, phrase.means)).collect()
        };
        assert_eq!(found("an open-data portal"), [(2, 1), (3, 2)]);
        assert_eq!(found("opendata"), []);
        assert_eq!(found("Eine Dokumentenverwaltungssoftware"), [(1, 3)]);
        assert_eq!(found("E‑signatures"), [(1, 4)]);
        assert_eq!(found(""), []);
    }
}
