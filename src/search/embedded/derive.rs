//! What each word of a query may stand for in the documents: itself, the beginning of a longer
//! word, another form of it, a synonym, a near spelling, two words written as one or one as two.

use std::ops::Range;

use super::dictionary::Dictionary;
use crate::search::fold::words;
use crate::search::{Highlighter, Query, Synonyms};

/// From this many letters on, one wrong letter is forgiven, and two.
const FORGIVING: [usize; 2] = [5, 9];
/// The same for a second try, where nothing was found.
const LENIENT: [usize; 2] = [3, 5];
/// Both halves of a word that is looked up in two parts have at least so many letters.
const SMALLEST_PART: usize = 3;
/// Most words that are tried as one.
const MOST_JOINED: usize = 3;
/// Endings that come and go with number, gender and case in the languages of Europe.
const ENDINGS: [&str; 6] = ["s", "x", "es", "en", "e", "n"];
/// Endings that stand for each other.
const CHANGES: [(&str, &str); 5] =
    [("a", "e"), ("o", "i"), ("e", "i"), ("aux", "al"), ("ies", "y")];

/// The words of a query, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    words: Vec<String>,
    /// Whether more letters of the last word may follow.
    open: bool,
    /// From this many letters on, one and two wrong letters are forgiven.
    forgiving: [usize; 2],
}

/// Something in the documents that a word of the query may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Derivation {
    pub(super) terms: Terms,
    /// How many letters differ.
    pub(super) typo: u8,
    /// How far it is from what was typed, in other ways.
    pub(super) inexact: u8,
    /// Whether it is less inexact where it is a whole text.
    pub(super) better_whole: bool,
}

/// Numbers of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Terms {
    /// A word.
    Word(u32),
    /// Any word of a range.
    Range(Range<u32>),
    /// Several words in this order.
    Phrase(Vec<u32>),
}

/// For each word of the query its derivations, and how to recognise them.
#[derive(Debug, Default)]
pub(super) struct Derived {
    pub(super) words: Vec<Vec<Derivation>>,
    pub(super) highlighter: Highlighter,
}

impl Typed {
    pub(super) fn parse(query: &Query) -> Self {
        let text: String = query.text.chars().take(Query::MAX_LETTERS).collect();
        let (mut folded, mut open) = (Vec::new(), false);
        for (word, range) in words(&text).take(Query::MAX_WORDS) {
            folded.push(word);
            open = range.end == text.len();
        }
        let forgiving = if query.lenient { LENIENT } else { FORGIVING };
        Self { words: folded, open, forgiving }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Everything that the words may stand for.
pub(super) fn derive(typed: &Typed, dictionary: &Dictionary, synonyms: &Synonyms) -> Derived {
    let words = vec![Vec::new(); typed.words.len()];
    let derived = Derived { words, highlighter: Highlighter::default() };
    let mut deriving = Deriving { typed, dictionary, derived };
    for (at, word) in typed.words.iter().enumerate() {
        let span = at..at + 1;
        deriving.same(&span, word);
        deriving.beginning(&span, word);
        deriving.forms(&span, word);
        deriving.near(&span, word);
        deriving.split(&span, word);
    }
    for (start, length) in spans(typed.words.len()) {
        let span = start..start + length;
        let phrase = typed.words.get(span.clone()).unwrap_or(&[]);
        for synonym in synonyms.of(phrase) {
            deriving.synonym(&span, synonym);
        }
        if (2..=MOST_JOINED).contains(&length) {
            deriving.joined(&span, &phrase.concat());
        }
    }
    deriving.derived
}

fn spans(words: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..words).flat_map(move |start| (1..=words - start).map(move |length| (start, length)))
}

struct Deriving<'a> {
    typed: &'a Typed,
    dictionary: &'a Dictionary,
    derived: Derived,
}

