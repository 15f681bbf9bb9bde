//! What governments say about using a software, and which sources say it: where two disagree, both
//! are told. Pure.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::content::Recommendation;
use super::merge::Statement;

/// A government's verdict with those who give it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommended {
    /// `recommended`, `observed` or `no_longer_recommended`; the source's own `wording`; the day
    /// `since` which it holds, where the source says so.
    #[serde(flatten)]
    pub recommendation: Recommendation,
    /// Ids of the sources that say so.
    pub sources: Vec<String>,
}

/// A verdict and the records that state it.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedRecommendation {
    recommendation: Recommendation,
    records: Vec<Uuid>,
}

/// The verdicts among the statements about an entry.
///
/// # Errors
/// Where the value of one is no recommendation.
pub fn stated(provenance: &[Statement]) -> Result<Vec<StatedRecommendation>, serde_json::Error> {
    let statements = provenance.iter().filter(|one| one.field == "recommendations");
    let read = |one: &Statement| {
        let recommendation = Recommendation::deserialize(&one.value)?;
        Ok(StatedRecommendation { recommendation, records: one.records.clone() })
    };
    statements.map(read).collect()
}

/// All verdicts that any record of an entry states. `records` are its records, each with the id of
/// its source.
pub fn recommended<'r>(
    stated: &[StatedRecommendation],
    records: impl IntoIterator<Item = (Uuid, &'r str)>,
) -> Vec<Recommended> {
    let records: Vec<(Uuid, &str)> = records.into_iter().collect();
    let with_sources = |one: &StatedRecommendation| {
        let sayers = records.iter().filter(|(record, _)| one.records.contains(record));
        let mut sources: Vec<String> = sayers.map(|(_, source)| (*source).to_owned()).collect();
        sources.sort_unstable();
        sources.dedup();
        Recommended { recommendation: one.recommendation.clone(), sources }
    };
    let mut all: Vec<Recommended> = stated.iter().map(with_sources).collect();
    all.sort_by(|a, b| (&a.recommendation, &a.sources).cmp(&(&b.recommendation, &b.sources)));
    all
}
