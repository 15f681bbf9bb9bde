//! The search index as a follower: makes documents of entries and keeps up with the event log.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveTime;
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};
use uuid::Uuid;

use super::body::BodyKind;
use crate::catalogue::content::{Content, UsageEvidence};
use crate::clock;
use crate::digest::sha256_hex;
use crate::licence::facts::{Kind, common, family, identifiers};
use crate::search::fold::sort_key;
use crate::search::{Document, Schema, SearchError, SearchIndex};
use crate::store::leases::{self, Lease};
use crate::store::views::{self, RecordSource, Software};
use crate::store::{Store, StoreError, events};

/// Attributes, the best match first.
const ATTRIBUTES: &[&str] =
    &["name", "replaces", "subject", "summary", "description", "organisations"];

/// Facets, in the order in which pages show them.
pub const FACETS: &[&str] = &[
    "category",
    "licence",
    "licence-family",
    "open-source",
    "copyleft",
    "licence-conflict",
    "country",
    "body",
    "source",
    "platform",
    "language",
    "status",
    "maintenance",
    "support",
    "public",
];

/// Entries read from the store at a time.
const PAGE: u64 = 500;
/// Events looked at at a time.
const EVENTS: u64 = 5_000;
/// How often the log is looked at although nobody rang: another process may have written to it.
const PATROL: Duration = Duration::from_secs(2);

/// The lease on an index that several processes share. No source is named so.
const LEASE: &str = ":search-index";
/// How often it is renewed; it runs out after [`leases::TERM`].
const RENEWAL: Duration = Duration::from_secs(30);

/// How far an index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// It contains the whole log.
    Current,
    /// Events have to be followed.
    Behind,
    /// It has to be built.
    Unusable,
}

/// Why the index could not be brought up to date.
#[derive(Debug, Error)]
pub enum IndexError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Search(#[from] SearchError),
}

/// What the index is built for.
///
/// # Errors
/// [`SearchError`] where the lists above do not fit an index.
pub fn schema() -> Result<Schema, SearchError> {
    Schema::new(ATTRIBUTES, FACETS)
}

/// Rises when [`document`] makes of the same entry another document than before.
const DOCUMENTS: u32 = 1;

/// Names what documents are made for and of, beside the entries: an index of another version has
/// to be built anew.
///
/// # Errors
/// [`SearchError`] as of [`schema`].
pub fn version(labels: &Labels) -> Result<String, SearchError> {
    let all = format!("{DOCUMENTS} {:?} {labels:?}", schema()?);
    Ok(sha256_hex(all.as_bytes()))
}

/// Labels of categories by category and language.
pub type Labels = BTreeMap<String, BTreeMap<String, String>>;

/// Keeps an index in step with the store.
pub struct Follower {
    pub store: Store,
    pub index: Arc<dyn SearchIndex>,
    pub labels: Arc<Labels>,
}

impl Follower {
    /// Makes an index in memory ready: goes on with what an earlier process has left, or builds it.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails.
    pub async fn start(&self) -> Result<(), IndexError> {
        if self.index.restore().await? && self.state().await? != Progress::Unusable {
            let events = self.catch_up().await?;
            info!(events, "took up the search index of before, and {events} events since");
            return Ok(());
        }
        let documents = self.rebuild().await?;
        info!(documents, "built the search index: {documents} documents");
        Ok(())
    }

