//! What one source says about one software.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// State of a record.
    RecordState of record.state {
        Active = "active",
        /// The last complete listing did not hold it. It still counts.
        Missing = "missing",
        /// A tombstone.
        Withdrawn = "withdrawn",
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub source_id: String,
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    pub state: RecordState,
    /// SHA-256 of the raw item as received, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// Version of the rules that made `content`.
    #[sea_orm(column_type = "Text")]
    pub rules_version: String,
    /// The raw item without persons' data, JSON, as rows of before it was packed have it; else
    /// empty. See [`crate::store::packed::raw_of`].
    #[sea_orm(column_type = "Text")]
    pub raw: String,
    /// [`crate::catalogue::content::Content`], JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    pub first_seen: DateTimeUtc,
    pub changed_at: DateTimeUtc,
    pub missing_since: Option<DateTimeUtc>,
    pub withdrawn_at: Option<DateTimeUtc>,
    /// [`crate::formats::Withdrawal`], JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub withdrawal: Option<String>,
    /// The software that it describes. Never lost, never derived from runs.
    pub software_id: Option<Uuid>,
    /// Why it is joined to other records.
    #[sea_orm(column_type = "Text", nullable)]
    pub join_reason: Option<String>,
    /// The raw item, packed.
    #[sea_orm(column_type = "Blob", nullable)]
    pub raw_packed: Option<Vec<u8>>,
    /// What was found in the item, and what its decoder knew beside it, in short: where that would
    /// be the same again the item need not be decoded. None: it is not known.
    pub reading: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
