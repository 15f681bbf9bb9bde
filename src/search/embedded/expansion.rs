//! The expansion of a query: what each of its words may stand for, in the numbers of each segment,
//! and what that costs.

use std::collections::BTreeMap;
use std::ops::Range;

use super::dictionary::Dictionary;
use super::field_position::FieldPosition;
use super::forward::{Occurrence, phrase_places};
use super::key::Cost;
use super::vocabulary::{BySegment, Known, SEGMENTS, begins};

/// How near something is to what was typed; the smaller, the nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grade {
    /// How many letters differ.
    pub(super) typo: u8,
    /// How far it is in other ways.
    pub(super) inexact: u8,
    /// Whether it is one less inexact where it is a whole text.
    pub(super) better_whole: bool,
    /// How many of the words that it stands for come before: so many positions later it counts, as
    /// if the words stood there one by one.
    pub(super) later: u8,
    /// Whether it is a synonym.
    pub(super) is_synonym: bool,
}

/// A word of a query with its expansion.
#[derive(Debug)]
pub(super) struct QueryTerm {
    /// Its number in the query.
    pub(super) at: usize,
    /// In how many documents each thing stands for which it may stand, added up; of synonyms only
    /// where nothing else is known. A word does not get more common by having synonyms.
    pub(super) frequency: u64,
    pub(super) expansions: BySegment<Expansion>,
    counted: Counted,
    synonyms: Counted,
}

/// What a word may stand for in one segment: the terms that are searched for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Expansion {
    /// Words with their grades, ascending by number once settled.
    words: Vec<(u32, Grade)>,
    /// Of `words`.
    filter: BloomFilter,
    /// Any word of a range.
    ranges: Vec<(Range<u32>, Grade)>,
    /// Several words in this order.
    phrases: Vec<(Vec<u32>, Grade)>,
}

/// Says for sure that a word is not in a set, and of those that may be, most are: a Bloom filter of
/// one hash. Most words of a document are none of those that are looked for, and asking here is
/// faster than searching the list.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct BloomFilter([u64; BloomFilter::SLOTS]);

/// What is counted for the frequency: each thing once.
#[derive(Debug, Default)]
struct Counted {
    words: BTreeMap<String, u64>,
    prefixes: BTreeMap<String, u64>,
    phrases: BTreeMap<Vec<String>, u64>,
}

impl Grade {
    pub(super) fn new(typo: u8, inexact: u8) -> Self {
        Self { typo, inexact, better_whole: false, later: 0, is_synonym: false }
    }

    /// What it costs at a place.
    pub(super) fn at(self, place: FieldPosition) -> Cost {
        let better = self.better_whole && place.is_whole();
        let inexact = self.inexact - u8::from(better);
        let position = match place.is_signless() {
            true => SIGNLESS,
            false => position_class(place.position().saturating_add(self.later)),
        };
        Cost::new(self.typo, place.attribute(), position, inexact)
    }
}

/// A word without the signs that the text has there counts as if it stood behind all others.
const SIGNLESS: u8 = 9;

/// Early positions differ more than late ones.
fn position_class(position: u8) -> u8 {
    match position {
        0 => 0,
        1 => 1,
        2..=4 => 2,
        5..=7 => 3,
        8..=11 => 4,
        12..=16 => 5,
        17..=24 => 6,
        25..=64 => 7,
        65.. => 8,
    }
}

impl QueryTerm {
    pub(super) fn new(at: usize) -> Self {
        Self {
            at,
            frequency: 0,
            expansions: Default::default(),
            counted: Counted::default(),
            synonyms: Counted::default(),
        }
    }

    pub(super) fn add_word(&mut self, word: &str, known: Known, grade: Grade) {
        for (expansion, number) in self.expansions.iter_mut().zip(known.numbers) {
            expansion.words.extend(number.map(|number| (number, grade)));
        }
        self.counted(grade).words.insert(word.to_owned(), known.frequency);
    }

    pub(super) fn add_range(
        &mut self,
        prefix: &str,
        ranges: &BySegment<Range<u32>>,
        frequency: u64,
        grade: Grade,
    ) {
        for (expansion, range) in self.expansions.iter_mut().zip(ranges) {
            if !range.is_empty() {
                expansion.ranges.push((range.clone(), grade));
            }
        }
        self.counted(grade).prefixes.insert(prefix.to_owned(), frequency);
    }

    pub(super) fn add_phrase(&mut self, phrase: &[String], known: &[Known], grade: Grade) {
        for (at, expansion) in self.expansions.iter_mut().enumerate().take(SEGMENTS) {
            let numbers: Option<Vec<u32>> =
                known.iter().map(|word| word.numbers.get(at).copied().flatten()).collect();
            expansion.phrases.extend(numbers.map(|numbers| (numbers, grade)));
        }
        let frequency = known.iter().map(|word| word.frequency).min().unwrap_or(0);
        self.counted(grade).phrases.insert(phrase.to_vec(), frequency);
    }

