//! Answers made beforehand, for what is typed first: beginnings of words and single words with so
//! many documents that ranking and counting them would take long. A card is what the usual way
//! finds; where the usual way would find something else by now, the card is not used.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use roaring::RoaringBitmap;

use super::Tuning;
use super::derive::{Typed, derive};
use super::dictionary::Dictionary;
use super::facets::Counts;
use super::matches::Part;
use super::meaning::{Meaning, Word};
use super::rank::{Aim, Candidate, Ranking, smallest};
use super::segment::Segment;
use super::vocabulary::Vocabulary;
use crate::search::Synonyms;

/// Best documents on a card.
const BEST: usize = 1_000;
/// One in so many documents is often enough for a card.
const SHARE: u64 = 20;
/// More documents that are gone than this, and the usual way is as fast as mending a card.
const MOST_GONE: u64 = 2_000;

/// The cards of a segment, by the word and whether more letters may follow.
#[derive(Debug, Default)]
pub(super) struct Cards(HashMap<(String, bool), Card>);

#[derive(Debug)]
struct Card {
    /// What the word may stand for.
    meaning: Meaning,
    total: u64,
    /// The first [`BEST`], best first.
    best: Vec<Candidate>,
    counts: Counts,
}

/// What a segment says to a word without filters.
pub(super) struct Told {
    pub(super) total: u64,
    /// Best first, at least as many as wanted, or all.
    pub(super) best: Vec<Candidate>,
    /// Of all facets.
    pub(super) counts: Counts,
}

impl Cards {
    /// Makes the cards of a segment.
    pub(super) fn of(segment: &Segment, synonyms: &Synonyms, tuning: &Tuning) -> Self {
        let many = (tuning.many as u64).max(u64::from(segment.len()) / SHARE);
        let (nothing, empty) = (RoaringBitmap::new(), BTreeMap::new());
        let Ok(no_words) = Dictionary::new(&[]) else { return Self::default() };
        let vocabulary =
            Vocabulary { dictionaries: [&segment.dictionary, &no_words], gone: &empty };
        let part = Part { segment, gone: &nothing };
        let mut cards = HashMap::new();
        for (word, open) in candidates(segment, many) {
            let (words, _) = derive(&Typed::word(&word, open), vocabulary, synonyms);
            let Ok([derived]) = <[Word; 1]>::try_from(words) else { continue };
            let mut found =
                Ranking::new(&[&derived], 0, part, Aim::Everywhere, tuning).candidates();
            let facets = &segment.facets;
            let counts = facets.count(&mut found, &facets.count_everything(), tuning.many);
            let [meaning, _] = derived.meanings;
            let total = found.len() as u64;
            let card = Card { meaning, total, best: smallest(found, BEST), counts };
            cards.insert((word, open), card);
        }
        Self(cards)
    }

    /// What the card of a word tells, without the documents that are gone. `None` where there is
    /// no such card, where the word now stands for something else, or where the card does not go
    /// as far as `wanted`.
    pub(super) fn tell(
        &self,
        (word, open): (&str, bool),
        meaning: &Meaning,
        part: Part,
        wanted: usize,
    ) -> Option<Told> {
        if part.gone.len() > MOST_GONE {
            return None;
        }
        let card = self.0.get(&(word.to_owned(), open)).filter(|card| card.meaning == *meaning)?;
        let (mut total, mut counts) = (card.total, card.counts.clone());
        let mut words = Vec::new();
        for document in part.gone {
            part.segment.forward.read(document, &mut words);
            if meaning.cost(&words, None).is_some() {
                total -= 1;
                part.segment.facets.take_off(document, &mut counts);
            }
        }
        let best: Vec<Candidate> = card
            .best
            .iter()
            .filter(|(_, document)| !part.gone.contains(*document))
            .take(wanted)
            .copied()
            .collect();
        let is_enough = best.len() == wanted || best.len() as u64 == total;
        is_enough.then_some(Told { total, best, counts })
    }
}

/// Beginnings and words that may find many documents: the short beginnings of which the lists were
/// merged; each frequent word, and its longer beginnings as they are typed.
fn candidates(segment: &Segment, many: u64) -> BTreeSet<(String, bool)> {
    let is_frequent = |beginning: &str| {
        segment.dictionary.frequency(&segment.dictionary.beginning_with(beginning)) >= many
    };
    let mut candidates: BTreeSet<(String, bool)> = segment
        .heavy
        .beginnings()
        .iter()
        .filter(|beginning| is_frequent(beginning))
        .map(|beginning| (beginning.clone(), true))
        .collect();
    for word in segment.dictionary.frequent(many) {
        for (at, letter) in word.char_indices() {
            let beginning = word.get(..at + letter.len_utf8()).unwrap_or(&word);
            candidates.insert((beginning.to_owned(), true));
        }
        candidates.insert((word, false));
    }
    candidates
}
