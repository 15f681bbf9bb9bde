//! What governments say about using an entry, as a list of hits and its page show it. The end of a
//! recommendation stands where a recommendation would stand, in the same way.

use crate::catalogue::content::{Recommendation, RecommendationVerdict};
use crate::catalogue::recommended::recommended;
use crate::store::records::RecordSource;
use crate::store::software::Software;
use crate::web::i18n::language::Language;
use crate::web::i18n::names::{ValueNames, capitalised};
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// A verdict and who gives it.
pub struct Verdict {
    /// Class of its badge.
    pub class: &'static str,
    /// "No longer recommended since 1 January 2020".
    pub text: String,
    /// The source's own words.
    pub wording: String,
    /// Names of the sources, each with its country or body.
    pub who: String,
}

impl Shorten for Verdict {
    fn shorten(&mut self, brevity: Brevity) {
        self.wording.shorten(brevity);
        self.who.shorten(brevity);
    }
}

/// All verdicts about an entry.
pub fn verdicts(
    names: &ValueNames<'_>,
    entry: &Software,
    records: &[RecordSource],
) -> PartialList<Verdict> {
    let sources = records.iter().map(|one| (one.record, one.source.as_str()));
    let all = recommended(&entry.recommendations, sources).into_iter().map(|one| {
        let who: Vec<String> = one.sources.iter().map(|id| names.source_with_place(id)).collect();
        Verdict {
            class: class(one.recommendation.verdict),
            text: in_words(names.t, &one.recommendation),
            wording: one.recommendation.wording,
            who: who.join(", "),
        }
    });
    all.collect()
}

fn class(verdict: RecommendationVerdict) -> &'static str {
    match verdict {
        RecommendationVerdict::Recommended => "good",
        RecommendationVerdict::Observed => "plain",
        RecommendationVerdict::NoLongerRecommended => "open",
    }
}

/// The verdict with the day since which it holds.
pub fn in_words(t: Language, recommendation: &Recommendation) -> String {
    let verdict = t.of("recommendation", recommendation.verdict.as_str());
    let verdict = capitalised(&verdict);
    match recommendation.since {
        Some(day) => t.with("verdict-since", &[("verdict", &verdict), ("day", &t.date(day))]),
        None => verdict,
    }
}
