//! Postings of short prefixes. So many words begin with one that reading the postings of each would
//! take long: they are merged beforehand.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::best::Best;
use super::dictionary::Dictionary;
use super::field_position::FieldPosition;
use super::postings::Postings;

/// Longer prefixes have few words.
const MOST_LETTERS: usize = 3;

/// The merged postings.
#[derive(Debug, Default)]
pub(super) struct PrefixPostings {
    /// The list of a range of words.
    lists: HashMap<(u32, u32), u32>,
    postings: Postings,
    /// The prefixes themselves.
    prefixes: Vec<String>,
}

impl PrefixPostings {
    /// Merges the postings of all prefixes of which the words stand in `many` documents, added up.
    pub(super) fn of(
        dictionary: &Dictionary,
        postings: &Postings,
        documents: u32,
        many: u64,
    ) -> Self {
        let mut merged = Self::default();
        let words = dictionary.all();
        for letters in 1..=MOST_LETTERS {
            for range in same_prefixes(&words, letters) {
                if dictionary.frequency(&range) < many {
                    continue;
                }
                let first = words.get(range.start as usize).map_or("", String::as_str);
                merged.prefixes.push(first.chars().take(letters).collect());
                let next = u32::try_from(merged.lists.len()).unwrap_or(u32::MAX);
                if let Entry::Vacant(list) = merged.lists.entry((range.start, range.end)) {
                    list.insert(next);
                    merged.postings.push(&merge(range, postings, documents), documents);
                }
            }
        }
        merged.postings.shrink();
        merged
    }

    /// The postings and the number of the list of all documents with any word of a range, where
    /// they were merged.
    pub(super) fn get(&self, range: &Range<u32>) -> Option<(&Postings, u32)> {
        self.lists.get(&(range.start, range.end)).map(|&list| (&self.postings, list))
    }

    /// The prefixes of which the postings were merged.
    pub(super) fn prefixes(&self) -> &[String] {
        &self.prefixes
    }
}

/// The documents with any word of a range, ascending, each with the best place.
fn merge(range: Range<u32>, postings: &Postings, documents: u32) -> Vec<(u32, FieldPosition)> {
    let mut best = Best::borrowed(documents);
    for word in range {
        postings.each(word, |document, place| best.note(document, place.into()));
    }
    best.drain(|document, place| (document, FieldPosition::from(place)))
}

/// The ranges of words that have their first `letters` letters in common. Shorter words are in
/// none, and do not part those around them.
fn same_prefixes(words: &[String], letters: usize) -> Vec<Range<u32>> {
    let prefix =
        |word: &str| word.char_indices().nth(letters - 1).map(|(at, last)| at + last.len_utf8());
    let mut ranges: Vec<(&str, Range<u32>)> = Vec::new();
    for (number, word) in (0..).zip(words) {
        let Some(begins) = prefix(word).and_then(|end| word.get(..end)) else { continue };
        match ranges.last_mut() {
            Some((same, range)) if *same == begins => range.end = number + 1,
            _ => ranges.push((begins, number..number + 1)),
        }
    }
    ranges.into_iter().map(|(_, range)| range).collect()
}
