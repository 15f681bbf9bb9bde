//! Which records must be matched anew when some change: all that are connected to them through
//! keys (those they had before and those they have now) and verdicts.
//!
//! Matching them alone gives what matching everything would give, because matching depends on
//! nothing outside ([`crate::catalogue::matching`]).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::catalogue::keys::Key;
use crate::catalogue::matching::{CROWD, Matchable, Verdict};
use crate::store::entity::{record, record_key, verdict};
use crate::store::records::{State, key_of};
use crate::store::{StoreError, chunks, sources};

/// What must be known before the changed rows are written.
pub(super) struct Surroundings {
    /// The keys that changed records have now or will have.
    keys: BTreeSet<Key>,
    /// Those of them that are crowded now.
    crowded: HashSet<Key>,
    /// The software that changed records belong to now.
    pub software: BTreeSet<Uuid>,
    /// Software of records that give way to a renamed one, each with that record.
    pub replaced: Vec<(Uuid, Uuid)>,
}

impl Surroundings {
    /// Reads the surroundings of records whose rows are about to change to `new_keys`.
    pub(super) async fn before(
        tx: &DatabaseTransaction,
        changed: &[Uuid],
        new_keys: &HashMap<Uuid, BTreeSet<Key>>,
    ) -> Result<Self, StoreError> {
        let old = keys_of_records(tx, changed).await?;
        let mut keys: BTreeSet<Key> = old.into_values().flatten().collect();
        keys.extend(new_keys.values().flatten().cloned());
        keys.retain(|key| key.kind.connects());
        let crowded = crowded(tx, &keys).await?;
        let mut software = BTreeSet::new();
        for chunk in chunks(changed, 1) {
            let ids: Vec<Option<Uuid>> = record::Entity::find()
                .select_only()
                .column(record::Column::SoftwareId)
                .filter(record::Column::Id.is_in(chunk.iter().copied()))
                .into_tuple()
                .all(tx)
                .await?;
            software.extend(ids.into_iter().flatten());
        }
        Ok(Self { keys, crowded, software, replaced: Vec::new() })
    }
}

/// What matching must know of a record's row. The texts in it are large and stay where they are.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Row {
    pub id: Uuid,
    pub source_id: String,
    pub external_id: String,
    pub state: State,
    pub first_seen: DateTime<Utc>,
    pub software_id: Option<Uuid>,
    pub join_reason: Option<String>,
}

/// The records around the changed ones.
pub(super) struct Neighbourhood {
    /// All of them, withdrawn ones included.
    pub rows: BTreeMap<Uuid, Row>,
    /// Those that count.
    pub matchables: Vec<Matchable>,
    pub verdicts: Vec<Verdict>,
    /// Keys that are crowded, whether or not all their holders are here.
    pub crowded: HashSet<Key>,
}

impl Neighbourhood {
    /// Follows keys and verdicts from the changed records until nothing new comes up.
    pub(super) async fn explore(
        tx: &DatabaseTransaction,
        around: &Surroundings,
        changed: &[Uuid],
    ) -> Result<Self, StoreError> {
        let mut known: HashMap<Uuid, BTreeSet<Key>> = HashMap::new();
        let mut crowded_now: HashSet<Key> = HashSet::new();
        let mut followed: BTreeSet<Key> = BTreeSet::new();
        let mut verdicts: BTreeMap<(Uuid, Uuid), Verdict> = BTreeMap::new();
        let mut frontier: BTreeSet<Uuid> = changed.iter().copied().collect();
        let mut keys: BTreeSet<Key> = around.keys.clone();
        frontier.extend(records_of_software(tx, &around.software).await?);
        while !frontier.is_empty() || !keys.is_empty() {
            let fresh: Vec<Uuid> = frontier.iter().copied().collect();
            let mut found = keys_of_records(tx, &fresh).await?;
            for id in &fresh {
                let record_keys = found.remove(id).unwrap_or_default();
                keys.extend(record_keys.iter().filter(|key| key.kind.connects()).cloned());
                known.insert(*id, record_keys);
            }
            let mut next: BTreeSet<Uuid> = BTreeSet::new();
            for one in verdicts_about(tx, &fresh).await? {
                next.extend([one.a, one.b]);
                verdicts.insert((one.a, one.b), one);
            }
            let new_keys: BTreeSet<Key> = keys.difference(&followed).cloned().collect();
            crowded_now.extend(crowded(tx, &new_keys).await?);
            // A key that was crowded and still is joins nothing, before or after: no need to
            // look at its holders.
            let worth: Vec<&Key> = new_keys
                .iter()
                .filter(|key| !(crowded_now.contains(*key) && was_crowded(around, key)))
                .collect();
            next.extend(holders(tx, &worth).await?);
            followed.extend(new_keys);
            keys.clear();
            frontier = next.into_iter().filter(|id| !known.contains_key(id)).collect();
        }
        let rows = rows(tx, &known.keys().copied().collect::<Vec<_>>()).await?;
        let only_add = sources::that_only_add(tx).await?;
        let matchables = rows
            .values()
            .filter(|row| row.state != State::Withdrawn)
            .map(|row| Matchable {
                id: row.id,
                source: row.source_id.clone(),
                external_id: row.external_id.clone(),
                keys: known.remove(&row.id).unwrap_or_default(),
                only_adds: only_add.contains(&row.source_id),
            })
            .collect();
        Ok(Self {
            rows,
            matchables,
            verdicts: verdicts.into_values().collect(),
            crowded: crowded_now,
        })
    }
}

