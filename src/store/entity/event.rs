//! One line of the event log.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: DateTimeUtc,
    /// `create`, `update`, `withdraw`, `merged-into`, `split` or `renamed`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// `record`, `software` or `organisation`.
    #[sea_orm(column_type = "Text")]
    pub entity: String,
    pub entity_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub before: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub after: Option<String>,
    /// Of `merged-into` and `split`: the other software.
    pub target_id: Option<Uuid>,
    /// The transaction that wrote it; none in logs that were begun before marks were kept.
    pub mark: Option<Uuid>,
    /// Of `renamed`: the record's id at its source before.
    #[sea_orm(column_type = "Text", nullable)]
    pub renamed_from: Option<String>,
    /// And after.
    #[sea_orm(column_type = "Text", nullable)]
    pub renamed_to: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