impl Deriving<'_> {
    fn same(&mut self, span: &Range<usize>, word: &str) {
        self.word(span, word, Cost { typo: 0, inexact: 1, better_whole: true });
    }

    fn beginning(&mut self, span: &Range<usize>, word: &str) {
        if self.is_open(span) {
            self.range(span, word, Cost { typo: 0, inexact: 2, better_whole: false });
        }
    }

    fn forms(&mut self, span: &Range<usize>, word: &str) {
        let shortest = if span.end == self.typed.words.len() { 4 } else { 3 };
        if letters(word) >= shortest {
            for form in forms(word) {
                self.word(span, &form, Cost { typo: 0, inexact: 3, better_whole: false });
            }
        }
    }

    fn near(&mut self, span: &Range<usize>, word: &str) {
        let [one, two] = self.typed.forgiving;
        let distance = match letters(word) {
            length if length >= two => 2,
            length if length >= one => 1,
            _ => return,
        };
        for near in self.dictionary.near(word, distance, self.is_open(span)) {
            let cost = Cost { typo: near.distance, inexact: 2, better_whole: false };
            self.add(span, &[near.word], &Terms::Word(near.number), cost);
        }
    }

    fn split(&mut self, span: &Range<usize>, word: &str) {
        let halves = word
            .char_indices()
            .skip(SMALLEST_PART)
            .filter_map(|(at, _)| word.split_at_checked(at))
            .filter(|(_, right)| letters(right) >= SMALLEST_PART);
        for (left, right) in halves {
            let halves = [left, right].map(str::to_owned);
            self.phrase(span, &halves, Cost { typo: 1, inexact: 1, better_whole: false });
        }
    }

    fn synonym(&mut self, span: &Range<usize>, synonym: &[String]) {
        self.phrase(span, synonym, Cost { typo: 0, inexact: 2, better_whole: false });
    }

    /// Several words written as one. A space in another place is no wrong letter: "libre office"
    /// is LibreOffice before it is a text with these words.
    fn joined(&mut self, span: &Range<usize>, word: &str) {
        self.word(span, word, Cost { typo: 0, inexact: 2, better_whole: true });
        if self.is_open(span) && letters(word) >= FORGIVING[0] {
            self.range(span, word, Cost { typo: 1, inexact: 2, better_whole: false });
        }
        if letters(word) >= FORGIVING[1] {
            for near in self.dictionary.near(word, 1, false) {
                let cost = Cost { typo: 1 + near.distance, inexact: 2, better_whole: false };
                self.add(span, &[near.word], &Terms::Word(near.number), cost);
            }
        }
    }

    fn word(&mut self, span: &Range<usize>, word: &str, cost: Cost) {
        if let Some(number) = self.dictionary.get(word) {
            self.add(span, &[word.to_owned()], &Terms::Word(number), cost);
        }
    }

    fn phrase(&mut self, span: &Range<usize>, phrase: &[String], cost: Cost) {
        let numbers: Option<Vec<u32>> =
            phrase.iter().map(|word| self.dictionary.get(word)).collect();
        match numbers.as_deref() {
            None | Some([]) => (),
            Some(&[number]) => self.add(span, phrase, &Terms::Word(number), cost),
            Some(numbers) => self.add(span, phrase, &Terms::Phrase(numbers.to_vec()), cost),
        }
    }

    fn range(&mut self, span: &Range<usize>, prefix: &str, cost: Cost) {
        let range = self.dictionary.beginning_with(prefix);
        if !range.is_empty() {
            self.derived.highlighter.prefixes.insert(prefix.to_owned());
            self.add(span, &[], &Terms::Range(range), cost);
        }
    }

    /// A derivation of several words counts for each of them.
    fn add(&mut self, span: &Range<usize>, shown: &[String], terms: &Terms, cost: Cost) {
        let Cost { typo, inexact, better_whole } = cost;
        self.derived.highlighter.words.extend(shown.iter().cloned());
        for word in self.derived.words.get_mut(span.clone()).unwrap_or(&mut []) {
            word.push(Derivation { terms: terms.clone(), typo, inexact, better_whole });
        }
    }

    fn is_open(&self, span: &Range<usize>) -> bool {
        self.typed.open && span.end == self.typed.words.len()
    }
}

#[derive(Clone, Copy)]
struct Cost {
    typo: u8,
    inexact: u8,
    better_whole: bool,
}

/// Other forms that the word may have, most of which are no words.
fn forms(word: &str) -> Vec<String> {
    let longer = ENDINGS.iter().map(|ending| format!("{word}{ending}"));
    let shorter = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending).map(str::to_owned));
    let changed = CHANGES
        .iter()
        .flat_map(|&(one, other)| [(one, other), (other, one)])
        .filter_map(|(from, to)| word.strip_suffix(from).map(|stem| format!("{stem}{to}")));
    longer.chain(shorter).chain(changed).filter(|form| letters(form) >= SMALLEST_PART).collect()
}

fn letters(word: &str) -> usize {
    word.chars().count()
}
