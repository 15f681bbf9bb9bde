//! All words of the documents, numbered in their order, so that the words with a common
//! beginning are a range of numbers.

use std::ops::Range;
use std::sync::LazyLock;

use fst::{IntoStreamer, Map, Streamer};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};

/// Of the near spellings at distance 1 and 2, this many are used: the most frequent.
const NEAR: [usize; 2] = [150, 50];

/// Follows every UTF-8 text that begins like the text before it.
const AFTER_ALL: u8 = 0xff;

static AUTOMATA: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
    LazyLock::new(|| [1, 2].map(|distance| LevenshteinAutomatonBuilder::new(distance, true)));

/// The words and in how many documents each stands.
#[derive(Debug)]
pub(super) struct Dictionary {
    words: Map<Vec<u8>>,
    frequencies: Vec<u32>,
}

/// A word that is spelt nearly like another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) number: u32,
    pub(super) word: String,
    pub(super) distance: u8,
}

impl Dictionary {
    /// `words` ascend and come with their frequencies.
    pub(super) fn new(words: &[(&str, u32)]) -> Result<Self, fst::Error> {
        Ok(Self {
            words: Map::from_iter(words.iter().map(|(word, _)| word).zip(0..))?,
            frequencies: words.iter().map(|&(_, frequency)| frequency).collect(),
        })
    }

    /// The number of a word.
    pub(super) fn get(&self, word: &str) -> Option<u32> {
        self.words.get(word).and_then(|number| u32::try_from(number).ok())
    }

    /// The numbers of the words that begin so.
    pub(super) fn beginning_with(&self, prefix: &str) -> Range<u32> {
        self.first_from(prefix.as_bytes())..self.first_from(&after(prefix))
    }

    /// The words at a distance of 1 to `distance` (at most 2) with the same first letter: letters
    /// put in, left out, changed, or two neighbours swapped. With `prefix`, the words of which a
    /// beginning is so near, and no beginning nearer.
    pub(super) fn near(&self, word: &str, distance: u8, prefix: bool) -> Vec<Near> {
        let Some(automaton) = usize::from(distance).checked_sub(1).and_then(|at| AUTOMATA.get(at))
        else {
            return Vec::new();
        };
        let dfa = if prefix { automaton.build_prefix_dfa(word) } else { automaton.build_dfa(word) };
        let mut found = self.accepted(&dfa, word);
        found.sort_by_key(|near| (near.distance, std::cmp::Reverse(self.frequency(near.number))));
        let mut left = NEAR;
        found.retain(|near| match left.get_mut(usize::from(near.distance) - 1) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        });
        found
    }

    fn accepted(&self, dfa: &DFA, word: &str) -> Vec<Near> {
        let first: String = word.chars().take(1).collect();
        let mut stream =
            self.words.search_with_state(dfa).ge(&first).lt(after(&first)).into_stream();
        let mut found = Vec::new();
        while let Some((spelling, number, state)) = stream.next() {
            if let Distance::Exact(distance @ 1..) = dfa.distance(state)
                && let Ok(word) = std::str::from_utf8(spelling)
                && let Ok(number) = u32::try_from(number)
            {
                found.push(Near { number, word: word.to_owned(), distance });
            }
        }
        found
    }

    fn frequency(&self, number: u32) -> u32 {
        self.frequencies.get(number as usize).copied().unwrap_or(0)
    }

    fn first_from(&self, bound: &[u8]) -> u32 {
        let next = self.words.range().ge(bound).into_stream().next().map(|(_, number)| number);
        u32::try_from(next.unwrap_or(self.words.len() as u64)).unwrap_or(u32::MAX)
    }
}

fn after(prefix: &str) -> Vec<u8> {
    [prefix.as_bytes(), &[AFTER_ALL]].concat()
}
