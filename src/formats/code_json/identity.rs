//! Who an entry of an inventory is: the format gives no ids.

use serde_json::{Value, json};

use super::{NAME, REPOSITORY, organisation};
use crate::catalogue::urls::repository_key;
use crate::formats::ExternalId;
use crate::formats::fields::Fields;
use crate::formats::identity::derived;

/// The identity of an item. `readable` is the item without texts that state nothing, `stored` the
/// item as it is stored: without persons' data, so that a new contact is not a new entry.
pub(super) fn of(readable: &Value, stored: &Value) -> Option<ExternalId> {
    // What is wrong with these fields is told where they become content.
    let mut ignored = Vec::new();
    let mut fields = Fields::new(readable, "", &mut ignored);
    if let Some(id) = fields.line("local-id").filter(|id| is_uuid(id)) {
        return Some(ExternalId::Given(id));
    }
    let name = fields.line(fields.spelled(NAME)).unwrap_or_default();
    let organisation = organisation(&mut fields).unwrap_or_default();
    let repository = match fields.url(fields.spelled(REPOSITORY)) {
        Some(url) => repository_key(&url).unwrap_or_else(|| url.to_string()),
        None => String::new(),
    };
    if name.is_empty() && organisation.is_empty() && repository.is_empty() {
        return None;
    }
    Some(derived("", &json!([name, organisation, repository]), stored))
}

/// Whether a local id is one that no template or neighbour repeats. The key is no part of the
/// standard; where an agency gives UUIDs, they identify better than a name.
fn is_uuid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|id| !id.is_nil()) && text.len() == 36
}
