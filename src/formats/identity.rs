//! Ids for entries of formats that give none: derived from what stays the same as long as an entry
//! is the same.

use serde_json::Value;

use super::ExternalId;
use super::json::canonical;
use crate::digest::sha256_hex;

/// Letters of a derived id, and of the digest that qualifies it.
const ID_LETTERS: usize = 16;
const QUALIFIER_LETTERS: usize = 8;

/// The identity of an item: `prefix` and a digest of what names it. `stored` is the item as it is
/// stored: without persons' data, so that a new contact is not a new entry.
pub fn derived(prefix: &str, named_by: &Value, stored: &Value) -> ExternalId {
    let id = format!("{prefix}{}", digest(named_by, ID_LETTERS));
    let qualified = format!("{id}-{}", digest(stored, QUALIFIER_LETTERS));
    ExternalId::Derived { id, qualified }
}

/// One name of an item: a digest of what it says of itself.
pub fn name(what: &Value) -> String {
    digest(what, ID_LETTERS)
}

fn digest(value: &Value, letters: usize) -> String {
    sha256_hex(canonical(value).as_bytes()).chars().take(letters).collect()
}
