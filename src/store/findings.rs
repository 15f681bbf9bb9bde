//! Findings: a set per record (and per listing) that is kept in step with what the last look at
//! it found. The same problem keeps its id and the day when it was first seen; one that is gone
//! is closed with a date.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::entity::{finding, record};
use super::records::State;
use super::tally::{self, Difference, What};
use super::{MAX_SELECTS, StoreError, bulk, chunks, union_all};
use crate::formats::{Code, Finding, Position, UnknownCode};

/// The external id under which findings about a listing as a whole are kept.
pub const LISTING: &str = "";

/// Brings the findings of the records in `looked_at` in step with `found`.
pub async fn sync(
    tx: &DatabaseTransaction,
    source: &str,
    looked_at: &[String],
    found: &[(String, Finding)],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut old: HashMap<(String, String, String), finding::Model> = HashMap::new();
    for chunk in chunks(looked_at, 1) {
        let rows = finding::Entity::find()
            .filter(finding::Column::SourceId.eq(source))
            .filter(finding::Column::ExternalId.is_in(chunk))
            .all(tx)
            .await?;
        old.extend(
            rows.into_iter()
                .map(|row| ((row.external_id.clone(), row.code.clone(), row.path.clone()), row)),
        );
    }
    let mut rows: Vec<finding::ActiveModel> = Vec::new();
    let mut totals = Difference::default();
    let mut seen: HashSet<(String, String, String)> = HashSet::new();
    for (external_id, found) in found {
        let key = (external_id.clone(), found.code.to_string(), found.path.clone());
        let before = old.remove(&key);
        if !seen.insert(key) {
            continue;
        }
        if before.as_ref().is_none_or(|row| row.closed_at.is_some()) {
            totals.findings(source, found.code.as_str(), 1);
        }
        let row = seen_now(source, external_id, found, before.as_ref(), at);
        if before.as_ref().is_none_or(|before| tells_more(&row, before)) {
            rows.push(finding::ActiveModel::from(row).reset_all());
        }
    }
    for gone in old.into_values().filter(|row| row.closed_at.is_none()) {
        totals.findings(source, &gone.code, -1);
        let closed = finding::Model { closed_at: Some(at), ..gone };
        rows.push(finding::ActiveModel::from(closed).reset_all());
    }
    bulk::upsert(tx, rows).await?;
    totals.write(tx).await
}

/// Brings the findings about a listing as a whole in step with `found`. Where the run has not
/// looked at the whole listing, because it failed or nothing had changed, what was found in the
/// listing before stays open; only findings about reading it (`listing-…`) are closed.
pub async fn sync_listing(
    tx: &DatabaseTransaction,
    source: &str,
    found: Vec<Finding>,
    has_looked: bool,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let listing = [LISTING.to_owned()];
    let mut found: Vec<(String, Finding)> =
        found.into_iter().map(|finding| (LISTING.to_owned(), finding)).collect();
    if !has_looked {
        let open = open_among(tx, source, &listing).await?;
        // What another release told and this one does not know is closed.
        let is_known = |row: &finding::Model| row.code.parse::<Code>().is_ok();
        let about_content = |row: &finding::Model| !row.code.starts_with("listing-");
        for row in open.into_iter().filter(|row| about_content(row) && is_known(row)) {
            found.push((LISTING.to_owned(), row.try_into()?));
        }
    }
    sync(tx, source, &listing, &found, at).await
}

fn seen_now(
    source: &str,
    external_id: &str,
    found: &Finding,
    before: Option<&finding::Model>,
    at: DateTime<Utc>,
) -> finding::Model {
    let known = before.filter(|row| row.closed_at.is_none());
    let id = before.map(|row| row.id);
    finding::Model {
        id: id.unwrap_or_else(|| identity(source, external_id, found)),
        source_id: source.to_owned(),
        external_id: external_id.to_owned(),
        code: found.code.to_string(),
        severity: found.severity.into(),
        path: found.path.clone(),
        message: found.message.clone(),
        line: found.position.and_then(|place| i32::try_from(place.line).ok()),
        column: found.position.and_then(|place| i32::try_from(place.column).ok()),
        first_seen: known.map_or(at, |row| row.first_seen),
        last_seen: at,
        closed_at: None,
    }
}

