//! A person says that two records are the same software, or that they are not, or takes that back.
//!
//! What an act would do is found out by doing it in a transaction that is then rolled back, so
//! that what is announced is what happens.

use std::collections::{BTreeSet, HashMap};

use thiserror::Error;
use uuid::Uuid;

use crate::clock;
use crate::harvest::acts::Reason;
use crate::store::audit::{self, About, Act, Actor};
use crate::store::catalogue::{self, Decision, Effect, Moved};
use crate::store::entity::verdict;
use crate::store::named::{self, Called, Named};
use crate::store::records::State;
use crate::store::{Store, StoreError, events, verdicts};

/// Why a decision was not taken.
#[derive(Debug, Error)]
pub enum VerdictError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0} was named twice: expected two records")]
    OneRecord(String),
    #[error("{0} was withdrawn by its source: expected a record that is listed")]
    Withdrawn(String),
    #[error("{a} and {b} are decided already, with the same answer: verdict {id} of {by}")]
    Decided { a: String, b: String, id: Uuid, by: String },
}

/// Whether an act is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is only found out what it would do.
    DryRun,
    Act,
}

/// What somebody wants to decide.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The two records, by id or as `source:external-id`.
    pub records: [&'a str; 2],
    pub same: bool,
    pub why: &'a Reason,
}

/// A decision and its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub row: verdict::Model,
    pub records: [Named; 2],
    pub standing: Standing,
}

/// What a decision counts for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Holds,
    /// Others were told apart, and this cannot hold beside that.
    Overruled,
    /// A record of it is withdrawn; it counts again when that comes back.
    Waits,
}

impl Standing {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Overruled => "overruled",
            Self::Waits => "waits",
        }
    }
}

/// What an act did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub mode: Mode,
    pub verdict: Verdict,
    /// The decision about the same two records in whose place this one comes.
    pub replaces: Option<Verdict>,
    pub effect: Effect,
    /// Names of the entries in the effect.
    pub entries: HashMap<Uuid, String>,
    /// The records that go to each entry, in the order of their handles.
    pub moves: Vec<(Named, Moved)>,
    /// Decisions that do not hold beside those that tell apart.
    pub overruled: Vec<Verdict>,
}

impl Outcome {
    /// The number of an entry among those that come into being, from one.
    pub fn number_of_new(&self, entry: Uuid) -> Option<usize> {
        self.effect.created.iter().position(|one| *one == entry).map(|index| index + 1)
    }
}

/// Decides whether two records are the same software.
///
/// # Errors
/// [`VerdictError`] where a record is unknown or withdrawn, or nothing new is said.
pub async fn decide(
    store: &Store,
    actor: &Actor,
    wish: Wish<'_>,
    mode: Mode,
) -> Result<Outcome, VerdictError> {
    let now = clock::now();
    let tx = store.write().await?;
    events::lock(&tx).await?;
    let [one, other] = wish.records;
    let records = [named::record(&tx, one).await?, named::record(&tx, other).await?];
    if let Some(gone) = records.iter().find(|record| record.state == State::Withdrawn) {
        return Err(VerdictError::Withdrawn(gone.handle()));
    }
    let [one, other] = &records;
    if one.id == other.id {
        return Err(VerdictError::OneRecord(one.handle()));
    }
    let before = verdicts::about(&tx, one.id, other.id).await?;
    if let Some(before) = before.as_ref().filter(|before| before.same == wish.same) {
        let (a, b) = (one.handle(), other.handle());
        return Err(VerdictError::Decided { a, b, id: before.id, by: before.decided_by.clone() });
    }
    let replaces = match before {
        Some(before) => Some(described_one(&tx, before).await?),
        None => None,
    };
    let (record_a, record_b) = verdicts::ordered(one.id, other.id);
    let row = verdict::Model {
        record_a,
        record_b,
        id: verdicts::next_id(&tx).await?,
        same: wish.same,
        decided_by: actor.name.clone(),
        decided_at: now,
        reason: wish.why.as_str().to_owned(),
    };
    let act = if wish.same { Act::Same } else { Act::Different };
    let outcome = carry_out(&tx, Decision::Put(&row), actor, act, mode).await?;
    if mode == Mode::Act {
        tx.commit().await.map_err(StoreError::from)?;
    }
    Ok(Outcome { replaces, ..outcome })
}

