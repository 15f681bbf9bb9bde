//! Answering: what is asked of the server for one query, and what its answers come to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use meilisearch_sdk::request::{HttpClient, Method};
use meilisearch_sdk::search::{MultiSearchResponse, SearchResults};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::document::{ID, decode, encode, order};
use super::engine::{Meilisearch, unavailable};
use super::marks;
use super::settings::REACH;
use crate::catalogue::text::fold::Spelling;
use crate::search::{Answer, Focus, Hit, Query, SearchError, Sort, Synonyms, most_frequent};

/// Most documents that are put first because they have the value in focus.
const FIRST: usize = 1_000;
/// Of more hits than this the marks are not asked for: what was typed is marked, but no other
/// spelling. Pages that deep are read by few, and the answer would grow past what is taken.
const MARKED: usize = 1_000;
/// The server looks for synonyms of so many words at most.
const LONGEST_SYNONYM: usize = 3;
/// Words of a text that are looked at for marks, around a match.
const CROP: usize = 20;

/// What becomes of documents that do not match all words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Strategy {
    /// They are not found.
    All,
    /// They are found after the others; the most frequent word is given up first.
    Frequency,
}

/// One search of a `/multi-search`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct SearchRequest {
    index_uid: String,
    q: String,
    matching_strategy: Strategy,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes_to_search_on: Option<Vec<String>>,
    filter: Vec<String>,
    facets: Vec<String>,
    sort: &'static [&'static str],
    offset: usize,
    limit: usize,
    attributes_to_retrieve: [&'static str; 1],
    attributes_to_highlight: Vec<String>,
    attributes_to_crop: Vec<String>,
    crop_marker: &'static str,
    highlight_pre_tag: &'static str,
    highlight_post_tag: &'static str,
}

#[derive(Debug, Serialize)]
struct MultiSearch {
    queries: Vec<SearchRequest>,
}

#[derive(Debug, Clone, Deserialize)]
struct HitId {
    id: Uuid,
}

type Results = SearchResults<HitId>;

/// A query, understood.
struct Plan<'a> {
    engine: &'a Meilisearch,
    query: &'a Query,
    /// The folded words.
    typed: Vec<String>,
    /// The same as they are asked for: with their signs.
    asked: Vec<String>,
    /// Whether the last word may be the beginning of one.
    open: bool,
    /// The filter of each facet with chosen values.
    filters: BTreeMap<usize, String>,
    counted: BTreeSet<usize>,
    /// The filter for the documents that come first.
    first: Option<String>,
    /// The only field that is searched.
    only: Option<String>,
}

/// What the server says of a plan.
struct Replies {
    /// Documents with the words, whatever the filters; `None` for a query of one plain word.
    everywhere: Option<usize>,
    page: Results,
    /// For each facet with chosen values what is found without them.
    facets: BTreeMap<usize, Results>,
    /// Matches that have the value in focus.
    first: Option<Results>,
}

impl Replies {
    /// Whether no document has the words, whatever the filters.
    fn found_nothing(&self) -> bool {
        self.everywhere.unwrap_or_else(|| total(&self.page)) == 0
    }
}

pub(super) async fn answer(engine: &Meilisearch, query: &Query) -> Result<Answer, SearchError> {
    let mut plan = Plan::new(engine, query)?;
    if query.is_wordless() {
        return Ok(Answer::nothing(query));
    }
    let mut replies = plan.ask(Strategy::All).await?;
    if plan.asked != plan.typed && replies.found_nothing() {
        // Nobody writes these signs.
        plan.asked.clone_from(&plan.typed);
        replies = plan.ask(Strategy::All).await?;
    }
    // The text alone decides, not the filters: all pages agree on the total.
    if replies.everywhere.is_some_and(|found| found < Query::ENOUGH) {
        let replies = plan.ask(Strategy::Frequency).await?;
        return plan.answer(Strategy::Frequency, replies).await;
    }
    plan.answer(Strategy::All, replies).await
}

