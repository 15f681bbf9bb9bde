//! No value is longer than it may be: the parser keeps one until it ends.

use std::cell::Cell;
use std::io::{self, Read};

/// How many bytes the value that is read now may have. Whoever asks for the next value says so
/// anew.
#[derive(Debug)]
pub struct Guard {
    most: Cell<u64>,
    left: Cell<u64>,
}

impl Guard {
    /// A value of at most `most` bytes follows.
    pub fn new(most: u64) -> Self {
        Self { most: Cell::new(most), left: Cell::new(most) }
    }

    /// The next value may have `most` bytes.
    pub fn allow(&self, most: u64) {
        self.most.set(most);
        self.left.set(most);
    }

    /// The bytes that the value that is read now may have.
    pub fn most(&self) -> u64 {
        self.most.get()
    }

    /// A document that fails with [`io::ErrorKind::FileTooLarge`] where a value goes on for longer.
    pub fn watch<R: Read>(&self, document: R) -> Guarded<'_, R> {
        Guarded { document, guard: self }
    }
}

/// See [`Guard::watch`].
pub struct Guarded<'a, R> {
    document: R,
    guard: &'a Guard,
}

impl<R: Read> Read for Guarded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.document.read(buffer)?;
        match self.guard.left.get().checked_sub(read as u64) {
            Some(left) => self.guard.left.set(left),
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(read)
    }
}
