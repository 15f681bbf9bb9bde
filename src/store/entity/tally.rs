//! A total that is kept with what it counts.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// What is counted.
    TallyKind of tally.what {
        /// Software, by state.
        Software = "software",
        /// Records of a source, by state.
        Record = "record",
        /// Open findings of a source, by code.
        Finding = "finding",
        /// Software that more than one source lists.
        Several = "several",
        /// Software of a source that another one lists too, by the other one.
        Shared = "shared",
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tally")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub what: TallyKind,
    /// Empty: of no single source.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub source_id: String,
    /// A state, a code or another source.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub part: String,
    pub count: i64,
}

impl ActiveModelBehavior for ActiveModel {}
