//! What governments say about using a software, and which sources say it: where two disagree, both
//! are told. Pure.

use serde::Serialize;
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

/// All verdicts that any record of an entry states. `provenance` is that of the entry; `records` are
/// its records, each with the id of its source.
pub fn recommended<'r>(
    provenance: &[Statement],
    records: impl IntoIterator<Item = (Uuid, &'r str)>,
) -> Vec<Recommended> {
    let records: Vec<(Uuid, &str)> = records.into_iter().collect();
    let statements = provenance.iter().filter(|one| one.field == "recommendations");
    let mut all: Vec<Recommended> = statements
        .filter_map(|statement| {
            let recommendation = serde_json::from_value(statement.value.clone()).ok()?;
            let sayers = records.iter().filter(|(record, _)| statement.records.contains(record));
            let mut sources: Vec<String> = sayers.map(|(_, source)| (*source).to_owned()).collect();
            sources.sort_unstable();
            sources.dedup();
            Some(Recommended { recommendation, sources })
        })
        .collect();
    all.sort_by(|a, b| (&a.recommendation, &a.sources).cmp(&(&b.recommendation, &b.sources)));
    all
}
