//! Rows of records, their keys and the persons' data kept apart from them.

mod holding;
mod keys;
mod named;
mod outline;
mod personal;
mod read;
mod refs;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use holding::{Holding, decided, first_seen, holding};
pub use keys::keys_of_others;
pub(crate) use keys::{delete_keys, insert_keys, key_of, kind_of};
pub(crate) use named::name_of;
pub use named::{Named, find, named, named_of};
pub(crate) use outline::{Outline, outlines, whole};
pub(crate) use personal::{add_personal, delete_personal, insert_personal, personal_of};
pub use read::{Record, RecordContent, contents, get, list, of_software, stored};
pub use refs::{
    Gone, Identity, RecordRef, RecordSource, gone, identities, refs, software_of, sources_of,
};

use super::entity::record;
pub use super::entity::record::RecordState as State;
use super::{StoreError, chunks};
use crate::catalogue::content::Content;
use crate::digest::{Digest, NotADigest};

/// What a run must know of a record that is there already.
#[derive(Debug, Clone)]
pub struct Known {
    pub state: State,
    pub digest: Digest,
    pub rules_version: String,
}

impl Known {
    /// Whether the record is listed with this item, read by these rules.
    pub fn is_same(&self, digest: &Digest, rules: &str) -> bool {
        self.state == State::Active && self.digest == *digest && self.rules_version == rules
    }
}

/// Whether the stored version of a record has a name and an understood licence.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    pub has_name: bool,
    pub has_licence: bool,
}

impl Described {
    /// What a version of a record has.
    pub fn of(content: &Content) -> Self {
        let mut licences = content.licences.iter();
        Self {
            has_name: !content.name.is_empty(),
            has_licence: licences.any(|one| one.normalised.expression().is_some()),
        }
    }
}

/// A record that is listed with an item of a known digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Same {
    pub external_id: String,
    /// See [`record::Model::fingerprint`].
    pub fingerprint: i64,
}

/// Makes a source's records such that no rules have read, so that they are read again.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn forget_rules(tx: &DatabaseTransaction, source: &str) -> Result<(), StoreError> {
    record::Entity::update_many()
        .col_expr(record::Column::RulesVersion, Expr::value(""))
        .filter(record::Column::SourceId.eq(source))
        .exec(tx)
        .await?;
    Ok(())
}

/// The number of active records of a source.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn count_active(db: &impl ConnectionTrait, source: &str) -> Result<u64, StoreError> {
    Ok(record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.eq(State::Active))
        .count(db)
        .await?)
}

/// The known records of a source among `external_ids`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn known(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, Known>, StoreError> {
    type Row = (String, State, String, String);
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<Row> = record::Entity::find()
            .select_only()
            .columns([
                record::Column::ExternalId,
                record::Column::State,
                record::Column::Digest,
                record::Column::RulesVersion,
            ])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        for (external_id, state, digest, rules_version) in rows {
            let digest = read_digest("digest", &external_id, &digest)?;
            let known = Known { state, digest, rules_version };
            all.insert(external_id, known);
        }
    }
    Ok(all)
}

/// The active records of a source that were made by these rules of an item with one of these
/// digests. Where several have one digest none of them is told.
///
/// # Errors
/// [`StoreError`] where the database fails or a stored digest is none.
pub async fn same(
    db: &impl ConnectionTrait,
    source: &str,
    digests: &[Digest],
    rules: &str,
) -> Result<HashMap<Digest, Same>, StoreError> {
    let mut all = HashMap::new();
    let mut several = HashSet::new();
    for chunk in chunks(digests, 1) {
        type Row = (String, String, Option<i64>, String, State, String);
        // By the digest alone: with more conditions SQLite may look through all of the source.
        let rows: Vec<Row> = record::Entity::find()
            .select_only()
            .columns([record::Column::Digest, record::Column::ExternalId])
            .columns([record::Column::Fingerprint, record::Column::SourceId])
            .columns([record::Column::State, record::Column::RulesVersion])
            .filter(record::Column::Digest.is_in(chunk.iter().map(Digest::to_string)))
            .into_tuple()
            .all(db)
            .await?;
        for (digest, external_id, fingerprint, of, state, by) in rows {
            let is_it = of == source && state == State::Active && by == rules;
            let Some(fingerprint) = fingerprint.filter(|_| is_it) else { continue };
            let digest = read_digest("digest", &external_id, &digest)?;
            if all.insert(digest, Same { external_id, fingerprint }).is_some() {
                several.insert(digest);
            }
        }
    }
    all.retain(|digest, _| !several.contains(digest));
    Ok(all)
}

