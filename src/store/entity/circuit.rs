//! A source whose last runs failed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "circuit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: String,
    /// Runs in a row that failed.
    pub failures: i32,
    /// When it is asked again by itself.
    pub not_before: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
