//! What waits to be applied for one item of a run; gone once it is applied.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staged")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// Change and findings, packed JSON; plain JSON where it was staged before changes were packed.
    #[sea_orm(column_type = "Blob")]
    pub change: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
