//! Rows of records without the two long texts, which most changes do not look at.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::store::entity::record::{self, RecordState};
use crate::store::{StoreError, chunks};

/// A record's row without its item and its content.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Outline {
    pub id: Uuid,
    pub external_id: String,
    pub state: RecordState,
    pub digest: String,
    pub rules_version: String,
    pub actor: String,
    pub first_seen: DateTime<Utc>,
    pub missing_since: Option<DateTime<Utc>>,
    pub software_id: Option<Uuid>,
    pub join_reason: Option<String>,
}

/// Records of a source among `external_ids`, by external id.
pub(crate) async fn outlines(
    tx: &DatabaseTransaction,
    source: &str,
    external_ids: &[String],
) -> Result<HashMap<String, Outline>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(external_ids, 1) {
        let rows = record::Entity::find()
            .select_only()
            .columns([record::Column::Id, record::Column::ExternalId, record::Column::State])
            .columns([record::Column::Digest, record::Column::RulesVersion])
            .columns([record::Column::Actor, record::Column::FirstSeen])
            .column(record::Column::MissingSince)
            .columns([record::Column::SoftwareId, record::Column::JoinReason])
            .filter(record::Column::SourceId.eq(source))
            .filter(record::Column::ExternalId.is_in(chunk))
            .into_model::<Outline>()
            .all(tx)
            .await?;
        all.extend(rows.into_iter().map(|row| (row.external_id.clone(), row)));
    }
    Ok(all)
}

/// Whole rows of records, by id.
pub(crate) async fn whole(
    tx: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, record::Model>, StoreError> {
    let mut all = HashMap::new();
    for chunk in chunks(ids, 1) {
        let rows = record::Entity::find()
            .filter(record::Column::Id.is_in(chunk.iter().copied()))
            .all(tx)
            .await?;
        all.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(all)
}