/// Takes a decision back: the rules say again what the records are.
///
/// # Errors
/// [`VerdictError`] where there is no such decision.
pub async fn undo(
    store: &Store,
    actor: &Actor,
    id: Uuid,
    mode: Mode,
) -> Result<Outcome, VerdictError> {
    let tx = store.write().await?;
    events::lock(&tx).await?;
    let row = verdicts::get(&tx, id).await?;
    let outcome = carry_out(&tx, Decision::Undo(&row), actor, Act::Undo, mode).await?;
    if mode == Mode::Act {
        tx.commit().await.map_err(StoreError::from)?;
    }
    Ok(outcome)
}

/// Decisions with their records, newest first, before the one with the id `before`.
pub async fn list(
    store: &Store,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Verdict>, StoreError> {
    let rows = verdicts::list(store.read(), before, limit).await?;
    described(store.read(), rows).await
}

/// Writes the decision and its line in the log, and tells what followed.
async fn carry_out(
    tx: &sea_orm::DatabaseTransaction,
    decision: Decision<'_>,
    actor: &Actor,
    act: Act,
    mode: Mode,
) -> Result<Outcome, StoreError> {
    let (Decision::Put(row) | Decision::Undo(row)) = decision;
    let now = clock::now();
    // Everybody reads the events: they name the decision, and that names the person.
    let effect = catalogue::decide(tx, decision, &format!("verdict:{}", row.id), now).await?;
    let moves = moves(tx, &effect.moved).await?;
    let entries: BTreeSet<Uuid> =
        effect.joined.iter().chain(&effect.split).flat_map(|(one, other)| [*one, *other]).collect();
    let entries = named::entries(tx, &Vec::from_iter(entries)).await?;
    let name = |entry: Called| entry.name.plain().unwrap_or_default().to_owned();
    let entries = entries.into_iter().map(|(id, entry)| (id, name(entry))).collect();
    let mut overruled = Vec::new();
    for (one, other) in &effect.overruled {
        overruled.extend(verdicts::about(tx, *one, *other).await?);
    }
    let overruled = described(tx, overruled).await?;
    let verdict = described_one(tx, row.clone()).await?;
    let [one, other] = &verdict.records;
    let detail = format!("{} {}, {}: {}", row.id, one.handle(), other.handle(), row.reason);
    let about = About { detail: Some(&detail), ..About::default() };
    audit::write(tx, actor, act, about, now).await?;
    Ok(Outcome { mode, verdict, replaces: None, effect, entries, moves, overruled })
}

/// The records that move, named.
async fn moves(
    tx: &sea_orm::DatabaseTransaction,
    moved: &[Moved],
) -> Result<Vec<(Named, Moved)>, StoreError> {
    let ids: Vec<Uuid> = moved.iter().map(|one| one.record).collect();
    let records = named::records(tx, &ids).await?;
    let mut all = Vec::new();
    for one in moved {
        all.push((of(&records, one.record)?, *one));
    }
    all.sort_by_key(|(record, moved)| (moved.to, record.handle()));
    Ok(all)
}

/// Decisions with their records as they are now.
async fn described(
    db: &impl sea_orm::ConnectionTrait,
    rows: Vec<verdict::Model>,
) -> Result<Vec<Verdict>, StoreError> {
    let ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.record_a, row.record_b]).collect();
    let records = named::records(db, &ids).await?;
    rows.into_iter().map(|row| Verdict::new(row, &records)).collect()
}

async fn described_one(
    db: &impl sea_orm::ConnectionTrait,
    row: verdict::Model,
) -> Result<Verdict, StoreError> {
    let records = named::records(db, &[row.record_a, row.record_b]).await?;
    Verdict::new(row, &records)
}

impl Verdict {
    fn new(row: verdict::Model, records: &HashMap<Uuid, Named>) -> Result<Self, StoreError> {
        let records = [of(records, row.record_a)?, of(records, row.record_b)?];
        let standing = standing(&row, &records);
        Ok(Self { row, records, standing })
    }
}

/// Records stay for ever, as tombstones at least.
fn of(records: &HashMap<Uuid, Named>, id: Uuid) -> Result<Named, StoreError> {
    let unknown = || StoreError::NotFound { what: "record of a verdict", id: id.to_string() };
    records.get(&id).cloned().ok_or_else(unknown)
}

fn standing(row: &verdict::Model, [one, other]: &[Named; 2]) -> Standing {
    if [one, other].iter().any(|record| record.state == State::Withdrawn) {
        Standing::Waits
    } else if row.same && one.software != other.software {
        Standing::Overruled
    } else {
        Standing::Holds
    }
}
