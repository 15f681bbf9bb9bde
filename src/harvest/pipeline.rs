//! One run of one source: read and stage, decide, apply.

mod apply;
mod ending;
mod preview;
mod read;
mod removal;
mod rename;
mod reread;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use tracing::info;
use uuid::Uuid;

use super::acts;
use super::options::OptionsError;
use crate::clock;
use crate::outbound::{FetchError, Limits, Lookup, Politeness};
use crate::seeds::STARTER_CONNECTOR;
use crate::store::audit::Actor;
use crate::store::entity::run;
use crate::store::leases::{self, Lease};
use crate::store::runs::{self, State};
use crate::store::{Store, StoreError, sources};
use ending::{Ending, Standing};
pub use preview::Preview;

/// Why a run could not be carried out at all. What goes wrong with a *listing* is no error here:
/// it is the state of the run.
#[derive(Debug, Error)]
pub enum HarvestError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "source {source_id} asks for the connector {connector}, which does not exist; connectors are {known}"
    )]
    NoConnector { source_id: String, connector: String, known: String },
    #[error("the address {url} of source {source_id} is not valid: {error}")]
    Address { source_id: String, url: String, error: url::ParseError },
    #[error("options of source {source_id} are not valid: {error}")]
    Options { source_id: String, error: OptionsError },
    #[error(
        "source {source_id} has no address: give it one with `fedcat sources address {source_id} \
         URL`, or read a file with `fedcat harvest {source_id} --from FILE`"
    )]
    NoAddress { source_id: String },
    #[error("source {source_id} was removed: `fedcat sources enable {source_id}` brings it back")]
    Removed { source_id: String },
    #[error(transparent)]
    Client(#[from] FetchError),
    #[error("run {0} cannot start: another run of its source is running")]
    Busy(Uuid),
    #[error("run {0} cannot start yet: as many runs as are allowed are running")]
    NoRoom(Uuid),
}

/// Who wants to know how far a run is.
pub trait Progress: Send + Sync {
    /// So many items have been read.
    fn read(&self, items: i64);
    /// So many of so many changes have been applied.
    fn applied(&self, done: u64);
}

/// For runs that nobody watches.
#[derive(Debug)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn read(&self, _: i64) {}
    fn applied(&self, _: u64) {}
}

/// What runs are carried out with.
#[derive(Clone)]
pub struct Harvester {
    pub store: Store,
    pub limits: Limits,
    /// The address that servers are told to complain to.
    pub contact: String,
    /// A name for this process in leases.
    pub holder: String,
    /// How long a run may stand still before it is given up for dead.
    pub lease: TimeDelta,
    pub politeness: Arc<Politeness>,
    /// Who turns names of hosts into addresses.
    pub names: Arc<dyn Lookup>,
    /// Queued runs that are carried out at the same time, over all processes that share the
    /// database. Runs by hand are not counted in.
    pub at_once: u32,
    /// Longest time for reading one listing.
    pub run_timeout: Duration,
    pub cancel: CancellationToken,
}

impl Harvester {
    /// Carries out a queued run, or applies an accepted one, and returns its row as it ended.
    ///
    /// # Errors
    /// [`HarvestError`] where the run cannot be carried out; if it had started it is marked
    /// aborted.
    pub async fn run(&self, id: Uuid, progress: &dyn Progress) -> Result<run::Model, HarvestError> {
        if runs::get(self.store.read(), id).await?.state == State::Accepted {
            return self.apply_waiting(id, State::Accepted, None, progress).await;
        }
        let tx = self.store.write().await?;
        if !runs::has_room(&tx, self.at_once, clock::now()).await? {
            return Err(HarvestError::NoRoom(id));
        }
        let claimed = runs::claim(&tx, id, &self.holder, self.lease, clock::now()).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let Some((row, lease)) = claimed else { return Err(HarvestError::Busy(id)) };
        self.run_claimed(row, lease, progress).await
    }

    async fn run_claimed(
        &self,
        row: run::Model,
        lease: Lease,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let result = self.carry_out(row, &lease, progress).await;
        if let Err(error) = &result {
            self.give_up(&lease, &error.to_string()).await?;
        }
        let row = result?;
        info!(
            source = row.source_id, run = %row.id, state = %row.state, read = row.items_read,
            added = row.added, updated = row.updated, unchanged = row.unchanged,
            skipped = row.skipped, failed = row.failed, missing = row.missing,
            withdrawn = row.withdrawn, renamed = row.renamed, reason = row.reason, "run of {} ended: {}", row.source_id,
            row.state
        );
        Ok(row)
    }

