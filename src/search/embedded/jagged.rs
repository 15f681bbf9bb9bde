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

impl<T: Copy + Default> Jagged<T> {
    /// Lists of these lengths, with nothing in them.
    pub(super) fn zeroed(lengths: impl Iterator<Item = usize>) -> Self {
        let mut end = 0;
        let ends: Vec<usize> = lengths
            .map(|length| {
                end += length;
                end
            })
            .collect();
        Self { items: vec![T::default(); end], ends }
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

    /// The list of that number, to be written to; empty where there is none.
    pub(super) fn get_mut(&mut self, number: u32) -> &mut [T] {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(number).copied().unwrap_or(0);
        self.items.get_mut(start.unwrap_or(0)..end).unwrap_or(&mut [])
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
