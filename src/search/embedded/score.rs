//! How well a document answers the words of a query.

use super::build::Index;
use super::derive::{Derivation, Terms};
use super::forward::{Occurrence, phrase_places};
use super::postings::Place;
use crate::search::MAX_POPULARITY;

/// The nearness of words is judged in this many documents, the best by all else.
const JUDGED: usize = 100;
/// Words further apart, or not in one text, count as this far apart.
const FAR: u32 = 7;
/// Less than this many documents with all words, and those with fewer words are found too.
const ENOUGH: usize = 20;

/// The cost of a word in a document: typo, attribute, position, inexactness, a byte each, the
/// weightiest first, so that the minimum of two costs is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cost(u32);

/// Decides the order of two documents, field by field; the smaller is the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    dropped: u8,
    out_of_focus: bool,
    typo: u8,
    proximity: u8,
    attribute: u8,
    position: u8,
    inexact: u8,
    unpopularity: u32,
}

/// The documents that a word matches, each with its cost.
struct Matches {
    /// For each document of the index the inverted cost; 0 where the word does not match.
    merits: Vec<u32>,
    /// The matching documents, in no order.
    documents: Vec<u32>,
}

/// A query's words, the rarest first: the most frequent are given up first.
pub(super) struct Scorer<'a> {
    index: &'a Index,
    words: Vec<Word<'a>>,
    /// The attribute that counts more than the others.
    focus: Option<usize>,
}

struct Word<'a> {
    /// Its number in the query.
    at: usize,
    derivations: &'a [Derivation],
    matches: Matches,
}

impl Cost {
    fn new(derivation: &Derivation, place: Place) -> Self {
        let better = derivation.better_whole && place.is_whole();
        let inexact = derivation.inexact - u8::from(better);
        let bytes = [derivation.typo, place.attribute(), position_class(place.position()), inexact];
        Self(u32::from_be_bytes(bytes))
    }
}

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

impl Matches {
    fn of(derivations: &[Derivation], index: &Index) -> Self {
        let mut matches = Self { merits: vec![0; index.documents.len()], documents: Vec::new() };
        for derivation in derivations {
            match &derivation.terms {
                Terms::Word(word) => matches.add_word(*word, derivation, index),
                Terms::Range(range) => {
                    range.clone().for_each(|word| matches.add_word(word, derivation, index));
                }
                Terms::Phrase(phrase) => {
                    for (document, place) in documents_with(phrase, index) {
                        matches.add(document, Cost::new(derivation, place));
                    }
                }
            }
        }
        matches
    }

    fn add_word(&mut self, word: u32, derivation: &Derivation, index: &Index) {
        for (document, place) in index.postings.get(word) {
            self.add(document, Cost::new(derivation, place));
        }
    }

    fn add(&mut self, document: u32, cost: Cost) {
        if let Some(merit) = self.merits.get_mut(document as usize) {
            if *merit == 0 {
                self.documents.push(document);
            }
            *merit = (*merit).max(!cost.0);
        }
    }

    fn cost(&self, document: u32) -> Option<Cost> {
        self.merits.get(document as usize).filter(|&&merit| merit > 0).map(|&merit| Cost(!merit))
    }
}

/// The documents that hold a phrase, each with the best place at which it begins.
fn documents_with(phrase: &[u32], index: &Index) -> Vec<(u32, Place)> {
    let mut lists = phrase.iter().map(|&word| index.postings.get(word).map(|(number, _)| number));
    let mut documents: Vec<u32> = lists.next().into_iter().flatten().collect();
    for list in lists {
        let other: Vec<u32> = list.collect();
        documents.retain(|document| other.binary_search(document).is_ok());
    }
    let best = |document: u32| {
        let words: Vec<Occurrence> = index.forward.get(document).collect();
        let begins = phrase_places(&words, phrase);
        Some((document, begins.iter().map(|begin| begin.place).min()?))
    };
    documents.into_iter().filter_map(best).collect()
}

impl<'a> Scorer<'a> {
    pub(super) fn new(
        derived: &'a [Vec<Derivation>],
        index: &'a Index,
        focus: Option<usize>,
    ) -> Self {
        let mut words: Vec<Word> = derived
            .iter()
            .enumerate()
            .map(|(at, derivations)| Word {
                at,
                derivations,
                matches: Matches::of(derivations, index),
            })
            .collect();
        words.sort_by_key(|word| {
            let frequency = word.matches.documents.len();
            (frequency == 0, frequency, word.at)
        });
        Self { index, words, focus }
    }

