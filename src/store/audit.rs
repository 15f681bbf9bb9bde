//! The log of what operators did. Each act writes its line in the transaction in which it happens:
//! there is no act without a line and no line without an act.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::entity::audit;
pub use super::entity::audit::AuditAct as Act;
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

/// What an act was about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    pub source: Option<&'a str>,
    pub run: Option<Uuid>,
    pub detail: Option<&'a str>,
}

/// Writes one act down.
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
        act,
        source_id: about.source.map(str::to_owned),
        run_id: about.run,
        detail: about.detail.map(str::to_owned),
    };
    row.into_active_model().insert(tx).await?;
    Ok(())
}

/// Acts, newest first: about one source or all, before the act `before` in that order.
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
