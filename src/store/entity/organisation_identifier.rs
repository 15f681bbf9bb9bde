//! An identifier of an organisation, such as `siren:130025265`: it belongs to one.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_identifier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub identifier: String,
    pub organisation_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
