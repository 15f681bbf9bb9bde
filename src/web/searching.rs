//! A search as the page and the API carry it out: what was asked, the hits of one page, the pages
//! around it, and what is near where nothing was found.

use std::collections::HashSet;

use uuid::Uuid;

use super::AppState;
use super::near::Near;
use super::params::{LAST_PAGE, MOST, SearchParams};
use super::shown::{Before, Token};
use crate::publish::index::Facet;
use crate::search::question::Question;
use crate::search::{Answer, Query, SearchError};

/// Most entries of a search that are found at once: as many as all its pages show.
pub const MOST_FOUND: usize = LAST_PAGE * MOST;

/// A page of a search.
#[derive(Debug, Clone)]
pub struct Searched {
    pub question: Question,
    /// The answer; its hits are those of this page.
    pub answer: Answer,
    /// How many entries the pages before this one have shown.
    pub before: usize,
    /// How many entries are said to replace the product that is meant, within the chosen filters.
    pub replacing: Option<u64>,
    /// Only where nothing was found.
    pub near: Option<Near>,
    has_more: bool,
    /// Stands for what was shown up to this page, where that is known.
    shown: Option<Token>,
    /// The same for the page before the previous one.
    shown_earlier: Option<Token>,
}

impl Searched {
    /// Carries out a search.
    ///
    /// # Errors
    /// [`SearchError`] where the index does not answer.
    pub async fn search(state: &AppState, params: &SearchParams) -> Result<Self, SearchError> {
        let before = before(state, params);
        let mut query = params.query();
        // One hit more than the page holds says whether another page follows.
        query.limit = params.per_page + 1;
        if let Some(before) = &before {
            // Whatever else is found, a full page of what was not yet shown is among so many hits.
            query.limit += before.count();
            query.offset = 0;
        }
        let mut answer = state.index.search(&query).await?;
        if let Some(before) = &before {
            let shown: HashSet<&Uuid> = before.pages.iter().flatten().collect();
            answer.hits.retain(|hit| !shown.contains(&hit.id));
        }
        let has_more = answer.hits.len() > params.per_page && params.page < LAST_PAGE;
        answer.hits.truncate(params.per_page);
        let question = params.question();
        let replacing = match &question.product {
            // All that replaces what was asked for is found.
            Some(_)
                if question.replaces.is_some()
                    && !params.filters.contains_key(Facet::Replaces.name()) =>
            {
                Some(answer.in_focus)
            }
            Some(product) => Some(replacing(state, params, product).await?),
            None => None,
        };
        let near = match answer.total {
            0 => Some(Near::look(state.index.as_ref(), params).await?),
            _ => None,
        };
        let ids = answer.hits.iter().map(|hit| hit.id).collect();
        let after = (params.page > 1).then(|| params.after.clone()).flatten();
        Ok(Self {
            question,
            replacing,
            before: before.as_ref().map_or(query.offset, Before::count),
            shown: (has_more && before.is_some()).then(|| state.shown.remember(after, ids)),
            shown_earlier: before.and_then(|before| before.previous),
            has_more,
            answer,
            near,
        })
    }

    /// The address of the next page, where there is one.
    pub fn next(&self, params: &SearchParams, path: &str) -> Option<String> {
        let (page, after) = self.next_page(params)?;
        Some(params.address(path, |params| {
            params.page = page;
            params.after = after.cloned();
        }))
    }

    /// The number of the next page, where there is one, and what was shown before it, where that
    /// is known.
    pub fn next_page(&self, params: &SearchParams) -> Option<(usize, Option<&Token>)> {
        self.has_more.then(|| (params.page + 1, self.shown.as_ref()))
    }

    /// The address of the previous page, where there is one.
    pub fn previous(&self, params: &SearchParams, path: &str) -> Option<String> {
        (params.page > 1).then(|| {
            params.address(path, |params| {
                params.page -= 1;
                params.after.clone_from(&self.shown_earlier);
            })
        })
    }
}

/// All that a search finds, in its order, and how many entries that are; where they are more than
/// [`MOST_FOUND`], the first of them and one more.
///
/// # Errors
/// [`SearchError`] where the index does not answer.
pub async fn all_found(
    state: &AppState,
    params: &SearchParams,
) -> Result<(Vec<Uuid>, u64), SearchError> {
    let query = Query { count: Vec::new(), offset: 0, limit: MOST_FOUND + 1, ..params.query() };
    let answer = state.index.search(&query).await?;
    Ok((answer.hits.into_iter().map(|hit| hit.id).collect(), answer.total))
}

/// How many entries are said to replace a product: those that choosing it in its facet finds.
async fn replacing(
    state: &AppState,
    params: &SearchParams,
    product: &str,
) -> Result<u64, SearchError> {
    let query = params.replacing(product).query();
    let counted = Query { count: Vec::new(), offset: 0, limit: 0, ..query };
    Ok(state.index.search(&counted).await?.total)
}

/// What the pages before this one have shown; none where that is not known.
fn before(state: &AppState, params: &SearchParams) -> Option<Before> {
    let pages = params.page - 1;
    if pages == 0 {
        return Some(Before::default());
    }
    state.shown.recall(params.after.as_ref()?).filter(|before| before.pages.len() == pages)
}
