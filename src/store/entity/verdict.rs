//! A person's decision about two records; `record_a` is the smaller id.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "verdict")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_a: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_b: Uuid,
    /// By which it is listed and undone. A UUIDv7: the order of ids is the order of decisions.
    pub id: Uuid,
    pub same: bool,
    #[sea_orm(column_type = "Text")]
    pub decided_by: String,
    pub decided_at: DateTimeUtc,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
}

impl ActiveModelBehavior for ActiveModel {}
