//! One act of an operator.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// UUIDv7: the order of ids is the order of acts.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    /// The name of the token, or `cli:` and the user of the machine.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// The token; none for the command line.
    pub token_id: Option<Uuid>,
    /// See [`crate::store::audit::Act`].
    #[sea_orm(column_type = "Text")]
    pub act: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub source_id: Option<String>,
    pub run_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub detail: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