impl<'a> Plan<'a> {
    fn new(engine: &'a Meilisearch, query: &'a Query) -> Result<Self, SearchError> {
        let mut filters = BTreeMap::new();
        for (name, values) in &query.filters {
            let facet = engine.schema.facet(name)?;
            if let (false, Some(field)) = (values.is_empty(), engine.fields.facets.get(facet)) {
                filters.insert(facet, any_of(field, values));
            }
        }
        let counted = query.count.iter().map(|name| engine.schema.facet(name));
        let (mut first, mut only) = (None, None);
        match &query.focus {
            Focus::Everywhere => {}
            Focus::First { facet, value } => {
                let field = engine.fields.facets.get(engine.schema.facet(facet)?);
                first = field.map(|field| any_of(field, std::slice::from_ref(value)));
            }
            Focus::Only(name) => {
                only = engine.fields.texts.get(engine.schema.attribute(name)?).cloned();
            }
        }
        let counted = counted.collect::<Result<_, _>>()?;
        let (typed, open) = query.words();
        // The server takes a number for the beginning of another one.
        let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
        let open = open && !typed.last().is_some_and(is_number);
        let asked = asked(&typed, &query.signed());
        Ok(Self { engine, query, typed, asked, open, filters, counted, first, only })
    }

    /// Asks everything at once that depends on no other answer.
    async fn ask(&self, strategy: Strategy) -> Result<Replies, SearchError> {
        let is_counted = |facet: &&usize| self.counted.contains(facet);
        let narrowed: Vec<usize> = self.filters.keys().filter(is_counted).copied().collect();
        let has_signs = self.asked != self.typed;
        let probe = (has_signs || self.typed.len() > 1).then(|| self.bare(strategy));
        let without = |&facet: &usize| SearchRequest {
            filter: self.filters_but(Some(facet)),
            facets: self.engine.fields.facets.get(facet).cloned().into_iter().collect(),
            ..self.bare(strategy)
        };
        let first = self.has_first().then(|| self.first(strategy));
        let page = self.page(strategy);
        let searches = std::iter::once(page)
            .chain(narrowed.iter().map(without))
            .chain(probe.clone())
            .chain(first.clone());
        let mut replies = self.engine.send_searches(searches.collect()).await?.into_iter();
        let mut next = || replies.next().ok_or_else(|| strange("too few answers"));
        Ok(Replies {
            page: next()?,
            facets: narrowed
                .iter()
                .map(|&facet| Ok((facet, next()?)))
                .collect::<Result<_, SearchError>>()?,
            everywhere: probe.map(|_| next()).transpose()?.map(|found| total(&found)),
            first: first.map(|_| next()).transpose()?,
        })
    }

    async fn answer(&self, strategy: Strategy, replies: Replies) -> Result<Answer, SearchError> {
        let mut highlighter = marks::of_typed(&self.typed, self.open);
        highlighter.words.extend(self.asked.iter().cloned());
        let in_focus = replies.first.as_ref().map_or(0, total);
        let facets = self.facets(&replies);
        let mut mark = |results: &Results| {
            for formatted in results.hits.iter().filter_map(|hit| hit.formatted_result.as_ref()) {
                marks::take_in(&mut highlighter, &self.typed, formatted);
            }
        };
        let (hits, total) = match replies.first.filter(|_| self.comes_first()) {
            None => {
                mark(&replies.page);
                (ids(&replies.page), total(&replies.page))
            }
            Some(first) => {
                mark(&first);
                let mut hits = ids(&first);
                let rest = self.engine.send_searches(vec![self.rest(strategy, &hits)]).await?;
                let rest = rest.first().ok_or_else(|| strange("no answer"))?;
                mark(rest);
                let all = hits.len() + total(rest);
                hits = hits.into_iter().skip(self.query.offset).collect();
                hits.extend(ids(rest));
                (hits, all)
            }
        };
        highlighter.forget_function_words(&self.typed);
        Ok(Answer {
            hits: hits.into_iter().take(self.query.limit).map(|id| Hit { id }).collect(),
            total: total as u64,
            in_focus: in_focus as u64,
            facets,
            highlighter,
        })
    }

    /// Whether some matches are of interest, or even come first.
    fn has_first(&self) -> bool {
        self.first.is_some() && !self.typed.is_empty()
    }

    fn comes_first(&self) -> bool {
        self.has_first() && self.query.sort == Sort::Relevance
    }

