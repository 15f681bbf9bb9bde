//! What governments say about using an entry, and which sources say it: where two disagree, both
//! are told.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::content::Recommendation;
use crate::store::records::RecordSource;
use crate::store::software::Software;

/// A government's verdict with those who give it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Recommended {
    /// `recommended`, `observed` or `no_longer_recommended`; the source's own `wording`; the day
    /// `since` which it holds, where the source says so.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub recommendation: Recommendation,
    /// Ids of the sources that say so.
    pub sources: Vec<String>,
}

/// All verdicts about an entry that any of its records states.
pub fn recommended(entry: &Software, records: &[RecordSource]) -> Vec<Recommended> {
    let statements = entry.provenance.iter().filter(|one| one.field == "recommendations");
    let mut all: Vec<Recommended> = statements
        .filter_map(|statement| {
            let recommendation = serde_json::from_value(statement.value.clone()).ok()?;
            let sayers = records.iter().filter(|one| statement.records.contains(&one.record));
            let mut sources: Vec<String> = sayers.map(|one| one.source.clone()).collect();
            sources.sort_unstable();
            sources.dedup();
            Some(Recommended { recommendation, sources })
        })
        .collect();
    all.sort_by(|a, b| (&a.recommendation, &a.sources).cmp(&(&b.recommendation, &b.sources)));
    all
}
