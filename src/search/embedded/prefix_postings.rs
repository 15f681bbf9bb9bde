//! Short beginnings of words, with which so many documents are found that reading the lists of all
//! their words would take long: their lists are merged beforehand.

use std::collections::HashMap;
use std::ops::Range;

use super::dictionary::Dictionary;
use super::forward::Forward;
use super::postings::{List, Place, Postings};

/// Longer beginnings have few words.
const MOST_LETTERS: usize = 3;
/// No list.
const NONE: u32 = u32::MAX;

/// The merged lists.
#[derive(Debug, Default)]
pub(super) struct Heavy {
    /// The list of a range of words.
    lists: HashMap<(u32, u32), u32>,
    postings: Postings,
    /// The beginnings themselves.
    beginnings: Vec<String>,
}

impl Heavy {
    /// Merges the lists of all beginnings of which the words stand in `many` documents, added up.
    pub(super) fn of(
        dictionary: &Dictionary,
        forward: &Forward,
        documents: Range<u32>,
        many: u64,
    ) -> Self {
        let mut heavy = Self::default();
        let words = dictionary.all();
        // For each number of letters and each word, the list of its beginning.
        let mut list_of = vec![[NONE; MOST_LETTERS]; words.len()];
        for letters in 1..=MOST_LETTERS {
            for range in same_beginnings(&words, letters) {
                if dictionary.frequency(&range) < many {
                    continue;
                }
                let next = u32::try_from(heavy.lists.len()).unwrap_or(NONE);
                let list = *heavy.lists.entry((range.start, range.end)).or_insert(next);
                let first = words.get(range.start as usize).map_or("", String::as_str);
                heavy.beginnings.push(first.chars().take(letters).collect());
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
        if heavy.lists.is_empty() {
            return heavy;
        }
        let mut lists = vec![List::default(); heavy.lists.len()];
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
        lists.into_iter().for_each(|list| heavy.postings.push(list));
        heavy.postings.shrink();
        heavy
    }

    /// The documents with any word of a range, where their list was merged.
    pub(super) fn get(&self, range: &Range<u32>) -> Option<impl Iterator<Item = (u32, Place)>> {
        self.lists.get(&(range.start, range.end)).map(|&list| self.postings.get(list))
    }

    /// The beginnings of which the lists were merged.
    pub(super) fn beginnings(&self) -> &[String] {
        &self.beginnings
    }
}

/// The ranges of words that have their first `letters` letters in common. Shorter words are in
/// none, and do not part those around them.
fn same_beginnings(words: &[String], letters: usize) -> Vec<Range<u32>> {
    let beginning =
        |word: &str| word.char_indices().nth(letters - 1).map(|(at, last)| at + last.len_utf8());
    let mut ranges: Vec<(&str, Range<u32>)> = Vec::new();
    for (number, word) in (0..).zip(words) {
        let Some(begins) = beginning(word).and_then(|end| word.get(..end)) else { continue };
        match ranges.last_mut() {
            Some((same, range)) if *same == begins => range.end = number + 1,
            _ => ranges.push((begins, number..number + 1)),
        }
    }
    ranges.into_iter().map(|(_, range)| range).collect()
}
