//! A person's decision about two records, and all that follows from it, in one transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::assigned::Moved;
use super::neighbourhood::{Fresh, Surroundings};
use super::{entries, rematch};
use crate::store::entity::verdict;
use crate::store::{StoreError, events, verdicts};

/// What is decided.
#[derive(Debug, Clone, Copy)]
pub enum Decision<'a> {
    /// This holds from now on, in place of what was decided about the same two records.
    Put(&'a verdict::Model),
    /// This does not hold any more: the rules say again what the records are.
    Undo(&'a verdict::Model),
}

/// What a decision does to the entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Entries that redirect to another one from now on, each with that one.
    pub joined: Vec<(Uuid, Uuid)>,
    /// Entries that records leave, each with the one where they go.
    pub split: Vec<(Uuid, Uuid)>,
    /// Entries that come into being.
    pub created: Vec<Uuid>,
    /// Records that go to another entry.
    pub moved: Vec<Moved>,
    /// Decisions that two records are the same, by those records, that do not hold because others
    /// were told apart.
    pub overruled: Vec<(Uuid, Uuid)>,
}

/// Writes a decision, matches the two records and their surroundings anew, and appends the events.
/// `actor` stands in the events, which everybody reads.
///
/// # Errors
/// [`StoreError`] where the database fails or stored content is corrupt.
pub async fn decide(
    tx: &DatabaseTransaction,
    decision: Decision<'_>,
    actor: &str,
    at: DateTime<Utc>,
) -> Result<Effect, StoreError> {
    events::lock(tx).await?;
    let (Decision::Put(row) | Decision::Undo(row)) = decision;
    let pair = [row.record_a, row.record_b];
    let around = Surroundings::before(tx, &pair, &HashMap::new(), Fresh::default()).await?;
    match decision {
        Decision::Put(row) => verdicts::put(tx, row.clone()).await?,
        Decision::Undo(row) => verdicts::remove(tx, row.id).await?,
    }
    let assigned = rematch::run(tx, around, &pair, at).await?;
    let effect = Effect {
        joined: assigned.merged.clone(),
        split: assigned.split.clone(),
        created: assigned.created.iter().copied().collect(),
        moved: assigned.moved.clone(),
        overruled: assigned.overruled.clone(),
    };
    let entries = entries::read(tx, assigned, Vec::new(), HashMap::new(), at).await?;
    let log = entries.merge()?.write(tx).await?;
    events::append(tx, actor, at, &log).await?;
    Ok(effect)
}
