//! The words of all documents that can be found: of both segments, without those that stand only
//! in documents that are deleted.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::dictionary::{Accepted, Dictionary, NearSpellings};

/// The segments: the base and the changes since.
pub(super) const SEGMENTS: usize = 2;

/// Of the near spellings with one and with two wrong letters, this many are used: the most
/// frequent.
const NEAR: [usize; 2] = [150, 50];

/// Something for each segment.
pub(super) type BySegment<T> = [T; SEGMENTS];

/// Both dictionaries.
#[derive(Clone, Copy)]
pub(super) struct Vocabulary<'a> {
    pub(super) dictionaries: BySegment<&'a Dictionary>,
    /// For words of the base, in how many documents that are deleted they stand.
    pub(super) deleted: &'a BTreeMap<u32, u32>,
}

/// A word that stands in at least one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Its number in each segment that has it.
    pub(super) numbers: BySegment<Option<u32>>,
    /// In how many documents it stands.
    pub(super) frequency: u64,
}

/// A word that is spelt nearly like another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) known: Known,
    pub(super) word: String,
    /// How many letters count as wrong: a wrong first letter counts as two.
    pub(super) typo: u8,
}

/// How far a spelling may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// 1 or 2.
    pub(super) distance: u8,
    /// Whether only the beginning of a word has to be near.
    pub(super) open: bool,
    /// Whether the first letter has to be another one, else the same.
    pub(super) other_first: bool,
}

/// An accepted word before it is chosen.
struct Candidate {
    /// Where it stands among the words of both segments.
    order: u64,
    numbers: BySegment<Option<u32>>,
    frequency: u64,
    typo: u8,
    /// Where its spelling stands in a common buffer.
    spelling: Range<usize>,
}

impl Vocabulary<'_> {
    /// A word, where a document has it.
    pub(super) fn get(&self, word: &str) -> Option<Known> {
        self.known(self.dictionaries.map(|dictionary| dictionary.get(word)))
    }

    /// For each segment the words that begin so. A number is meant as typed: no other one begins
    /// with it.
    pub(super) fn with_prefix(&self, prefix: &str) -> BySegment<Range<u32>> {
        let is_number = is_number(prefix);
        self.dictionaries.map(|dictionary| {
            let range = dictionary.with_prefix(prefix);
            if !is_number {
                return range;
            }
            // Behind the digits in the order of the words.
            let first = dictionary.first_from(format!("{prefix}:").as_bytes());
            first.clamp(range.start, range.end)..range.end
        })
    }

    /// In how many documents the words of a range stand, added up.
    pub(super) fn frequency(&self, ranges: &BySegment<Range<u32>>) -> u64 {
        let all: u64 =
            self.dictionaries.iter().zip(ranges).map(|(words, range)| words.frequency(range)).sum();
        let [base, _] = ranges;
        let deleted: u64 =
            self.deleted.range(base.clone()).map(|(_, &count)| u64::from(count)).sum();
        all.saturating_sub(deleted)
    }

    /// The near spellings of a word: the most frequent ones of those with one wrong letter and of
    /// those with two; where they are alike, the first by spelling.
    pub(super) fn near(&self, word: &str, reach: Reach) -> Vec<Near> {
        let Some(spelling) = NearSpellings::new(word, reach.distance, reach.open) else {
            return Vec::new();
        };
        let mut buffer = Vec::new();
        let mut candidates = self.accepted(&spelling, reach, &mut buffer);
        candidates.sort_by_key(|one| (one.typo, Reverse(one.frequency), one.order));
        let mut left = NEAR;
        candidates
            .into_iter()
            .filter(|one| {
                let spelling = buffer.get(one.spelling.clone()).unwrap_or_default();
                has_digits_of(spelling, word.as_bytes(), reach.open)
            })
            .filter(|one| match left.get_mut(usize::from(one.typo) - 1) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    true
                }
                _ => false,
            })
            .filter_map(|one| {
                let word = std::str::from_utf8(buffer.get(one.spelling)?).ok()?.to_owned();
                let known = Known { numbers: one.numbers, frequency: one.frequency };
                Some(Near { known, word, typo: one.typo })
            })
            .collect()
    }

    fn accepted(
        &self,
        spelling: &NearSpellings,
        reach: Reach,
        buffer: &mut Vec<u8>,
    ) -> Vec<Candidate> {
        let [base, delta] = self.dictionaries;
        let mut candidates: Vec<Candidate> = Vec::new();
        base.accepted(spelling, reach.other_first, |word| {
            let frequency = self.frequency_in_base(word.number);
            let start = buffer.len();
            buffer.extend_from_slice(word.spelling);
            candidates.push(Candidate {
                order: u64::from(word.number) * 2 + 1,
                numbers: [Some(word.number), None],
                frequency,
                typo: typo(word),
                spelling: start..buffer.len(),
            });
        });
        let in_base = candidates.len();
        delta.accepted(spelling, reach.other_first, |word| {
            let frequency = delta.frequency(&(word.number..word.number + 1));
            let next = base.first_from(word.spelling);
            let known = candidates.get_mut(..in_base).unwrap_or(&mut []);
            let at = known.binary_search_by_key(&Some(next), |one| one.numbers[0]);
            let same = at
                .ok()
                .and_then(|at| known.get_mut(at))
                .filter(|one| buffer.get(one.spelling.clone()) == Some(word.spelling));
            if let Some(same) = same {
                same.numbers[1] = Some(word.number);
                same.frequency += frequency;
                return;
            }
            let start = buffer.len();
            buffer.extend_from_slice(word.spelling);
            candidates.push(Candidate {
                order: u64::from(next) * 2,
                numbers: [None, Some(word.number)],
                frequency,
                typo: typo(word),
                spelling: start..buffer.len(),
            });
        });
        candidates.retain(|one| one.frequency > 0);
        candidates
    }

    fn known(&self, numbers: BySegment<Option<u32>>) -> Option<Known> {
        let [base, delta] = numbers;
        let in_base = base.map_or(0, |number| self.frequency_in_base(number));
        let in_delta =
            delta.map_or(0, |number| self.dictionaries[1].frequency(&(number..number + 1)));
        let frequency = in_base + in_delta;
        (frequency > 0).then_some(Known { numbers, frequency })
    }

    fn frequency_in_base(&self, number: u32) -> u64 {
        let all = self.dictionaries[0].frequency(&(number..number + 1));
        all.saturating_sub(u64::from(self.deleted.get(&number).copied().unwrap_or(0)))
    }
}

/// Whether a word has the digits of one that was typed, if that has any: a wrong letter is likely,
/// a wrong digit is another number. Of an `open` one more may follow.
fn has_digits_of(word: &[u8], typed: &[u8], open: bool) -> bool {
    let digits =
        |word: &[u8]| -> Vec<u8> { word.iter().copied().filter(u8::is_ascii_digit).collect() };
    let (found, wanted) = (digits(word), digits(typed));
    wanted.is_empty() || if open { found.starts_with(&wanted) } else { found == wanted }
}

/// Whether a word is one of those that [`Vocabulary::with_prefix`] gives.
pub(super) fn begins(word: &str, prefix: &str) -> bool {
    word.strip_prefix(prefix)
        .is_some_and(|rest| !is_number(prefix) || rest.starts_with(|next: char| next > '9'))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn typo(word: Accepted) -> u8 {
    if word.same_first { word.distance } else { 2 }
}