    /// Accepts a run that is held and applies it at once.
    ///
    /// # Errors
    /// [`StoreError::WrongState`] where the run is not held.
    pub async fn accept(
        &self,
        id: Uuid,
        actor: &Actor,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        self.apply_waiting(id, State::Held, Some(actor), progress).await
    }

    /// Applies a run that waits in the state `from`; where that decides about it, by whom.
    async fn apply_waiting(
        &self,
        id: Uuid,
        from: State,
        actor: Option<&Actor>,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let source = runs::get(self.store.read(), id).await?.source_id;
        let tx = self.store.write().await?;
        let (holder, term, now) = (&self.holder, self.lease, clock::now());
        let taken = runs::take_over(&tx, &source, id, holder, term, now).await?;
        let Some(lease) = taken else { return Err(HarvestError::Busy(id)) };
        // From here on nobody else can decide about it, and a kill leaves a run that is aborted.
        let mut row = runs::transition(&tx, id, from, State::Running).await?;
        if let Some(actor) = actor {
            row = acts::accepted(&tx, actor, row).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        let state = if row.complete { State::Succeeded } else { State::Incomplete };
        let ending = Ending { state, listing_findings: None, standing: Standing::Unknown };
        let result = self.apply(row, ending, &lease, progress).await;
        if let Err(error) = &result {
            self.give_up(&lease, &error.to_string()).await?;
        }
        result
    }

    async fn carry_out(
        &self,
        row: run::Model,
        lease: &Lease,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let source = sources::get(self.store.read(), &row.source_id).await?;
        let (stage, outcome) = self.read(&row, &source, lease, progress).await?;
        self.decide(row, &source, lease, stage, outcome, progress).await
    }

    /// Marks the run aborted and gives the lease back, if it is still ours.
    async fn give_up(&self, lease: &Lease, reason: &str) -> Result<(), StoreError> {
        let tx = self.store.write().await?;
        runs::abort(&tx, lease.run, reason, clock::now()).await?;
        leases::release(&tx, lease).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Carries out a run by hand.
    ///
    /// # Errors
    /// [`HarvestError`] as [`Harvester::run`].
    pub async fn harvest(
        &self,
        source: &str,
        input: Option<&str>,
        at: DateTime<Utc>,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let (row, lease) = self.begin(source, input, at, None).await?;
        self.run_claimed(row, lease, progress).await
    }

    /// Carries out a run as an act of somebody.
    ///
    /// # Errors
    /// [`HarvestError`] as [`Harvester::run`].
    pub async fn harvest_for(
        &self,
        actor: &Actor,
        source: &str,
        input: Option<&str>,
        at: DateTime<Utc>,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let (row, lease) = self.begin(source, input, at, Some(actor)).await?;
        self.run_claimed(row, lease, progress).await
    }

    /// Queues a run and claims it at once.
    async fn begin(
        &self,
        source: &str,
        input: Option<&str>,
        at: DateTime<Utc>,
        actor: Option<&Actor>,
    ) -> Result<(run::Model, Lease), HarvestError> {
        let row = sources::get(self.store.read(), source).await?;
        if input.is_none() && row.url.is_none() && row.connector != STARTER_CONNECTOR {
            return Err(HarvestError::NoAddress { source_id: row.id });
        }
        if row.removed_at.is_some() {
            return Err(HarvestError::Removed { source_id: row.id });
        }
        let tx = self.store.write().await?;
        let now = clock::now();
        let Some(id) = runs::queue(&tx, source, None, input, at, now).await? else {
            return Err(StoreError::NotFound { what: "new run of", id: source.to_owned() }.into());
        };
        // Claimed at once: a queued run would be taken by the worker of another process, which
        // may not even see the file that is to be read. Where it cannot be, nothing stays queued.
        let Some(claimed) = runs::claim(&tx, id, &self.holder, self.lease, now).await? else {
            return Err(HarvestError::Busy(id));
        };
        if let Some(actor) = actor {
            acts::asked_for(&tx, actor, source, id, input).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(claimed)
    }
}
