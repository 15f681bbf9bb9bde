//! Which records must be matched anew when some change: all that are connected to them through
//! keys (those they had before and those they have now) and verdicts.
//!
//! Matching them alone gives what matching everything would give, because matching depends on
//! nothing outside ([`crate::catalogue::matching`]).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::catalogue::keys::Key;
use crate::catalogue::matching::{CROWD, Matchable, Verdict};
use crate::store::entity::{record, record_key, verdict};
use crate::store::records::{State, key_of, kind_of};
use crate::store::{StoreError, chunks, sources};

/// Records that come into being: they have no rows yet.
#[derive(Default)]
pub(super) struct Fresh {
    pub source: String,
    /// When they are first seen.
    pub at: DateTime<Utc>,
    /// Their external ids and keys.
    pub records: BTreeMap<Uuid, (String, BTreeSet<Key>)>,
}

impl Fresh {
    fn rows(&self) -> impl Iterator<Item = Row> {
        self.records.iter().map(|(id, (external_id, _))| Row {
            id: *id,
            source_id: self.source.clone(),
            external_id: external_id.clone(),
            state: State::Active,
            first_seen: self.at,
            software_id: None,
            join_reason: None,
        })
    }
}

/// How many records of each source hold a key. Keys that nobody holds are not in it.
#[derive(Default, Clone)]
struct Holdings(HashMap<Key, HashMap<String, usize>>);

impl Holdings {
    /// Adds records that have no rows yet.
    fn with(&mut self, fresh: &Fresh, among: &BTreeSet<Key>) {
        for key in fresh.records.values().flat_map(|(_, keys)| keys) {
            if among.contains(key) {
                let sources = self.0.entry(key.clone()).or_default();
                *sources.entry(fresh.source.clone()).or_default() += 1;
            }
        }
    }

    /// The keys that more than [`CROWD`] records of one source hold.
    fn crowded(&self) -> impl Iterator<Item = Key> {
        let is_crowded = |(_, sources): &(&Key, &HashMap<String, usize>)| {
            sources.values().any(|holders| *holders > CROWD)
        };
        self.0.iter().filter(is_crowded).map(|(key, _)| key.clone())
    }
}

/// What must be known before the changed rows are written.
pub(super) struct Surroundings {
    /// The keys that changed records have now or will have.
    keys: BTreeSet<Key>,
    /// Who holds them now.
    holdings: Holdings,
    /// Those of them that are crowded now.
    crowded: HashSet<Key>,
    fresh: Fresh,
    /// The software that changed records belong to now.
    pub software: BTreeSet<Uuid>,
    /// Software of records that give way to a renamed one, each with that record.
    pub replaced: Vec<(Uuid, Uuid)>,
}

