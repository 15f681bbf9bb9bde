//! Pairs of records that may be the same software and wait for a person to decide.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::entity::{candidate, record};
use super::named::{self, Called};
use super::verdicts::ordered;
use super::{StoreError, chunks};
use crate::catalogue::keys::KeyKind;

/// Two records, the smaller id first: the id of a candidate, written `ID~ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub a: Uuid,
    pub b: Uuid,
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.a, self.b)
    }
}

impl FromStr for Pair {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let ids = text.split_once('~').and_then(|(one, other)| {
            let (a, b) = ordered(one.parse().ok()?, other.parse().ok()?);
            Some(Self { a, b })
        });
        ids.ok_or_else(|| StoreError::NotFound { what: "candidate", id: text.to_owned() })
    }
}

/// A pair that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub pair: Pair,
    /// What the two have in common: keys, such as `repository github.com/owner/name`; `verdict`
    /// where they were said to be the same and others were told apart.
    pub reasons: Vec<String>,
    /// Since when there is a reason.
    pub since: DateTime<Utc>,
}

/// Which pairs are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Of which one record is of this source.
    pub source: Option<&'a str>,
    /// That share a key of this kind.
    pub kind: Option<KeyKind>,
}

/// At most `limit` pairs in the order of their ids, after this one.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: Filter<'_>,
    after: Option<Pair>,
    limit: u64,
) -> Result<Vec<Waiting>, StoreError> {
    use candidate::Column::{Reason, RecordA, RecordB};
    let mut query = candidate::Entity::find().select_only().columns([RecordA, RecordB]);
    if let Some(source) = filter.source {
        let of_source = record::Entity::find()
            .select_only()
            .column(record::Column::Id)
            .filter(record::Column::SourceId.eq(source))
            .into_query();
        query = query.filter(
            Condition::any()
                .add(RecordA.in_subquery(of_source.clone()))
                .add(RecordB.in_subquery(of_source)),
        );
    }
    if let Some(kind) = filter.kind {
        query = query.filter(Reason.starts_with(format!("{} ", kind.as_str())));
    }
    if let Some(Pair { a, b }) = after {
        let later = Condition::all().add(RecordA.eq(a)).add(RecordB.gt(b));
        query = query.filter(Condition::any().add(RecordA.gt(a)).add(later));
    }
    let pairs: Vec<(Uuid, Uuid)> = query
        .distinct()
        .order_by_asc(RecordA)
        .order_by_asc(RecordB)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    with_reasons(db, &pairs).await
}

/// One pair.
///
/// # Errors
/// [`StoreError::NotFound`] where it does not wait.
pub async fn get(db: &impl ConnectionTrait, pair: Pair) -> Result<Waiting, StoreError> {
    let found = with_reasons(db, &[(pair.a, pair.b)]).await?.pop();
    found.ok_or_else(|| StoreError::NotFound { what: "candidate", id: pair.to_string() })
}

/// An entry that may be the same as another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Possible {
    pub software: Uuid,
    pub called: Called,
    /// The records by which it may be so, and why.
    pub waiting: Waiting,
}

impl Possible {
    /// The commands by which a person decides.
    pub fn commands(&self) -> [String; 2] {
        let Pair { a, b } = self.waiting.pair;
        ["same", "different"]
            .map(|verdict| format!("fedcat verdict {verdict} {a} {b} --reason \"…\""))
    }
}

/// The entries that may be the same as the one of these records, those first that have more telling
/// things in common with it; at most `limit`.
///
/// # Errors
/// [`StoreError::Corrupt`] where stored content cannot be read.
pub async fn about(
    db: &impl ConnectionTrait,
    records: &[Uuid],
    limit: usize,
) -> Result<Vec<Possible>, StoreError> {
    use candidate::Column::{RecordA, RecordB};
    /// A name that everything has makes any number of them.
    const MOST_PAIRS: u64 = 500;
    let mut pairs: Vec<(Uuid, Uuid)> = Vec::new();
    for chunk in chunks(records, 2) {
        let touching = Condition::any()
            .add(RecordA.is_in(chunk.iter().copied()))
            .add(RecordB.is_in(chunk.iter().copied()));
        let query = candidate::Entity::find().select_only().columns([RecordA, RecordB]);
        let query = query.filter(touching).distinct().order_by_asc(RecordA).order_by_asc(RecordB);
        pairs.extend(query.limit(MOST_PAIRS).into_tuple::<(Uuid, Uuid)>().all(db).await?);
    }
    let mut waiting = with_reasons(db, &pairs).await?;
    waiting.sort_by_cached_key(|one| {
        let first = one.reasons.first().map(|reason| place(reason));
        (first, std::cmp::Reverse(one.reasons.len()), one.pair)
    });
    let other = |pair: Pair| if records.contains(&pair.a) { pair.b } else { pair.a };
    let others: Vec<Uuid> = waiting.iter().map(|one| other(one.pair)).collect();
    let named = named::records(db, &others).await?;
    let mut found: Vec<(Uuid, Waiting)> = Vec::new();
    for one in waiting {
        let software = named.get(&other(one.pair)).and_then(|record| record.software);
        if let Some(software) = software
            && found.len() < limit
            && !found.iter().any(|(known, _)| *known == software)
        {
            found.push((software, one));
        }
    }
    let ids: Vec<Uuid> = found.iter().map(|(software, _)| *software).collect();
    let mut called = named::entries(db, &ids).await?;
    let unknown = |id: Uuid| StoreError::NotFound { what: "software", id: id.to_string() };
    let possible = found.into_iter().map(|(software, waiting)| {
        let called = called.remove(&software).ok_or_else(|| unknown(software))?;
        Ok(Possible { software, called, waiting })
    });
    possible.collect()
}

async fn with_reasons(
    db: &impl ConnectionTrait,
    pairs: &[(Uuid, Uuid)],
) -> Result<Vec<Waiting>, StoreError> {
    let mut all: BTreeMap<Pair, Waiting> = BTreeMap::new();
    for chunk in chunks(pairs, 2) {
        let columns = [candidate::Column::RecordA, candidate::Column::RecordB];
        let wanted = Expr::tuple(columns.map(Expr::col)).in_tuples(chunk.iter().copied());
        for row in candidate::Entity::find().filter(wanted).all(db).await? {
            let pair = Pair { a: row.record_a, b: row.record_b };
            let waiting = all.entry(pair).or_insert_with(|| Waiting {
                pair,
                reasons: Vec::new(),
                since: row.since,
            });
            waiting.since = std::cmp::min(waiting.since, row.since);
            waiting.reasons.push(row.reason);
        }
    }
    let mut all: Vec<Waiting> = all.into_values().collect();
    all.iter_mut().for_each(|one| one.reasons.sort_by_key(|reason| place(reason)));
    Ok(all)
}

/// The strongest reasons first.
fn place(reason: &str) -> (Option<KeyKind>, String) {
    let kind = reason.split(' ').next().and_then(KeyKind::parse);
    (kind, reason.to_owned())
}
