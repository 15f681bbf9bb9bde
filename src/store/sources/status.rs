//! How sources do: each with its counts, its last runs and the failures that keep it waiting.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::{all, get};
use crate::store::entity::tally::Model as Total;
use crate::store::entity::{circuit, run, source};
use crate::store::records::State;
use crate::store::tally::{self, What, number};
use crate::store::{StoreError, circuits, runs};

/// A source with what can be said about it.
#[derive(Debug, Clone)]
pub struct SourceStatus {
    pub source: source::Model,
    pub active: i64,
    pub missing: i64,
    pub withdrawn: i64,
    pub open_findings: u64,
    /// Its last runs, newest first.
    pub runs: Vec<run::Model>,
    /// There where its last runs failed.
    pub circuit: Option<circuit::Model>,
}

/// Every source that was not removed, with its counts and its last `runs` runs.
pub async fn statuses(
    db: &impl ConnectionTrait,
    runs: u64,
) -> Result<Vec<SourceStatus>, StoreError> {
    let all = all(db).await?;
    let sources: Vec<_> = all.into_iter().filter(|one| one.removed_at.is_none()).collect();
    let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    let mut latest = runs::latest(db, &ids, runs).await?;
    let mut circuits: HashMap<String, circuit::Model> =
        circuits::all(db).await?.into_iter().map(|row| (row.source_id.clone(), row)).collect();
    let mut totals: HashMap<String, Vec<Total>> = HashMap::new();
    for row in tally::of(db, &[What::Record, What::Finding], None).await? {
        totals.entry(row.source_id.clone()).or_default().push(row);
    }
    sources
        .into_iter()
        .map(|source| {
            let totals = totals.remove(&source.id).unwrap_or_default();
            let runs = latest.remove(&source.id).unwrap_or_default();
            let circuit = circuits.remove(&source.id);
            SourceStatus::new(source, &totals, runs, circuit)
        })
        .collect()
}

/// One source with its counts and its last `runs` runs.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id.
pub async fn status(
    db: &impl ConnectionTrait,
    id: &str,
    runs: u64,
) -> Result<SourceStatus, StoreError> {
    let source = get(db, id).await?;
    let totals = tally::of(db, &[What::Record, What::Finding], Some(id)).await?;
    let runs = runs::list(db, Some(id), None, runs).await?;
    SourceStatus::new(source, &totals, runs, circuits::get(db, id).await?)
}

impl SourceStatus {
    fn new(
        source: source::Model,
        totals: &[Total],
        runs: Vec<run::Model>,
        circuit: Option<circuit::Model>,
    ) -> Result<Self, StoreError> {
        let mut status =
            Self { source, active: 0, missing: 0, withdrawn: 0, open_findings: 0, runs, circuit };
        for row in totals {
            match row.what {
                What::Record => match tally::state_of(row, State::parse)? {
                    State::Active => status.active += row.count,
                    State::Missing => status.missing += row.count,
                    State::Withdrawn => status.withdrawn += row.count,
                },
                What::Finding => status.open_findings += number(row),
                What::Software | What::Several | What::Shared => {}
            }
        }
        Ok(status)
    }
}
