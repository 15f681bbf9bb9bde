//! Addresses that a file names.

use crate::store::software::Software;

/// The address of an entry's page.
pub fn address(public_url: &str, entry: &Software) -> String {
    format!("{public_url}/software/{}/{}", entry.id, entry.slug).trim_end_matches('/').to_owned()
}
