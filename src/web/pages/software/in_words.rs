//! Values of the catalogue that have parts, each as one text.

use std::collections::BTreeSet;

use crate::catalogue::content::{Dependency, DependencyKind, Involved, Role};
use crate::catalogue::text::fold::sort_key;
use crate::web::i18n::language::Language;

/// The names of countries in their order.
pub fn countries(t: Language, codes: &BTreeSet<String>) -> Vec<String> {
    let mut names: Vec<String> = codes.iter().map(|code| t.country(code)).collect();
    names.sort_by_cached_key(|name| sort_key(name));
    names
}

/// A name with what is said about it in brackets.
fn with_details(name: &str, details: &[String]) -> String {
    if details.is_empty() { name.to_owned() } else { format!("{name} ({})", details.join(", ")) }
}

/// What is needed, of which kind and in which versions.
pub fn dependency(t: Language, one: &Dependency) -> String {
    let kind = match one.kind {
        DependencyKind::Open => Some("open"),
        DependencyKind::Proprietary => Some("proprietary"),
        DependencyKind::Hardware => Some("hardware"),
        DependencyKind::Unstated => None,
    };
    let version = |key: &str, version: &Option<String>| {
        version.as_ref().map(|version| t.with(key, &[("version", version)]))
    };
    let details: Vec<String> = kind
        .map(|kind| t.of("dependency", kind))
        .into_iter()
        .chain(version("needs-version", &one.version))
        .chain(version("needs-version-from", &one.version_min))
        .chain(version("needs-version-to", &one.version_max))
        .chain(one.optional.then(|| t.of("dependency", "optional")))
        .collect();
    with_details(&one.name, &details)
}

/// An organisation with its part.
pub fn involved(t: Language, one: &Involved) -> String {
    let role = match one.role {
        Role::CopyrightOwner => "copyright-owner",
        Role::RepositoryOwner => "repository-owner",
        Role::Owner => "owner",
        Role::Maintainer => "maintainer",
        Role::Developer => "developer",
        Role::Funder => "funder",
        Role::Implementer => "implementer",
        Role::Contributor => "contributor",
    };
    let organisation = &one.organisation;
    let name = match organisation.name.as_str() {
        "" => organisation.uri.as_deref().unwrap_or_default(),
        name => name,
    };
    with_details(name, &[t.of("role", role)])
}

/// A goal by its number and name.
pub fn goal(t: Language, number: u8) -> String {
    format!("{number}. {}", t.of("goal", &number.to_string()))
}