impl Surroundings {
    /// Reads the surroundings of records whose rows are about to change to `new_keys`, and of those
    /// that come into being.
    pub(super) async fn before(
        tx: &DatabaseTransaction,
        changed: &[Uuid],
        new_keys: &HashMap<Uuid, BTreeSet<Key>>,
        fresh: Fresh,
    ) -> Result<Self, StoreError> {
        let old = keys_of_records(tx, changed).await?;
        let mut keys: BTreeSet<Key> = old.into_values().flatten().collect();
        keys.extend(new_keys.values().flatten().cloned());
        keys.retain(|key| key.kind.connects());
        let holdings = holdings(tx, &keys).await?;
        let crowded = holdings.crowded().collect();
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
        Ok(Self { keys, holdings, crowded, fresh, software, replaced: Vec::new() })
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
    /// All of them, withdrawn and fresh ones included.
    pub rows: BTreeMap<Uuid, Row>,
    /// Those that have no row yet.
    pub fresh: BTreeSet<Uuid>,
    /// Those that count.
    pub matchables: Vec<Matchable>,
    pub verdicts: Vec<Verdict>,
    /// Keys that are crowded, whether or not all their holders are here.
    pub crowded: HashSet<Key>,
}

impl Neighbourhood {
    /// Follows keys and verdicts from the changed and fresh records until nothing new comes up.
    pub(super) async fn explore(
        tx: &DatabaseTransaction,
        around: &Surroundings,
        changed: &[Uuid],
    ) -> Result<Self, StoreError> {
        let fresh = &around.fresh;
        let mut known: HashMap<Uuid, BTreeSet<Key>> =
            fresh.records.iter().map(|(id, (_, keys))| (*id, keys.clone())).collect();
        let mut crowded_now: HashSet<Key> = HashSet::new();
        let mut followed: BTreeSet<Key> = BTreeSet::new();
        let mut verdicts: BTreeMap<(Uuid, Uuid), Verdict> = BTreeMap::new();
        let mut frontier: BTreeSet<Uuid> = changed.iter().copied().collect();
        let mut keys: BTreeSet<Key> = around.keys.clone();
        frontier.extend(records_of_software(tx, &around.software).await?);
        while !frontier.is_empty() || !keys.is_empty() {
            let some: Vec<Uuid> = frontier.iter().copied().collect();
            let mut found = keys_of_records(tx, &some).await?;
            for id in &some {
                let record_keys = found.remove(id).unwrap_or_default();
                keys.extend(record_keys.iter().filter(|key| key.kind.connects()).cloned());
                known.insert(*id, record_keys);
            }
            let mut next: BTreeSet<Uuid> = BTreeSet::new();
            for one in verdicts_about(tx, &some).await? {
                next.extend([one.a, one.b]);
                verdicts.insert((one.a, one.b), one);
            }
            let new_keys: BTreeSet<Key> = keys.difference(&followed).cloned().collect();
            // Where no row has changed its keys, those that were looked at before are as they were.
            let stored = match changed.is_empty() && new_keys == around.keys {
                true => around.holdings.clone(),
                false => holdings(tx, &new_keys).await?,
            };
            let mut all = stored.clone();
            all.with(fresh, &new_keys);
            crowded_now.extend(all.crowded());
            // A key that was crowded and still is joins nothing, before or after: no need to
            // look at its holders.
            let followable: Vec<&Key> = new_keys
                .iter()
                .filter(|key| !(crowded_now.contains(*key) && was_crowded(around, key)))
                .filter(|key| stored.0.contains_key(*key))
                .collect();
            next.extend(holders(tx, &followable).await?);
            followed.extend(new_keys);
            keys.clear();
            frontier = next.into_iter().filter(|id| !known.contains_key(id)).collect();
        }
        let stored = known.keys().filter(|id| !fresh.records.contains_key(id)).copied();
        let mut rows = rows(tx, &stored.collect::<Vec<_>>()).await?;
        rows.extend(fresh.rows().map(|row| (row.id, row)));
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
            fresh: fresh.records.keys().copied().collect(),
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
            all.entry(row.record_id).or_default().insert(key_of(row)?);
        }
    }
    Ok(all)
}

/// Who holds `keys`, as the rows say.
async fn holdings(tx: &DatabaseTransaction, keys: &BTreeSet<Key>) -> Result<Holdings, StoreError> {
    let keys: Vec<&Key> = keys.iter().collect();
    let mut all = Holdings::default();
    for chunk in chunks(&keys, 2) {
        let found: Vec<(String, String, String, i64)> = record_key::Entity::find()
            .select_only()
            .columns([record_key::Column::Kind, record_key::Column::Value])
            .column(record_key::Column::SourceId)
            .column_as(record_key::Column::RecordId.count(), "holders")
            .filter(any_of(chunk))
            .group_by(record_key::Column::Kind)
            .group_by(record_key::Column::Value)
            .group_by(record_key::Column::SourceId)
            .into_tuple()
            .all(tx)
            .await?;
        for (kind, value, source, holders) in found {
            let kind = kind_of(&kind, &value)?;
            let sources = all.0.entry(Key { kind, value }).or_default();
            sources.insert(source, usize::try_from(holders).unwrap_or(usize::MAX));
        }
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
