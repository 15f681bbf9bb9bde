//! A problem in one record or listing, for the source's owner.

use sea_orm::entity::prelude::*;

use super::word::words;
use crate::formats::Severity;

words! {
    /// How bad a problem is; see [`Severity`].
    FindingSeverity of finding.severity {
        Info = "info",
        Warning = "warning",
        Error = "error",
    }
}

impl From<Severity> for FindingSeverity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

impl From<FindingSeverity> for Severity {
    fn from(stored: FindingSeverity) -> Self {
        match stored {
            FindingSeverity::Info => Self::Info,
            FindingSeverity::Warning => Self::Warning,
            FindingSeverity::Error => Self::Error,
        }
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "finding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub source_id: String,
    /// Empty: the listing as a whole.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    #[sea_orm(column_type = "Text")]
    pub code: String,
    pub severity: FindingSeverity,
    #[sea_orm(column_type = "Text")]
    pub path: String,
    #[sea_orm(column_type = "Text")]
    pub message: String,
    pub line: Option<i32>,
    pub column: Option<i32>,
    pub first_seen: DateTimeUtc,
    pub last_seen: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
