//! The facets of a search as forms that work without JavaScript, and the choices made as links
//! that undo them.

use std::collections::BTreeMap;

use crate::publish::index;
use crate::web::pages::brief::{Brevity, Shorten};
use crate::web::pages::names::Names;
use crate::web::pages::words::Language;
use crate::web::params::SearchParams;

/// Values that are shown at once; the rest waits in a disclosure.
const AT_ONCE: usize = 10;

/// Values of one facet that are shown; whoever looks for another one types it. Bytes of the longest.
const MOST_SHOWN: usize = 200;
const LONGEST_VALUE: usize = 200;

/// A facet with its values.
pub struct Facet {
    pub name: &'static str,
    pub label: String,
    pub first: Vec<Value>,
    pub rest: Vec<Value>,
}

/// A value that can be chosen.
pub struct Value {
    pub value: String,
    pub label: String,
    pub count: String,
    pub is_chosen: bool,
}

impl Facet {
    /// "12 more", which are opened.
    pub fn more(&self, t: &Language) -> String {
        t.count("more-values", self.rest.len() as u64)
    }
}

impl Shorten for Facet {
    fn shorten(&mut self, brevity: Brevity) {
        self.rest.truncate(brevity.elements);
        // What was chosen stays chosen.
        let chosen = self.first.iter().filter(|value| value.is_chosen).count();
        self.first.truncate(brevity.elements.max(chosen));
        self.first.iter_mut().chain(&mut self.rest).for_each(|value| value.label.shorten(brevity));
    }
}

impl Shorten for Chosen {
    fn shorten(&mut self, brevity: Brevity) {
        self.label.shorten(brevity);
    }
}

/// A choice that was made, and the address of the same search without it.
pub struct Chosen {
    pub facet: String,
    pub label: String,
    pub href: String,
}

/// All facets that have values.
pub fn all(
    names: &Names<'_>,
    params: &SearchParams,
    counts: &BTreeMap<String, Vec<(String, u64)>>,
) -> Vec<Facet> {
    index::Facet::ALL
        .iter()
        .filter_map(|facet| Some((*facet, counts.get(facet.name())?)))
        .filter(|(_, values)| !values.is_empty())
        .map(|(facet, values)| one(names, params, facet, values))
        .collect()
}

fn one(
    names: &Names<'_>,
    params: &SearchParams,
    facet: index::Facet,
    counts: &[(String, u64)],
) -> Facet {
    let chosen = params.filters.get(facet.name()).map(Vec::as_slice).unwrap_or_default();
    let mut values: Vec<Value> = counts
        .iter()
        .filter(|(value, _)| value.len() <= LONGEST_VALUE || chosen.contains(value))
        .map(|(value, count)| Value {
            label: names.of(facet, value),
            count: names.t.number(*count),
            is_chosen: chosen.contains(value),
            value: value.clone(),
        })
        .collect();
    // What was chosen is never hidden among the rest.
    values.sort_by_key(|value| !value.is_chosen);
    values.truncate(MOST_SHOWN.max(chosen.len()));
    let at_once = AT_ONCE.max(chosen.len());
    let rest = if values.len() > at_once + 1 { values.split_off(at_once) } else { Vec::new() };
    Facet { name: facet.name(), label: names.t.of("facet", facet.name()), first: values, rest }
}

/// The choices that were made.
pub fn chosen(names: &Names<'_>, params: &SearchParams) -> Vec<Chosen> {
    let filters = params.filters.iter();
    let filters = filters.filter_map(|(name, values)| Some((index::Facet::named(name)?, values)));
    let pairs = filters.flat_map(|(facet, values)| values.iter().map(move |value| (facet, value)));
    pairs
        .map(|(facet, value)| Chosen {
            facet: names.t.of("facet", facet.name()),
            label: names.of(facet, value),
            href: params.address("/", |params| {
                params.page = 1;
                if let Some(values) = params.filters.get_mut(facet.name()) {
                    values.retain(|one| one != value);
                }
            }),
        })
        .collect()
}
