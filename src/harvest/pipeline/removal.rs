//! Taking a source out of the catalogue, as a run of its own: its records become tombstones, in
//! batches, under the source's lease. One that was killed is carried on by asking again.

use super::ending::{Ending, Standing};
use super::{HarvestError, Harvester, Progress};
use crate::clock;
use crate::formats::Withdrawal;
use crate::harvest::staging::Stage;
use crate::store::audit::{self, About, Act, Actor};
use crate::store::entity::run;
use crate::store::leases::Lease;
use crate::store::records;
use crate::store::runs::{self, State};
use crate::store::{StoreError, findings, sources};

/// Records looked at together.
const PAGE: u64 = 5_000;

impl Harvester {
    /// Takes a source out of the catalogue: it is harvested no more, its records are withdrawn, and
    /// lists no longer name it. Its runs and the log stay.
    ///
    /// # Errors
    /// [`HarvestError`] where there is no such source, a run of it is going on, or the database
    /// fails.
    pub async fn remove(
        &self,
        actor: &Actor,
        source: &str,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let now = clock::now();
        let tx = self.store.write().await?;
        sources::remove(&tx, source, now).await?;
        let Some(id) = runs::queue(&tx, source, None, None, now, now).await? else {
            return Err(StoreError::NotFound { what: "new run of", id: source.to_owned() }.into());
        };
        let Some((row, lease)) = runs::claim(&tx, id, &self.holder, self.lease, now).await? else {
            return Err(HarvestError::Busy(id));
        };
        let about = About { source: Some(source), run: Some(id), detail: None };
        audit::write(&tx, actor, Act::Remove, about, now).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let result = self.withdraw_all(row, &lease, progress).await;
        if let Err(error) = &result {
            self.give_up(&lease, &error.to_string()).await?;
        }
        result
    }

    async fn withdraw_all(
        &self,
        row: run::Model,
        lease: &Lease,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let reason = "the operator removed the source";
        let withdrawal = Withdrawal {
            reason: Some(reason.to_owned()),
            on: Some(row.at.date_naive()),
            last_version: None,
        };
        let mut stage = Stage::default();
        let states = [records::State::Active, records::State::Missing];
        let mut after = String::new();
        loop {
            let db = self.store.read();
            let page = records::listed(db, &row.source_id, &states, &after, PAGE).await?;
            let Some((last, _, _)) = page.last() else { break };
            after.clone_from(last);
            let items = stage.withdrawn(page.into_iter().map(|(id, _, _)| id), &withdrawal)?;
            self.write_staged(row.id, lease, &items, 0).await?;
        }
        let mut after = String::new();
        loop {
            let db = self.store.read();
            let page = findings::items_without_record(db, &row.source_id, &after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(last);
            self.write_staged(row.id, lease, &stage.forgotten(page)?, 0).await?;
        }
        let row = run::Model { reason: Some(reason.to_owned()), ..row.with_counts(stage.counts) };
        let nothing_wrong = Some(Vec::new());
        let ending = Ending {
            state: State::Succeeded,
            listing_findings: nothing_wrong,
            standing: Standing::Unknown,
        };
        self.apply(row, ending, lease, progress).await
    }
}
