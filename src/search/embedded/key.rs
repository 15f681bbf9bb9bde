//! What decides the order of two documents, packed into one number: the smaller is the better.

use crate::search::MAX_POPULARITY;

/// In this order, the weightiest first: words given up, out of focus, wrong letters, nearness of
/// the words, secondary, attribute, position, inexactness, want of popularity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u64);

/// The cost of a word in a document: wrong letters, attribute, position, inexactness, the
/// weightiest first, so that the minimum of two costs is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost(pub(super) u32);

/// The costs of the words of a document, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum(u32);

/// A document that matches, with its key.
pub(super) type Candidate = (Key, u32);

// Bits of each part. A query has at most ten words; a word costs at most three wrong letters, seven
// attributes, nine classes of position and three of inexactness; nine pairs are at most seven
// apart.
const POPULARITY: u32 = 23;
const INEXACT: u32 = 6;
const POSITION: u32 = 7;
const ATTRIBUTE: u32 = 7;
const PROXIMITY: u32 = 7;
const TYPO: u32 = 6;
const FOCUS: u32 = 1;
/// The parts that weigh less than the nearness of the words.
const LIGHT: u32 = ATTRIBUTE + POSITION + INEXACT;
const SECONDARY: u32 = 1;
const PROXIMITY_AT: u32 = POPULARITY + LIGHT + SECONDARY;

impl Cost {
    /// `attribute` is less than 8.
    pub(super) fn new(typo: u8, attribute: u8, position: u8, inexact: u8) -> Self {
        let parts =
            [(TYPO, typo), (ATTRIBUTE, attribute), (POSITION, position), (INEXACT, inexact)];
        Self(parts.into_iter().fold(0, |cost, (bits, part)| cost << bits | u32::from(part)))
    }
}

impl Sum {
    /// No part of a sum grows into the next: see the bits above.
    pub(super) fn add(&mut self, cost: Cost) {
        self.0 += cost.0;
    }

    /// Whether each word is the whole of a text of the first attribute, letter by letter.
    fn is_exact(self) -> bool {
        self.0 == 0
    }
}

impl Key {
    /// The key without the nearness of the words. `popularity` is at most [`MAX_POPULARITY`].
    pub(super) fn new(
        dropped: usize,
        out_of_focus: bool,
        sum: Sum,
        is_secondary: bool,
        popularity: u32,
    ) -> Self {
        let (typo, light) = (sum.0 >> LIGHT, sum.0 & ((1 << LIGHT) - 1));
        let mut key = dropped as u64;
        let mut push = |bits: u32, part: u32| key = key << bits | u64::from(part);
        push(FOCUS, u32::from(out_of_focus));
        push(TYPO, typo);
        push(PROXIMITY, 0);
        push(SECONDARY, u32::from(is_secondary && !sum.is_exact()));
        push(LIGHT, light);
        push(POPULARITY, MAX_POPULARITY - popularity);
        Self(key)
    }

    /// The same with the nearness of the words.
    pub(super) fn with_proximity(self, proximity: u32) -> Self {
        Self(self.0 + (u64::from(proximity) << PROXIMITY_AT))
    }

    /// How many words were given up.
    pub(super) fn dropped(self) -> usize {
        (self.0 >> (PROXIMITY_AT + PROXIMITY + TYPO + FOCUS)) as usize
    }

    /// Whether the words stand elsewhere than in the attribute in focus.
    pub(super) fn out_of_focus(self) -> bool {
        self.0 >> (PROXIMITY_AT + PROXIMITY + TYPO) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(dropped: usize, out: bool, costs: &[[u8; 4]], proximity: u32, popularity: u32) -> Key {
        let mut sum = Sum::default();
        costs.iter().for_each(|&[typo, attribute, position, inexact]| {
            sum.add(Cost::new(typo, attribute, position, inexact));
        });
        Key::new(dropped, out, sum, false, popularity).with_proximity(proximity)
    }

    fn secondary(costs: &[[u8; 4]], proximity: u32, popularity: u32) -> Key {
        let mut sum = Sum::default();
        costs.iter().for_each(|&[typo, attribute, position, inexact]| {
            sum.add(Cost::new(typo, attribute, position, inexact));
        });
        Key::new(0, false, sum, true, popularity).with_proximity(proximity)
    }

    #[test]
    fn a_secondary_one_comes_after_what_matches_as_well_but_for_the_exact_name() {
        let elsewhere = [[0, 7, 8, 3]];
        assert!(key(0, false, &elsewhere, 3, 0) < secondary(&[[0, 0, 0, 1]], 3, 9));
        assert!(secondary(&[[0, 0, 0, 1]], 2, 0) < key(0, false, &elsewhere, 3, 9));
        assert!(secondary(&[[0, 0, 0, 1]], 3, 0) < key(0, false, &[[1, 0, 0, 0]], 3, 9));
        assert!(secondary(&[[0, 0, 0, 0]], 0, 0) < key(0, false, &[[0, 0, 0, 1]], 0, 9));
    }

    #[test]
    fn the_weightier_part_decides() {
        let worst = [[3, 7, 9, 3]; 10];
        let better_and_worse = [
            key(0, false, &[[0, 0, 0, 0]], 0, MAX_POPULARITY),
            key(0, false, &[[0, 0, 0, 0]], 0, 0),
            key(0, false, &[[0, 0, 0, 1]], 0, MAX_POPULARITY),
            key(0, false, &[[0, 0, 1, 0]], 0, MAX_POPULARITY),
            key(0, false, &[[0, 0, 8, 3]; 10], 0, 0),
            key(0, false, &[[0, 1, 0, 0]], 0, MAX_POPULARITY),
            key(0, false, &[[0, 7, 8, 3]; 10], 0, 0),
            key(0, false, &[[0, 0, 0, 0]], 1, MAX_POPULARITY),
            key(0, false, &[[0, 7, 8, 3]; 10], 63, 0),
            key(0, false, &[[1, 0, 0, 0]], 0, MAX_POPULARITY),
            key(0, false, &worst, 63, 0),
            key(0, true, &[[0, 0, 0, 0]], 0, MAX_POPULARITY),
            key(0, true, &worst, 63, 0),
            key(1, false, &[[0, 0, 0, 0]], 0, MAX_POPULARITY),
            key(9, true, &worst, 63, 0),
        ];
        assert!(better_and_worse.windows(2).all(|pair| pair[0] < pair[1]));
        let last = better_and_worse[14];
        assert_eq!((last.dropped(), last.out_of_focus()), (9, true));
        let first = better_and_worse[0];
        assert_eq!((first.dropped(), first.out_of_focus()), (0, false));
    }
}
