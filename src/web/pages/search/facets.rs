//! The facets of a search as forms that work without JavaScript, and the choices made as links
//! that undo them.

use std::collections::BTreeMap;

use crate::publish::index::FACETS;
use crate::web::pages::brief::Brevity;
use crate::web::pages::names::Names;
use crate::web::params::SearchParams;

/// Values that are shown at once; the rest waits in a disclosure.
const AT_ONCE: usize = 10;

/// Values of one facet that are shown; whoever looks for another one types it. Bytes of the longest.
const MOST_SHOWN: usize = 200;
const LONGEST_VALUE: usize = 200;

/// A facet with its values.
pub struct Facet {
    pub name: String,
    pub label: String,
    pub first: Vec<Value>,
    pub rest: Vec<Value>,
    /// "12 more", where there are more.
    pub more: String,
}

/// A value that can be chosen.
pub struct Value {
    pub value: String,
    pub label: String,
    pub count: String,
    pub is_chosen: bool,
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
    brevity: Brevity,
) -> Vec<Facet> {
    FACETS
        .iter()
        .filter_map(|facet| Some((*facet, counts.get(*facet)?)))
        .filter(|(_, values)| !values.is_empty())
        .map(|(facet, values)| one(names, params, facet, values, brevity))
        .collect()
}

fn one(
    names: &Names<'_>,
    params: &SearchParams,
    facet: &str,
    counts: &[(String, u64)],
    brevity: Brevity,
) -> Facet {
    let chosen = params.filters.get(facet).map(Vec::as_slice).unwrap_or_default();
    let mut values: Vec<Value> = counts
        .iter()
        .filter(|(value, _)| value.len() <= LONGEST_VALUE)
        .map(|(value, count)| Value {
            label: names.of(facet, value),
            count: names.t.number(*count),
            is_chosen: chosen.contains(value),
            value: value.clone(),
        })
        .collect();
    // What was chosen is never hidden among the rest.
    values.sort_by_key(|value| !value.is_chosen);
    values.truncate(brevity.elements.min(MOST_SHOWN));
    let at_once = AT_ONCE.max(chosen.len());
    let rest = if values.len() > at_once + 1 { values.split_off(at_once) } else { Vec::new() };
    Facet {
        name: facet.to_owned(),
        label: names.t.of("facet", facet),
        more: names.t.count("more-values", rest.len() as u64),
        first: values,
        rest,
    }
}

/// The choices that were made.
pub fn chosen(names: &Names<'_>, params: &SearchParams) -> Vec<Chosen> {
    let pairs = params
        .filters
        .iter()
        .flat_map(|(facet, values)| values.iter().map(move |value| (facet, value)));
    pairs
        .map(|(facet, value)| Chosen {
            facet: names.t.of("facet", facet),
            label: names.of(facet, value),
            href: params.address("/", |params| {
                params.page = 1;
                if let Some(values) = params.filters.get_mut(facet) {
                    values.retain(|one| one != value);
                }
            }),
        })
        .collect()
}