/// Whether a row says more than that the problem is still there. Where it does not, nothing is
/// written: an open finding was last seen when its source was last read to the end.
fn tells_more(row: &finding::Model, before: &finding::Model) -> bool {
    finding::Model { last_seen: before.last_seen, ..row.clone() } != *before
}

/// A problem that comes back has the id that it had.
fn identity(source: &str, external_id: &str, found: &Finding) -> Uuid {
    let what = [source, external_id, found.code.as_str(), &found.path].join("\u{1f}");
    Uuid::new_v5(&Uuid::NAMESPACE_OID, what.as_bytes())
}

impl TryFrom<finding::Model> for Finding {
    type Error = StoreError;

    fn try_from(row: finding::Model) -> Result<Self, StoreError> {
        let number = |what, number: Option<i32>| {
            number.map(u32::try_from).transpose().map_err(|error| StoreError::Corrupt {
                what,
                id: row.id.to_string(),
                problem: error.to_string(),
            })
        };
        let position = number("line", row.line)?
            .zip(number("column", row.column)?)
            .map(|(line, column)| Position { line, column });
        let code = row.code.parse().map_err(|error: UnknownCode| StoreError::Corrupt {
            what: "code",
            id: row.id.to_string(),
            problem: error.to_string(),
        })?;
        Ok(Self {
            code,
            severity: row.severity.into(),
            path: row.path,
            message: row.message,
            position,
        })
    }
}

/// Open findings: by source, by code, by record, after the finding `after` in the order of ids.
pub async fn open(
    db: &impl ConnectionTrait,
    source: Option<&str>,
    code: Option<&str>,
    external_id: Option<&str>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<finding::Model>, StoreError> {
    list(db, Filter { source, code, external_id, is_closed: false }, after, limit).await
}

/// Which findings are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    pub source: Option<&'a str>,
    pub code: Option<&'a str>,
    pub external_id: Option<&'a str>,
    /// Those that were closed, in place of those that are open.
    pub is_closed: bool,
}

/// At most `limit` findings after the finding `after` in the order of ids.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: Filter<'_>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<finding::Model>, StoreError> {
    let closed = finding::Column::ClosedAt;
    let state = if filter.is_closed { closed.is_not_null() } else { closed.is_null() };
    let mut query = finding::Entity::find().filter(state);
    if let Some(source) = filter.source {
        query = query.filter(finding::Column::SourceId.eq(source));
    }
    if let Some(code) = filter.code {
        query = query.filter(finding::Column::Code.eq(code));
    }
    if let Some(external_id) = filter.external_id {
        query = query.filter(finding::Column::ExternalId.eq(external_id));
    }
    if let Some(after) = after {
        query = query.filter(finding::Column::Id.gt(after));
    }
    Ok(query.order_by_asc(finding::Column::Id).limit(limit).all(db).await?)
}

