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
    /// A fingerprint of the findings of the item and of what its decoder knew about the source:
    /// an item of the same digest with the same fingerprint need not be decoded again. None: it is
    /// decoded whenever it is read.
    pub fingerprint: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