/// What the stored versions of a source's records among `external_ids` have.
///
/// # Errors
/// [`StoreError`] where the database fails or a stored content is corrupt.
pub async fn described(
    db: &impl ConnectionTrait,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, Described>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows: Vec<(String, String)> = record::Entity::find()
            .select_only()
            .columns([record::Column::ExternalId, record::Column::Content])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        for (external_id, content) in rows {
            let content: Content = read_json("content", &external_id, &content)?;
            all.insert(external_id, Described::of(&content));
        }
    }
    Ok(all)
}

/// What of the catalogue stands on a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reliance {
    /// Its records that are active or missing.
    pub records: u64,
    /// Entries that only it describes.
    pub alone: u64,
    /// Entries that others describe too.
    pub with_others: u64,
}

/// What of the catalogue stands on a source.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn reliance(db: &impl ConnectionTrait, source: &str) -> Result<Reliance, StoreError> {
    let live = [State::Active, State::Missing];
    let own = record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.is_in(live));
    let described = own.clone().select_only().column(record::Column::SoftwareId).distinct();
    let shared = record::Entity::find()
        .select_only()
        .column(record::Column::SoftwareId)
        .distinct()
        .filter(record::Column::SourceId.ne(source))
        .filter(record::Column::State.is_in(live))
        .filter(record::Column::SoftwareId.in_subquery(described.clone().into_query()));
    let with_others = shared.count(db).await?;
    let entries = described.count(db).await?;
    Ok(Reliance {
        records: own.count(db).await?,
        alone: entries.saturating_sub(with_others),
        with_others,
    })
}

/// A record that a listing may no longer hold: its external id, its state, and since when it is
/// missing.
pub type Listed = (String, State, Option<DateTime<Utc>>);

/// At most `limit` of a source's records in these states, in the order of their external ids,
/// after this one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn listed(
    db: &impl ConnectionTrait,
    source: &str,
    states: &[State],
    after: &str,
    limit: u64,
) -> Result<Vec<Listed>, StoreError> {
    let rows: Vec<Listed> = record::Entity::find()
        .select_only()
        .columns([record::Column::ExternalId, record::Column::State, record::Column::MissingSince])
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.is_in(states.iter().copied()))
        .filter(record::Column::ExternalId.gt(after))
        .order_by_asc(record::Column::ExternalId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows)
}

/// The sources with records that were read by other rules than those of this version.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn sources_read_by_other_rules(
    db: &impl ConnectionTrait,
    rules: &str,
) -> Result<Vec<String>, StoreError> {
    let ids = record::Entity::find()
        .select_only()
        .column(record::Column::SourceId)
        .distinct()
        .filter(record::Column::State.ne(State::Withdrawn))
        .filter(record::Column::RulesVersion.ne(rules))
        .order_by_asc(record::Column::SourceId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids)
}

/// At most `limit` records of a source that were read by other rules, in the order of their
/// external ids, after this one.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn read_by_other_rules(
    db: &impl ConnectionTrait,
    source: &str,
    rules: &str,
    after: &str,
    limit: u64,
) -> Result<Vec<record::Model>, StoreError> {
    let rows = record::Entity::find()
        .filter(record::Column::SourceId.eq(source))
        .filter(record::Column::State.ne(State::Withdrawn))
        .filter(record::Column::RulesVersion.ne(rules))
        .filter(record::Column::ExternalId.gt(after))
        .order_by_asc(record::Column::ExternalId)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows)
}

/// Reads a stored JSON text.
pub(crate) fn read_json<T: DeserializeOwned>(
    what: &'static str,
    id: &str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt {
        what,
        id: id.to_owned(),
        problem: error.to_string(),
    })
}

/// Writes a value as the JSON text to store.
pub(crate) fn write_json<T: Serialize>(
    what: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::NotJson { what, error })
}

/// Reads a stored digest.
pub(crate) fn read_digest(what: &'static str, id: &str, text: &str) -> Result<Digest, StoreError> {
    text.parse().map_err(|error: NotADigest| StoreError::Corrupt {
        what,
        id: id.to_owned(),
        problem: error.to_string(),
    })
}
