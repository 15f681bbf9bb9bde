//! A total that is kept with what it counts.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tally")]
pub struct Model {
    /// See [`crate::store::tally::What`].
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub what: String,
    /// Empty: of no single source.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub source_id: String,
    /// A state, a code or another source.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub part: String,
    pub count: i64,
}

impl ActiveModelBehavior for ActiveModel {}
