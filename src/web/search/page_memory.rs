//! Remembers what the pages of a search have shown, so that the next page neither repeats nor
//! skips an entry although the catalogue has changed meanwhile. The same for every engine, since
//! it only knows ids.
//!
//! A link to the next page names what was shown before it by a [`PageToken`] made of those ids: the
//! same list has the same token, whoever asked, so that pages stay cacheable. Whoever does not
//! know a token (after a restart, in another replica, or because it was long ago) counts instead.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::digest::sha256_hex;

/// Ids that are remembered at a time: 16 bytes each, and some for keeping order.
const CAPACITY: usize = 1_000_000;
/// What a page costs beside its ids, in ids.
const PER_PAGE: usize = 8;

/// Stands for the ids that were shown, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageToken(String);

impl PageToken {
    const LENGTH: usize = 32;

    /// Reads a token from an address.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == Self::LENGTH && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    fn of(before: Option<&Self>, ids: &[Uuid]) -> Self {
        let mut bytes = before.map_or_else(Vec::new, |token| token.0.clone().into_bytes());
        ids.iter().for_each(|id| bytes.extend_from_slice(id.as_bytes()));
        Self(sha256_hex(&bytes).chars().take(Self::LENGTH).collect())
    }
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was shown before a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PagesBefore {
    /// The pages before it, first to last, as the ids that they showed.
    pub pages: Vec<Vec<Uuid>>,
    /// What was shown before the last of these pages; none where it was the first.
    pub previous: Option<PageToken>,
}

impl PagesBefore {
    /// How many entries were shown.
    pub fn count(&self) -> usize {
        self.pages.iter().map(Vec::len).sum()
    }
}

/// The memory. What was not asked for longest is forgotten first.
#[derive(Debug)]
pub struct PageMemory {
    capacity: usize,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    pages: HashMap<PageToken, Page>,
    /// Tokens by the time of their last use.
    by_use: BTreeMap<u64, PageToken>,
    clock: u64,
    size: usize,
}

#[derive(Debug)]
struct Page {
    before: Option<PageToken>,
    ids: Vec<Uuid>,
    used: u64,
}

impl Default for PageMemory {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl PageMemory {
    /// A memory for about as many ids.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { capacity, memory: Mutex::default() }
    }

    /// Remembers that a page showed these ids after what `before` stands for.
    pub fn remember(&self, before: Option<PageToken>, ids: Vec<Uuid>) -> PageToken {
        let token = PageToken::of(before.as_ref(), &ids);
        let mut memory = self.lock();
        if !memory.touch(&token) {
            memory.insert(token.clone(), before, ids);
        }
        memory.shrink(self.capacity);
        token
    }

    /// What a token stands for, where all of it is still known.
    pub fn recall(&self, token: &PageToken) -> Option<PagesBefore> {
        let mut memory = self.lock();
        let mut chain = Vec::new();
        let mut next = Some(token.clone());
        while let Some(token) = next {
            let page = memory.pages.get(&token)?;
            next = page.before.clone();
            chain.push(token);
        }
        // The first page last: a page is worth nothing without those before it.
        chain.iter().for_each(|token| {
            memory.touch(token);
        });
        let pages = chain.iter().rev().filter_map(|token| memory.pages.get(token));
        Some(PagesBefore {
            pages: pages.map(|page| page.ids.clone()).collect(),
            previous: chain.get(1).cloned(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Whether the token is known; it then was used now.
    fn touch(&mut self, token: &PageToken) -> bool {
        let Some(page) = self.pages.get_mut(token) else { return false };
        self.by_use.remove(&page.used);
        self.clock += 1;
        page.used = self.clock;
        self.by_use.insert(self.clock, token.clone());
        true
    }

    fn insert(&mut self, token: PageToken, before: Option<PageToken>, ids: Vec<Uuid>) {
        self.clock += 1;
        self.size += ids.len() + PER_PAGE;
        self.by_use.insert(self.clock, token.clone());
        self.pages.insert(token, Page { before, ids, used: self.clock });
    }

    fn shrink(&mut self, capacity: usize) {
        while self.size > capacity
            && let Some((_, token)) = self.by_use.pop_first()
        {
            if let Some(page) = self.pages.remove(&token) {
                self.size -= page.ids.len() + PER_PAGE;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: std::ops::Range<u128>) -> Vec<Uuid> {
        numbers.map(Uuid::from_u128).collect()
    }

    #[test]
    fn a_token_stands_for_all_that_was_shown() {
        let shown = PageMemory::default();
        let first = shown.remember(None, ids(0..3));
        let second = shown.remember(Some(first.clone()), ids(3..6));
        let third = shown.remember(Some(second.clone()), ids(6..9));
        assert_eq!(
            shown.recall(&first),
            Some(PagesBefore { pages: vec![ids(0..3)], previous: None })
        );
        assert_eq!(
            shown.recall(&third),
            Some(PagesBefore {
                pages: vec![ids(0..3), ids(3..6), ids(6..9)],
                previous: Some(second)
            })
        );
        assert_eq!(PageToken::parse(&third.to_string()), Some(third));
    }

    #[test]
    fn the_same_list_has_the_same_token_in_every_memory() {
        let (one, other) = (PageMemory::default(), PageMemory::default());
        let token = one.remember(None, ids(0..3));
        assert_eq!(other.remember(None, ids(0..3)), token);
        assert_eq!(one.remember(None, ids(0..3)), token);
        assert_ne!(one.remember(None, ids(0..2)), token);
        assert_ne!(one.remember(Some(token.clone()), ids(0..3)), token);
        let backwards = ids(0..3).into_iter().rev().collect();
        assert_ne!(one.remember(None, backwards), token);
    }

    #[test]
    fn what_was_not_used_longest_is_forgotten_and_a_list_with_it() {
        let shown = PageMemory::with_capacity(3 * (10 + PER_PAGE));
        let first = shown.remember(None, ids(0..10));
        let second = shown.remember(Some(first.clone()), ids(10..20));
        let other = shown.remember(None, ids(20..30));
        assert!(shown.recall(&second).is_some());
        let last = shown.remember(None, ids(30..40));
        assert_eq!(shown.recall(&other), None, "used before the others");
        assert!(shown.recall(&second).is_some() && shown.recall(&last).is_some());
        shown.remember(None, ids(40..50));
        assert_eq!(shown.recall(&second), None);
        let size = shown.lock().size;
        assert!(size <= 3 * (10 + PER_PAGE), "{size}");
    }

    #[test]
    fn only_what_was_given_out_is_a_token() {
        let shown = PageMemory::default();
        for text in ["", "0123", "x".repeat(32).as_str(), "A".repeat(32).as_str()] {
            assert_eq!(PageToken::parse(text), None, "{text}");
        }
        let invented = PageToken::parse(&"a".repeat(32)).expect("the form of a token");
        assert_eq!(shown.recall(&invented), None);
    }
}
