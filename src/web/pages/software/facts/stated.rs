//! What only some sources say: rows that are there where there is something in them.

use std::collections::BTreeSet;

use super::{Fact, Item, day};
use crate::catalogue::content::{
    Content, Dependency, DependencyKind, Goal, Involved, Related, Role,
};
use crate::catalogue::text::fold::sort_key;
use crate::catalogue::urls::WebUrl;
use crate::web::pages::words::Language;

/// How it is used and supported.
pub(super) fn about_use(t: Language, content: &Content) -> Vec<Fact<'static>> {
    let contract = content.supported_by_contract.map(|yes| if yes { "yes" } else { "no" });
    let countries = |codes| countries(t, codes);
    vec![
        (
            &["supported_by_contract"],
            contract.map(|answer| Item::plain(t.of("contract", answer))).into_iter().collect(),
        ),
        (&["version_min"], content.version_min.iter().map(Item::plain).collect()),
        (&["intended_countries"], countries(&content.intended_countries)),
        (&["unsupported_countries"], countries(&content.unsupported_countries)),
    ]
}

/// Where it comes from, what it is made of and what it follows.
pub(super) fn about_making(t: Language, content: &Content) -> Vec<Fact<'static>> {
    let part = |one: &Related| Item::search(&one.name, "q", &one.name);
    let platform = |one: &String| Item::plain(t.of("public-platform", one));
    vec![
        (&["part_of"], content.part_of.iter().map(part).collect()),
        (&["dependencies"], content.dependencies.iter().map(|one| dependency(t, one)).collect()),
        (&["involved"], content.involved.iter().map(|one| involved(t, one)).collect()),
        (&["developed_in"], countries(t, &content.developed_in)),
        (&["created_on"], day(t, content.created_on)),
        (&["conforms_to"], content.conforms_to.iter().map(Item::plain).collect()),
        (&["public_platforms"], content.public_platforms.iter().map(platform).collect()),
        (&["goals"], goals(t, content)),
        (
            &["supplementary", "api_documentation", "roadmap", "download", "disclaimer"],
            further_pages(t, content),
        ),
    ]
}

/// Countries in the order of their names.
fn countries(t: Language, codes: &BTreeSet<String>) -> Vec<Item> {
    names_of_countries(t, codes).into_iter().map(Item::plain).collect()
}

/// The names of countries in their order.
pub fn names_of_countries(t: Language, codes: &BTreeSet<String>) -> Vec<String> {
    let mut names: Vec<String> = codes.iter().map(|code| t.country(code)).collect();
    names.sort_by_cached_key(|name| sort_key(name));
    names
}

/// A name with what is said about it in brackets.
fn with_details(name: &str, details: &[String]) -> String {
    if details.is_empty() { name.to_owned() } else { format!("{name} ({})", details.join(", ")) }
}

fn dependency(t: Language, one: &Dependency) -> Item {
    Item::plain(dependency_in_words(t, one))
}

/// What is needed, of which kind and in which versions.
pub fn dependency_in_words(t: Language, one: &Dependency) -> String {
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

fn involved(t: Language, one: &Involved) -> Item {
    Item::plain(involved_in_words(t, one))
}

/// An organisation with its part.
pub fn involved_in_words(t: Language, one: &Involved) -> String {
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

/// The goals in the order of their numbers, each with the page that shows it.
fn goals(t: Language, content: &Content) -> Vec<Item> {
    let mut goals: Vec<&Goal> = content.goals.iter().collect();
    goals.sort_by_key(|goal| goal.number);
    let item = |goal: &Goal| {
        let href = goal.evidence_url.as_ref().map(ToString::to_string);
        Item { text: goal_in_words(t, goal.number), is_foreign: href.is_some(), href }
    };
    goals.into_iter().map(item).collect()
}

/// A goal by its number and name.
pub fn goal_in_words(t: Language, number: u8) -> String {
    format!("{number}. {}", t.of("goal", &number.to_string()))
}

/// Addresses beside those that are always looked for, each with what it is.
fn further_pages(t: Language, content: &Content) -> Vec<Item> {
    let named = |field: &str, url: &WebUrl| {
        let label = t.of("field", field);
        let address = Item::address(url);
        let text = t.with("page-of-kind", &[("kind", &label), ("address", &address.text)]);
        Item { text, ..address }
    };
    let of_kind = [
        ("api_documentation", &content.api_documentation),
        ("roadmap", &content.roadmap),
        ("download", &content.download),
        ("disclaimer", &content.disclaimer),
    ];
    let of_kind = of_kind.iter().filter_map(|(field, url)| Some(named(field, url.as_ref()?)));
    of_kind.chain(content.supplementary.iter().map(Item::address)).collect()
}
