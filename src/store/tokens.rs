//! Tokens of operators: given out once, known by their hash, good for a bounded time.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::audit::{self, About, Act, Actor};
pub use super::entity::token::TokenScope as Scope;
use super::entity::{session, token};
use super::{Store, StoreError};
use crate::secrets::Secret;

/// With what every operator's token begins.
pub const PREFIX: &str = "fedcat_op_";

/// Keeps a new token by its hash.
pub async fn create(
    store: &Store,
    actor: &Actor,
    secret: &Secret,
    name: &str,
    scope: Scope,
    life: TimeDelta,
    now: DateTime<Utc>,
) -> Result<token::Model, StoreError> {
    let row = token::Model {
        id: Uuid::now_v7(),
        hash: secret.hash(),
        name: name.to_owned(),
        scope,
        created_at: now,
        expires_at: now + life,
        revoked_at: None,
        last_used_on: None,
    };
    let tx = store.write().await?;
    row.clone().into_active_model().insert(&tx).await?;
    let detail = format!("{} {name}", row.id);
    audit::write(&tx, actor, Act::CreateToken, about(&detail), now).await?;
    tx.commit().await?;
    Ok(row)
}

/// Ends a token before its time, and every session with it.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none with this id, [`StoreError::WrongState`] where it
/// has been revoked before.
pub async fn revoke(
    store: &Store,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<token::Model, StoreError> {
    let tx = store.write().await?;
    let row = get(&tx, id).await?;
    let revoked = token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, Expr::value(now))
        .filter(token::Column::Id.eq(id))
        .filter(token::Column::RevokedAt.is_null())
        .exec(&tx)
        .await?;
    if revoked.rows_affected == 0 {
        return Err(StoreError::WrongState {
            what: "token",
            id: id.to_string(),
            state: "revoked".to_owned(),
            expected: "only one that has not been revoked can be",
        });
    }
    session::Entity::delete_many().filter(session::Column::TokenId.eq(id)).exec(&tx).await?;
    let detail = format!("{id} {}", row.name);
    audit::write(&tx, actor, Act::RevokeToken, about(&detail), now).await?;
    tx.commit().await?;
    Ok(token::Model { revoked_at: Some(now), ..row })
}

fn about(detail: &str) -> About<'_> {
    About { detail: Some(detail), ..About::default() }
}

/// The token that somebody shows, if it is good for `scope` now.
pub async fn good(
    db: &impl ConnectionTrait,
    secret: &Secret,
    scope: Scope,
    now: DateTime<Utc>,
) -> Result<Option<token::Model>, StoreError> {
    let row = token::Entity::find()
        .filter(token::Column::Hash.eq(secret.hash()))
        .filter(token::Column::Scope.eq(scope))
        .one(db)
        .await?;
    Ok(row.filter(|row| row.is_good(scope, now)))
}

/// Remembers the day on which a token was used.
pub async fn used(
    tx: &DatabaseTransaction,
    row: &token::Model,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    token::Entity::update_many()
        .col_expr(token::Column::LastUsedOn, Expr::value(now.date_naive()))
        .filter(token::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// All tokens, oldest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<token::Model>, StoreError> {
    Ok(token::Entity::find().order_by_asc(token::Column::Id).all(db).await?)
}

async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<token::Model, StoreError> {
    token::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| StoreError::NotFound { what: "token", id: id.to_string() })
}

impl token::Model {
    /// Whether it opens anything.
    pub fn is_good(&self, scope: Scope, now: DateTime<Utc>) -> bool {
        self.scope == scope && self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it was used on the day of `now`.
    pub fn was_used_today(&self, now: DateTime<Utc>) -> bool {
        self.last_used_on == Some(now.date_naive())
    }

    /// Who acts with it.
    pub fn actor(&self) -> Actor {
        Actor { name: self.name.clone(), token: Some(self.id) }
    }
}
