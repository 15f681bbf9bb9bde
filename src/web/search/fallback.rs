//! What is offered where a search found nothing. Looked for only then, with a bounded number of
//! questions to the index.

use uuid::Uuid;

use super::params::SearchParams;
use crate::catalogue::text::fold::words;
use crate::search::{Focus, Query, SearchError, SearchIndex};

/// How many of the found entries are named.
const NAMED: usize = 3;

/// What another question finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FallbackHits {
    pub total: u64,
    /// Ids of the first few entries.
    pub first: Vec<Uuid>,
}

/// What is offered in place of hits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fallback {
    /// What the same words find without the chosen filters.
    pub without_filters: Option<FallbackHits>,
    /// What similar spellings find; only where taking away the filters finds nothing either.
    pub similar: Option<FallbackHits>,
    /// The words of the question that find something alone, with the chosen filters.
    pub words: Vec<(String, u64)>,
}

impl Fallback {
    /// Asks the index again: without the filters, with similar spellings, and once for each word.
    pub async fn look(index: &dyn SearchIndex, params: &SearchParams) -> Result<Self, SearchError> {
        let asked = Query { count: Vec::new(), offset: 0, limit: NAMED, ..params.query() };
        let mut fallback = Self::default();
        let unfiltered = Query { filters: Default::default(), ..asked.clone() };
        if !params.filters.is_empty() {
            fallback.without_filters = found(index, &unfiltered).await?;
        }
        let typed: Vec<&str> = words(&asked.text)
            .take(Query::MAX_WORDS)
            .filter_map(|(_, range)| asked.text.get(range))
            .collect();
        if fallback.without_filters.is_none() && !typed.is_empty() {
            fallback.similar = found(index, &Query { lenient: true, ..unfiltered }).await?;
        }
        if typed.len() > 1 {
            for word in typed {
                // The space says that the word is complete.
                let text = format!("{word} ");
                let focus = Focus::Everywhere;
                let alone = Query { text, focus, limit: 1, ..asked.clone() };
                let total = index.search(&alone).await?.total;
                if total > 0 && !fallback.words.iter().any(|(known, _)| known == word) {
                    fallback.words.push((word.to_owned(), total));
                }
            }
        }
        Ok(fallback)
    }

    /// Ids of all entries that are named.
    pub fn ids(&self) -> Vec<Uuid> {
        let found = self.without_filters.iter().chain(&self.similar);
        found.flat_map(|found| found.first.iter().copied()).collect()
    }
}

async fn found(
    index: &dyn SearchIndex,
    query: &Query,
) -> Result<Option<FallbackHits>, SearchError> {
    let answer = index.search(query).await?;
    let first = answer.hits.iter().map(|hit| hit.id).collect();
    Ok((answer.total > 0).then_some(FallbackHits { total: answer.total, first }))
}
