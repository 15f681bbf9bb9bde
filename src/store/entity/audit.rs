//! One act of an operator.

use sea_orm::entity::prelude::*;

use super::word::words;

words! {
    /// What operators do.
    AuditAct of audit.act {
        SignIn = "sign-in",
        /// Add a source, or change what is asked of it.
        Add = "add",
        /// Read a source at another address.
        Address = "address",
        /// Take a source out of the catalogue.
        Remove = "remove",
        /// Queue a run of a source.
        Run = "run",
        /// Let every run of a source wait for a decision.
        Hold = "hold",
        /// No longer.
        Release = "release",
        /// Apply a held run.
        Accept = "accept",
        /// Refuse a held run.
        Reject = "reject",
        Disable = "disable",
        Enable = "enable",
        CreateToken = "token-create",
        RevokeToken = "token-revoke",
        /// Say that two records are the same software.
        Same = "verdict-same",
        /// Say that two records are not the same software.
        Different = "verdict-different",
        /// Take such a decision back.
        Undo = "verdict-undo",
    }
}

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
    pub act: AuditAct,
    #[sea_orm(column_type = "Text", nullable)]
    pub source_id: Option<String>,
    pub run_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub detail: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