/// Whether a key that is crowded now was so before. A key that no changed record has or had has
/// the holders that it had.
fn was_crowded(around: &Surroundings, key: &Key) -> bool {
    around.crowded.contains(key) || !around.keys.contains(key)
}

/// Rows of records by id.
pub(super) async fn rows(
    tx: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Row>, StoreError> {
    let mut all = BTreeMap::new();
    for chunk in chunks(ids, 1) {
        let rows = record::Entity::find()
            .select_only()
            .columns([
                record::Column::Id,
                record::Column::SourceId,
                record::Column::ExternalId,
                record::Column::State,
                record::Column::FirstSeen,
                record::Column::SoftwareId,
                record::Column::JoinReason,
            ])
            .filter(record::Column::Id.is_in(chunk.iter().copied()))
            .into_model::<Row>()
            .all(tx)
            .await?;
        all.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(all)
}

/// Records that belong to any of the software.
pub(super) async fn records_of_software(
    tx: &DatabaseTransaction,
    software: &BTreeSet<Uuid>,
) -> Result<Vec<Uuid>, StoreError> {
    let software: Vec<Uuid> = software.iter().copied().collect();
    let mut all = Vec::new();
    for chunk in chunks(&software, 1) {
        let ids: Vec<Uuid> = record::Entity::find()
            .select_only()
            .column(record::Column::Id)
            .filter(record::Column::SoftwareId.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(tx)
            .await?;
        all.extend(ids);
    }
    Ok(all)
}

async fn keys_of_records(
    tx: &DatabaseTransaction,
    records: &[Uuid],
) -> Result<HashMap<Uuid, BTreeSet<Key>>, StoreError> {
    let mut all: HashMap<Uuid, BTreeSet<Key>> = HashMap::new();
    for chunk in chunks(records, 1) {
        let rows = record_key::Entity::find()
            .filter(record_key::Column::RecordId.is_in(chunk.iter().copied()))
            .all(tx)
            .await?;
        for row in rows {
            if let Some(key) = key_of(&row) {
                all.entry(row.record_id).or_default().insert(key);
            }
        }
    }
    Ok(all)
}

/// Those of `keys` that more than [`CROWD`] records of one source hold.
async fn crowded(
    tx: &DatabaseTransaction,
    keys: &BTreeSet<Key>,
) -> Result<HashSet<Key>, StoreError> {
    let keys: Vec<&Key> = keys.iter().collect();
    let crowd = i64::try_from(CROWD).unwrap_or(i64::MAX);
    let mut all = HashSet::new();
    for chunk in chunks(&keys, 2) {
        let found: Vec<(String, String)> = record_key::Entity::find()
            .select_only()
            .columns([record_key::Column::Kind, record_key::Column::Value])
            .filter(any_of(chunk))
            .group_by(record_key::Column::Kind)
            .group_by(record_key::Column::Value)
            .group_by(record_key::Column::SourceId)
            .having(Expr::col(record_key::Column::RecordId).count().gt(crowd))
            .into_tuple()
            .all(tx)
            .await?;
        let found: HashSet<(String, String)> = found.into_iter().collect();
        all.extend(
            chunk
                .iter()
                .filter(|key| found.contains(&(key.kind.as_str().to_owned(), key.value.clone())))
                .map(|key| (*key).clone()),
        );
    }
    Ok(all)
}

async fn holders(tx: &DatabaseTransaction, keys: &[&Key]) -> Result<Vec<Uuid>, StoreError> {
    let mut all = Vec::new();
    for chunk in chunks(keys, 2) {
        let ids: Vec<Uuid> = record_key::Entity::find()
            .select_only()
            .column(record_key::Column::RecordId)
            .filter(any_of(chunk))
            .into_tuple()
            .all(tx)
            .await?;
        all.extend(ids);
    }
    Ok(all)
}

/// The condition that a key row is one of `keys`: one list of values for each kind.
fn any_of(keys: &[&Key]) -> Condition {
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in keys {
        by_kind.entry(key.kind.as_str()).or_default().push(&key.value);
    }
    by_kind.into_iter().fold(Condition::any(), |any, (kind, values)| {
        any.add(
            Condition::all()
                .add(record_key::Column::Kind.eq(kind))
                .add(record_key::Column::Value.is_in(values)),
        )
    })
}

async fn verdicts_about(
    tx: &DatabaseTransaction,
    records: &[Uuid],
) -> Result<Vec<Verdict>, StoreError> {
    let mut all = Vec::new();
    for chunk in chunks(records, 2) {
        let ids: Vec<Uuid> = chunk.to_vec();
        let rows = verdict::Entity::find()
            .filter(
                Condition::any()
                    .add(verdict::Column::RecordA.is_in(ids.clone()))
                    .add(verdict::Column::RecordB.is_in(ids)),
            )
            .all(tx)
            .await?;
        all.extend(rows.into_iter().map(|row| Verdict {
            a: row.record_a,
            b: row.record_b,
            same: row.same,
            at: row.decided_at,
        }));
    }
    Ok(all)
}
