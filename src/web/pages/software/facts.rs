//! The key facts of an entry. What an official looks for first is always there, "not stated"
//! where nobody states it; the rest only where it is stated.

mod optional;

use super::field_statements::{FieldStatements, Statements};
use super::item::{Fact, Item};
use crate::catalogue::content::{Content, Related};
use crate::catalogue::needs;
use crate::publish::index::Facet;
use crate::web::i18n::language::Language;
use crate::web::i18n::names::{ValueNames, capitalised};
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// One fact.
pub struct FactRow {
    pub label: String,
    /// None: not stated.
    pub items: PartialList<Item>,
    pub statements: Option<FieldStatements>,
}

impl Shorten for FactRow {
    fn shorten(&mut self, brevity: Brevity) {
        self.items.shorten(brevity);
        self.statements.shorten(brevity);
    }
}

/// The facts in the order in which they are shown.
pub fn rows(
    names: &ValueNames<'_>,
    content: &Content,
    statements: &Statements<'_>,
) -> Vec<FactRow> {
    let t = names.t;
    let derived = [(&["needs"][..], needs(names, content))];
    let others = optional::about_use(t, content)
        .into_iter()
        .chain(if_stated(t, content))
        .chain(optional::about_making(t, content));
    always(names, content)
        .into_iter()
        .chain(derived.into_iter().chain(others).filter(|(_, items)| !items.is_empty()))
        .map(|(fields, items)| FactRow {
            label: names.t.of("field", fields.first().copied().unwrap_or_default()),
            items: PartialList::new(items, 0),
            statements: statements.on(fields),
        })
        .collect()
}

fn always(names: &ValueNames<'_>, content: &Content) -> Vec<Fact> {
    let t = names.t;
    let platform = |one: &String| Item::of_facet(&t.of("platform", one), Facet::Platform, one);
    let category = |one: &String| Item::of_facet(&names.need(one), Facet::Category, one);
    let repositories = content.repository.iter().chain(&content.other_repositories);
    vec![
        (&["development_status"], status(t, content)),
        (&["version", "released_on"], version(t, content)),
        // A release is a sign of life too.
        (
            &["last_activity_on", "released_on"],
            Item::day(t, content.last_activity_on.max(content.released_on)),
        ),
        (&["maintenance"], maintenance(t, content)),
        (&["publisher"], publisher(t, content)),
        (&["platforms"], content.platforms.iter().map(platform).collect()),
        (&["interface_languages"], languages(t, content)),
        (&["repository", "other_repositories"], repositories.map(Item::address).collect()),
        (&["homepage"], content.homepage.iter().map(Item::address).collect()),
        (&["documentation"], content.documentation.iter().map(Item::address).collect()),
        (&["categories"], content.categories.iter().map(category).collect()),
    ]
}

/// What no source states as a category and the texts show.
fn needs(names: &ValueNames<'_>, content: &Content) -> Vec<Item> {
    let met = needs::vocabulary().of(content).into_iter().filter(|met| !met.is_stated);
    met.map(|met| Item::of_facet(&names.need(&met.need.id), Facet::Need, &met.need.id)).collect()
}

fn if_stated(t: Language, content: &Content) -> Vec<Fact> {
    let kind = |one: &String| Item::plain(t.of("type", one));
    let scope = |one: &String| Item::plain(t.of("scope", one));
    let identifiers = content.identifiers.iter();
    vec![
        (&["software_type"], content.software_type.iter().map(kind).collect()),
        (&["publicly_developed"], public(t, content)),
        (&["audience"], content.audience.iter().map(scope).collect()),
        (
            &["programming_languages"],
            content.programming_languages.iter().map(Item::plain).collect(),
        ),
        (&["based_on"], content.based_on.iter().map(Item::address).collect()),
        (&["tags"], content.tags.iter().map(Item::plain).collect()),
        (
            &["identifiers"],
            identifiers.map(|one| Item::plain(format!("{}: {}", one.scheme, one.value))).collect(),
        ),
        (&["listed_on"], Item::day(t, content.listed_on)),
    ]
}

/// Who gives support.
pub fn support(t: Language, content: &Content) -> PartialList<Item> {
    content
        .support
        .iter()
        .map(|provider| {
            let text = match provider.until {
                Some(day) => {
                    t.with("support-until", &[("name", &provider.name), ("day", &t.date(day))])
                }
                None => provider.name.clone(),
            };
            let href = provider.url.as_ref().map(ToString::to_string);
            Item { text, is_foreign: href.is_some(), href }
        })
        .collect()
}

/// Products and projects, each with a search for it.
pub fn related(all: &[Related]) -> PartialList<Item> {
    all.iter().map(|one| Item::search(&one.name, "q", &one.name)).collect()
}

fn status(t: Language, content: &Content) -> Vec<Item> {
    let status = content.development_status.map(|status| t.of("status", status.as_str()));
    status.map(|text| Item::plain(capitalised(&text))).into_iter().collect()
}

fn maintenance(t: Language, content: &Content) -> Vec<Item> {
    let kind = content.maintenance.map(|kind| t.of("maintenance", kind.as_str()));
    kind.map(|text| Item::plain(capitalised(&text))).into_iter().collect()
}

fn version(t: Language, content: &Content) -> Vec<Item> {
    let text = match (&content.version, content.released_on) {
        (Some(version), Some(day)) => {
            t.with("version-with-day", &[("version", version), ("day", &t.date(day))])
        }
        (Some(version), None) => version.clone(),
        (None, Some(day)) => t.with("released", &[("day", &t.date(day))]),
        (None, None) => return Vec::new(),
    };
    vec![Item::plain(text)]
}

fn publisher(t: Language, content: &Content) -> Vec<Item> {
    let Some(publisher) = &content.publisher else { return Vec::new() };
    let name = match publisher.stated_name() {
        Some(name) => name.to_owned(),
        None => t.with("unnamed", &[("uri", publisher.uri.as_deref().unwrap_or_default())]),
    };
    let text = match &publisher.country {
        Some(code) => {
            let country = t.country(code);
            t.with("source-with-place", &[("source", &name), ("place", &country)])
        }
        None => name,
    };
    vec![Item::plain(text)]
}

fn languages(t: Language, content: &Content) -> Vec<Item> {
    content
        .interface_languages
        .iter()
        .map(|lang| {
            Item::of_facet(&t.of("language", lang.as_str()), Facet::Language, lang.primary())
        })
        .collect()
}

fn public(t: Language, content: &Content) -> Vec<Item> {
    let answer = content.publicly_developed.map(|yes| if yes { "yes" } else { "no" });
    answer.map(|answer| Item::plain(t.of("public", answer))).into_iter().collect()
}
