//! Answers made beforehand, for what is typed first: the best documents, the total and the counts of
//! facets of prefixes and single words that so many documents have that ranking and counting them
//! would take long. Each is what the usual way finds; where the usual way would find something else
//! by now, it is not used.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::thread;

use roaring::RoaringBitmap;

use super::config::Tuning;
use super::dictionary::Dictionary;
use super::expand::{Typed, expand};
use super::expansion::{Expansion, QueryTerm};
use super::facets::Counts;
use super::key::Candidate;
use super::rank::{FieldScope, Ranking, smallest};
use super::segment::{LiveSegment, Segment};
use super::vocabulary::Vocabulary;
use crate::search::Synonyms;

/// Best documents that are kept of an answer.
const BEST: usize = 1_000;
/// One in so many documents is often enough for an answer of its own.
const SHARE: u64 = 20;
/// More deleted documents than this, and the usual way is as fast as taking them out.
const MOST_DELETED: u64 = 2_000;

/// The answers of a segment, by the word and whether more letters may follow.
#[derive(Debug, Default)]
pub(super) struct PrecomputedTop(HashMap<(String, bool), Top>);

/// The answer to one word.
#[derive(Debug)]
struct Top {
    /// What the word stood for when the answer was made.
    expansion: Expansion,
    total: u64,
    /// The first [`BEST`], best first.
    best: Vec<Candidate>,
    counts: Counts,
}

/// What a segment answers to a word without filters.
pub(super) struct TopAnswer {
    pub(super) total: u64,
    /// Best first, at least as many as wanted, or all.
    pub(super) best: Vec<Candidate>,
    /// Of all facets.
    pub(super) counts: Counts,
}

impl PrecomputedTop {
    /// Makes the answers of a segment.
    pub(super) fn of(segment: &Segment, synonyms: &Synonyms, tuning: &Tuning) -> Self {
        let many = (tuning.many as u64).max(u64::from(segment.len()) / SHARE);
        let (nothing, empty) = (RoaringBitmap::new(), BTreeMap::new());
        let Ok(no_words) = Dictionary::new(std::iter::empty()) else { return Self::default() };
        let vocabulary =
            Vocabulary { dictionaries: [&segment.dictionary, &no_words], deleted: &empty };
        let part = LiveSegment { segment, deleted: &nothing };
        let answered = |(word, open): &(String, bool)| {
            let (words, _) = expand(&Typed::word(word, *open), vocabulary, synonyms);
            let [term] = <[QueryTerm; 1]>::try_from(words).ok()?;
            let ranking = Ranking::new(&[&term], 0, part, FieldScope::Everywhere, tuning);
            let mut found = ranking.candidates();
            let facets = &segment.facets;
            let counts = facets.count(&mut found, &facets.count_everything(), tuning.many);
            let [expansion, _] = term.expansions;
            let total = found.len() as u64;
            let top = Top { expansion, total, best: smallest(found, BEST), counts };
            Some(((word.clone(), *open), top))
        };
        let asked: Vec<(String, bool)> = frequent(segment, many).into_iter().collect();
        let (half, other) = asked.split_at(asked.len() / 2);
        // Both cores are there for it: nobody can search what is being built.
        let answered = |part: &[(String, bool)]| part.iter().filter_map(answered).collect();
        let mut all: HashMap<(String, bool), Top> = HashMap::new();
        thread::scope(|scope| {
            let beside = scope.spawn(|| -> Vec<_> { answered(other) });
            all.extend::<Vec<_>>(answered(half));
            // What is not answered beforehand is answered when it is asked.
            all.extend(beside.join().unwrap_or_default());
        });
        Self(all)
    }

    /// The answer to a word, without the documents that are deleted. `None` where there is none,
    /// where the word now stands for something else, or where the answer does not go as far as
    /// `wanted`.
    pub(super) fn get(
        &self,
        (word, open): (&str, bool),
        expansion: &Expansion,
        part: LiveSegment,
        wanted: usize,
    ) -> Option<TopAnswer> {
        if part.deleted.len() > MOST_DELETED {
            return None;
        }
        let known = self.0.get(&(word.to_owned(), open));
        let top = known.filter(|top| top.expansion == *expansion)?;
        let (mut total, mut counts) = (top.total, top.counts.clone());
        let mut words = Vec::new();
        for document in part.deleted {
            part.segment.forward.read(document, &mut words);
            if expansion.cost(&words, None).is_some() {
                total -= 1;
                part.segment.facets.take_off(document, &mut counts);
            }
        }
        let best: Vec<Candidate> = top
            .best
            .iter()
            .filter(|(_, document)| !part.deleted.contains(*document))
            .take(wanted)
            .copied()
            .collect();
        let is_enough = best.len() == wanted || best.len() as u64 == total;
        is_enough.then_some(TopAnswer { total, best, counts })
    }
}

/// Prefixes and words that may find many documents: the short prefixes of which the postings were
/// merged; each frequent word, and its longer prefixes as they are typed.
fn frequent(segment: &Segment, many: u64) -> BTreeSet<(String, bool)> {
    let is_frequent = |prefix: &str| {
        segment.dictionary.frequency(&segment.dictionary.with_prefix(prefix)) >= many
    };
    let mut candidates: BTreeSet<(String, bool)> = segment
        .prefix_postings
        .prefixes()
        .iter()
        .filter(|prefix| is_frequent(prefix))
        .map(|prefix| (prefix.clone(), true))
        .collect();
    for word in segment.dictionary.frequent(many) {
        for (at, letter) in word.char_indices() {
            let prefix = word.get(..at + letter.len_utf8()).unwrap_or(&word);
            candidates.insert((prefix.to_owned(), true));
        }
        candidates.insert((word, false));
    }
    candidates
}
