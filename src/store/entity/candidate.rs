//! Two records that may describe the same software; `record_a` is the smaller id.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "candidate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_a: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_b: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub reason: String,
    pub since: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
