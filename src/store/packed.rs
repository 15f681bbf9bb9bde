//! Long texts as they are stored: compressed with zstd. The texts are short for a compression that
//! begins from nothing, so it begins from a text in which the words of the formats stand.

use std::cell::RefCell;
use std::io;
use std::sync::LazyLock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use super::StoreError;
use super::entity::{record, software};

/// What both sides begin from. It never changes: what is stored cannot be read without it. A
/// better one is another file with another number.
const WORDS: &[u8] = include_bytes!("packed/words-1.txt");
/// The number of [`WORDS`], the first byte of what is packed. After it stand the length of the text
/// in four bytes, and its compressed form.
const NUMBER: u8 = 1;
/// How hard it is tried: more takes twice the time for a twentieth less.
const LEVEL: i32 = 3;
/// Bytes of the longest text that is unpacked.
const LONGEST: usize = 1 << 28;

static ENCODING: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(WORDS, LEVEL));
static DECODING: LazyLock<DecoderDictionary<'static>> =
    LazyLock::new(|| DecoderDictionary::copy(WORDS));

thread_local! {
    /// To make one takes longer than to compress a text.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The packed form of a text.
///
/// # Errors
/// Where there is no memory, or the text is too long.
pub(crate) fn pack(text: &str) -> io::Result<Vec<u8>> {
    let length = u32::try_from(text.len()).map_err(io::Error::other)?;
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => {
                let mut compressor = Compressor::with_prepared_dictionary(&ENCODING)?;
                compressor.include_contentsize(false)?;
                compressor.include_checksum(false)?;
                kept.insert(compressor)
            }
        };
        let body = compressor.compress(text.as_bytes())?;
        let mut packed = Vec::with_capacity(5 + body.len());
        packed.push(NUMBER);
        packed.extend(length.to_le_bytes());
        packed.extend(body);
        Ok(packed)
    })
}

/// The text of a packed form.
///
/// # Errors
/// Where it was not packed by this or an earlier version, or is damaged.
pub(crate) fn unpack(packed: &[u8]) -> io::Result<String> {
    let damaged = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
    let Some(([NUMBER, a, b, c, d], body)) = packed.split_first_chunk() else {
        return Err(damaged("it was packed by a later version"));
    };
    let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
    if length > LONGEST {
        return Err(damaged("it is too long"));
    }
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(Decompressor::with_prepared_dictionary(&DECODING)?),
        };
        let bytes = decompressor.decompress(body, length)?;
        if bytes.len() != length {
            return Err(damaged("it has another length than it says"));
        }
        String::from_utf8(bytes).map_err(io::Error::other)
    })
}

/// The stored raw item of a record, JSON.
///
/// # Errors
/// [`StoreError::Corrupt`] where it is damaged.
pub fn raw_of(row: &record::Model) -> Result<String, StoreError> {
    text_of("raw item", &row.external_id, &row.raw, row.raw_packed.as_deref())
}

/// The statements of an entry, JSON.
///
/// # Errors
/// [`StoreError::Corrupt`] where they are damaged.
pub fn provenance_of(row: &software::Model) -> Result<String, StoreError> {
    let id = row.id.to_string();
    text_of("provenance", &id, &row.provenance, row.provenance_packed.as_deref())
}

/// The packed JSON text of a value.
///
/// # Errors
/// [`StoreError`] where it cannot be written as JSON or packed.
pub(crate) fn pack_json<T: Serialize>(
    what: &'static str,
    value: &T,
) -> Result<Vec<u8>, StoreError> {
    let not_json = |error| StoreError::NotJson { what, error };
    pack_text(what, &serde_json::to_string(value).map_err(not_json)?)
}

/// The packed form of a text that stands in the database.
///
/// # Errors
/// [`StoreError`] where it cannot be packed.
pub(crate) fn pack_text(what: &'static str, text: &str) -> Result<Vec<u8>, StoreError> {
    pack(text).map_err(|error| StoreError::NotPacked { what, error })
}

/// A stored text out of its two columns: the packed one, or that of before texts were packed.
///
/// # Errors
/// [`StoreError::Corrupt`] where it is damaged.
pub(crate) fn text_of(
    what: &'static str,
    id: &str,
    plain: &str,
    packed: Option<&[u8]>,
) -> Result<String, StoreError> {
    let Some(bytes) = packed else { return Ok(plain.to_owned()) };
    unpack(bytes).map_err(|error| corrupt(what, id, &error))
}

/// A value out of its packed JSON text, or out of JSON that was never packed.
///
/// # Errors
/// [`StoreError`] where it is damaged or not what this version expects.
pub(crate) fn unpack_json<T: DeserializeOwned>(
    what: &'static str,
    id: &str,
    stored: &[u8],
) -> Result<T, StoreError> {
    let value = match stored.starts_with(b"{") {
        true => serde_json::from_slice(stored),
        false => serde_json::from_str(&text_of(what, id, "", Some(stored))?),
    };
    value.map_err(|error| corrupt(what, id, &error))
}

fn corrupt(what: &'static str, id: &str, problem: &impl ToString) -> StoreError {
    StoreError::Corrupt { what, id: id.to_owned(), problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let item = r#"{"description":{"fr":"Un outil"},"id":7,"license":"MIT","name":"Parcelle"}"#;
        for text in ["", "x", item, &item.repeat(10_000), "\u{0}é…"] {
            let packed = pack(text).expect("packed");
            assert_eq!(unpack(&packed).expect("unpacked"), text);
        }
        let packed = pack(item).expect("packed");
        assert!(packed.len() * 4 < item.len() * 3, "{} of {}", packed.len(), item.len());
    }

    #[test]
    fn what_is_damaged_is_an_error() {
        let packed = pack(&"text ".repeat(100)).expect("packed");
        let other_length = [&packed[..1], &[9, 0, 0, 0], &packed[5..]].concat();
        let cut_off = &packed[..packed.len() - 3];
        for wrong in [&[][..], b"plain text", &[9, 1, 0, 0, 0], cut_off, &other_length] {
            assert!(unpack(wrong).is_err(), "{wrong:?}");
        }
    }

    /// What is stored must stay readable: neither the words nor the form change.
    #[test]
    fn what_was_packed_before_is_read() {
        let digest = crate::digest::Digest::of(WORDS).to_string();
        assert_eq!(digest, include_str!("packed/words-1.sha256").trim());
    }
}
