//! An organisation of a directory.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The directory that lists it.
    #[sea_orm(column_type = "Text")]
    pub directory: String,
    /// Its name for people and for sorting; all names are in the content.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// An `organisation::Organisation` as JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    pub added_at: DateTimeUtc,
    pub changed_at: DateTimeUtc,
    /// Since when the directory does not list it any more.
    pub missing_since: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
