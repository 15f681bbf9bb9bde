//! Showing less of what is too long for a page: of a list fewer elements, with the number of the
//! others, and of a text its beginning. The API has all of it.

use std::ops::Deref;

use crate::web::i18n::language::Language;

/// Bytes of the longest address that even the shortest page shows.
const LONGEST_ADDRESS: usize = 300;

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub struct Brevity {
    /// Characters of a text.
    pub letters: usize,
    /// Elements of a list.
    pub elements: usize,
}

impl Brevity {
    /// What is tried, one after the other, where a whole page is too large.
    pub const STEPS: [Self; 4] = [
        Self { letters: 4_000, elements: 200 },
        Self { letters: 800, elements: 50 },
        Self { letters: 200, elements: 12 },
        Self { letters: 60, elements: 3 },
    ];

    /// The beginning of a text.
    pub fn text(self, text: &str) -> String {
        match text.char_indices().nth(self.letters) {
            Some((end, _)) => format!("{}…", text.split_at(end).0),
            None => text.to_owned(),
        }
    }

    /// Whether an address can be shown: it is whole or none.
    pub fn has_room_for(self, address: &str) -> bool {
        address.len() <= self.letters.max(LONGEST_ADDRESS)
    }
}

/// What can be shown in less. Counts and conclusions are made before, from all of it.
pub trait Shorten {
    /// Leaves less of it.
    fn shorten(&mut self, brevity: Brevity);
}

impl Shorten for String {
    fn shorten(&mut self, brevity: Brevity) {
        if let Some((end, _)) = self.char_indices().nth(brevity.letters) {
            self.truncate(end);
            self.push('…');
        }
    }
}

impl<T: Shorten> Shorten for Option<T> {
    fn shorten(&mut self, brevity: Brevity) {
        if let Some(some) = self {
            some.shorten(brevity);
        }
    }
}

impl<T: Shorten> Shorten for [T] {
    fn shorten(&mut self, brevity: Brevity) {
        self.iter_mut().for_each(|one| one.shorten(brevity));
    }
}

/// A list of which a page shows the beginning, and knows how much it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialList<T> {
    items: Vec<T>,
    left_out: usize,
}

impl<T> PartialList<T> {
    /// Elements that are shown at once of a list that is longer than [`Self::LONGEST`].
    const AT_ONCE: usize = 10;
    /// The longest list that is shown whole.
    const LONGEST: usize = 14;

    /// The beginning of a list, and how many elements more it has.
    pub fn new(items: Vec<T>, left_out: usize) -> Self {
        Self { items, left_out }
    }

    /// Leaves out what cannot be shown, such as an address that would have to be cut.
    pub fn retain(&mut self, is_shown: impl FnMut(&T) -> bool) {
        let before = self.items.len();
        self.items.retain(is_shown);
        self.left_out += before - self.items.len();
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.items.len() + self.left_out
    }

    /// Whether the list is empty, counting what is left out.
    pub fn is_none(&self) -> bool {
        self.total() == 0
    }

    /// The elements that are seen at once.
    pub fn first(&self) -> &[T] {
        if self.items.len() <= Self::LONGEST {
            return &self.items;
        }
        self.items.get(..Self::AT_ONCE).unwrap_or_default()
    }

    /// The elements that are seen when the list is opened.
    pub fn rest(&self) -> &[T] {
        self.items.get(self.first().len()..).unwrap_or_default()
    }

    /// "12 more", beside those that are seen at once.
    pub fn after_first(&self, t: &Language) -> Option<String> {
        more(*t, self.total() - self.first().len())
    }

    /// "12 more", beside those that are shown.
    pub fn more(&self, t: &Language) -> Option<String> {
        more(*t, self.left_out)
    }
}

fn more(t: Language, number: usize) -> Option<String> {
    (number > 0).then(|| t.count("more-values", number as u64))
}

impl<T> Deref for PartialList<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> FromIterator<T> for PartialList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { items: items.into_iter().collect(), left_out: 0 }
    }
}

impl<T: Shorten> Shorten for PartialList<T> {
    fn shorten(&mut self, brevity: Brevity) {
        self.left_out += self.items.len().saturating_sub(brevity.elements);
        self.items.truncate(brevity.elements);
        self.items.shorten(brevity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize) -> PartialList<String> {
        (0..n).map(|n| n.to_string()).collect()
    }

    #[test]
    fn a_list_says_how_much_it_does_not_show() {
        let t = Language::English;
        for (n, elements, shown) in [
            (0, 200, (0, 0, None, None)),
            (14, 200, (14, 0, None, None)),
            (15, 200, (10, 5, Some("5 more"), None)),
            (300, 200, (10, 190, Some("290 more"), Some("100 more"))),
            (300, 3, (3, 0, Some("297 more"), Some("297 more"))),
        ] {
            let mut list = numbers(n);
            list.shorten(Brevity { letters: 10, elements: 500 });
            list.shorten(Brevity { letters: 10, elements });
            let (after_first, more) = (list.after_first(&t), list.more(&t));
            let (first, rest) = (list.first().len(), list.rest().len());
            assert_eq!((first, rest, after_first.as_deref(), more.as_deref()), shown, "{n}");
            assert_eq!((list.total(), list.is_none()), (n, n == 0));
        }
    }

    #[test]
    fn a_text_says_that_it_goes_on() {
        let mut text = "éàü".repeat(10);
        text.shorten(Brevity { letters: 30, elements: 1 });
        assert_eq!(text, "éàü".repeat(10));
        text.shorten(Brevity { letters: 4, elements: 1 });
        assert_eq!(text, "éàüé…");
    }
}
