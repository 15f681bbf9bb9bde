//! The search index as a follower: makes documents of entries and keeps up with the event log.

mod follower;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveTime;

use super::body::BodyKind;
use super::needs::{self, Evidence, Met};
use super::products::PRODUCTS;
use crate::catalogue::content::{Content, UsageEvidence};
use crate::digest::sha256_hex;
use crate::licence::facts::{Facts, Kind, family, identifiers};
use crate::search::fold::sort_key;
use crate::search::{Document, Schema, SearchError};
use crate::seeds::products::PRODUCTS as PRODUCT_SEEDS;
use crate::store::records::RecordSource;
use crate::store::software::Software;
pub use follower::{Follower, IndexError, Unusable};

/// Attributes, the best match first.
const ATTRIBUTES: &[&str] =
    &["name", "need", "replaces", "subject", "summary", "description", "organisations"];

/// Facets, in the order in which pages show them.
pub const FACETS: &[&str] = &[
    "category",
    "need",
    "licence",
    "licence-family",
    "open-source",
    "copyleft",
    "licence-conflict",
    "country",
    "body",
    "source",
    "platform",
    "language",
    "status",
    "maintenance",
    "support",
    "public",
    "recommendation",
    "contract",
    "replaces",
];

/// What the index is built for.
///
/// # Errors
/// [`SearchError`] where the lists above do not fit an index.
pub fn schema() -> Result<Schema, SearchError> {
    Schema::new(ATTRIBUTES, FACETS)
}

/// Rises when [`document`] makes of the same entry another document than before.
const DOCUMENTS: u32 = 2;

/// Names what documents are made for and of, beside the entries: an index of another version has
/// to be built anew.
///
/// # Errors
/// [`SearchError`] as of [`schema`].
pub fn version(labels: &Labels) -> Result<String, SearchError> {
    // What the needs are recognised by is part of the documents too.
    let needs = sha256_hex(crate::seeds::NEEDS.as_bytes());
    let all = format!("{DOCUMENTS} {needs} {:?} {labels:?} {PRODUCT_SEEDS}", schema()?);
    Ok(sha256_hex(all.as_bytes()))
}

/// What needs are called, categories among them, by need and language.
pub type Labels = BTreeMap<String, BTreeMap<String, String>>;

/// The document of an entry. `inventories` are the sources that list code, whoever it is for.
pub fn document(
    entry: &Software,
    sources: &[RecordSource],
    inventories: &HashSet<String>,
    labels: &Labels,
) -> Document {
    let content = &entry.content;
    let needs = needs::vocabulary().of(content);
    let name = content.plain_name().unwrap_or_default();
    Document {
        id: entry.id,
        texts: vec![
            names(entry),
            surest(&needs),
            PRODUCTS.texts(&content.replaces),
            subjects(content, &needs, labels),
            summaries(content, &needs),
            descriptions(content),
            organisations(content),
        ],
        facets: facets(entry, sources, &needs),
        name: sort_key(name),
        is_secondary: is_only_inventoried(content, sources, inventories),
        popularity: popularity(content, sources),
        fresh: last_sign_of_life(content),
        added: entry.created_at.timestamp(),
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

fn subjects(content: &Content, needs: &[Met], labels: &Labels) -> Vec<String> {
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

/// Whether nothing says that it is for use: only inventories of code list it, and nobody is known
/// to use it.
fn is_only_inventoried(
    content: &Content,
    sources: &[RecordSource],
    inventories: &HashSet<String>,
) -> bool {
    content.usages.is_empty()
        && !sources.is_empty()
        && sources.iter().all(|one| inventories.contains(&one.source))
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

/// The values of [`FACETS`], in that order.
fn facets(entry: &Software, sources: &[RecordSource], needs: &[Met]) -> Vec<Vec<String>> {
    let content = &entry.content;
    let facts = entry.licence.facts().unwrap_or_else(Facts::nothing);
    let once = |values: Vec<String>| -> Vec<String> {
        values.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
    };
    vec![
        content.categories.iter().cloned().collect(),
        once(needs.iter().map(|met| met.need.id.clone()).collect()),
        once(entry.licence.stated().into_iter().flat_map(identifiers).collect()),
        once(families(entry)),
        vec![facts.open_source.as_str().to_owned()],
        vec![facts.word(Kind::Copyleft).to_owned()],
        vec![entry.licence.conflict().as_str().to_owned()],
        content.countries_of_use().into_iter().map(str::to_owned).collect(),
        once(bodies(content)),
        once(sources.iter().map(|one| one.source.clone()).collect()),
        content.platforms.iter().cloned().collect(),
        once(content.interface_languages.iter().map(|lang| lang.primary().to_owned()).collect()),
        content.development_status.iter().map(|status| status.as_str().to_owned()).collect(),
        content.maintenance.iter().map(|kind| kind.as_str().to_owned()).collect(),
        once(content.support.iter().map(|provider| provider.name.clone()).collect()),
        content.publicly_developed.into_iter().map(yes_or_no).collect(),
        once(content.recommendations.iter().map(|one| one.verdict.as_str().to_owned()).collect()),
        content.supported_by_contract.into_iter().map(yes_or_no).collect(),
        PRODUCTS.values(&content.replaces),
    ]
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// The kinds of the administrations that use it, as far as their names say.
fn bodies(content: &Content) -> Vec<String> {
    let names = content.usages.iter().map(|usage| usage.organisation.as_str());
    names.flat_map(BodyKind::of_name).map(|kind| kind.as_str().to_owned()).collect()
}

/// The families of all licences that somebody states.
fn families(entry: &Software) -> Vec<String> {
    let ids = entry.licence.stated().into_iter().flat_map(identifiers);
    ids.filter_map(|id| family(&id)).map(str::to_owned).collect()
}

/// Evidence of use: sources that list it weigh most, then administrations that a catalogue names,
/// then users that the project names itself.
fn popularity(content: &Content, sources: &[RecordSource]) -> u32 {
    let listed: BTreeSet<&str> = sources.iter().map(|one| one.source.as_str()).collect();
    let of = |evidence: UsageEvidence| {
        content.usages.iter().filter(|usage| usage.evidence == evidence).count()
    };
    let users: u32 = content.usages.iter().filter_map(|usage| usage.users).sum();
    let evidence = listed.len() * 1_000
        + of(UsageEvidence::Catalogue) * 100
        + of(UsageEvidence::Project).min(100)
        + usize::try_from(users.min(1_000)).unwrap_or(0);
    u32::try_from(evidence).unwrap_or(u32::MAX).min(8_388_607)
}

fn last_sign_of_life(content: &Content) -> i64 {
    let day = content.released_on.max(content.last_activity_on);
    day.map_or(0, |day| day.and_time(NaiveTime::MIN).and_utc().timestamp())
}
