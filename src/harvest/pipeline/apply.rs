//! The second half of a run: decide what becomes of what was staged, and apply it in batches.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sea_orm::DatabaseTransaction;
use tracing::warn;
use uuid::Uuid;

use super::ending::{Ending, Standing};
use super::{HarvestError, Harvester, Progress};
use crate::clock;
use crate::harvest::circuit;
use crate::harvest::guard::Losses;
use crate::harvest::listing::{Confirmed, ListingError, Outcome};
use crate::harvest::staging::{Stage, Staged, findings_of};
use crate::store::catalogue;
use crate::store::entity::{run, source};
use crate::store::leases::{self, Lease};
use crate::store::packed::unpack_json;
use crate::store::records::{self, write_json};
use crate::store::runs::{self, State};
use crate::store::{Store, StoreError, circuits, findings, sources};

/// Records changed in one transaction.
const APPLY: u64 = 500;

/// Records looked at together for whether they are absent.
pub(super) const LISTED: u64 = 5_000;

/// How long it is kept what became of each item of a run.
const ITEMS_KEPT: TimeDelta = TimeDelta::days(90);

/// Staged changes that are applied together, and the last of their external ids; `None` where
/// there are no more.
pub(super) struct Batch {
    pub staged: BTreeMap<String, Staged>,
    pub last: Option<String>,
}

impl Harvester {
    /// Decides what becomes of what was staged.
    pub(super) async fn decide(
        &self,
        row: run::Model,
        source: &source::Model,
        lease: &Lease,
        mut stage: Stage,
        outcome: Outcome,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        if matches!(outcome.error, Some(ListingError::Stopped)) {
            return self.stop(row, lease, stage).await;
        }
        let complete = outcome.error.is_none();
        stage.losses.active = records::count_active(self.store.read(), &row.source_id).await?;
        if complete && outcome.not_modified {
            stage.counts.unchanged = i64::try_from(stage.losses.active).unwrap_or(i64::MAX);
            // The listing is the last one: what was missing there is missing here.
            self.stage_absences(&row, lease, &mut stage, &[records::State::Missing]).await?;
        } else if complete {
            self.stage_renames(&row, source, lease, &mut stage).await?;
            let listed = [records::State::Active, records::State::Missing];
            self.stage_absences(&row, lease, &mut stage, &listed).await?;
            self.stage_forgotten(&row, lease, &mut stage).await?;
        }
        let mut listing_findings = outcome.findings;
        listing_findings.extend(stage.listing_findings());
        // What was read by hand, or not to its end, is no state that the server could confirm.
        let validators = (complete && row.input.is_none())
            .then(|| write_json("validators", &Confirmed::now(outcome.validators)))
            .transpose()?;
        let nothing_read = !complete && stage.counts.read == 0;
        let standing = standing(&row, outcome.error.as_ref());
        let row = run::Model {
            complete,
            not_modified: outcome.not_modified,
            reason: outcome.error.map(|error| error.message()),
            validators,
            ..row.with_counts(stage.counts)
        };
        if let Some(objection) = self.objection(&row, &stage.losses).await? {
            return self.hold(row, lease, objection, standing).await;
        }
        let state = match (complete, nothing_read) {
            (true, _) => State::Succeeded,
            (false, true) => State::Failed,
            (false, false) => State::Incomplete,
        };
        let listing_findings = Some(listing_findings);
        self.apply(row, Ending { state, listing_findings, standing }, lease, progress).await
    }

