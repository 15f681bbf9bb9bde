//! The first half of a run: from the source to staged changes. Nothing of the catalogue changes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;
use tracing::warn;
use url::Url;
use uuid::Uuid;

use super::{HarvestError, Harvester, Progress};
use crate::clock;
use crate::digest::Digest;
use crate::formats::SourceContext;
use crate::harvest::connector::Connector;
use crate::harvest::connectors;
use crate::harvest::listing::{Confirmed, Decoder, Item, Listing, ListingError, Origin, Outcome};
use crate::harvest::options::{Common, Options};
use crate::harvest::recognition::{Recogniser, digest_of_context};
use crate::harvest::rules_version;
use crate::harvest::staging::{Before, Identified, Stage};
use crate::outbound::{Credential, Fetcher};
use crate::store::entity::{run, source};
use crate::store::leases::{self, Lease};
use crate::store::records::{self, read_json};
use crate::store::{StoreError, findings, runs};

/// Batches that are recognised and decoded while one is written.
const AHEAD: usize = 2;
/// How often a run writes down how much it has read.
const NOTED: Duration = Duration::from_secs(1);

impl Harvester {
    /// Reads the listing and stages what it changes.
    pub(super) async fn read(
        &self,
        row: &run::Model,
        source: &source::Model,
        lease: &Lease,
        progress: &dyn Progress,
    ) -> Result<(Stage, Outcome), HarvestError> {
        let (sender, receiver) = mpsc::channel(2);
        let (connector, mut listing) =
            self.listing(row.input.as_deref(), row.at, source, sender).await?;
        let decoder = listing.decoder();
        let reading = async {
            let result = tokio::time::timeout(self.run_timeout, connector.read(&mut listing)).await;
            let seconds = self.run_timeout.as_secs();
            listing.end(result.unwrap_or(Err(ListingError::TooSlow(seconds))))
        };
        let staging = self.stage(row, lease, decoder, receiver, progress);
        let heartbeat = leases::keep(&self.store, lease);
        tokio::select! {
            (outcome, stage) = async { tokio::join!(reading, staging) } => Ok((stage?, outcome)),
            lost = heartbeat => Err(lost.into()),
        }
    }

    /// A listing of a source, or of the file or address `given` by hand.
    pub(super) async fn listing(
        &self,
        given: Option<&str>,
        at: DateTime<Utc>,
        source: &source::Model,
        sender: mpsc::Sender<Vec<Item>>,
    ) -> Result<(&'static dyn Connector, Listing), HarvestError> {
        let connector = Self::connector(source)?;
        let given_url =
            given.filter(|text| text.starts_with("http:") || text.starts_with("https:"));
        let address = given_url.or(source.url.as_deref());
        let url = address
            .map(|text| {
                Url::parse(text).map_err(|error| HarvestError::Address {
                    source_id: source.id.clone(),
                    url: text.to_owned(),
                    error,
                })
            })
            .transpose()?;
        let origin = match given {
            Some(path) if given_url.is_none() => Origin::File(PathBuf::from(path)),
            _ if url.is_none() => Origin::Embedded(crate::seeds::SOFTWARE.as_bytes()),
            _ => Origin::Web(Box::new(self.fetcher(source, connector, url.as_ref())?)),
        };
        let context = Self::context(source, at)?;
        let known = match (&source.validators, given) {
            // Another input than the source's own says nothing about the source's own.
            (Some(text), None) => {
                read_json::<Confirmed>("validators", &source.id, text)?.by_these_rules()
            }
            _ => BTreeMap::new(),
        };
        let mut listing = Listing::new(
            url,
            connector.format(),
            context,
            origin,
            known,
            sender,
            self.cancel.clone(),
        );
        if let Some(kind) = connector.adds_to() {
            listing.wanted = records::keys_of_others(self.store.read(), &source.id, kind).await?;
        }
        Ok((connector, listing))
    }

