//! Ways through the document as JSON.

use serde_json::Value;

/// Where the shape of an item of a stream stands.
pub const ITEMS: &str = "x-item-schema";

/// The members of the object at a place.
pub fn members_mut<'a>(
    document: &'a mut Value,
    place: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> + use<'a> {
    document.pointer_mut(place).and_then(Value::as_object_mut).into_iter().flatten()
}
