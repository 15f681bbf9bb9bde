//! What operators decide about sources and their runs. Each act and its line in the log of acts
//! are one transaction. Nothing here fetches or applies: what takes long is left to the workers.

use sea_orm::DatabaseTransaction;
use thiserror::Error;
use uuid::Uuid;

use super::connectors;
use super::options::OptionsError;
use crate::catalogue::urls::WebUrl;
use crate::clock;
use crate::seeds::{self, STARTER_CONNECTOR, SeedError};
use crate::store::audit::{self, About, Act, Actor};
use crate::store::entity::{run, source};
use crate::store::runs::{self, State};
use crate::store::{Store, StoreError, sources};

/// Characters of the longest reason that an operator may give.
pub const LONGEST_REASON: usize = 500;

/// Why an act was not carried out.
#[derive(Debug, Error)]
pub enum ActError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Seeds(#[from] SeedError),
    #[error("{source_id} cannot be read: its connector {connector} is not built yet")]
    NoConnector { source_id: String, connector: String },
    #[error(
        "{source_id} cannot be read: it has no address: give it one with `fedcat sources address {source_id} URL`"
    )]
    NoAddress { source_id: String },
    #[error(
        "no address of {source_id} is known but the one that it has: name one, or give the source \
         anew with `fedcat sources add`"
    )]
    NoAddressOfItsOwn { source_id: String },
    #[error("{source_id} cannot be read: its options are not valid: {error}")]
    Options { source_id: String, error: OptionsError },
    #[error("{source_id} is disabled: enable it first")]
    Disabled { source_id: String },
    #[error("run {run} of {source_id} is {state} already: wait for its end")]
    Busy { source_id: String, run: Uuid, state: State },
    #[error("the reason has {found} characters: expected 1 to {LONGEST_REASON}")]
    Reason { found: usize },
}

