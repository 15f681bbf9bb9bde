//! What a software needs: `softwareRequirements`, and what it can use, `softwareSuggestions`.

use serde_json::Value;

use crate::catalogue::content::{Dependency, DependencyKind};
use crate::catalogue::text::clean_line;
use crate::formats::fields::Fields;

/// All of them, each once. Suggestions are what it also runs without.
pub(super) fn read(fields: &mut Fields<'_>) -> Vec<Dependency> {
    let mut all: Vec<Dependency> = Vec::new();
    for (key, optional) in [("softwareRequirements", false), ("softwareSuggestions", true)] {
        for (element, path) in fields.list(key) {
            for (element, path) in listed(element, path) {
                let needed = needed(fields, element, &path, optional);
                let is_there = |one: &Dependency| all.iter().any(|other| other.name == one.name);
                all.extend(needed.filter(|one| !is_there(one)));
            }
        }
    }
    all
}

/// The elements of an object without a name of its own: R writes a list as an object with numbers
/// for keys, among which stands the text `SystemRequirements`.
fn listed(element: &Value, path: String) -> Vec<(&Value, String)> {
    match element {
        Value::Object(object)
            if !["name", "identifier", "@id"].iter().any(|key| object.contains_key(*key)) =>
        {
            let members = object.iter().filter(|(key, _)| !key.starts_with('@'));
            members.map(|(key, member)| (member, format!("{path}.{key}"))).collect()
        }
        _ => vec![(element, path)],
    }
}

/// A text says all in its own way; an object has a name and perhaps a version.
fn needed(
    fields: &mut Fields<'_>,
    element: &Value,
    path: &str,
    optional: bool,
) -> Option<Dependency> {
    let kind = DependencyKind::Unstated;
    let blank = |name| Dependency {
        name,
        kind,
        version: None,
        version_min: None,
        version_max: None,
        optional,
    };
    match element {
        Value::Null => None,
        Value::String(text) => Some(clean_line(text)).filter(|text| !text.is_empty()).map(blank),
        _ => {
            let mut object = Fields::new(element, path, fields.findings());
            let name = object.line("name").or_else(|| object.line("identifier"))?;
            let version = object.line("version");
            let bound = |sign: &str| {
                let rest = version.as_deref()?.strip_prefix(sign)?.trim();
                (!rest.is_empty() && !rest.contains([',', ' '])).then(|| rest.to_owned())
            };
            let (version_min, version_max) = (bound(">="), bound("<="));
            let is_bound = version_min.is_some() || version_max.is_some();
            let version = version.clone().filter(|_| !is_bound);
            Some(Dependency { version, version_min, version_max, ..blank(name) })
        }
    }
}
