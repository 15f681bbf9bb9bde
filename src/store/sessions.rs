//! Sessions: a token exchanged for a secret that a browser keeps, for a bounded time.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
};

use super::audit::{self, About, Act};
use super::entity::{session, token};
use super::tokens::{self, Scope};
use super::{Store, StoreError};
use crate::secrets::Secret;

/// A session that nobody uses ends after this time.
pub const IDLE: TimeDelta = TimeDelta::hours(8);
/// Every session ends this long after its beginning.
pub const LONGEST: TimeDelta = TimeDelta::hours(24);
/// How often the use of a session is written down.
const TOUCH: TimeDelta = TimeDelta::minutes(5);

/// Begins a session with a good token, and forgets those that have ended.
pub async fn begin(
    store: &Store,
    token: &token::Model,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = session::Model {
        hash: secret.hash(),
        token_id: token.id,
        created_at: now,
        last_used_at: now,
    };
    let tx = store.write().await?;
    let ended = session::Column::LastUsedAt.lte(now - IDLE);
    let old = session::Column::CreatedAt.lte(now - LONGEST);
    session::Entity::delete_many().filter(ended.or(old)).exec(&tx).await?;
    row.into_active_model().insert(&tx).await?;
    tokens::used(&tx, token, now).await?;
    audit::write(&tx, &token.actor(), Act::SignIn, About::default(), now).await?;
    tx.commit().await?;
    Ok(())
}

/// The token of a session that has not ended; the session is in use by that.
pub async fn token_of(
    store: &Store,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<token::Model>, StoreError> {
    let row = session::Entity::find_by_id(secret.hash()).one(store.read()).await?;
    let Some(row) =
        row.filter(|row| now < row.last_used_at + IDLE && now < row.created_at + LONGEST)
    else {
        return Ok(None);
    };
    let token = token::Entity::find_by_id(row.token_id)
        .filter(token::Column::Scope.eq(Scope::Operator))
        .one(store.read())
        .await?;
    let Some(token) = token.filter(|token| token.is_good(Scope::Operator, now)) else {
        return Ok(None);
    };
    if now >= row.last_used_at + TOUCH {
        touch(store, &row, &token, now).await?;
    }
    Ok(Some(token))
}

async fn touch(
    store: &Store,
    row: &session::Model,
    token: &token::Model,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = store.write().await?;
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .filter(session::Column::Hash.eq(&row.hash))
        .exec(&tx)
        .await?;
    if !token.was_used_today(now) {
        tokens::used(&tx, token, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Ends a session.
pub async fn end(store: &Store, secret: &Secret) -> Result<(), StoreError> {
    let tx = store.write().await?;
    session::Entity::delete_by_id(secret.hash()).exec(&tx).await?;
    tx.commit().await?;
    Ok(())
}