    /// The connector that a source asks for.
    pub(super) fn connector(
        source: &source::Model,
    ) -> Result<&'static dyn Connector, HarvestError> {
        connectors::by_name(&source.connector).ok_or_else(|| {
            let known: Vec<&str> = connectors::ALL.iter().map(|one| one.name()).collect();
            HarvestError::NoConnector {
                source_id: source.id.clone(),
                connector: source.connector.clone(),
                known: known.join(", "),
            }
        })
    }

    /// What a format is told about the source of an item.
    pub(super) fn context(
        source: &source::Model,
        at: DateTime<Utc>,
    ) -> Result<SourceContext, HarvestError> {
        Ok(SourceContext {
            source: source.id.clone(),
            base_url: source.url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned(),
            country: source.country.clone(),
            operator: source.operator.clone(),
            options: Self::options(source)?,
            as_of: Some(at.date_naive()),
        })
    }

    fn options(source: &source::Model) -> Result<Options, HarvestError> {
        serde_json::from_str(&source.options).map_err(|error| HarvestError::Options {
            source_id: source.id.clone(),
            error: error.into(),
        })
    }

    fn fetcher(
        &self,
        source: &source::Model,
        connector: &dyn Connector,
        url: Option<&Url>,
    ) -> Result<Fetcher, HarvestError> {
        let unusable = |error| HarvestError::Options { source_id: source.id.clone(), error };
        let (common, _) = Common::take(Self::options(source)?).map_err(unusable)?;
        // A token is for the source's own server, also where another address is given by hand.
        let own = source.url.as_deref().and_then(|text| Url::parse(text).ok());
        let credential = match (own, common.token().map_err(unusable)?) {
            (Some(own), Some(token)) => {
                let (name, value) = connector.credential(token.reveal()).map_err(unusable)?;
                Some(Credential { origin: own.origin(), name, value })
            }
            _ => None,
        };
        let insecure = url.is_some_and(|url| url.scheme() == "http");
        let politeness = Arc::clone(&self.politeness);
        let limits = self.limits.clone();
        let fetcher =
            Fetcher::new(common.allow, insecure, &self.contact, limits, politeness, &self.names)?;
        Ok(fetcher.with_credential(credential))
    }

    async fn stage(
        &self,
        row: &run::Model,
        lease: &Lease,
        decoder: Decoder,
        batches: mpsc::Receiver<Vec<Item>>,
        progress: &dyn Progress,
    ) -> Result<Stage, StoreError> {
        let mut stage = Stage::default();
        let mut noted = Instant::now();
        let context = context_of(&decoder)?;
        let recogniser = Arc::new(Recogniser {
            store: self.store.clone(),
            source: row.source_id.clone(),
            rules: rules_version(),
            context,
            decoder: decoder.clone(),
        });
        let batches = stream::unfold(batches, async |mut batches| {
            let batch = batches.recv().await?;
            Some((batch, batches))
        });
        // While one batch is written the next is recognised and decoded.
        let recognised = batches.map(|batch| {
            let recogniser = Arc::clone(&recogniser);
            tokio::spawn(async move { recogniser.recognise(batch).await })
        });
        let mut recognised = std::pin::pin!(recognised.buffered(AHEAD));
        while let Some(batch) = recognised.next().await {
            let items = stage.identify(batch??, &decoder);
            self.stage_items(row, lease, &mut stage, items, context).await?;
            progress.read(stage.counts.read);
            // Whoever watches wants to see it also while nothing is staged.
            if noted.elapsed() >= NOTED {
                match self.note_read(row.id, lease, stage.counts.read).await {
                    // Nothing but the sight of it is lost: no reason to end a long download.
                    Err(StoreError::Db(error)) => {
                        warn!(source = row.source_id, %error, "cannot note how far a run has read");
                    }
                    noted => noted?,
                }
                noted = Instant::now();
            }
        }
        Ok(stage)
    }

    async fn note_read(&self, run: Uuid, lease: &Lease, read: i64) -> Result<(), StoreError> {
        let tx = self.store.write().await?;
        runs::check(&tx, lease, clock::now()).await?;
        runs::set_progress(&tx, run, read).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stages what items change.
    pub(super) async fn stage_items(
        &self,
        row: &run::Model,
        lease: &Lease,
        stage: &mut Stage,
        items: Vec<Identified>,
        context: Digest,
    ) -> Result<(), StoreError> {
        if items.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = items.iter().map(|item| item.external_id.clone()).collect();
        let (db, source, rules) = (self.store.read(), &row.source_id, rules_version());
        let known = records::known(db, source, &ids).await?;
        let changed: Vec<String> = items
            .iter()
            .filter(|item| {
                let known = known.get(&item.external_id);
                known.is_some_and(|known| !known.is_same(&item.digest, &rules))
            })
            .map(|item| item.external_id.clone())
            .collect();
        let described = records::described(db, source, &changed).await?;
        let open = findings::codes_among(db, source, &ids).await?;
        let staged = stage.classify(items, &Before { known, described, open, rules, context })?;
        self.write_staged(row.id, lease, &staged, stage.counts.read).await
    }

    pub(super) async fn write_staged(
        &self,
        run: Uuid,
        lease: &Lease,
        items: &[runs::Item],
        read: i64,
    ) -> Result<(), StoreError> {
        if items.is_empty() {
            return Ok(());
        }
        let tx = self.store.write().await?;
        runs::check(&tx, lease, clock::now()).await?;
        runs::stage(&tx, run, items).await?;
        runs::set_progress(&tx, run, read).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The digest of what a decoder may know about a source.
pub(super) fn context_of(decoder: &Decoder) -> Result<Digest, StoreError> {
    digest_of_context(&decoder.context)
        .map_err(|error| StoreError::NotJson { what: "the context of items", error })
}