    /// Stages what follows for the source's records in these states that the listing does not hold.
    async fn stage_absences(
        &self,
        row: &run::Model,
        lease: &Lease,
        stage: &mut Stage,
        states: &[records::State],
    ) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let db = self.store.read();
            let page = records::listed(db, &row.source_id, states, &after, LISTED).await?;
            let Some((last, _, _)) = page.last() else { return Ok(()) };
            after.clone_from(last);
            let items = stage.absences(&page, row.at)?;
            self.write_staged(row.id, lease, &items, stage.counts.read).await?;
        }
    }

    /// Stages what follows for items that were never taken and are no longer listed.
    async fn stage_forgotten(
        &self,
        row: &run::Model,
        lease: &Lease,
        stage: &mut Stage,
    ) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let db = self.store.read();
            let page = findings::items_without_record(db, &row.source_id, &after, LISTED).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(last);
            let items = stage.forgotten(page)?;
            self.write_staged(row.id, lease, &items, stage.counts.read).await?;
        }
    }

    /// Why the run must wait for the operator: it would take away too much, or the operator wants
    /// to see whatever it would change.
    pub(super) async fn objection(
        &self,
        row: &run::Model,
        losses: &Losses,
    ) -> Result<Option<String>, StoreError> {
        let source = sources::get(self.store.read(), &row.source_id).await?;
        let held = match source.hold_reason {
            // Where nothing changes there is nothing to decide about.
            Some(why) if !runs::staged(self.store.read(), row.id, "", 1).await?.is_empty() => {
                Some(format!("the operator holds this source: {why}"))
            }
            _ => None,
        };
        let reasons: Vec<String> = losses.objection().into_iter().chain(held).collect();
        Ok((!reasons.is_empty()).then(|| reasons.join("; ")))
    }

    async fn stop(
        &self,
        row: run::Model,
        lease: &Lease,
        stage: Stage,
    ) -> Result<run::Model, HarvestError> {
        self.give_up(lease, "the process was asked to stop").await?;
        let row = runs::get(self.store.read(), row.id).await?;
        Ok(row.with_counts(runs::Counts { read: stage.counts.read, ..runs::Counts::default() }))
    }

    pub(super) async fn hold(
        &self,
        row: run::Model,
        lease: &Lease,
        objection: String,
        standing: Standing,
    ) -> Result<run::Model, HarvestError> {
        warn!(source = row.source_id, run = %row.id, "run of {} is held: {objection}", row.source_id);
        // What was wrong with the listing belongs to what the operator decides about.
        let reason = row.reason.iter().cloned().chain([objection]).collect::<Vec<_>>().join("; ");
        let tx = self.store.write().await?;
        runs::check(&tx, lease, clock::now()).await?;
        runs::supersede_held(&tx, &row.source_id, row.id, clock::now()).await?;
        note(&tx, &row, standing).await?;
        let row = run::Model {
            state: State::Held,
            ended_at: Some(clock::now()),
            reason: Some(reason),
            // An accepted run knows nothing of the listing's own findings: the next run must look.
            validators: None,
            ..row
        };
        runs::end(&tx, row.clone()).await?;
        leases::release(&tx, lease).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(row)
    }

    /// Applies what a run staged, batch by batch, and ends the run.
    pub(super) async fn apply(
        &self,
        row: run::Model,
        ending: Ending,
        lease: &Lease,
        progress: &dyn Progress,
    ) -> Result<run::Model, HarvestError> {
        let actor = format!("harvest:{}", row.source_id);
        let mut done = 0;
        let mut batch = staged_after(self.store.clone(), row.id, String::new()).await?;
        while let Some(last) = batch.last.take() {
            let staged = std::mem::take(&mut batch.staged);
            done += staged.len() as u64;
            // The next batch is read while this one is written.
            let next = tokio::spawn(staged_after(self.store.clone(), row.id, last));
            self.apply_batch(&row, lease, &actor, staged).await?;
            batch = next.await.map_err(StoreError::from)??;
            progress.applied(done);
        }
        self.finish(row, ending, lease).await
    }

    async fn apply_batch(
        &self,
        row: &run::Model,
        lease: &Lease,
        actor: &str,
        staged: BTreeMap<String, Staged>,
    ) -> Result<(), StoreError> {
        let ids: Vec<String> = staged.keys().cloned().collect();
        // Nothing more is found about ids that are no longer used.
        let mut looked_at = ids.clone();
        looked_at.extend(staged.values().filter_map(Staged::renamed_from).map(str::to_owned));
        let found = findings_of(&staged);
        let changes = staged
            .into_iter()
            .filter_map(|(id, staged)| staged.change.map(|change| (id, change)))
            .collect();
        let batch = catalogue::Batch { source: &row.source_id, actor, at: row.at, changes };
        let tx = self.store.write().await?;
        runs::check(&tx, lease, clock::now()).await?;
        if !row.not_modified {
            // Until the run has ended the records are of no state that the server could confirm.
            sources::set_validators(&tx, &row.source_id, None).await?;
        }
        catalogue::apply(&tx, batch).await?;
        findings::sync(&tx, &row.source_id, &looked_at, &found, row.at).await?;
        runs::applied(&tx, row.id, &ids).await?;
        runs::set_progress(&tx, row.id, row.items_read).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a run that has applied all that it staged; the validators of its listing count from
    /// now on.
    async fn finish(
        &self,
        row: run::Model,
        ending: Ending,
        lease: &Lease,
    ) -> Result<run::Model, HarvestError> {
        let Ending { state, listing_findings, standing } = ending;
        let source = row.source_id.clone();
        let tx = self.store.write().await?;
        runs::check(&tx, lease, clock::now()).await?;
        let (staged, applied) = runs::all_applied(&tx, row.id).await?;
        let has_looked = row.complete && !row.not_modified;
        if let Some(found) = listing_findings {
            findings::sync_listing(&tx, &source, found, has_looked, row.at).await?;
        }
        let open = findings::count_open(&tx, &source).await?;
        note(&tx, &row, standing).await?;
        let entries = records::count_active(&tx, &source).await?;
        if row.complete {
            sources::completed(&tx, &source, row.at).await?;
        }
        if state != State::Failed && !row.not_modified {
            sources::set_validators(&tx, &source, row.validators.clone()).await?;
        }
        if state != State::Failed {
            runs::supersede_held(&tx, &source, row.id, clock::now()).await?;
        }
        runs::forget_items(&tx, &source, clock::now() - ITEMS_KEPT).await?;
        let row = run::Model {
            state,
            ended_at: Some(clock::now()),
            findings: i64::try_from(open).unwrap_or(i64::MAX),
            entries: i64::try_from(entries).ok(),
            staged,
            applied,
            ..row
        };
        runs::end(&tx, row.clone()).await?;
        leases::release(&tx, lease).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(row)
    }
}

