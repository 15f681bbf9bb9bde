//! All words of the documents of a segment, numbered in their order, so that the words with a
//! common beginning are a range of numbers.

use std::ops::Range;
use std::sync::LazyLock;

use fst::{IntoStreamer, Map, MapBuilder, Streamer};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};

/// Follows every UTF-8 text that begins like the text before it.
const AFTER_ALL: u8 = 0xff;

static AUTOMATA: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
    LazyLock::new(|| [1, 2].map(|distance| LevenshteinAutomatonBuilder::new(distance, true)));

/// The words and in how many documents each stands.
#[derive(Debug)]
pub(super) struct Dictionary {
    words: Map<Vec<u8>>,
    /// For each word, in how many documents all words before it stand, added up; and at the end
    /// the sum of all.
    sums: Vec<u64>,
}

/// Accepts the near spellings of a word.
pub(super) struct NearSpellings {
    dfa: DFA,
    first: String,
}

/// A word that a [`NearSpellings`] accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accepted<'a> {
    pub(super) spelling: &'a [u8],
    pub(super) number: u32,
    pub(super) distance: u8,
    /// Whether it begins with the same letter.
    pub(super) same_first: bool,
}

impl NearSpellings {
    /// Spellings at a distance of 1 to `distance` (1 or 2): letters put in, left out, changed, or
    /// two neighbours swapped. With `open`, words of which a beginning is so near, and no
    /// beginning nearer.
    pub(super) fn new(word: &str, distance: u8, open: bool) -> Option<Self> {
        let automaton = AUTOMATA.get(usize::from(distance).checked_sub(1)?)?;
        let dfa = if open { automaton.build_prefix_dfa(word) } else { automaton.build_dfa(word) };
        Some(Self { dfa, first: word.chars().take(1).collect() })
    }
}

impl Dictionary {
    /// `words` ascend and come with the number of documents in which each stands.
    pub(super) fn new<'w>(words: impl Iterator<Item = (&'w str, u32)>) -> Result<Self, fst::Error> {
        let mut sums = vec![0];
        let mut sum = 0;
        let mut map = MapBuilder::memory();
        for (number, (word, frequency)) in (0..).zip(words) {
            map.insert(word, number)?;
            sum += u64::from(frequency);
            sums.push(sum);
        }
        sums.shrink_to_fit();
        Ok(Self { words: map.into_map(), sums })
    }

    /// The number of a word.
    pub(super) fn get(&self, word: &str) -> Option<u32> {
        self.words.get(word).and_then(|number| u32::try_from(number).ok())
    }

    /// All words in their order.
    pub(super) fn all(&self) -> Vec<String> {
        let mut all = Vec::with_capacity(self.words.len());
        let mut stream = self.words.stream();
        while let Some((word, _)) = stream.next() {
            all.push(String::from_utf8_lossy(word).into_owned());
        }
        all
    }

    /// The words that stand in `many` documents or more.
    pub(super) fn frequent(&self, many: u64) -> Vec<String> {
        let mut frequent = Vec::new();
        let mut stream = self.words.stream();
        while let Some((word, number)) = stream.next() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            if self.frequency(&(number..number.saturating_add(1))) >= many {
                frequent.push(String::from_utf8_lossy(word).into_owned());
            }
        }
        frequent
    }

    /// The numbers of the words that begin so.
    pub(super) fn with_prefix(&self, prefix: &str) -> Range<u32> {
        self.first_from(prefix.as_bytes())..self.first_from(&after(prefix))
    }

    /// The number of the first word that is not before `bound`.
    pub(super) fn first_from(&self, bound: &[u8]) -> u32 {
        let next = self.words.range().ge(bound).into_stream().next().map(|(_, number)| number);
        u32::try_from(next.unwrap_or(self.words.len() as u64)).unwrap_or(u32::MAX)
    }

    /// In how many documents the words of a range stand, added up.
    pub(super) fn frequency(&self, range: &Range<u32>) -> u64 {
        let sum = |at: u32| self.sums.get(at as usize).copied().unwrap_or(0);
        sum(range.end).saturating_sub(sum(range.start))
    }

    /// The words that a spelling accepts, in their order: those with the same first letter, or
    /// those with another.
    pub(super) fn accepted(
        &self,
        spelling: &NearSpellings,
        other_first: bool,
        mut each: impl FnMut(Accepted),
    ) {
        let NearSpellings { dfa, first } = spelling;
        let mut search = self.words.search_with_state(dfa);
        if !other_first {
            search = search.ge(first).lt(after(first));
        }
        let mut stream = search.into_stream();
        while let Some((spelling, number, state)) = stream.next() {
            if let Distance::Exact(distance @ 1..) = dfa.distance(state)
                && let Ok(number) = u32::try_from(number)
            {
                let same_first = spelling.starts_with(first.as_bytes());
                if same_first == other_first {
                    continue;
                }
                each(Accepted { spelling, number, distance, same_first });
            }
        }
    }
}

fn after(prefix: &str) -> Vec<u8> {
    [prefix.as_bytes(), &[AFTER_ALL]].concat()
}
