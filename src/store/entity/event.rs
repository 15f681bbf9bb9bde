//! One line of the event log.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// What happened.
    EventKind of event.kind {
        Create = "create",
        Update = "update",
        Withdraw = "withdraw",
        /// A software was found to be the same as another, whose id it redirects to from now on.
        MergedInto = "merged-into",
        /// A software was found to be two: records left it for a new one.
        Split = "split",
        /// A record is the same under another id at its source.
        Renamed = "renamed",
    }
}

words! {
    /// What it happened to.
    EventEntity of event.entity {
        Record = "record",
        Software = "software",
        Organisation = "organisation",
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: DateTimeUtc,
    pub kind: EventKind,
    pub entity: EventEntity,
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
