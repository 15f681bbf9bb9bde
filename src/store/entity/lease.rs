//! The right to write for a source, held by one run at a time.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: String,
    pub run_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub holder: String,
    /// Rises with every holder; every write transaction checks it.
    pub epoch: i64,
    pub until: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
