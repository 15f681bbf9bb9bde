//! A jagged array: many short lists, one after the other in a single allocation.

/// List number `n` is a slice of `items`.
#[derive(Debug)]
pub(super) struct Jagged<T> {
    ends: Vec<usize>,
    items: Vec<T>,
}

impl<T> Default for Jagged<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T: Copy> Jagged<T> {
    /// Appends a list; its number is the count of those before.
    pub(super) fn push_all(&mut self, list: &[T]) {
        self.items.extend_from_slice(list);
        self.ends.push(self.items.len());
    }

    /// The list of that number; empty where there is none.
    pub(super) fn get(&self, number: u32) -> &[T] {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.ends
            .get(number)
            .and_then(|&end| self.items.get(start.unwrap_or(0)..end))
            .unwrap_or(&[])
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Gives back what was set aside for growing.
    pub(super) fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.items.shrink_to_fit();
    }
}
