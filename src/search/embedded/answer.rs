//! Answers a query: find in both segments, filter and count, put together, cut the page.

use std::cmp::Ordering;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::config::{IndexConfig, Tuning};
use super::expand::{Typed, expand};
use super::expansion::QueryTerm;
use super::facets::{Choice, Counts, Facets, named};
use super::key::Candidate;
use super::precomputed_top::PrecomputedTop;
use super::rank::{FieldScope, Ranking, smallest};
use super::segment::LiveSegment;
use super::state::State;
use super::vocabulary::BySegment;
use crate::search::{Answer, Focus, Highlighter, Hit, Query, Schema, SearchError, Sort};

/// The nearness of words is judged in this many documents, the best by all else.
const JUDGED: usize = 100;

/// A query against a state: what is known before a document is looked at.
struct Execution<'a> {
    query: &'a Query,
    choice: Choice,
    focus: ResolvedFocus<'a>,
    /// So many of the first hits are needed.
    wanted: usize,
    tuning: &'a Tuning,
    parts: BySegment<LiveSegment<'a>>,
    top: &'a PrecomputedTop,
}

/// A focus in numbers of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResolvedFocus<'a> {
    Everywhere,
    First(usize, &'a str),
    Only(u8),
}

/// What a segment contributes.
struct SegmentHits<'a> {
    total: u64,
    in_focus: u64,
    counts: (&'a Facets, Counts),
    /// Its first hits in their order.
    first: First,
}

/// The first hits of a segment: ranked, or only in their order.
enum First {
    Ranked(Vec<Candidate>),
    Sorted(Vec<u32>),
}

pub(super) fn answer(
    state: &State,
    config: &IndexConfig,
    query: &Query,
) -> Result<Answer, SearchError> {
    let IndexConfig { schema, synonyms, tuning } = config;
    let execution = Execution {
        query,
        choice: Choice::of(query, schema)?,
        focus: in_schema(&query.focus, schema)?,
        wanted: query.offset.saturating_add(query.limit),
        tuning,
        parts: state.parts(),
        top: state.precomputed_top(),
    };
    if query.is_wordless() {
        return Ok(Answer::nothing(query));
    }
    let typed = Typed::parse(query);
    let (words, highlighter) = expand(&typed, state.vocabulary(), synonyms);
    let rarest_first = rarest_first(&words);
    let [base, delta] = execution.parts;
    let rankings =
        [execution.ranking(&rarest_first, 0, base), execution.ranking(&rarest_first, 1, delta)];
    let found: Vec<SegmentHits> = if typed.is_empty() {
        execution.parts.iter().map(|part| execution.list(*part)).collect()
    } else {
        execution
            .precomputed(&typed, &words, &rankings)
            .unwrap_or_else(|| execution.find(&rankings))
    };
    Ok(execution.put_together(found, &rankings, schema, highlighter))
}

fn in_schema<'a>(focus: &'a Focus, schema: &Schema) -> Result<ResolvedFocus<'a>, SearchError> {
    Ok(match focus {
        Focus::Everywhere => ResolvedFocus::Everywhere,
        Focus::First { facet, value } => ResolvedFocus::First(schema.facet(facet)?, value),
        Focus::Only(name) => {
            ResolvedFocus::Only(u8::try_from(schema.attribute(name)?).unwrap_or(u8::MAX))
        }
    })
}

