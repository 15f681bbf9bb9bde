//! Answers a query from an index: find, filter and count, sort, cut the page.

use super::build::{Entered, Index};
use super::derive::{Derived, Typed, derive};
use super::facets::Choice;
use super::score::{Scorer, smallest};
use crate::search::{Answer, Focus, Hit, Query, Schema, SearchError, Sort, Synonyms};

pub(super) fn answer(
    index: &Index,
    schema: &Schema,
    synonyms: &Synonyms,
    query: &Query,
) -> Result<Answer, SearchError> {
    let choice = Choice::of(query, schema)?;
    let typed = Typed::parse(query);
    let Derived { words, highlighter } = derive(&typed, &index.dictionary, synonyms);
    let focus = match &query.focus {
        Focus::Everywhere => None,
        Focus::First(name) | Focus::Only(name) => Some(schema.attribute(name)?),
    };
    let scorer = (!typed.is_empty()).then(|| Scorer::new(&words, index, focus));
    let mut found = scorer.as_ref().map_or_else(|| index.all().collect(), Scorer::found);
    if let (Focus::Only(_), Some(scorer)) = (&query.focus, &scorer) {
        found.retain(|&document| scorer.is_in_focus(document));
    }
    let counted = index.facets.count(found, &choice);
    let wanted = query.offset.saturating_add(query.limit);
    let best = match (query.sort, &scorer) {
        (Sort::Relevance, Some(scorer)) => scorer.best(&counted.passing, wanted),
        (Sort::Relevance, None) => sorted(index, &counted.passing, Sort::Use, wanted),
        (sort, _) => sorted(index, &counted.passing, sort, wanted),
    };
    let page = best.into_iter().take(wanted).skip(query.offset);
    let in_focus = match (&query.focus, &scorer) {
        (Focus::First(_), Some(scorer)) => {
            counted.passing.iter().filter(|&&document| scorer.is_in_focus(document)).count()
        }
        _ => 0,
    };
    Ok(Answer {
        in_focus: in_focus as u64,
        hits: page.filter_map(|number| Some(Hit { id: index.document(number)?.id })).collect(),
        total: counted.passing.len() as u64,
        facets: index.facets.named(&counted, &choice, schema),
        highlighter,
    })
}

/// The first `wanted` documents of an order; ties by number, which is by id.
fn sorted(index: &Index, found: &[u32], sort: Sort, wanted: usize) -> Vec<u32> {
    let keyed = found
        .iter()
        .filter_map(|&number| Some((sort_key(index.document(number)?, sort), number)))
        .collect();
    smallest(keyed, wanted).into_iter().map(|(_, number)| number).collect()
}

/// The smaller comes first.
fn sort_key(document: &Entered, sort: Sort) -> i64 {
    match sort {
        Sort::Relevance | Sort::Use => -i64::from(document.popularity),
        Sort::Name => i64::from(document.name),
        Sort::Freshness if document.fresh == 0 => i64::MAX,
        Sort::Freshness => document.fresh.saturating_neg(),
        Sort::Newest => document.added.saturating_neg(),
    }
}
