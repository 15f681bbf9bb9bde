//! Documents that are read as a whole.

use std::io::{BufReader, Read};

use serde_json::Value;
use serde_json::value::RawValue;

use super::guard::Guard;
use super::{SplitError, Unreadable, first_of_content, split_error, too_large, tree};

/// Bytes of the largest document that is read as a whole, and of the memory that its tree may take.
pub const LARGEST_WHOLE: usize = 32 * 1024 * 1024;
const HEAVIEST_WHOLE: usize = 96 * 1024 * 1024;

/// A document that was read as a whole.
#[derive(Debug, PartialEq)]
pub struct Whole {
    /// Its tree; null stands for the smallest object around whatever cannot be read.
    pub value: Value,
    /// What cannot be read.
    pub unreadable: Option<Unreadable>,
}

impl Whole {
    /// The tree, where all of it could be read.
    ///
    /// # Errors
    /// [`SplitError::Elements`] where it could not.
    pub fn complete(self) -> Result<Value, SplitError> {
        match self.unreadable {
            None => Ok(self.value),
            Some(unreadable) => Err(unreadable.into()),
        }
    }
}

/// Reads a whole document, for formats that spread what belongs to one item over several places.
///
/// # Errors
/// [`SplitError`] where the bytes are not one JSON value, or one that is too large.
pub fn whole(document: &mut dyn Read) -> Result<Whole, SplitError> {
    let mut reader = BufReader::new(document);
    let head = [first_of_content(&mut reader)?];
    let guard = Guard::new(LARGEST_WHOLE as u64);
    let text: Box<RawValue> =
        serde_json::from_reader(guard.watch(head.as_slice().chain(reader)))
            .map_err(|error| split_error(error, &guard, "one value".to_owned()))?;
    whole_of(&text)
}

/// The tree of the one value of a document.
///
/// # Errors
/// [`SplitError::TooLarge`] where it would take more memory than it may.
pub fn whole_of(text: &RawValue) -> Result<Whole, SplitError> {
    let mut unreadable = None;
    let value = tree::parse_leniently(text, HEAVIEST_WHOLE, &mut |error| {
        Unreadable::count(&mut unreadable, 0, error);
    });
    let value = value.map_err(|error| too_large("the document", &error))?;
    Ok(Whole { value, unreadable })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_document_is_one_value() {
        for (text, expected) in [
            ("\u{FEFF} {\"a\": [1]}", "an object"),
            ("{\"a\": [1", "the document ends in the middle, at line 1, column 8: it is truncated"),
            ("", "the document ends in the middle, at line 1, column 0: it is truncated"),
            ("<html>", "an HTML page instead of JSON"),
            ("{} {}", "not JSON: trailing characters at line 1 column 4"),
        ] {
            let told = match whole(&mut text.as_bytes()).and_then(Whole::complete) {
                Ok(value) if value.is_object() => "an object".to_owned(),
                Ok(other) => other.to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(told, expected, "{text}");
        }
    }
}
