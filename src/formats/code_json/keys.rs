//! The keys of an inventory that name an entry, in their spellings.

use serde_json::Value;

use crate::formats::fields::Fields;

/// The spellings of the keys, lower case, the most telling first.
pub(super) const REPOSITORY: &[&str] = &["repositoryurl", "repourl", "repository"];
pub(super) const HOMEPAGE: &[&str] = &["homepageurl", "homepage"];
pub(super) const NAME: &[&str] = &["name"];
const ORGANISATION: &[&str] = &["organization"];

/// The name of the organisation: a text, or an object with a name.
pub(super) fn organisation(fields: &mut Fields<'_>) -> Option<String> {
    let key = fields.spelled(ORGANISATION);
    if !fields.value(key).is_some_and(Value::is_object) {
        return fields.line(key);
    }
    let mut organisation = fields.object(key);
    organisation.line(organisation.spelled(NAME))
}
