//! What only some sources say: rows that are there where there is something in them.

use std::collections::BTreeSet;

use crate::catalogue::content::{Content, Dependency, Goal, Involved, Related};
use crate::catalogue::urls::WebUrl;
use crate::web::i18n::language::Language;
use crate::web::pages::software::in_words;
use crate::web::pages::software::item::{Fact, Item};

/// How it is used and supported.
pub(super) fn about_use(t: Language, content: &Content) -> Vec<Fact> {
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
pub(super) fn about_making(t: Language, content: &Content) -> Vec<Fact> {
    let part = |one: &Related| Item::search(&one.name, "q", &one.name);
    let platform = |one: &String| Item::plain(t.of("public-platform", one));
    vec![
        (&["part_of"], content.part_of.iter().map(part).collect()),
        (&["dependencies"], content.dependencies.iter().map(|one| dependency(t, one)).collect()),
        (&["involved"], content.involved.iter().map(|one| involved(t, one)).collect()),
        (&["developed_in"], countries(t, &content.developed_in)),
        (&["created_on"], Item::day(t, content.created_on)),
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
    in_words::countries(t, codes).into_iter().map(Item::plain).collect()
}

fn dependency(t: Language, one: &Dependency) -> Item {
    Item::plain(in_words::dependency(t, one))
}

fn involved(t: Language, one: &Involved) -> Item {
    Item::plain(in_words::involved(t, one))
}

/// The goals in the order of their numbers, each with the page that shows it.
fn goals(t: Language, content: &Content) -> Vec<Item> {
    let mut goals: Vec<&Goal> = content.goals.iter().collect();
    goals.sort_by_key(|goal| goal.number);
    let item = |goal: &Goal| {
        let href = goal.evidence_url.as_ref().map(ToString::to_string);
        Item { text: in_words::goal(t, goal.number), is_foreign: href.is_some(), href }
    };
    goals.into_iter().map(item).collect()
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
