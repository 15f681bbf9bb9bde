//! The search index as a follower: makes documents of entries and keeps up with the event log.

mod follower;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;

use super::body::BodyKind;
use super::products::PRODUCTS;
use crate::catalogue::content::{Content, UsageEvidence};
use crate::digest::sha256_hex;
use crate::licence::facts::{Kind, common, family, identifiers};
use crate::search::fold::sort_key;
use crate::search::{Document, Schema, SearchError};
use crate::seeds::products::PRODUCTS as PRODUCT_SEEDS;
use crate::store::views::{RecordSource, Software};
pub use follower::{Follower, IndexError, Unusable};

/// Attributes, the best match first.
const ATTRIBUTES: &[&str] =
    &["name", "replaces", "subject", "summary", "description", "organisations"];

/// Facets, in the order in which pages show them.
pub const FACETS: &[&str] = &[
    "category",
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
    let all = format!("{DOCUMENTS} {:?} {labels:?} {PRODUCT_SEEDS}", schema()?);
    Ok(sha256_hex(all.as_bytes()))
}

/// Labels of categories by category and language.
pub type Labels = BTreeMap<String, BTreeMap<String, String>>;

/// The document of an entry.
pub fn document(entry: &Software, sources: &[RecordSource], labels: &Labels) -> Document {
    let content = &entry.content;
    let name = content.plain_name().unwrap_or_default();
    Document {
        id: entry.id,
        texts: vec![
            names(entry),
            PRODUCTS.texts(&content.replaces),
            subjects(content, labels),
            content.summary.iter().map(|(_, text)| text.to_owned()).collect(),
            descriptions(content),
            organisations(content),
        ],
        facets: facets(entry, sources),
        name: sort_key(name),
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

fn subjects(content: &Content, labels: &Labels) -> Vec<String> {
    let categories = content.categories.iter().flat_map(|category| {
        let own = category.replace('-', " ");
        let labels = labels.get(category).into_iter().flat_map(|by_lang| by_lang.values().cloned());
        std::iter::once(own).chain(labels)
    });
    categories.chain(content.tags.iter().cloned()).collect()
}

fn descriptions(content: &Content) -> Vec<String> {
    let texts = content.description.iter().map(|(_, text)| text.to_owned());
    texts.chain(content.features.values().flatten().cloned()).collect()
}

fn organisations(content: &Content) -> Vec<String> {
    let publisher = content.publisher.iter().map(|publisher| publisher.name.clone());
    let users = content.usages.iter().map(|usage| usage.organisation.clone());
    let support = content.support.iter().map(|provider| provider.name.clone());
    publisher.chain(support).chain(users).collect()
}

/// The values of [`FACETS`], in that order.
fn facets(entry: &Software, sources: &[RecordSource]) -> Vec<Vec<String>> {
    let content = &entry.content;
    // A fact counts only where all that is stated agrees.
    let common = common(entry.licence.stated());
    let once = |values: Vec<String>| -> Vec<String> {
        values.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
    };
    vec![
        content.categories.iter().cloned().collect(),
        once(entry.licence.stated().into_iter().flat_map(identifiers).collect()),
        once(families(entry)),
        vec![common.open_source.as_str().to_owned()],
        vec![common.word(Kind::Copyleft).to_owned()],
        vec![entry.licence.conflict().as_str().to_owned()],
        once(content.usages.iter().filter_map(|usage| usage.country.clone()).collect()),
        once(bodies(content)),
        once(sources.iter().map(|one| one.source.clone()).collect()),
        content.platforms.iter().cloned().collect(),
        once(content.interface_languages.iter().map(|lang| lang.primary().to_owned()).collect()),
        content.development_status.iter().map(|status| status.as_str().to_owned()).collect(),
        content.maintenance.iter().map(|kind| kind.as_str().to_owned()).collect(),
        once(content.support.iter().map(|provider| provider.name.clone()).collect()),
        content
            .publicly_developed
            .iter()
            .map(|yes| if *yes { "yes" } else { "no" }.to_owned())
            .collect(),
        PRODUCTS.values(&content.replaces),
    ]
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