/// Findings that were closed at `since` or later, the last closed first.
pub async fn closed_since(
    db: &impl ConnectionTrait,
    source: Option<&str>,
    code: Option<&str>,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<finding::Model>, StoreError> {
    let mut query = finding::Entity::find().filter(finding::Column::ClosedAt.gte(since));
    if let Some(source) = source {
        query = query.filter(finding::Column::SourceId.eq(source));
    }
    if let Some(code) = code {
        query = query.filter(finding::Column::Code.eq(code));
    }
    let newest_first = query
        .order_by_desc(finding::Column::ClosedAt)
        .order_by_asc(finding::Column::Id)
        .limit(limit);
    Ok(newest_first.all(db).await?)
}

/// The findings of a source that came or went last, the last first.
pub async fn last_changed(
    db: &impl ConnectionTrait,
    source: &str,
    limit: u64,
) -> Result<Vec<finding::Model>, StoreError> {
    // Each half comes off an index in its order.
    let of_source = || finding::Entity::find().filter(finding::Column::SourceId.eq(source));
    let opened = of_source()
        .filter(finding::Column::ClosedAt.is_null())
        .order_by_desc(finding::Column::FirstSeen);
    let closed = of_source()
        .filter(finding::Column::ClosedAt.is_not_null())
        .order_by_desc(finding::Column::ClosedAt);
    let mut all = Vec::new();
    for half in [opened, closed] {
        all.extend(half.order_by_asc(finding::Column::Id).limit(limit).all(db).await?);
    }
    all.sort_by_key(|row| (Reverse(row.closed_at.unwrap_or(row.first_seen)), row.id));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// The first `limit` open findings of a source with each of the codes, in the order of ids.
pub async fn examples(
    db: &impl ConnectionTrait,
    source: &str,
    codes: &[String],
    limit: u64,
) -> Result<HashMap<String, Vec<finding::Model>>, StoreError> {
    let with_code = |code: &String| {
        finding::Entity::find()
            .select_only()
            .column(finding::Column::Id)
            .filter(finding::Column::SourceId.eq(source))
            .filter(finding::Column::Code.eq(code))
            .filter(finding::Column::ClosedAt.is_null())
            .order_by_asc(finding::Column::Id)
            .limit(limit)
            .into_query()
    };
    let mut all: HashMap<String, Vec<finding::Model>> = HashMap::new();
    for some in codes.chunks(MAX_SELECTS) {
        let Some(ids) = union_all(some.iter().map(with_code)) else { continue };
        let rows = finding::Entity::find()
            .filter(finding::Column::Id.in_subquery(ids))
            .order_by_asc(finding::Column::Id)
            .all(db)
            .await?;
        for row in rows {
            all.entry(row.code.clone()).or_default().push(row);
        }
    }
    Ok(all)
}

/// Codes and paths of findings that are open about one item.
pub type Open = HashSet<(String, String)>;

/// Codes and paths of the open findings of the records in `external_ids`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn codes_among(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, Open>, StoreError> {
    let mut all: HashMap<String, Open> = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<(String, String, String)> = finding::Entity::find()
            .select_only()
            .columns([finding::Column::ExternalId, finding::Column::Code, finding::Column::Path])
            .filter(finding::Column::SourceId.eq(source))
            .filter(finding::Column::ExternalId.is_in(chunk))
            .filter(finding::Column::ClosedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        for (external_id, code, path) in rows {
            all.entry(external_id).or_default().insert((code, path));
        }
    }
    Ok(all)
}

/// The open findings of the records in `external_ids`.
pub async fn open_among(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<Vec<finding::Model>, StoreError> {
    let mut all = Vec::new();
    for chunk in chunks(external_ids, 1) {
        all.extend(
            finding::Entity::find()
                .filter(finding::Column::SourceId.eq(source))
                .filter(finding::Column::ExternalId.is_in(chunk))
                .filter(finding::Column::ClosedAt.is_null())
                .all(db)
                .await?,
        );
    }
    Ok(all)
}

/// At most `limit` external ids of a source's items about which findings are open and which have
/// no record that is active or missing, in order, after this one.
pub async fn items_without_record(
    db: &impl ConnectionTrait,
    source: &str,
    after: &str,
    limit: u64,
) -> Result<Vec<String>, StoreError> {
    let listed = Query::select()
        .column(record::Column::ExternalId)
        .from(record::Entity)
        .and_where(record::Column::SourceId.eq(source))
        .and_where(record::Column::State.ne(State::Withdrawn))
        .to_owned();
    Ok(finding::Entity::find()
        .select_only()
        .column(finding::Column::ExternalId)
        .distinct()
        .filter(finding::Column::SourceId.eq(source))
        .filter(finding::Column::ExternalId.gt(after))
        .filter(finding::Column::ExternalId.not_in_subquery(listed))
        .filter(finding::Column::ClosedAt.is_null())
        .order_by_asc(finding::Column::ExternalId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// The number of open findings of a source.
pub async fn count_open(db: &impl ConnectionTrait, source: &str) -> Result<u64, StoreError> {
    let rows = tally::of(db, &[What::Finding], Some(source)).await?;
    Ok(rows.iter().map(tally::number).sum())
}

/// The numbers of open findings by code, the most frequent first.
pub async fn by_code(
    db: &impl ConnectionTrait,
    source: Option<&str>,
) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(tally::summed(tally::of(db, &[What::Finding], source).await?, |row| row.part))
}
