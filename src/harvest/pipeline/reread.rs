//! When the rules have changed: the stored items are read again by the new ones, without asking
//! the sources, of which some may be gone.

use tracing::{info, warn};

use super::ending::{Ending, Standing};
use super::read::context_of;
use super::{HarvestError, Harvester, Unwatched};
use crate::clock;
use crate::formats::Decoded;
use crate::harvest::listing::Decoder;
use crate::harvest::rules_version;
use crate::harvest::staging::{Identified, Stage};
use crate::store::entity::{record, run, source};
use crate::store::leases::{self, Lease};
use crate::store::packed::raw_of;
use crate::store::records::{self, read_digest, read_json};
use crate::store::runs::State;
use crate::store::{StoreError, sources};

/// Records read again at a time.
const PAGE: u64 = 200;

impl Harvester {
    /// Reads again what was read by other rules, one run for each source. A source that is busy is
    /// being read anyway; what goes wrong with one source is told in the log and stops no other.
    ///
    /// # Errors
    /// [`HarvestError`] where the database cannot be read.
    pub async fn reread_all(&self) -> Result<(), HarvestError> {
        let rules = rules_version();
        for id in records::sources_read_by_other_rules(self.store.read(), &rules).await? {
            if self.cancel.is_cancelled() {
                break;
            }
            match self.reread(&id).await {
                Ok(row) => info!(
                    source = id, run = %row.id, updated = row.updated, state = %row.state,
                    "read the stored items of {id} again by new rules"
                ),
                Err(HarvestError::Busy(_)) => {}
                Err(error) => warn!(source = id, %error, "cannot read {id} again by new rules"),
            }
        }
        Ok(())
    }

    /// Reads again the stored items of one source that were read by other rules. The records keep
    /// their state: being read again says nothing about being listed.
    ///
    /// # Errors
    /// [`HarvestError`] as [`Harvester::run`].
    pub async fn reread(&self, source: &str) -> Result<run::Model, HarvestError> {
        let source = sources::get(self.store.read(), source).await?;
        let (row, lease) = self.begin(&source.id, None, clock::now(), None).await?;
        let result = self.reread_claimed(row, &source, &lease).await;
        if let Err(error) = &result {
            self.give_up(&lease, &error.to_string()).await?;
        }
        result
    }

    async fn reread_claimed(
        &self,
        row: run::Model,
        source: &source::Model,
        lease: &Lease,
    ) -> Result<run::Model, HarvestError> {
        let mut stage = Stage::of_stored_items();
        stage.losses.active = records::count_active(self.store.read(), &source.id).await?;
        let format = Self::connector(source)?.format();
        let decoder = Decoder { format, context: Self::context(source, row.at)? };
        let context = context_of(&decoder)?;
        let rules = rules_version();
        let mut after = String::new();
        loop {
            let page =
                records::read_by_other_rules(self.store.read(), &source.id, &rules, &after, PAGE)
                    .await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.external_id);
            let items = page
                .iter()
                .map(|record| {
                    let raw = read_json("raw item", &record.external_id, &raw_of(record)?)?;
                    identified(record, format.understand(raw, &decoder.context))
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            stage.counts.read += i64::try_from(items.len()).unwrap_or(i64::MAX);
            self.stage_items(&row, lease, &mut stage, items, context).await?;
            leases::renew(&self.store, lease, clock::now()).await?;
        }
        let reason = format!("the stored items were read again by the rules {rules}");
        let row = run::Model { reason: Some(reason), ..row.with_counts(stage.counts) };
        if let Some(objection) = self.objection(&row, &stage.losses).await? {
            return self.hold(row, lease, objection, Standing::Unknown).await;
        }
        let ending =
            Ending { state: State::Succeeded, listing_findings: None, standing: Standing::Unknown };
        self.apply(row, ending, lease, &Unwatched).await
    }
}

/// The item with the identity that it has: who it is does not depend on the rules.
fn identified(record: &record::Model, decoded: Decoded) -> Result<Identified, StoreError> {
    let external_id = record.external_id.clone();
    let digest = read_digest("digest", &external_id, &record.digest)?;
    Ok(Identified { external_id, digest, decoded })
}
