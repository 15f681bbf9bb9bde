//! The log of what operators did. Each act writes its line in the transaction in which it happens:
//! there is no act without a line and no line without an act.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::entity::audit;
use super::{StoreError, ids};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name of the token, or `cli:` and the user of the machine.
    pub name: String,
    /// The token; none for the command line.
    pub token: Option<Uuid>,
}

impl Actor {
    /// Whoever uses the command line of this machine.
    pub fn command_line(user: Option<&str>) -> Self {
        let user = user.filter(|user| !user.is_empty()).unwrap_or("unknown");
        Self { name: format!("cli:{user}"), token: None }
    }
}

/// What operators do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    SignIn,
    /// Add a source, or change what is asked of it.
    Add,
    /// Read a source at another address.
    Address,
    /// Take a source out of the catalogue.
    Remove,
    /// Queue a run of a source.
    Run,
    /// Let every run of a source wait for a decision.
    Hold,
    /// No longer.
    Release,
    /// Apply a held run.
    Accept,
    /// Refuse a held run.
    Reject,
    Disable,
    Enable,
    CreateToken,
    RevokeToken,
    /// Say that two records are the same software.
    Same,
    /// Say that two records are not the same software.
    Different,
    /// Take such a decision back.
    Undo,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::SignIn,
        Self::Add,
        Self::Address,
        Self::Remove,
        Self::Run,
        Self::Hold,
        Self::Release,
        Self::Accept,
        Self::Reject,
        Self::Disable,
        Self::Enable,
        Self::CreateToken,
        Self::RevokeToken,
        Self::Same,
        Self::Different,
        Self::Undo,
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Add => "add",
            Self::Address => "address",
            Self::Remove => "remove",
            Self::Run => "run",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::CreateToken => "token-create",
            Self::RevokeToken => "token-revoke",
            Self::Same => "verdict-same",
            Self::Different => "verdict-different",
            Self::Undo => "verdict-undo",
        }
    }
}

/// What an act was about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    pub source: Option<&'a str>,
    pub run: Option<Uuid>,
    pub detail: Option<&'a str>,
}

/// Writes one act down.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn write(
    tx: &DatabaseTransaction,
    actor: &Actor,
    act: Act,
    about: About<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let last = audit::Entity::find().select_only().column(audit::Column::Id);
    let greatest = last.order_by_desc(audit::Column::Id).into_tuple().one(tx).await?;
    let row = audit::Model {
        id: ids::after(greatest),
        at: now,
        actor: actor.name.clone(),
        token_id: actor.token,
        act: act.as_str().to_owned(),
        source_id: about.source.map(str::to_owned),
        run_id: about.run,
        detail: about.detail.map(str::to_owned),
    };
    row.into_active_model().insert(tx).await?;
    Ok(())
}

/// Acts, newest first: about one source or all, before the act `before` in that order.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    source: Option<&str>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<audit::Model>, StoreError> {
    let mut query = audit::Entity::find();
    if let Some(source) = source {
        query = query.filter(audit::Column::SourceId.eq(source));
    }
    if let Some(before) = before {
        query = query.filter(audit::Column::Id.lt(before));
    }
    Ok(query.order_by_desc(audit::Column::Id).limit(limit).all(db).await?)
}
