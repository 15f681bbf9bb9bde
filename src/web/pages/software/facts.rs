//! The key facts of an entry. What an official looks for first is always there, "not stated"
//! where nobody states it; the rest only where it is stated.

pub mod stated;

use chrono::NaiveDate;
use url::form_urlencoded;

use super::said::{Said, Voices};
use crate::catalogue::content::{Content, Related};
use crate::catalogue::needs;
use crate::catalogue::urls::WebUrl;
use crate::publish::index::Facet;
use crate::web::pages::brief::{Brevity, Shorten, Shown};
use crate::web::pages::names::{Names, capitalised};
use crate::web::pages::words::Language;

/// One fact.
pub struct Row {
    pub label: String,
    /// None: not stated.
    pub items: Shown<Item>,
    pub said: Option<Said>,
}

impl Shorten for Row {
    fn shorten(&mut self, brevity: Brevity) {
        self.items.shorten(brevity);
        self.said.shorten(brevity);
    }
}

/// One value, perhaps with a link.
pub struct Item {
    pub text: String,
    pub href: Option<String>,
    /// Whether the link leads to another site.
    pub is_foreign: bool,
}

impl Shorten for Item {
    fn shorten(&mut self, brevity: Brevity) {
        self.text.shorten(brevity);
        // What is stated stays, without its link.
        self.href.take_if(|href| !brevity.has_room_for(href));
    }
}

impl Item {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, is_foreign: false }
    }

    /// With a search for all that has a value of a facet.
    fn of_facet(text: &str, facet: Facet, value: &str) -> Self {
        Self::search(text, facet.name(), value)
    }

    fn search(text: &str, parameter: &str, value: &str) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(parameter, value);
        let href = Some(format!("/?{}", query.finish()));
        Self { text: text.to_owned(), href, is_foreign: false }
    }

    /// A foreign address, shown with its host: that is what people judge it by.
    fn address(url: &WebUrl) -> Self {
        let text = url.as_str();
        let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
        let shown: String = bare.trim_end_matches('/').chars().take(80).collect();
        Self { text: shown, href: Some(text.to_owned()), is_foreign: true }
    }
}

/// A fact before its label: the fields of [`Content`] that it stands for, and its values.
type Fact<'a> = (&'a [&'a str], Vec<Item>);

/// The facts in the order in which they are shown.
pub fn rows(names: &Names<'_>, content: &Content, voices: &Voices<'_>) -> Vec<Row> {
    let t = names.t;
    let derived = [(&["needs"][..], needs(names, content))];
    let others = stated::about_use(t, content)
        .into_iter()
        .chain(if_stated(t, content))
        .chain(stated::about_making(t, content));
    always(names, content)
        .into_iter()
        .chain(derived.into_iter().chain(others).filter(|(_, items)| !items.is_empty()))
        .map(|(fields, items)| Row {
            label: names.t.of("field", fields.first().copied().unwrap_or_default()),
            items: Shown::new(items, 0),
            said: voices.on(fields),
        })
        .collect()
}

fn always(names: &Names<'_>, content: &Content) -> Vec<Fact<'static>> {
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
            day(t, content.last_activity_on.max(content.released_on)),
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
fn needs(names: &Names<'_>, content: &Content) -> Vec<Item> {
    let met = needs::vocabulary().of(content).into_iter().filter(|met| !met.is_stated);
    met.map(|met| Item::of_facet(&names.need(&met.need.id), Facet::Need, &met.need.id)).collect()
}

fn if_stated(t: Language, content: &Content) -> Vec<Fact<'static>> {
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
        (&["listed_on"], day(t, content.listed_on)),
    ]
}

/// Who gives support.
pub fn support(t: Language, content: &Content) -> Shown<Item> {
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
pub fn related(all: &[Related]) -> Shown<Item> {
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

fn day(t: Language, day: Option<NaiveDate>) -> Vec<Item> {
    day.map(|day| Item::plain(t.date(day))).into_iter().collect()
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
