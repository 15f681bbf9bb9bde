//! What the software states to support, to follow or to work with: `supports` of 0.7, and
//! `conforme` and `piattaforme` of the Italian section, which it replaced.

use super::fields::{Field, Reader, Section};
use super::keys;
use super::vocabulary::{PUBLIC_PLATFORMS, truth};
use crate::catalogue::content::Content;
use crate::formats::Code;
use crate::formats::yaml::{Kind, child_path};

/// What stands before a short name of the standard's own list.
const ALIAS: &str = "alias:";

/// Reads all of it into `content`.
pub(super) fn read(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    for field in root.get("supports").map(|field| reader.list(field)).unwrap_or_default() {
        read_supported(reader, &field, content);
    }
    let Some(italy) = root.get("IT") else { return };
    if let Some(stated) = italy.child("conforme") {
        content.conforms_to.extend(affirmed(reader, &stated));
    }
    if let Some(stated) = italy.child("piattaforme") {
        read_platforms(reader, &stated, content);
    }
}

/// An element of `supports`: a short name, an address or a URN, as `id` of a mapping.
fn read_supported(reader: &mut Reader, field: &Field<'_>, content: &mut Content) {
    let id = if field.node.as_scalar().is_some() {
        reader.wrong_type(field, "a mapping with id");
        reader.line(field)
    } else {
        Section::open(reader, field, keys::SUPPORTED)
            .and_then(|stated| stated.require(reader, "id").and_then(|field| reader.line(field)))
    };
    let Some(id) = id else { return };
    let name = id.strip_prefix(ALIAS).unwrap_or(&id).trim().to_owned();
    let folded = name.to_lowercase();
    if PUBLIC_PLATFORMS.contains(&folded.as_str()) {
        content.public_platforms.insert(folded);
    } else if !name.is_empty() {
        content.conforms_to.insert(name);
    }
}

/// The keys that the mapping answers with yes, as written.
fn affirmed(reader: &mut Reader, field: &Field<'_>) -> Vec<String> {
    let Some(entries) = field.node.as_mapping() else {
        if !field.node.is_null() {
            reader.wrong_type(field, "a mapping with true or false for each");
        }
        return Vec::new();
    };
    let mut affirmed = Vec::new();
    for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
        let answer = Field { path: child_path(&field.path, key), node: value };
        let is_so = reader.word(&answer, truth, || "true or false".to_owned());
        let name = Field { path: answer.path, node: key };
        affirmed.extend(reader.line(&name).filter(|_| is_so == Some(true)));
    }
    affirmed
}

/// Platforms that the mapping answers with yes; some write a list of them.
fn read_platforms(reader: &mut Reader, field: &Field<'_>, content: &mut Content) {
    let names = match &field.node.kind {
        Kind::Sequence(_) => {
            reader.wrong_type(field, "a mapping with true or false for each platform");
            let elements = reader.one_or_more(field);
            elements.iter().filter_map(|element| reader.line(element)).collect()
        }
        _ => affirmed(reader, field),
    };
    for name in names {
        let folded = name.to_lowercase();
        if PUBLIC_PLATFORMS.contains(&folded.as_str()) {
            content.public_platforms.insert(folded);
        } else {
            let expected = PUBLIC_PLATFORMS.join(", ");
            reader.warn(
                Code::PubliccodeUnknownValue,
                field,
                format!("Found {name}, expected platforms among {expected}."),
            );
        }
    }
}