    /// The words alone, without hits.
    fn bare(&self, strategy: Strategy) -> SearchRequest {
        SearchRequest {
            index_uid: self.engine.index(),
            q: self.text(),
            matching_strategy: strategy,
            attributes_to_search_on: self
                .only
                .clone()
                .filter(|_| !self.typed.is_empty())
                .map(|field| vec![field]),
            filter: Vec::new(),
            facets: Vec::new(),
            sort: &[],
            offset: 0,
            limit: 0,
            attributes_to_retrieve: [ID],
            attributes_to_highlight: Vec::new(),
            attributes_to_crop: Vec::new(),
            crop_marker: "",
            highlight_pre_tag: marks::OPEN,
            highlight_post_tag: marks::CLOSE,
        }
    }

    /// The hits of the page, and the counts of the facets without a choice.
    fn page(&self, strategy: Strategy) -> SearchRequest {
        let fields = &self.engine.fields;
        let free = self.counted.iter().filter(|facet| !self.filters.contains_key(facet));
        let marked = if self.query.limit > MARKED { &[][..] } else { &fields.texts };
        SearchRequest {
            filter: self.filters_but(None),
            facets: free.filter_map(|&facet| fields.facets.get(facet).cloned()).collect(),
            sort: order(self.query.sort),
            offset: self.query.offset.min(REACH),
            limit: if self.comes_first() { 0 } else { self.query.limit.min(REACH) },
            ..self.marked(strategy, marked)
        }
    }

    /// What has the value in focus.
    fn first(&self, strategy: Strategy) -> SearchRequest {
        let mut filter = self.filters_but(None);
        filter.extend(self.first.clone());
        SearchRequest {
            filter,
            limit: if self.comes_first() { FIRST } else { 0 },
            ..self.marked(strategy, &self.engine.fields.texts)
        }
    }

    /// The hits of the page that follow those that come first.
    fn rest(&self, strategy: Strategy, first: &[Uuid]) -> SearchRequest {
        let mut filter = self.filters_but(None);
        let ids: Vec<String> = first.iter().map(|id| format!("\"{id}\"")).collect();
        filter.push(format!("{ID} NOT IN [{}]", ids.join(", ")));
        let shown = first.len().saturating_sub(self.query.offset);
        SearchRequest {
            filter,
            facets: Vec::new(),
            offset: self.query.offset.saturating_sub(first.len()).min(REACH),
            limit: self.query.limit.saturating_sub(shown).min(REACH),
            ..self.page(strategy)
        }
    }

    fn marked(&self, strategy: Strategy, fields: &[String]) -> SearchRequest {
        SearchRequest {
            attributes_to_highlight: fields.to_vec(),
            attributes_to_crop: fields.iter().map(|field| format!("{field}:{CROP}")).collect(),
            ..self.bare(strategy)
        }
    }

    /// The filters of all facets but one.
    fn filters_but(&self, facet: Option<usize>) -> Vec<String> {
        let others = self.filters.iter().filter(|(other, _)| Some(**other) != facet);
        others.map(|(_, filter)| filter.clone()).collect()
    }

    /// The words as the server reads them. A space at the end says that the last one is whole.
    /// The server forgives as many letters as it is set to and no more by query; a lenient query
    /// leaves away the end of the last word instead.
    fn text(&self) -> String {
        let words = within_reach(&self.asked, &self.engine.synonyms);
        let mut text = words.join(" ");
        let last = words.last().map_or(0, |word| word.chars().count());
        if self.query.lenient {
            text.chars().take(text.chars().count() - last / 3).collect()
        } else {
            if !self.open {
                text.push(' ');
            }
            text
        }
    }

    fn facets(&self, replies: &Replies) -> BTreeMap<String, Vec<(String, u64)>> {
        let schema = self.engine.schema.facets();
        let counts_of = |&facet: &usize| {
            let name = schema.get(facet)?.clone();
            let field = self.engine.fields.facets.get(facet)?;
            let results = replies.facets.get(&facet).unwrap_or(&replies.page);
            let counted = results.facet_distribution.as_ref().and_then(|all| all.get(field));
            let chosen = self.query.filters.get(&name).map(Vec::as_slice).unwrap_or_default();
            Some((name, counts(counted, chosen)))
        };
        self.counted.iter().filter_map(counts_of).collect()
    }
}

/// What is typed, with a synonym of one word in place of each phrase that has more words than the
/// server looks synonyms up for.
fn within_reach(typed: &[String], synonyms: &Synonyms) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(word) = typed.get(at) {
        let lengths = (LONGEST_SYNONYM + 1..=typed.len() - at).rev();
        let mut phrases = lengths.filter_map(|length| typed.get(at..at + length));
        let found = phrases.find_map(|phrase| {
            let mut known = synonyms.of(phrase).iter().filter(|synonym| synonym.len() == 1);
            Some((phrase.len(), known.next()?.first()?))
        });
        let (length, word) = found.unwrap_or((1, word));
        words.push(word.clone());
        at += length;
    }
    words
}