    /// The documents with all words; where they are few, also those without the most frequent
    /// word, and so on. The text alone decides, not the filters: so a facet's count is what
    /// choosing its value brings, and all pages agree on the total.
    pub(super) fn found(&self) -> Vec<u32> {
        let Some(rarest) = self.words.first() else { return Vec::new() };
        let kept: Vec<(u32, usize)> =
            rarest.matches.documents.iter().map(|&number| (number, self.kept(number))).collect();
        let with = |least: usize| kept.iter().filter(|(_, kept)| *kept >= least).count();
        let least = (1..=self.words.len()).rev().find(|&least| with(least) >= ENOUGH).unwrap_or(1);
        kept.into_iter().filter(|(_, kept)| *kept >= least).map(|(number, _)| number).collect()
    }

    /// How many words the document matches before the first that it does not.
    fn kept(&self, document: u32) -> usize {
        self.words.iter().take_while(|word| word.matches.cost(document).is_some()).count()
    }

    /// Whether all words that the document matches stand in the attribute in focus.
    pub(super) fn is_in_focus(&self, document: u32) -> bool {
        let in_focus =
            |found: &Occurrence| Some(usize::from(found.place.attribute())) == self.focus;
        let words: Vec<Occurrence> = self.index.forward.get(document).filter(in_focus).collect();
        let mut kept = self.words.iter().take(self.kept(document));
        !words.is_empty() && kept.all(|word| !places(word.derivations, &words).is_empty())
    }

    /// The best `wanted` of the found documents, best first.
    pub(super) fn best(&self, found: &[u32], wanted: usize) -> Vec<u32> {
        let keyed = found.iter().map(|&document| (self.key(document), document)).collect();
        let mut best = smallest(keyed, wanted.max(JUDGED));
        let judged = best.len().min(JUDGED);
        if let Some(judged) = best.get_mut(..judged) {
            for (key, document) in &mut *judged {
                key.proximity = self.proximity(*document);
            }
            judged.sort_unstable();
        }
        best.into_iter().map(|(_, document)| document).collect()
    }

    /// The key, but for the proximity.
    fn key(&self, document: u32) -> Key {
        let popularity = self.index.document(document).map_or(0, |entered| entered.popularity);
        let mut key = Key {
            dropped: 0,
            out_of_focus: self.focus.is_some() && !self.is_in_focus(document),
            typo: 0,
            proximity: 0,
            attribute: 0,
            position: 0,
            inexact: 0,
            unpopularity: MAX_POPULARITY - popularity,
        };
        let kept = self.words.iter().map_while(|word| word.matches.cost(document));
        let mut dropped = self.words.len();
        for Cost(cost) in kept {
            let [typo, attribute, position, inexact] = cost.to_be_bytes();
            key.typo += typo;
            key.attribute += attribute;
            key.position += position;
            key.inexact += inexact;
            dropped -= 1;
        }
        key.dropped = u8::try_from(dropped).unwrap_or(u8::MAX);
        key
    }

    /// The sum of the distances between each two words that follow each other in the query, 1
    /// where they do so in the document.
    fn proximity(&self, document: u32) -> u8 {
        let words: Vec<Occurrence> = self.index.forward.get(document).collect();
        let mut kept: Vec<&Word> = self.words.iter().take(self.kept(document)).collect();
        kept.sort_by_key(|word| word.at);
        let places: Vec<Vec<u32>> =
            kept.iter().map(|word| places(word.derivations, &words)).collect();
        let pairs = places.iter().zip(places.iter().skip(1));
        let sum: u32 = pairs.map(|(left, right)| distance(left, right)).sum();
        u8::try_from(sum).unwrap_or(u8::MAX)
    }
}

/// Where in a document any derivation stands, ascending; a phrase stands where it begins.
fn places(derivations: &[Derivation], words: &[Occurrence]) -> Vec<u32> {
    let mut places = Vec::new();
    for derivation in derivations {
        match &derivation.terms {
            Terms::Word(word) => {
                places
                    .extend(words.iter().filter(|found| found.word == *word).map(|found| found.at));
            }
            Terms::Range(range) => places.extend(
                words.iter().filter(|found| range.contains(&found.word)).map(|found| found.at),
            ),
            Terms::Phrase(phrase) => {
                places.extend(phrase_places(words, phrase).iter().map(|begin| begin.at));
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// The smallest distance; backwards counts one more. One place for both is as near as can be.
/// `right` ascends.
fn distance(left: &[u32], right: &[u32]) -> u32 {
    let nearest = left.iter().flat_map(|&left| {
        let (before, after) = right.split_at(right.partition_point(|&right| right <= left));
        let backwards = before.last().map(|&right| left - right + 1);
        let forwards = after.first().map(|&right| right - left);
        backwards.into_iter().chain(forwards)
    });
    nearest.min().unwrap_or(FAR).min(FAR)
}

/// The `count` smallest, in order.
pub(super) fn smallest<T: Ord>(mut items: Vec<T>, count: usize) -> Vec<T> {
    if items.len() > count {
        items.select_nth_unstable(count);
        items.truncate(count);
    }
    items.sort_unstable();
    items
}
