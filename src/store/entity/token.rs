//! What an operator shows in order to be one. Only its hash is kept.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// What a token is good for.
    TokenScope of token.scope {
        /// To decide about sources and their runs, and to read the log of such decisions.
        Operator = "operator",
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the token, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub hash: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub scope: TokenScope,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub last_used_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