impl From<sea_orm::DbErr> for ActError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Why an operator does something, in their own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Takes a text without the space around it.
    ///
    /// # Errors
    /// [`ActError::Reason`] where it is empty or too long.
    pub fn new(text: &str) -> Result<Self, ActError> {
        let text: String =
            text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match text.chars().count() {
            1..=LONGEST_REASON => Ok(Self(text)),
            found => Err(ActError::Reason { found }),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Queues a run of a source for the workers.
///
/// # Errors
/// [`ActError`] where the source cannot be read, or a run of it has not ended.
pub async fn run(store: &Store, actor: &Actor, id: &str) -> Result<run::Model, ActError> {
    let now = clock::now();
    let tx = store.write().await?;
    let source = sources::lock(&tx, id).await?;
    readable(&source)?;
    if !source.enabled {
        return Err(ActError::Disabled { source_id: source.id });
    }
    if let Some(going) = runs::going_on(&tx, id).await? {
        return Err(ActError::Busy { source_id: source.id, run: going.id, state: going.state });
    }
    let queued = runs::queue(&tx, id, None, None, now, now).await?;
    let Some(queued) = queued else {
        return Err(StoreError::NotFound { what: "new run of", id: id.to_owned() }.into());
    };
    asked_for(&tx, actor, id, queued, None).await?;
    let row = runs::get(&tx, queued).await?;
    tx.commit().await?;
    Ok(row)
}

/// From now on every run of the source waits for a decision before it changes anything.
///
/// # Errors
/// [`ActError`] where there is no such source.
pub async fn hold(store: &Store, actor: &Actor, id: &str, why: &Reason) -> Result<(), ActError> {
    let tx = store.write().await?;
    sources::set_hold(&tx, id, Some(why.0.clone())).await?;
    about_source(tx, actor, Act::Hold, id, Some(&why.0)).await
}

/// From now on runs of the source change what they find changed. A run that is held stays so.
///
/// # Errors
/// [`ActError`] where there is no such source.
pub async fn release(store: &Store, actor: &Actor, id: &str) -> Result<(), ActError> {
    let tx = store.write().await?;
    sources::set_hold(&tx, id, None).await?;
    about_source(tx, actor, Act::Release, id, None).await
}

/// Takes the source off the schedule. What it said stays.
///
/// # Errors
/// [`ActError`] where there is no such source.
pub async fn disable(store: &Store, actor: &Actor, id: &str, why: &Reason) -> Result<(), ActError> {
    let tx = store.write().await?;
    sources::set_enabled(&tx, id, false, Some(why.0.clone())).await?;
    about_source(tx, actor, Act::Disable, id, Some(&why.0)).await
}

/// Puts the source on its schedule.
///
/// # Errors
/// [`ActError`] where there is no such source, or it cannot be read.
pub async fn enable(store: &Store, actor: &Actor, id: &str) -> Result<(), ActError> {
    let tx = store.write().await?;
    readable(&sources::get(&tx, id).await?)?;
    sources::bring_back(&tx, id).await?;
    sources::set_enabled(&tx, id, true, None).await?;
    about_source(tx, actor, Act::Enable, id, None).await
}

/// Reads the source at another address from now on, such as that of a mirror; without one, at its
/// own again.
///
/// # Errors
/// [`ActError`] where there is no such source, or its own address is not known.
pub async fn set_address(
    store: &Store,
    actor: &Actor,
    id: &str,
    address: Option<&WebUrl>,
) -> Result<Option<String>, ActError> {
    let tx = store.write().await?;
    sources::get(&tx, id).await?;
    let url = match address {
        Some(address) => Some(address.clone()),
        None => {
            let Some(seed) = seeds::sources()?.into_iter().find(|seed| seed.id == id) else {
                return Err(ActError::NoAddressOfItsOwn { source_id: id.to_owned() });
            };
            seed.url
        }
    };
    let url = url.as_ref().map(WebUrl::as_str);
    sources::set_address(&tx, id, url, address.is_some()).await?;
    about_source(tx, actor, Act::Address, id, url).await?;
    Ok(url.map(str::to_owned))
}

/// Lets the workers apply a held run. Of several who decide at once, one succeeds.
///
/// # Errors
/// [`StoreError::WrongState`] where the run is not held.
pub async fn accept(store: &Store, actor: &Actor, id: Uuid) -> Result<run::Model, ActError> {
    let tx = store.write().await?;
    let row = runs::transition(&tx, id, State::Held, State::Accepted).await?;
    let row = accepted(&tx, actor, row).await?;
    tx.commit().await?;
    Ok(row)
}

/// Refuses a held run: nothing of it is applied.
///
/// # Errors
/// [`StoreError::WrongState`] where the run is not held.
pub async fn reject(store: &Store, actor: &Actor, id: Uuid) -> Result<run::Model, ActError> {
    let tx = store.write().await?;
    let row = runs::transition(&tx, id, State::Held, State::Rejected).await?;
    runs::forget_staged(&tx, id).await?;
    let row = run::Model { ended_at: Some(clock::now()), ..row };
    runs::end(&tx, row.clone()).await?;
    decided(&tx, actor, Act::Reject, &row).await?;
    tx.commit().await?;
    Ok(row)
}

/// Writes down who asked for a run, and of what in place of the source's own address.
pub(super) async fn asked_for(
    tx: &DatabaseTransaction,
    actor: &Actor,
    source: &str,
    run: Uuid,
    input: Option<&str>,
) -> Result<(), StoreError> {
    let about = About { source: Some(source), run: Some(run), detail: input };
    audit::write(tx, actor, Act::Run, about, clock::now()).await
}

/// Writes down who accepted a held run, and in the run that somebody did.
pub(super) async fn accepted(
    tx: &DatabaseTransaction,
    actor: &Actor,
    row: run::Model,
) -> Result<run::Model, StoreError> {
    decided(tx, actor, Act::Accept, &row).await?;
    let reason = format!("{}; accepted by the operator", row.reason.as_deref().unwrap_or_default());
    let row = run::Model { reason: Some(reason), ..row };
    runs::end(tx, row.clone()).await?;
    Ok(row)
}

/// Writes down who decided about a held run.
async fn decided(
    tx: &DatabaseTransaction,
    actor: &Actor,
    act: Act,
    row: &run::Model,
) -> Result<(), StoreError> {
    let about =
        About { source: Some(&row.source_id), run: Some(row.id), detail: row.reason.as_deref() };
    audit::write(tx, actor, act, about, clock::now()).await
}

async fn about_source(
    tx: DatabaseTransaction,
    actor: &Actor,
    act: Act,
    id: &str,
    detail: Option<&str>,
) -> Result<(), ActError> {
    let about = About { source: Some(id), run: None, detail };
    audit::write(&tx, actor, act, about, clock::now()).await?;
    tx.commit().await?;
    Ok(())
}

fn readable(source: &source::Model) -> Result<(), ActError> {
    let source_id = source.id.clone();
    let Some(connector) = connectors::by_name(&source.connector) else {
        return Err(ActError::NoConnector { source_id, connector: source.connector.clone() });
    };
    if source.url.is_none() && source.connector != STARTER_CONNECTOR {
        return Err(ActError::NoAddress { source_id });
    }
    let checked = serde_json::from_str(&source.options)
        .map_err(OptionsError::from)
        .and_then(|options| connector.check(&options));
    checked.map_err(|error| ActError::Options { source_id, error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_text_of_bounded_length_in_one_line() {
        for (text, expected) in [
            (" a\nb ", Some("a b")),
            ("é", Some("é")),
            ("", None),
            (" \n ", None),
            (&"é".repeat(LONGEST_REASON), Some("é".repeat(LONGEST_REASON).as_str())),
            (&"x".repeat(LONGEST_REASON + 1), None),
        ] {
            let reason = Reason::new(text).ok().map(|reason| reason.0);
            assert_eq!(reason.as_deref(), expected, "{text}");
        }
    }
}
