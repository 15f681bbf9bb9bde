//! The searched attributes of a document, one row each, the best match first.

use std::cmp::Reverse;

use super::entry::Entry;
use super::rows::rows;
use crate::catalogue::content::Content;
use crate::catalogue::needs::{self, Evidence, Met};
use crate::catalogue::products::PRODUCTS;
use crate::store::views::Software;

/// What there is to say of an attribute.
struct Row {
    name: &'static str,
    texts: fn(&Entry<'_>) -> Vec<String>,
}

rows! {
    /// An attribute of the documents, the best match first.
    Attribute: Row {
        Name = Row { name: "name", texts: |entry| names(entry.software) },
        Need = Row { name: "need", texts: |entry| surest(&entry.needs) },
        Replaces = Row {
            name: "replaces",
            texts: |entry| PRODUCTS.texts(&entry.content.replaces),
        },
        Subject = Row { name: "subject", texts: subjects },
        Summary = Row { name: "summary", texts: |entry| summaries(entry.content, &entry.needs) },
        Description = Row { name: "description", texts: |entry| descriptions(entry.content) },
        Organisations = Row { name: "organisations", texts: |entry| organisations(entry.content) },
    }
}

impl Attribute {
    /// The names of all.
    pub(super) fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|attribute| attribute.name()).collect()
    }

    /// Its name in the index.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Its texts in an entry.
    pub(super) fn texts(self, entry: &Entry<'_>) -> Vec<String> {
        (self.row().texts)(entry)
    }
}

/// Every name that any record gives, the shown one first: a name that lost the merge is still one
/// by which people look for it.
fn names(entry: &Software) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for chosen in [true, false] {
        for statement in &entry.provenance {
            let is_name = matches!(statement.field.as_str(), "name" | "aliases");
            if let (true, Some(name)) = (is_name, statement.value.as_str())
                && statement.chosen == chosen
                && !all.iter().any(|one| one == name)
            {
                all.push(name.to_owned());
            }
        }
    }
    all
}

fn subjects(entry: &Entry<'_>) -> Vec<String> {
    let Entry { content, needs, labels, .. } = entry;
    let categories = content.categories.iter().flat_map(|category| {
        let own = category.replace('-', " ");
        let labels = labels.get(category).into_iter().flat_map(|by_lang| by_lang.values().cloned());
        std::iter::once(own).chain(labels)
    });
    let goals = content.goals.iter().map(|goal| format!("sdg-{}", goal.number));
    let tags = content.tags.iter().cloned();
    tokens(needs, Evidence::Plain).chain(categories).chain(tags).chain(goals).collect()
}

/// Where in its attribute the word for a need begins that less than so much shows.
const BEHIND: [(u32, usize); 2] = [(6, 1), (4, 2)];

/// What is surest stands in an attribute of its own, the further ahead the more shows it, so that
/// whoever asks for a need finds first those that are all about it.
fn surest(needs: &[Met]) -> Vec<String> {
    let mut sure: Vec<&Met> = needs.iter().filter(|met| met.evidence() == Evidence::Sure).collect();
    sure.sort_by_key(|met| Reverse(met.weight));
    let mut words: Vec<String> = Vec::new();
    for met in sure {
        let behind = BEHIND.iter().filter(|(weight, _)| met.weight < *weight);
        let place = behind.map(|(_, place)| *place).max().unwrap_or(0);
        words.resize(place.max(words.len()), needs::FILLER.to_owned());
        words.push(met.need.token());
    }
    if words.is_empty() { Vec::new() } else { vec![words.join(" ")] }
}

/// The words that stand for the needs of which so much is shown.
fn tokens(needs: &[Met], evidence: Evidence) -> impl Iterator<Item = String> {
    needs.iter().filter(move |met| met.evidence() == evidence).map(|met| met.need.token())
}

/// A need of which little is shown counts as much as a word of the summary.
fn summaries(content: &Content, needs: &[Met]) -> Vec<String> {
    let texts = content.summary.iter().map(|(_, text)| text.to_owned());
    tokens(needs, Evidence::Weak).chain(texts).collect()
}

fn descriptions(content: &Content) -> Vec<String> {
    let texts = content.description.iter().map(|(_, text)| text.to_owned());
    let contexts = content.context_of_use.iter().map(|(_, text)| text.to_owned());
    texts.chain(content.features.values().flatten().cloned()).chain(contexts).collect()
}

fn organisations(content: &Content) -> Vec<String> {
    let publisher = content.publisher.iter().filter_map(|one| one.stated_name());
    let publisher = publisher.map(str::to_owned);
    let users = content.usages.iter().map(|usage| usage.organisation.clone());
    let support = content.support.iter().map(|provider| provider.name.clone());
    let involved = content.involved.iter().map(|one| one.organisation.name.clone());
    publisher.chain(involved).chain(support).chain(users).collect()
}
