//! A source of a software that several sources list. Software that only one lists has no row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shared")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub software_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub source_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
