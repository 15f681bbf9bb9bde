//! What became of one item of a run. Unchanged items leave no row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// Reason codes, JSON.
    #[sea_orm(column_type = "Text")]
    pub reasons: String,
    /// Of `renamed`: the id that the record had.
    #[sea_orm(column_type = "Text", nullable)]
    pub renamed_from: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