    /// Builds the index from nothing. The old one answers until the new one is ready. Returns the
    /// number of documents.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails.
    pub async fn rebuild(&self) -> Result<usize, IndexError> {
        // The cursor is read first: what changes meanwhile is followed once more, which is harmless.
        let cursor = events::last(self.store.read()).await?;
        let mut documents = Vec::new();
        let mut after = None;
        loop {
            let page = views::page(self.store.read(), after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            documents.extend(self.documents(&page).await?);
        }
        let count = documents.len();
        self.index.rebuild(documents, cursor).await?;
        Ok(count)
    }

    /// Follows the log to its end. Returns the number of events seen.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails; the cursor then stays.
    pub async fn catch_up(&self) -> Result<usize, IndexError> {
        let mut seen = 0;
        loop {
            let cursor = self.index.cursor().await?;
            let batch = events::after(self.store.read(), cursor, EVENTS).await?;
            let Some(last) = batch.last() else { return Ok(seen) };
            let until = last.seq;
            seen += batch.len();
            let touched: BTreeSet<Uuid> = batch
                .iter()
                .filter(|event| event.entity == "software")
                .flat_map(|event| [Some(event.id), event.target])
                .flatten()
                .collect();
            let touched: Vec<Uuid> = touched.into_iter().collect();
            let entries = views::by_ids(self.store.read(), &touched).await?;
            let (active, gone): (Vec<Software>, Vec<Software>) =
                entries.into_values().partition(|entry| entry.state == "active");
            let put = self.documents(&active).await?;
            let removed = gone.iter().map(|entry| entry.id).collect();
            self.index.apply(put, removed, until).await?;
        }
    }

    /// Follows until cancelled. Builds the index where there is none that can be gone on with, and
    /// when `fedcat reindex` asks for it.
    pub async fn follow(&self, wake: Arc<Notify>, cancel: CancellationToken) {
        let mut patrol = tokio::time::interval(PATROL);
        let mut generation = events::search_generation(self.store.read()).await.unwrap_or(0);
        let mut is_failing = false;
        loop {
            tokio::select! {
                () = cancel.cancelled() => return,
                () = wake.notified() => {}
                _ = patrol.tick() => {}
            }
            let stepped = self.step(&mut generation).await;
            match &stepped {
                Ok(()) if is_failing => info!("the search index follows the event log again"),
                Ok(()) => {}
                // Told once, not at every look until it is mended.
                Err(error) if is_failing => debug!(%error, "the search index still cannot follow"),
                Err(error) => error!(%error, "the search index cannot follow the event log"),
            }
            is_failing = stepped.is_err();
        }
    }

    async fn step(&self, generation: &mut i64) -> Result<(), IndexError> {
        let wanted = events::search_generation(self.store.read()).await?;
        let is_asked = wanted != *generation && !self.index.is_shared();
        if !is_asked && self.state().await? == Progress::Current {
            return Ok(());
        }
        let work = async {
            if is_asked || self.state().await? == Progress::Unusable {
                let documents = self.rebuild().await?;
                info!(documents, "rebuilt the search index: {documents} documents");
                *generation = wanted;
            }
            self.catch_up().await
        };
        if self.index.is_shared() {
            // Where another process writes, it does so for all.
            self.alone(work).await?;
        } else {
            work.await?;
        }
        Ok(())
    }

    async fn state(&self) -> Result<Progress, IndexError> {
        let (cursor, last) = (self.index.cursor().await?, events::last(self.store.read()).await?);
        Ok(match cursor.cmp(&last) {
            Ordering::Equal => Progress::Current,
            Ordering::Less if cursor > 0 => Progress::Behind,
            // Never built for this version; or built from another log.
            Ordering::Less | Ordering::Greater => Progress::Unusable,
        })
    }

    /// Builds a shared index from nothing, unless another process writes to it. Returns the number
    /// of documents.
    ///
    /// # Errors
    /// [`IndexError`] where the store or the engine fails.
    pub async fn rebuild_alone(&self) -> Result<Option<usize>, IndexError> {
        self.alone(self.rebuild()).await
    }

    /// Does what writes to a shared index under a lease, so that no process puts back what another
    /// has read later. Returns nothing where another one holds it.
    async fn alone<T>(
        &self,
        work: impl Future<Output = Result<T, IndexError>>,
    ) -> Result<Option<T>, IndexError> {
        let (run, holder) = (Uuid::now_v7(), crate::process::holder());
        let tx = self.store.write().await?;
        let taken = leases::take(&tx, LEASE, run, &holder, leases::TERM, clock::now()).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let Some((lease, _)) = taken else { return Ok(None) };
        let ended = tokio::select! {
            ended = work => ended,
            lost = self.hold(&lease) => Err(lost.into()),
        };
        let tx = self.store.write().await?;
        leases::release(&tx, &lease).await?;
        tx.commit().await.map_err(StoreError::from)?;
        ended.map(Some)
    }

    /// Renews the lease until that fails.
    async fn hold(&self, lease: &Lease) -> StoreError {
        loop {
            tokio::time::sleep(RENEWAL).await;
            if let Err(error) = leases::renew(&self.store, lease, clock::now()).await {
                return error;
            }
        }
    }

    async fn documents(&self, entries: &[Software]) -> Result<Vec<Document>, StoreError> {
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
        let mut sources = views::sources_of(self.store.read(), &ids).await?;
        Ok(entries
            .iter()
            .map(|entry| {
                let sources = sources.remove(&entry.id).unwrap_or_default();
                document(entry, &sources, &self.labels)
            })
            .collect())
    }
}

/// The document of an entry.
pub fn document(entry: &Software, sources: &[RecordSource], labels: &Labels) -> Document {
    let content = &entry.content;
    let name = content.plain_name().unwrap_or_default();
    Document {
        id: entry.id,
        texts: vec![
            names(entry),
            content.replaces.iter().map(|product| product.name.clone()).collect(),
            subjects(content, labels),
            content.summary.iter().map(|(_, text)| text.to_owned()).collect(),
            descriptions(content),
            organisations(content),
        ],
        facets: facets(entry, sources),
        name: sort_key(name),
        popularity: popularity(content, sources),
        fresh: last_sign_of_life(content),
        added: entry.created_at.timestamp(),
    }
}

/// Every name that any record gives, the shown one first: a name that lost the merge is still one
/// by which people look for it.
fn names(entry: &Software) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for chosen in [true, false] {
        for statement in &entry.provenance {
            let is_name = matches!(statement.field.as_str(), "name" | "aliases");
            if let (true, Some(name)) = (is_name, statement.value.as_str())
                && statement.chosen == chosen
                && !all.iter().any(|one| one == name)
            {
                all.push(name.to_owned());
            }
        }
    }
    all
}

