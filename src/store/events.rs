//! The event log: every change to a record or a software, in the transaction that makes it.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde::Serialize;
use uuid::Uuid;

pub use super::entity::event::{EventEntity as Entity, EventKind as Kind};
use super::entity::{counter, event};
use super::{Store, StoreError, bulk};

/// An event that has no number yet.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub kind: Kind,
    pub entity: Entity,
    pub entity_id: Uuid,
    /// Digests of the entity before and after.
    pub before: Option<String>,
    pub after: Option<String>,
    /// Of a merge or split: the other software.
    pub target: Option<Uuid>,
    /// Of a record that was renamed: its ids at its source before and after.
    pub renamed: Option<(String, String)>,
}

/// An event as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its number. Numbers rise without a gap, and become visible in order.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// `create`, `update`, `withdraw`, `merged-into`, `split` or `renamed`.
    pub kind: Kind,
    /// `record`, `software` or `organisation`.
    pub entity: Entity,
    pub id: Uuid,
    /// Who caused it, such as `harvest:fr-sill`.
    pub actor: String,
    /// Digest before the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Digest after the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The software that it was merged into, or that split off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Uuid>,
    /// Of a record that was renamed: its id at its source before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// Of a record that was renamed: its id at its source from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_to: Option<String>,
    /// Tells it from every other event that ever bore its number: where a database is restored
    /// from a backup, its log goes on with other events.
    #[serde(skip)]
    pub mark: String,
}

/// Appends events. The counter row stays locked until the transaction commits, so numbers become
/// visible in order: a follower that has seen *n* has seen all below it.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    actor: &str,
    at: DateTime<Utc>,
    events: &[NewEvent],
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let last = take(tx, "event", events.len()).await?;
    let first = last - i64::try_from(events.len()).unwrap_or(i64::MAX) + 1;
    let mark = Uuid::now_v7();
    let rows: Vec<event::ActiveModel> = (first..=last)
        .zip(events)
        .map(|(seq, new)| event::ActiveModel {
            seq: Set(seq),
            at: Set(at),
            kind: Set(new.kind),
            entity: Set(new.entity),
            entity_id: Set(new.entity_id),
            actor: Set(actor.to_owned()),
            before: Set(new.before.clone()),
            after: Set(new.after.clone()),
            target_id: Set(new.target),
            mark: Set(Some(mark)),
            renamed_from: Set(new.renamed.as_ref().map(|(from, _)| from.clone())),
            renamed_to: Set(new.renamed.as_ref().map(|(_, to)| to.clone())),
        })
        .collect();
    bulk::insert(tx, rows).await
}

/// Makes every other writer of the catalogue wait until this transaction ends. Whatever reads the
/// surroundings of a change and writes what follows from them takes it first: on PostgreSQL two
/// sources that are applied at once would not see each other's records, and each would write back
/// the other's rows as they were. (SQLite has one writer anyway.)
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    counter::Entity::find_by_id("event".to_owned()).lock(LockType::Update).one(tx).await?;
    Ok(())
}

/// Raises a counter by `n` and returns its new value.
async fn take(tx: &DatabaseTransaction, name: &str, n: usize) -> Result<i64, StoreError> {
    let by = i64::try_from(n).unwrap_or(i64::MAX);
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(by))
        .filter(counter::Column::Name.eq(name))
        .exec(tx)
        .await?;
    current(tx, name).await
}

/// The value of a counter.
pub(crate) async fn current(db: &impl ConnectionTrait, name: &str) -> Result<i64, StoreError> {
    let row = counter::Entity::find_by_id(name.to_owned()).one(db).await?;
    row.map(|row| row.value)
        .ok_or_else(|| StoreError::NotFound { what: "counter", id: name.to_owned() })
}

/// Counts a start of a server. Whoever wants to know whether the database can be written learns it
/// only by writing something that was not there.
///
/// # Errors
/// [`StoreError`] where it cannot.
pub async fn count_start(store: &Store) -> Result<i64, StoreError> {
    const STARTS: &str = "start";
    let tx = store.write().await?;
    let first = counter::Model { name: STARTS.to_owned(), value: 0 };
    counter::Entity::insert(first.into_active_model())
        .on_conflict(OnConflict::column(counter::Column::Name).do_nothing().to_owned())
        .exec_without_returning(&tx)
        .await?;
    let number = take(&tx, STARTS, 1).await?;
    tx.commit().await?;
    Ok(number)
}

/// The number of the last event.
pub async fn last(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    current(db, "event").await
}

/// The counter by which a rebuild of search indexes is asked for.
pub async fn search_generation(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    current(db, "search-generation").await
}

/// Asks every running server to rebuild its search index from nothing.
pub async fn request_reindex(tx: &DatabaseTransaction) -> Result<i64, StoreError> {
    take(tx, "search-generation", 1).await
}

/// At most `limit` events after number `after`, in order.
pub async fn after(
    db: &impl ConnectionTrait,
    after: i64,
    limit: u64,
) -> Result<Vec<Event>, StoreError> {
    let rows = event::Entity::find()
        .filter(event::Column::Seq.gt(after))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The event of a number.
pub async fn at(db: &impl ConnectionTrait, seq: i64) -> Result<Option<Event>, StoreError> {
    Ok(event::Entity::find_by_id(seq).one(db).await?.map(Event::from))
}

impl From<event::Model> for Event {
    fn from(row: event::Model) -> Self {
        let mark = row.mark.map_or_else(
            || format!("{} {}", row.entity_id, row.at.timestamp_micros()),
            |mark| mark.to_string(),
        );
        Self {
            mark,
            seq: row.seq,
            at: row.at,
            kind: row.kind,
            entity: row.entity,
            id: row.entity_id,
            actor: row.actor,
            before: row.before,
            after: row.after,
            target: row.target_id,
            renamed_from: row.renamed_from,
            renamed_to: row.renamed_to,
        }
    }
}