impl Meilisearch {
    /// Sends several searches in one request.
    async fn send_searches(
        &self,
        queries: Vec<SearchRequest>,
    ) -> Result<Vec<Results>, SearchError> {
        let url = format!("{}/multi-search", self.searcher.url);
        let (query, body) = ((), MultiSearch { queries });
        let response: MultiSearchResponse<HitId> = self
            .searcher
            .http
            .request(&url, Method::Post { query, body }, 200)
            .await
            .map_err(unavailable)?;
        Ok(response.results)
    }
}

/// The words as they are asked for: where signs were typed, the spelling with them.
fn asked(typed: &[String], signed: &[Spelling]) -> Vec<String> {
    let mut asked = Vec::new();
    let mut at = 0;
    while let Some(word) = typed.get(at) {
        let spelling = signed.iter().find(|one| one.covers.start == at);
        asked.push(spelling.map_or_else(|| word.clone(), |one| one.word.clone()));
        at = spelling.map_or(at + 1, |one| one.covers.end);
    }
    asked
}

/// A filter for documents that have any of the values.
fn any_of(field: &str, values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{}\"", encode(value))).collect();
    format!("\"{field}\" IN [{}]", quoted.join(", "))
}

/// The most frequent values, and the chosen ones even with 0.
fn counts(counted: Option<&HashMap<String, usize>>, chosen: &[String]) -> Vec<(String, u64)> {
    let counted = counted.into_iter().flatten().filter(|(_, count)| **count > 0);
    let mut all: BTreeMap<String, u64> =
        counted.map(|(value, count)| (decode(value), *count as u64)).collect();
    for value in chosen {
        all.entry(value.clone()).or_insert(0);
    }
    let is_chosen = |value: &str| chosen.iter().any(|one| one == value);
    most_frequent(all.into_iter().collect(), is_chosen)
}

fn ids(results: &Results) -> Vec<Uuid> {
    results.hits.iter().map(|hit| hit.result.id).collect()
}

fn total(results: &Results) -> usize {
    results.estimated_total_hits.unwrap_or(results.hits.len())
}

fn strange(what: &str) -> SearchError {
    SearchError::Unavailable(format!("Meilisearch answers otherwise than it was asked: {what}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::engine::Connection;
    use super::*;
    use crate::catalogue::text::fold::fold_phrase;
    use crate::search::Schema;

    #[test]
    fn a_long_phrase_is_asked_by_a_synonym_that_the_server_looks_up() {
        let groups = [["GED", "gestion électronique de documents"], ["map", "mind map"]];
        let synonyms = Synonyms::of_groups(groups.map(|group| group.map(str::to_owned)));
        let check = |typed: &str, asked: &str| {
            let typed = fold_phrase(typed);
            assert_eq!(within_reach(&typed, &synonyms).join(" "), asked);
        };
        check("la gestion électronique de documents libre", "la ged libre");
        check("gestion électronique de", "gestion electronique de");
        check("mind map", "mind map");
        check("", "");
    }

    #[test]
    fn marks_are_not_asked_for_so_deep_that_the_answer_would_be_too_long() {
        let connection = Connection {
            url: "http://search.example.org".to_owned(),
            index: "fedcat".to_owned(),
            origin: String::new(),
            admin_key: None,
            search_key: None,
            timeout: Duration::from_secs(1),
            patience: Duration::from_secs(1),
        };
        let schema = Schema::new(&["name"], &["kind"]).expect("a small schema");
        let engine = Meilisearch::new(schema, Synonyms::default(), &connection).expect("an engine");
        let marked = |limit| {
            let query = Query { text: "mail".to_owned(), limit, ..Query::default() };
            let page = Plan::new(&engine, &query).expect("a plan").page(Strategy::All);
            (page.attributes_to_highlight.len(), page.attributes_to_crop.len(), page.limit)
        };
        assert_eq!(marked(MARKED), (1, 1, MARKED));
        assert_eq!(marked(MARKED + 1), (0, 0, MARKED + 1));
        assert_eq!(marked(REACH + 1), (0, 0, REACH));
    }
}
