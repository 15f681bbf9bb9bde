//! A tree of token sequences, for the longest name that a text starts with.

use std::collections::HashMap;

use super::tokens::Token;

/// A tree of token sequences with the values at their ends.
pub(super) struct Tree<V> {
    edges: HashMap<(u32, u32), u32>,
    values: Vec<Vec<V>>,
}

impl<V> Default for Tree<V> {
    fn default() -> Self {
        Self { edges: HashMap::new(), values: vec![Vec::new()] }
    }
}

impl<V> Tree<V> {
    /// Adds a value at the end of a sequence of symbols.
    pub fn insert(&mut self, sequence: &[u32], value: V) {
        let mut node = 0;
        for &symbol in sequence {
            let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            node = *self.edges.entry((node, symbol)).or_insert(next);
            if node == next {
                self.values.push(Vec::new());
            }
        }
        if let Some(values) = self.values.get_mut(node as usize) {
            values.push(value);
        }
    }

    /// The values at the longest sequence that `tokens` start with and that `accept` takes, and its
    /// length.
    pub fn longest(
        &self,
        symbols: &HashMap<Box<str>, u32>,
        tokens: &[Token<'_>],
        accept: impl Fn(&[V]) -> bool,
    ) -> Option<(&[V], usize)> {
        let mut node = 0;
        let mut longest = None;
        for (at, token) in tokens.iter().enumerate() {
            let Some(symbol) = symbols.get(token.text) else { break };
            let Some(&next) = self.edges.get(&(node, *symbol)) else { break };
            node = next;
            match self.values.get(node as usize) {
                Some(values) if accept(values) => longest = Some((values.as_slice(), at + 1)),
                _ => {}
            }
        }
        longest
    }
}
