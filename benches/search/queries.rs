//! Fifteen classes of queries, drawn from the documents: half of them from names, half from
//! summaries.

use std::collections::BTreeMap;

use fedcat::catalogue::text::fold::fold_phrase;
use fedcat::search::{Document, Query};

use crate::documents::{attribute, facet};
use crate::random::Random;

/// Facets that are counted where a class counts facets.
const COUNTED: &[&str] = &["licence", "category", "platform", "country", "copyleft", "source"];
/// Queries of a class.
const QUERIES: usize = 40;
/// Hits of a page.
const HITS: usize = 20;

/// Queries of one kind.
pub struct Class {
    pub name: &'static str,
    pub queries: Vec<Query>,
}

/// All classes, with words and filters of `documents`.
pub fn classes(seed: u64, documents: &[Document]) -> Vec<Class> {
    let mut draw = Draw::new(seed, documents);
    let mut class = |name, query: fn(&mut Draw) -> Query| {
        let queries = (0..QUERIES).map(|turn| {
            draw.from_name = turn % 2 == 0;
            Query { limit: HITS, ..query(&mut draw) }
        });
        Class { name, queries: queries.collect() }
    };
    vec![
        class("one word", |draw| text(draw.word(4))),
        class("two words", |draw| text(draw.words().join(" "))),
        class("prefix of 1 letter", |draw| text(draw.prefix(1))),
        class("prefix of 2 letters", |draw| text(draw.prefix(2))),
        class("prefix of 3 letters", |draw| text(draw.prefix(3))),
        class("prefix of 4 letters", |draw| text(draw.prefix(4))),
        class("word and prefix of 2", |draw| {
            let [word, next] = draw.words();
            text(format!("{word} {}", beginning(&next, 2)))
        }),
        class("one typing error", |draw| {
            let word = draw.word(6);
            text(draw.mistyped(&word, 1))
        }),
        class("two typing errors", |draw| {
            let word = draw.word(10);
            text(draw.mistyped(&word, 2))
        }),
        class("word, 6 facets", |draw| counted(text(draw.word(4)))),
        class("word, filter, 6 facets", |draw| {
            let facet = draw.random.pick(&["category", "licence", "platform"]);
            counted(Query { filters: draw.filters(&[facet]), ..text(draw.word(4)) })
        }),
        class("empty, 6 facets", |_| counted(Query::default())),
        class("empty, 2 filters, 6 facets", |draw| {
            let pair = draw.random.pick(&[
                ["category", "licence"],
                ["category", "platform"],
                ["licence", "country"],
                ["platform", "source"],
            ]);
            counted(Query { filters: draw.filters(&pair), ..Query::default() })
        }),
        class("prefix of 1, 6 facets", |draw| counted(text(draw.prefix(1)))),
        class("prefix of 2, 6 facets", |draw| counted(text(draw.prefix(2)))),
    ]
}

/// As typed: without a space behind it, so that the last word is also a beginning.
fn text(text: String) -> Query {
    Query { text, ..Query::default() }
}

fn counted(query: Query) -> Query {
    Query { count: COUNTED.iter().map(|&facet| facet.to_owned()).collect(), ..query }
}

fn beginning(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

struct Draw<'d> {
    random: Random,
    documents: &'d [Document],
    from_name: bool,
    name: usize,
    summary: usize,
}

impl<'d> Draw<'d> {
    fn new(seed: u64, documents: &'d [Document]) -> Self {
        let (name, summary) = (attribute("name"), attribute("summary"));
        Self { random: Random::new(seed), documents, from_name: true, name, summary }
    }

    /// What `choose` takes of the words of the first of some texts of chance that has it.
    fn of_a_text<T>(&mut self, choose: impl Fn(&mut Random, &[String]) -> Option<T>) -> T {
        let attribute = if self.from_name { self.name } else { self.summary };
        loop {
            let document = &self.documents[self.random.below(self.documents.len())];
            let texts = &document.texts[attribute];
            if let Some(text) = texts.get(self.random.below(texts.len().max(1)))
                && let Some(chosen) = choose(&mut self.random, &fold_phrase(text))
            {
                return chosen;
            }
        }
    }

    fn word(&mut self, least: usize) -> String {
        self.of_a_text(|random, words| {
            let long = |word: &&String| word.chars().count() >= least;
            let long: Vec<&String> = words.iter().filter(long).collect();
            (!long.is_empty()).then(|| random.pick(&long).clone())
        })
    }

    /// Two words that stand beside each other.
    fn words(&mut self) -> [String; 2] {
        self.of_a_text(|random, words| {
            let pairs: Vec<&[String]> = words.windows(2).collect();
            let [first, second] = (!pairs.is_empty()).then(|| random.pick(&pairs))? else {
                return None;
            };
            (second.chars().count() > 2).then(|| [first.clone(), second.clone()])
        })
    }

    fn prefix(&mut self, letters: usize) -> String {
        beginning(&self.word(letters.max(4)), letters)
    }

    /// The word with so many errors, none of them in the first letter, each in a part of its own.
    fn mistyped(&mut self, word: &str, errors: usize) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let part = (letters.len() - 2) / errors;
        for error in (0..errors).rev() {
            let at = 1 + error * part + self.random.below(part - 1);
            let other = if letters[at] == 'e' { 'a' } else { 'e' };
            match self.random.below(4) {
                0 => letters[at] = other,
                1 => letters.insert(at, other),
                2 if letters[at] != letters[at + 1] => letters.swap(at, at + 1),
                _ => drop(letters.remove(at)),
            }
        }
        letters.into_iter().collect()
    }

    /// For each of the facets, one or two values of documents.
    fn filters(&mut self, facets: &[&str]) -> BTreeMap<String, Vec<String>> {
        let mut chosen = |name: &str| {
            let values: Vec<String> = (0..4).filter_map(|_| self.value(name)).take(2).collect();
            (name.to_owned(), values)
        };
        facets.iter().map(|name| chosen(name)).collect()
    }

    fn value(&mut self, name: &str) -> Option<String> {
        let document = &self.documents[self.random.below(self.documents.len())];
        document.facets[facet(name)].first().cloned()
    }
}
