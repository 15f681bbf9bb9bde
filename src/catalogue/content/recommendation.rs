//! What a government says about using a software: no score of ours, and never without its source.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A government's own verdict, as one source gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Recommendation {
    pub verdict: RecommendationVerdict,
    /// The source's own word for it, such as `R`, `O`, `FR` or a sentence.
    pub wording: String,
    /// The day since which it holds, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
}

/// The three verdicts that sources give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecommendationVerdict {
    /// The government recommends its use.
    Recommended,
    /// The government looks at it and has not decided.
    Observed,
    /// The government recommended it once and does so no longer.
    NoLongerRecommended,
}

impl RecommendationVerdict {
    /// All verdicts, in the order in which lists show them.
    pub const ALL: [Self; 3] = [Self::Recommended, Self::Observed, Self::NoLongerRecommended];

    /// The verdict as API, facets and dumps write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Observed => "observed",
            Self::NoLongerRecommended => "no_longer_recommended",
        }
    }
}
