//! JSON documents as a stream of items, so that a listing of any length needs the memory of one.
//!
//! How long a value is and how heavy its tree would be is looked at before there is a tree.

mod canonical;
mod guard;
mod stream;
pub mod tree;
mod whole;

use std::io::{self, Read};

use serde_json::error::Category;
use thiserror::Error;

pub use self::canonical::canonical;
use self::guard::Guard;
pub use self::stream::{HEAVIEST_ITEM, LARGEST_ITEM, One, Streamed, stream, stream_many_or_one};
use self::tree::TreeError;
pub use self::whole::{LARGEST_WHOLE, Whole, whole};

/// Why a document could not be read to its end.
#[derive(Debug, Error)]
pub enum SplitError {
    /// The bytes stop in the middle.
    #[error("the document ends in the middle, at line {line}, column {column}: it is truncated")]
    Truncated { line: usize, column: usize },
    /// The bytes are not JSON.
    #[error("not JSON: {message}")]
    Syntax { message: String },
    /// A web page instead of data, as portals show for errors, log-ins and CAPTCHAs.
    #[error("an HTML page instead of JSON")]
    Html,
    /// Valid JSON of another shape.
    #[error("the document is {found}, expected {expected}")]
    Shape { found: String, expected: String },
    /// A part of the document that would take more memory than it may.
    #[error("{what} is too large: {why}")]
    TooLarge { what: &'static str, why: String },
    /// A list with elements in it that have no value. All others have been handed over.
    #[error("{number} of the entries cannot be read, first the one at position {first}: {message}")]
    Elements { number: u64, first: u64, message: String },
    /// The bytes could not be read.
    #[error("reading the document failed: {0}")]
    Io(#[from] io::Error),
}

/// Elements that are JSON by their signs, but have no value: a number beyond all numbers, half of
/// a surrogate pair, lists in lists without end.
#[derive(Debug, PartialEq)]
pub struct Unreadable {
    number: u64,
    first: u64,
    message: String,
}

impl Unreadable {
    /// Counts one at `position` to those before it.
    fn count(before: &mut Option<Self>, position: u64, error: &serde_json::Error) {
        let new = || Self { number: 0, first: position, message: error.to_string() };
        before.get_or_insert_with(new).number += 1;
    }
}

impl From<Unreadable> for SplitError {
    fn from(Unreadable { number, first, message }: Unreadable) -> Self {
        Self::Elements { number, first, message }
    }
}

/// Why the parser ended, where an array or object of the shape `expected` should stand.
fn split_error(error: serde_json::Error, guard: &Guard, expected: String) -> SplitError {
    match error.classify() {
        Category::Eof => SplitError::Truncated { line: error.line(), column: error.column() },
        Category::Io if error.io_error_kind() == Some(io::ErrorKind::FileTooLarge) => {
            let why = format!("it has more than {} bytes", guard.most());
            SplitError::TooLarge { what: "a part of the document", why }
        }
        Category::Io => SplitError::Io(error.into()),
        Category::Syntax => SplitError::Syntax { message: error.to_string() },
        Category::Data => SplitError::Shape { found: error.to_string(), expected },
    }
}

fn too_large(what: &'static str, why: &TreeError) -> SplitError {
    SplitError::TooLarge { what, why: why.to_string() }
}

/// Reads past a byte order mark and white space; returns the first byte of the content.
fn first_of_content(reader: &mut dyn Read) -> Result<u8, SplitError> {
    let mut byte = [0u8; 1];
    loop {
        if reader.read(&mut byte)? == 0 {
            return Err(SplitError::Truncated { line: 1, column: 0 });
        }
        let [b] = byte;
        if b == b'<' {
            return Err(SplitError::Html);
        }
        if matches!(b, 0 | 0xFE | 0xFF) {
            let message = "the text begins like UTF-16 or UTF-32, expected UTF-8".to_owned();
            return Err(SplitError::Syntax { message });
        }
        if !b.is_ascii_whitespace() && !matches!(b, 0xEF | 0xBB | 0xBF) {
            return Ok(b);
        }
    }
}
