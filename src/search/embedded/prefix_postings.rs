//! Postings of short prefixes. So many words begin with one that reading the postings of each would
//! take long: they are merged beforehand.

use std::collections::HashMap;
use std::ops::Range;

use super::dictionary::Dictionary;
use super::forward::Forward;
use super::postings::{FieldPosition, List, Postings};

/// Longer prefixes have few words.
const MOST_LETTERS: usize = 3;
/// No list.
const NONE: u32 = u32::MAX;

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
        forward: &Forward,
        documents: Range<u32>,
        many: u64,
    ) -> Self {
        let mut merged = Self::default();
        let words = dictionary.all();
        // For each number of letters and each word, the list of its prefix.
        let mut list_of = vec![[NONE; MOST_LETTERS]; words.len()];
        for letters in 1..=MOST_LETTERS {
            for range in same_prefixes(&words, letters) {
                if dictionary.frequency(&range) < many {
                    continue;
                }
                let next = u32::try_from(merged.lists.len()).unwrap_or(NONE);
                let list = *merged.lists.entry((range.start, range.end)).or_insert(next);
                let first = words.get(range.start as usize).map_or("", String::as_str);
                merged.prefixes.push(first.chars().take(letters).collect());
                let of_range = list_of.get_mut(range.start as usize..range.end as usize);
                for lists in of_range.unwrap_or(&mut []) {
                    if !lists.contains(&list)
                        && let Some(slot) = lists.get_mut(letters - 1)
                    {
                        *slot = list;
                    }
                }
            }
        }
        if merged.lists.is_empty() {
            return merged;
        }
        let mut lists = vec![List::default(); merged.lists.len()];
        let mut found = Vec::new();
        for document in documents {
            forward.read(document, &mut found);
            for word in &found {
                for list in list_of.get(word.word as usize).into_iter().flatten() {
                    if let Some(list) = lists.get_mut(*list as usize) {
                        list.note(document, word.place);
                    }
                }
            }
        }
        lists.into_iter().for_each(|list| merged.postings.push(list));
        merged.postings.shrink();
        merged
    }

    /// The documents with any word of a range, where its postings were merged.
    pub(super) fn get(
        &self,
        range: &Range<u32>,
    ) -> Option<impl Iterator<Item = (u32, FieldPosition)>> {
        self.lists.get(&(range.start, range.end)).map(|&list| self.postings.get(list))
    }

    /// The prefixes of which the postings were merged.
    pub(super) fn prefixes(&self) -> &[String] {
        &self.prefixes
    }
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
