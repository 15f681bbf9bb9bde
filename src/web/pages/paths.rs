//! Paths of the pages that others link to.

use url::form_urlencoded;
use uuid::Uuid;

use crate::store::records::RecordRef;
use crate::store::records::State as RecordState;

/// The page of an entry.
pub fn software(id: Uuid, slug: &str) -> String {
    format!("/software/{id}/{slug}").trim_end_matches('/').to_owned()
}

/// The page of what a source sent about a record, at the value that a finding is about; none where
/// nothing is kept of it.
pub fn raw_item(source: &str, record: &RecordRef, path: &str, line: Option<i32>) -> Option<String> {
    if record.state == RecordState::Withdrawn {
        return None;
    }
    let page = format!("/sources/{source}/raw/{}", record.id);
    if path.is_empty() {
        return Some(page);
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("path", path);
    let place = match line {
        Some(line) => {
            query.append_pair("line", &line.to_string());
            "line"
        }
        None => "value",
    };
    Some(format!("{page}?{}#{place}", query.finish()))
}

/// The page of a licence.
pub fn licence(id: &str) -> String {
    let mut url = String::from("/licences/");
    url.extend(form_urlencoded::byte_serialize(id.as_bytes()));
    url
}
