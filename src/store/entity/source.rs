//! A source and what its operator decided about it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub country: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub body: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub operator: String,
    #[sea_orm(column_type = "Text")]
    pub connector: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// Cron with five fields, UTC.
    #[sea_orm(column_type = "Text", nullable)]
    pub schedule: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub data_licence: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub attribution: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact: Option<String>,
    /// The lower number wins a merge.
    pub priority: i32,
    /// Connector settings, JSON.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    pub enabled: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub disabled_reason: Option<String>,
    /// The operator decided `enabled`; the seeds no longer do.
    pub enabled_by_operator: bool,
    /// The operator gave `url`; the seeds no longer do.
    pub url_by_operator: bool,
    /// When the operator took it out of the catalogue.
    pub removed_at: Option<DateTimeUtc>,
    /// Why each of its runs waits for the operator before it changes anything; none: none does.
    #[sea_orm(column_type = "Text", nullable)]
    pub hold_reason: Option<String>,
    /// Validators of the last complete listing, JSON; see [`crate::harvest`].
    #[sea_orm(column_type = "Text", nullable)]
    pub validators: Option<String>,
    pub last_complete_at: Option<DateTimeUtc>,
    pub added_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
