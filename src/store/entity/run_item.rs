//! What became of one item of a run. Unchanged items leave no row.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// What became of an item.
    ItemStatus of run_item.status {
        Added = "added",
        Updated = "updated",
        Unchanged = "unchanged",
        /// Its record is listed under another id than before.
        Renamed = "renamed",
        /// Not for the catalogue.
        Skipped = "skipped",
        /// Could not be taken; findings say why.
        Failed = "failed",
        /// The complete listing no longer held it.
        Missing = "missing",
        /// Its record became a tombstone.
        Withdrawn = "withdrawn",
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    pub status: ItemStatus,
    /// Reason codes, JSON.
    #[sea_orm(column_type = "Text")]
    pub reasons: String,
    /// Of `renamed`: the id that the record had.
    #[sea_orm(column_type = "Text", nullable)]
    pub renamed_from: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
