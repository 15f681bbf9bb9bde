//! The smallest number of each document, over many lists in any order.

use std::sync::Mutex;

/// The numbers, by document.
#[derive(Default)]
pub(super) struct Best {
    /// Holds what it likes where the document was not seen.
    numbers: Vec<u32>,
    /// A bit for each document that was seen; clean when lent.
    seen: Vec<u64>,
}

/// Room for [`Best`], lent to one search after the other: it grows with the index, and asking the
/// system for it takes longer than a search. What a search that panics has borrowed is lost, so
/// that nobody gets it unclean.
static LENT: Mutex<Vec<Best>> = Mutex::new(Vec::new());
/// Most that is kept for lending.
const MOST_LENT: usize = 8;

impl Best {
    /// Room for so many documents, none of which was seen.
    pub(super) fn borrowed(documents: u32) -> Self {
        let mut best = LENT.lock().ok().and_then(|mut lent| lent.pop()).unwrap_or_default();
        let documents = documents as usize;
        if best.numbers.len() < documents {
            best.numbers.resize(documents, 0);
            best.seen.resize(documents.div_ceil(64), 0);
        }
        best
    }

    #[inline]
    pub(super) fn note(&mut self, document: u32, number: u32) {
        let (at, bit) = (document as usize / 64, 1 << (document % 64));
        if let (Some(seen), Some(best)) =
            (self.seen.get_mut(at), self.numbers.get_mut(document as usize))
        {
            *best = if *seen & bit == 0 { number } else { number.min(*best) };
            *seen |= bit;
        }
    }

    /// The number of a document, where it was seen.
    #[inline]
    pub(super) fn get(&self, document: u32) -> Option<u32> {
        let seen = self.seen.get(document as usize / 64)?;
        let is_seen = seen >> (document % 64) & 1 == 1;
        self.numbers.get(document as usize).copied().filter(|_| is_seen)
    }

    /// The documents that were seen, ascending; gives the room back.
    pub(super) fn drain<T>(mut self, each: impl Fn(u32, u32) -> T) -> Vec<T> {
        let count = self.seen.iter().map(|bits| bits.count_ones() as usize).sum();
        let mut found = Vec::with_capacity(count);
        for (at, bits) in (0..).zip(&mut self.seen) {
            let mut left = std::mem::take(bits);
            while left != 0 {
                let document = at * 64 + left.trailing_zeros();
                left &= left - 1;
                let number = self.numbers.get(document as usize).copied().unwrap_or(0);
                found.push(each(document, number));
            }
        }
        self.lend();
        found
    }

    /// Gives the room back.
    pub(super) fn give_back(mut self) {
        self.seen.fill(0);
        self.lend();
    }

    fn lend(self) {
        if let Ok(mut lent) = LENT.lock()
            && lent.len() < MOST_LENT
        {
            lent.push(self);
        }
    }
}