    fn counted(&mut self, grade: Grade) -> &mut Counted {
        if grade.is_synonym { &mut self.synonyms } else { &mut self.counted }
    }

    /// Ends the adding.
    pub(super) fn settle(&mut self) {
        self.frequency = match std::mem::take(&mut self.counted).sum() {
            0 => std::mem::take(&mut self.synonyms).sum(),
            sum => sum,
        };
        for expansion in &mut self.expansions {
            expansion.words.sort_unstable();
            expansion.words.dedup();
            expansion.words.iter().for_each(|&(number, _)| expansion.filter.insert(number));
        }
    }
}

impl BloomFilter {
    const SLOTS: usize = 32;

    /// Words that stand beside each other in the dictionary are often looked for together, so that
    /// the lowest bits tell most.
    fn slot(word: u32) -> (usize, u64) {
        (word as usize / 64 % Self::SLOTS, 1 << (word % 64))
    }

    fn insert(&mut self, word: u32) {
        let (at, bit) = Self::slot(word);
        if let Some(slot) = self.0.get_mut(at) {
            *slot |= bit;
        }
    }

    fn may_contain(&self, word: u32) -> bool {
        let (at, bit) = Self::slot(word);
        self.0.get(at).is_some_and(|slot| slot & bit != 0)
    }
}

impl Counted {
    fn sum(self) -> u64 {
        let prefixes: Vec<&String> = self.prefixes.keys().collect();
        let has_prefix = |word: &str| prefixes.iter().any(|one| begins(word, one));
        let longer = |word: &str| prefixes.iter().any(|one| *one != word && begins(word, one));
        let words = self.words.iter().filter(|(word, _)| !has_prefix(word));
        let shortest = self.prefixes.iter().filter(|(word, _)| !longer(word));
        words.chain(shortest).map(|(_, count)| count).chain(self.phrases.values()).sum()
    }
}

impl Expansion {
    pub(super) fn words(&self) -> &[(u32, Grade)] {
        &self.words
    }

    pub(super) fn ranges(&self) -> &[(Range<u32>, Grade)] {
        &self.ranges
    }

    pub(super) fn phrases(&self) -> &[(Vec<u32>, Grade)] {
        &self.phrases
    }

    /// How long the lists are that have to be read to find all documents.
    pub(super) fn work(&self, dictionary: &Dictionary) -> u64 {
        let of = |word: u32| dictionary.frequency(&(word..word + 1));
        let words: u64 = self.words.iter().map(|&(word, _)| of(word)).sum();
        let ranges: u64 = self.ranges.iter().map(|(range, _)| dictionary.frequency(range)).sum();
        let phrases: u64 =
            self.phrases.iter().flat_map(|(phrase, _)| phrase).map(|&word| of(word)).sum();
        words + ranges + phrases
    }

    /// The best cost among the words of a document, in one attribute or in all.
    pub(super) fn cost(&self, words: &[Occurrence], only: Option<u8>) -> Option<Cost> {
        let counts = |found: &Occurrence| only.is_none_or(|only| found.place.attribute() == only);
        let single = words
            .iter()
            .filter(|found| counts(found))
            .flat_map(|found| self.grades(found.word).map(|grade| grade.at(found.place)));
        let phrases = self.phrases.iter().flat_map(|(phrase, grade)| {
            let begins = phrase_places(words, phrase).into_iter();
            begins.filter(counts).map(|begin| grade.at(begin.place))
        });
        single.chain(phrases).min()
    }

    /// Where among the words of a document it stands, ascending; a phrase stands where it begins.
    pub(super) fn places(&self, words: &[Occurrence]) -> Vec<u32> {
        let single = words.iter().filter(|found| self.grades(found.word).next().is_some());
        let mut places: Vec<u32> = single.map(|found| found.at).collect();
        for (phrase, _) in &self.phrases {
            places.extend(phrase_places(words, phrase).iter().map(|begin| begin.at));
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn grades(&self, word: u32) -> impl Iterator<Item = Grade> {
        let first = if self.filter.may_contain(word) {
            self.words.partition_point(|(number, _)| *number < word)
        } else {
            self.words.len()
        };
        let single = self.words.iter().skip(first).take_while(move |(number, _)| *number == word);
        let ranges = self.ranges.iter().filter(move |(range, _)| range.contains(&word));
        single.map(|(_, grade)| *grade).chain(ranges.map(|(_, grade)| *grade))
    }
}