fn subjects(content: &Content, labels: &Labels) -> Vec<String> {
    let categories = content.categories.iter().flat_map(|category| {
        let own = category.replace('-', " ");
        let labels = labels.get(category).into_iter().flat_map(|by_lang| by_lang.values().cloned());
        std::iter::once(own).chain(labels)
    });
    categories.chain(content.tags.iter().cloned()).collect()
}

fn descriptions(content: &Content) -> Vec<String> {
    let texts = content.description.iter().map(|(_, text)| text.to_owned());
    texts.chain(content.features.values().flatten().cloned()).collect()
}

fn organisations(content: &Content) -> Vec<String> {
    let publisher = content.publisher.iter().map(|publisher| publisher.name.clone());
    let users = content.usages.iter().map(|usage| usage.organisation.clone());
    let support = content.support.iter().map(|provider| provider.name.clone());
    publisher.chain(support).chain(users).collect()
}

/// The values of [`FACETS`], in that order.
fn facets(entry: &Software, sources: &[RecordSource]) -> Vec<Vec<String>> {
    let content = &entry.content;
    // A fact counts only where all that is stated agrees.
    let common = common(entry.licence.stated());
    let once = |values: Vec<String>| -> Vec<String> {
        values.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
    };
    vec![
        content.categories.iter().cloned().collect(),
        once(entry.licence.stated().into_iter().flat_map(identifiers).collect()),
        once(families(entry)),
        vec![common.open_source.as_str().to_owned()],
        vec![common.word(Kind::Copyleft).to_owned()],
        vec![entry.licence.conflict().as_str().to_owned()],
        once(content.usages.iter().filter_map(|usage| usage.country.clone()).collect()),
        once(bodies(content)),
        once(sources.iter().map(|one| one.source.clone()).collect()),
        content.platforms.iter().cloned().collect(),
        once(content.interface_languages.iter().map(|lang| lang.primary().to_owned()).collect()),
        content.development_status.iter().map(|status| status.as_str().to_owned()).collect(),
        content.maintenance.iter().map(|kind| kind.as_str().to_owned()).collect(),
        once(content.support.iter().map(|provider| provider.name.clone()).collect()),
        content
            .publicly_developed
            .iter()
            .map(|yes| if *yes { "yes" } else { "no" }.to_owned())
            .collect(),
    ]
}

/// The kinds of the administrations that use it, as far as their names say.
fn bodies(content: &Content) -> Vec<String> {
    let names = content.usages.iter().map(|usage| usage.organisation.as_str());
    names.flat_map(BodyKind::of_name).map(|kind| kind.as_str().to_owned()).collect()
}

/// The families of all licences that somebody states.
fn families(entry: &Software) -> Vec<String> {
    let ids = entry.licence.stated().into_iter().flat_map(identifiers);
    ids.filter_map(|id| family(&id)).map(str::to_owned).collect()
}

/// Evidence of use: sources that list it weigh most, then administrations that a catalogue names,
/// then users that the project names itself.
fn popularity(content: &Content, sources: &[RecordSource]) -> u32 {
    let listed: BTreeSet<&str> = sources.iter().map(|one| one.source.as_str()).collect();
    let of = |evidence: UsageEvidence| {
        content.usages.iter().filter(|usage| usage.evidence == evidence).count()
    };
    let users: u32 = content.usages.iter().filter_map(|usage| usage.users).sum();
    let evidence = listed.len() * 1_000
        + of(UsageEvidence::Catalogue) * 100
        + of(UsageEvidence::Project).min(100)
        + usize::try_from(users.min(1_000)).unwrap_or(0);
    u32::try_from(evidence).unwrap_or(u32::MAX).min(8_388_607)
}

fn last_sign_of_life(content: &Content) -> i64 {
    let day = content.released_on.max(content.last_activity_on);
    day.map_or(0, |day| day.and_time(NaiveTime::MIN).and_utc().timestamp())
}