impl<'a> Execution<'a> {
    fn ranking<'w>(
        &self,
        rarest_first: &[&'w QueryTerm],
        number: usize,
        part: LiveSegment<'w>,
    ) -> Ranking<'w> {
        let scope = match self.focus {
            ResolvedFocus::Everywhere => FieldScope::Everywhere,
            ResolvedFocus::First(facet, value) => {
                FieldScope::First(part.segment.facets.documents_with(facet, value))
            }
            ResolvedFocus::Only(attribute) => FieldScope::Only(attribute),
        };
        Ranking::new(rarest_first, number, part, scope, self.tuning)
    }

    /// All documents of a segment that fit the choice.
    fn list(&self, part: LiveSegment<'a>) -> SegmentHits<'a> {
        let LiveSegment { segment, deleted } = part;
        let (first, total, counts) = if self.choice.is_empty() {
            let first = self.in_order(part, |document| !deleted.contains(document), None);
            let total = u64::from(segment.len()) - deleted.len();
            (first, total, segment.facets.count_all(deleted, &self.choice))
        } else {
            let mut all = RoaringBitmap::new();
            all.insert_range(segment.all());
            let (fitting, counts) = segment.facets.count_set(&(all - deleted), &self.choice);
            let first = self.in_order(part, |document| fitting.contains(document), Some(&fitting));
            (first, fitting.len(), counts)
        };
        let first = First::Sorted(first);
        SegmentHits { total, in_focus: 0, counts: (&segment.facets, counts), first }
    }

    /// The first documents of a segment in an order, of those that count.
    fn in_order(
        &self,
        part: LiveSegment,
        counts: impl Fn(u32) -> bool,
        set: Option<&RoaringBitmap>,
    ) -> Vec<u32> {
        let (segment, sort) = (part.segment, self.query.sort);
        // Without words, all match alike.
        if matches!(sort, Sort::Relevance | Sort::Use) {
            let by_use = segment.by_use.iter().copied();
            return by_use.filter(|&document| counts(document)).take(self.wanted).collect();
        }
        let keyed = |document| (segment.sort_key(document, sort), document);
        let keyed = match set {
            Some(set) => set.iter().map(keyed).collect(),
            None => segment.all().filter(|&document| counts(document)).map(keyed).collect(),
        };
        smallest(keyed, self.wanted).into_iter().map(|(_, document)| document).collect()
    }

    /// The documents that match the words, in each segment.
    fn find(&self, rankings: &BySegment<Ranking>) -> Vec<SegmentHits<'a>> {
        let candidates = rankings.each_ref().map(Ranking::candidates);
        let most = most_dropped(&candidates);
        let found = candidates.into_iter().zip(self.parts).map(|(mut found, part)| {
            found.retain(|(key, _)| key.dropped() <= most);
            self.counted(found, part)
        });
        found.collect()
    }

    /// A single word may have been answered beforehand.
    fn precomputed(
        &self,
        typed: &Typed,
        words: &[QueryTerm],
        [_, in_delta]: &BySegment<Ranking>,
    ) -> Option<Vec<SegmentHits<'a>>> {
        let ([word], Some(single)) = (words, typed.single()) else { return None };
        let is_plain = self.choice.is_empty()
            && self.focus == ResolvedFocus::Everywhere
            && self.query.sort == Sort::Relevance;
        if !is_plain {
            return None;
        }
        let [base, delta] = self.parts;
        let [expansion, _] = &word.expansions;
        let top = self.top.get(single, expansion, base, self.wanted)?;
        let base = SegmentHits {
            total: top.total,
            in_focus: 0,
            counts: (&base.segment.facets, top.counts),
            first: First::Ranked(top.best),
        };
        Some(vec![base, self.counted(in_delta.candidates(), delta)])
    }

    /// Filters, counts, and keeps the first.
    fn counted(&self, mut found: Vec<Candidate>, part: LiveSegment<'a>) -> SegmentHits<'a> {
        let segment = part.segment;
        let counts = segment.facets.count(&mut found, &self.choice, self.tuning.many);
        let total = found.len() as u64;
        let in_focus = match self.focus {
            ResolvedFocus::First(..) => found.iter().filter(|(key, _)| !key.out_of_focus()).count(),
            ResolvedFocus::Everywhere | ResolvedFocus::Only(_) => 0,
        };
        let first = match self.query.sort {
            Sort::Relevance => First::Ranked(smallest(found, self.wanted.max(JUDGED))),
            sort => {
                let keyed = found
                    .into_iter()
                    .map(|(_, document)| (segment.sort_key(document, sort), document))
                    .collect();
                let first = smallest(keyed, self.wanted).into_iter();
                First::Sorted(first.map(|(_, document)| document).collect())
            }
        };
        SegmentHits { total, in_focus: in_focus as u64, counts: (&segment.facets, counts), first }
    }

    fn put_together(
        &self,
        found: Vec<SegmentHits<'a>>,
        rankings: &BySegment<Ranking>,
        schema: &Schema,
        highlighter: Highlighter,
    ) -> Answer {
        let total = found.iter().map(|part| part.total).sum();
        let in_focus = found.iter().map(|part| part.in_focus).sum();
        let (mut ranked, mut sorted, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        for (part, found) in found.into_iter().enumerate() {
            counts.push(found.counts);
            match found.first {
                First::Ranked(first) => ranked.extend(first.into_iter().map(|one| (part, one))),
                First::Sorted(first) => sorted.extend(first.into_iter().map(|one| (part, one))),
            }
        }
        let mut hits = self.judged(ranked, rankings);
        hits.extend(self.merged(sorted));
        let page = hits.into_iter().take(self.wanted).skip(self.query.offset);
        Answer {
            hits: page.map(|id| Hit { id }).collect(),
            total,
            in_focus,
            facets: named(&counts, &self.choice, schema),
            highlighter,
        }
    }

    /// Ranked documents of both segments, best first, the nearness of the words judged in the best.
    fn judged(&self, ranked: Vec<(usize, Candidate)>, rankings: &BySegment<Ranking>) -> Vec<Uuid> {
        let mut ranked: Vec<_> = ranked
            .into_iter()
            .filter_map(|(part, (key, document))| {
                Some((key, self.id(part, document)?, part, document))
            })
            .collect();
        ranked.sort_unstable();
        let mut read = Vec::new();
        let best = ranked.len().min(JUDGED);
        let best = ranked.get_mut(..best).unwrap_or(&mut []);
        for (key, _, part, document) in &mut *best {
            if let Some(ranking) = rankings.get(*part) {
                (*key, _) = ranking.judged((*key, *document), &mut read);
            }
        }
        best.sort_unstable();
        ranked.into_iter().map(|(_, id, ..)| id).collect()
    }

    /// Documents of both segments, each segment's in order, put in one order.
    fn merged(&self, mut sorted: Vec<(usize, u32)>) -> Vec<Uuid> {
        let sort = self.query.sort;
        let segment = |part: usize| self.parts.get(part).map(|part| part.segment);
        sorted.sort_by(|&(one, document), &(two, other)| match (segment(one), segment(two)) {
            (Some(left), Some(right)) => left.compare(document, (right, other), sort),
            _ => Ordering::Equal,
        });
        sorted.into_iter().filter_map(|(part, document)| self.id(part, document)).collect()
    }

    fn id(&self, part: usize, document: u32) -> Option<Uuid> {
        Some(self.parts.get(part)?.segment.document(document)?.id)
    }
}

/// The most frequent words are given up first; those that stand nowhere, before all others.
fn rarest_first(words: &[QueryTerm]) -> Vec<&QueryTerm> {
    let mut order: Vec<&QueryTerm> = words.iter().collect();
    order.sort_by_key(|word| (word.frequency == 0, word.frequency, word.at));
    order
}

/// How many words may be given up: none where enough documents match all words, else one, and so
/// on. The text alone decides, not the filters: so a facet's count is what choosing its value
/// brings, and all pages agree on the total.
fn most_dropped(candidates: &BySegment<Vec<Candidate>>) -> usize {
    let dropped = || candidates.iter().flatten().map(|(key, _)| key.dropped());
    let is_enough =
        |most: usize| dropped().filter(|&dropped| dropped <= most).count() >= Query::ENOUGH;
    (0..Query::MAX_WORDS).find(|&most| is_enough(most)).unwrap_or(Query::MAX_WORDS)
}
