//! `usedBy`: those whom the project names as its users. Nobody has confirmed them.

use std::collections::HashSet;

use super::fields::{Field, Reader, Section};
use crate::catalogue::content::{Usage, UsageEvidence};
use crate::catalogue::countries;
use crate::catalogue::text::shorten;
use crate::formats::Code;
use crate::formats::yaml::{Kind, child_path};

/// The users, each once.
pub(super) fn read(reader: &mut Reader, root: &Section<'_>) -> Vec<Usage> {
    let mut all = Vec::new();
    if let Some(field) = root.get("usedBy") {
        if !matches!(field.node.kind, Kind::Sequence(_)) {
            reader.wrong_type(field, "a list of names");
        }
        add(reader, field, None, &mut all);
    }
    let mut seen = HashSet::new();
    all.retain(|usage: &Usage| seen.insert((usage.organisation.clone(), usage.country.clone())));
    all
}

/// A name; a list of users; or a mapping: of one user with its name, or of users by their country.
fn add(reader: &mut Reader, field: &Field<'_>, country: Option<&str>, all: &mut Vec<Usage>) {
    match &field.node.kind {
        Kind::Scalar(_) => {
            all.extend(reader.line(field).map(|name| user(name, country)));
        }
        Kind::Sequence(_) => {
            for element in reader.one_or_more(field) {
                add(reader, &element, country, all);
            }
        }
        Kind::Mapping(_) if field.child("name").is_some() => {
            let stated = field.child("country").and_then(|field| country_of(reader, &field));
            if let Some(name) = field.child("name") {
                add(reader, &name, stated.or(country), all);
            }
        }
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                let path = child_path(&field.path, key);
                let stated = country_of(reader, &Field { path: path.clone(), node: key });
                add(reader, &Field { path, node: value }, stated.or(country), all);
            }
        }
    }
}

/// The country that a text names; the users under what is none are users all the same.
fn country_of(reader: &mut Reader, field: &Field<'_>) -> Option<&'static str> {
    let written = reader.line(field)?;
    let country = countries::of_code(&written).or_else(|| countries::of_name(&written));
    if country.is_none() {
        let message = format!(
            "Found {}, expected a country by its two letters of ISO 3166-1, such as IT.",
            shorten(&written)
        );
        reader.warn(Code::PubliccodeUnknownValue, field, message);
    }
    country
}

fn user(organisation: String, country: Option<&str>) -> Usage {
    Usage {
        organisation,
        country: country.map(str::to_owned),
        evidence: UsageEvidence::Project,
        users: None,
        referents: None,
        since: None,
        expires_on: None,
    }
}
