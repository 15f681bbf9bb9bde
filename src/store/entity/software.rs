//! A merged entry, derived from records.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// State of a software.
    SoftwareState of software.state {
        Active = "active",
        /// A tombstone: no record of it is listed any more.
        Withdrawn = "withdrawn",
        /// It is another software, to which its id redirects.
        Merged = "merged",
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "software")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub state: SoftwareState,
    pub merged_into: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    /// [`crate::catalogue::content::Content`], JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// [`crate::catalogue::merge::Statement`]s, JSON, as rows of before they were packed have
    /// them; else empty.
    #[sea_orm(column_type = "Text")]
    pub provenance: String,
    /// [`crate::catalogue::merge::licence::Concluded`], JSON.
    #[sea_orm(column_type = "Text")]
    pub licence: String,
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    pub created_at: DateTimeUtc,
    pub changed_at: DateTimeUtc,
    pub next_change_at: Option<DateTimeUtc>,
    /// The statements, packed.
    #[sea_orm(column_type = "Blob", nullable)]
    pub provenance_packed: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