/// The staged changes of a run after an external id.
pub(super) async fn staged_after(
    store: Store,
    run: Uuid,
    after: String,
) -> Result<Batch, StoreError> {
    let rows = runs::staged(store.read(), run, &after, APPLY).await?;
    let last = rows.last().map(|row| row.external_id.clone());
    let unpacked = tokio::task::spawn_blocking(move || {
        let unpacked = rows.into_iter().map(|row| {
            let staged = unpack_json("staged change", &row.external_id, &row.change)?;
            Ok((row.external_id, staged))
        });
        unpacked.collect::<Result<_, StoreError>>()
    });
    Ok(Batch { staged: unpacked.await??, last })
}

fn standing(row: &run::Model, error: Option<&ListingError>) -> Standing {
    match error {
        _ if row.input.is_some() => Standing::Unknown,
        None => Standing::Answered,
        Some(error) if error.is_of_the_source() => {
            Standing::Failed { asked: error.pause_asked_for() }
        }
        Some(_) => Standing::Unknown,
    }
}

/// Keeps what a run shows of its source's server for the schedule.
async fn note(
    tx: &DatabaseTransaction,
    row: &run::Model,
    standing: Standing,
) -> Result<(), StoreError> {
    match standing {
        Standing::Unknown => Ok(()),
        Standing::Answered => circuits::close(tx, &row.source_id).await,
        Standing::Failed { asked } => {
            let before = circuits::get(tx, &row.source_id).await?;
            let (seed, now) = (row.id.to_string(), clock::now());
            let after = circuit::after_failure(&row.source_id, before.as_ref(), asked, &seed, now);
            circuits::put(tx, after).await
        }
    }
}
