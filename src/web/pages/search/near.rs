//! What is near to a search that found nothing, as links.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::hits::SUMMARY;
use crate::store::software::{self as store_software, Software};

use crate::web::error::Error;
use crate::web::near::{Found, Near};
use crate::web::pages::brief::Shorten;
use crate::web::pages::phrase::{self, Phrase};
use crate::web::pages::software;
use crate::web::pages::words::Language;
use crate::web::params::SearchParams;

/// What is near.
#[derive(Clone)]
pub struct Nearby {
    /// What the same words find without the chosen filters, and the link to all of it.
    pub without_filters: Option<(Link, Vec<Entry>)>,
    /// What similar spellings find.
    pub similar: Vec<Entry>,
    /// Words that find something alone.
    pub words: Vec<Link>,
}

/// A link in the words of the page.
#[derive(Clone)]
pub struct Link {
    pub href: String,
    pub text: String,
}

/// An entry by its name.
#[derive(Clone)]
pub struct Entry {
    pub href: String,
    pub name: Phrase,
    pub summary: Option<Phrase>,
}

impl Nearby {
    /// Fetches the entries that are named.
    pub async fn of(
        db: &impl ConnectionTrait,
        t: Language,
        params: &SearchParams,
        near: &Near,
    ) -> Result<Self, Error> {
        let entries = store_software::by_ids(db, &near.ids()).await?;
        let named = |found: &Found| -> Vec<Entry> { named(t, &entries, &found.first) };
        let without_filters = near.without_filters.as_ref().map(|found| {
            let href = params.address("/", |params| {
                params.filters.clear();
                params.page = 1;
            });
            (Link { href, text: t.count("near-without-filters", found.total) }, named(found))
        });
        let words = near.words.iter().map(|(word, total)| Link {
            href: params.address("/", |params| {
                params.q.clone_from(word);
                params.page = 1;
            }),
            text: t.count_with("near-word", *total, &[("word", word)]),
        });
        Ok(Self {
            without_filters,
            similar: near.similar.as_ref().map(named).unwrap_or_default(),
            words: words.collect(),
        })
    }
}

fn named(t: Language, entries: &HashMap<Uuid, Software>, ids: &[Uuid]) -> Vec<Entry> {
    let found = ids.iter().filter_map(|id| entries.get(id));
    found
        .map(|entry| Entry {
            href: software::href(entry.id, &entry.slug),
            name: phrase::name(t, &entry.content.name),
            summary: phrase::best(t, &entry.content.summary).map(|mut summary| {
                summary.shorten(SUMMARY);
                summary
            }),
        })
        .collect()
}
