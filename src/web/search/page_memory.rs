//! Remembers what the pages of a search have shown, so that the next page neither repeats nor
//! skips an entry although the catalogue has changed meanwhile. The same for every engine, since
//! it only knows ids.
//!
//! A link to the next page names what was shown before it by a [`PageToken`] made of those ids: the
//! same list has the same token, whoever asked, so that pages stay cacheable. Whoever does not
//! know a token (after a restart, in another replica, or because it was long ago) counts instead.

use std::fmt;
use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use uuid::Uuid;

use crate::digest::sha256_hex;

/// Bytes that are remembered.
const CAPACITY: u64 = 20_000_000;
/// What a page costs beside its ids, in bytes: two tokens, and some for keeping order.
const PER_PAGE: usize = 256;

/// Names a list of ids that were shown: a hash of them, and of what was shown before.
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
    /// The token of what was shown before the last of these pages; none where it was the first.
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
pub struct PageMemory(Cache<PageToken, Arc<Page>>);

/// A page that was shown.
#[derive(Debug)]
struct Page {
    before: Option<PageToken>,
    ids: Vec<Uuid>,
}

impl Default for PageMemory {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl PageMemory {
    /// A memory of about as many bytes.
    pub fn with_capacity(bytes: u64) -> Self {
        let weight = |_: &PageToken, page: &Arc<Page>| {
            let bytes = PER_PAGE + size_of_val(page.ids.as_slice());
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let memory = Cache::builder().max_capacity(bytes).weigher(weight);
        Self(memory.eviction_policy(EvictionPolicy::lru()).build())
    }

    /// Remembers that a page showed these ids after the pages that `before` names.
    pub fn remember(&self, before: Option<PageToken>, ids: Vec<Uuid>) -> PageToken {
        let token = PageToken::of(before.as_ref(), &ids);
        self.0.get_with_by_ref(&token, || Arc::new(Page { before, ids }));
        token
    }

    /// The pages that a token names, where all of them are still known.
    pub fn recall(&self, token: &PageToken) -> Option<PagesBefore> {
        let last = self.0.get(token)?;
        let previous = last.before.clone();
        // The first page is asked for last: a page is worth nothing without those before it.
        let mut pages = vec![last];
        while let Some(token) = pages.last().and_then(|page| page.before.as_ref()) {
            let page = self.0.get(token)?;
            pages.push(page);
        }
        let pages = pages.iter().rev().map(|page| page.ids.clone()).collect();
        Some(PagesBefore { pages, previous })
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
        let shown = PageMemory::with_capacity(3 * (10 * 16 + PER_PAGE as u64));
        let first = shown.remember(None, ids(0..10));
        let second = shown.remember(Some(first.clone()), ids(10..20));
        let other = shown.remember(None, ids(20..30));
        shown.0.run_pending_tasks();
        assert!(shown.recall(&second).is_some());
        shown.0.run_pending_tasks();
        let last = shown.remember(None, ids(30..40));
        shown.0.run_pending_tasks();
        assert_eq!(shown.recall(&other), None, "used before the others");
        assert!(shown.recall(&second).is_some() && shown.recall(&last).is_some());
        shown.0.run_pending_tasks();
        shown.remember(None, ids(40..50));
        shown.0.run_pending_tasks();
        assert_eq!(shown.recall(&second), None);
        let bytes = shown.0.weighted_size();
        assert!(bytes <= 3 * (10 * 16 + PER_PAGE as u64), "{bytes}");
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
