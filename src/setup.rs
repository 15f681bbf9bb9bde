//! What every start does before anything else: open the database, bring its schema up to date,
//! load the seeds, take in the starter entries.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::clock;
use crate::config::{Engine, Search, Settings};
use crate::digest::sha256_hex;
use crate::harvest::client::{Limits, Politeness, SystemNames};
use crate::harvest::pipeline::{Harvester, Unwatched};
use crate::harvest::rules_version;
use crate::process;
use crate::publish::index::{schema, version};
use crate::publish::needs;
use crate::search::embedded::Embedded;
use crate::search::meilisearch::{Connection, Meilisearch};
use crate::search::{SearchIndex, Synonyms};
use crate::secrets::Secret;
use crate::seeds::{self, SourceSeed};
use crate::store::entity::source;
use crate::store::{Store, StoreError, events, runs, sources};

/// The source of the entries that this binary brings.
const STARTER: &str = "starter";

/// Opens the database and loads the seeds.
///
/// # Errors
/// Where the database cannot be opened, is older than this binary and must not be migrated here,
/// or a seed file is wrong.
pub async fn open(settings: &Settings) -> anyhow::Result<Store> {
    let url = settings.database.url.reveal();
    let store = Store::open(url).await.context("the database cannot be opened")?;
    if settings.database.migrate_on_start {
        store.migrate().await.context("the database cannot be migrated")?;
    } else {
        store.check_schema().await?;
    }
    load_sources(&store, clock::now()).await?;
    Ok(store)
}

/// Opens a database that is there for who only reads: nothing is written to it.
///
/// # Errors
/// Where there is no database, it cannot be opened, or it is older than this binary.
pub async fn open_to_read(settings: &Settings) -> anyhow::Result<Store> {
    Store::open_to_read(settings.database.url.reveal())
        .await
        .context("the database cannot be opened")
}

/// As [`open_to_read`]; where there is no database, one in memory that knows the built-in sources.
///
/// # Errors
/// Where the database that is there cannot be read.
pub async fn open_to_try(settings: &Settings) -> anyhow::Result<Store> {
    match Store::open_to_read(settings.database.url.reveal()).await {
        Err(StoreError::Absent { .. }) => {
            let store = Store::in_memory().await?;
            load_sources(&store, clock::now()).await?;
            Ok(store)
        }
        opened => opened.context("the database cannot be opened"),
    }
}

/// A database that is served.
pub struct Served {
    pub store: Store,
    /// Whether nothing can be written to it until the next start.
    pub is_read_only: bool,
}

/// Opens the database as [`open`] does. Where it is there and cannot be written, such as on a full
/// disk, it is served all the same.
///
/// # Errors
/// As [`open`], where what is there cannot be served either.
pub async fn open_to_serve(settings: &Settings) -> anyhow::Result<Served> {
    let opened = async {
        let store = open(settings).await?;
        events::count_start(&store).await?;
        anyhow::Ok(store)
    };
    let error = match opened.await {
        Ok(store) => return Ok(Served { store, is_read_only: false }),
        Err(error) => error,
    };
    let unwritable = match error.downcast::<StoreError>() {
        Ok(cause) if cause.is_unwritable() => cause,
        Ok(cause) => return Err(cause.into()),
        Err(error) => return Err(error),
    };
    // A full disk may have room again: what is there is opened so that it can be written then.
    if !unwritable.is_read_only()
        && let Ok(store) = Store::open(settings.database.url.reveal()).await
        && store.check_schema().await.is_ok()
    {
        warn!(error = %unwritable, "the database cannot be written: what is there is served");
        return Ok(Served { store, is_read_only: false });
    }
    let store = open_to_read(settings).await?;
    warn!(
        error = %unwritable,
        "the database cannot be written: what is there is served until the next start, nothing is \
         harvested, and nobody can decide anything"
    );
    Ok(Served { store, is_read_only: true })
}

/// A harvester by the settings.
pub fn harvester(settings: &Settings, store: Store, cancel: CancellationToken) -> Harvester {
    let limits = Limits {
        max_bytes: settings.harvest.max_bytes,
        total: Duration::from_secs(settings.harvest.timeout_seconds),
        retries: settings.harvest.retries,
        ..Limits::default()
    };
    Harvester {
        store,
        limits,
        contact: format!("{}/about", settings.server.public_url),
        holder: process::holder(),
        lease: TimeDelta::seconds(i64::from(settings.harvest.lease_seconds)),
        politeness: Arc::new(Politeness::default()),
        names: Arc::new(SystemNames),
        at_once: settings.harvest.at_once,
        run_timeout: Duration::from_secs(settings.harvest.run_timeout_seconds),
        cancel,
    }
}

/// The search engine that the settings choose. It has been asked nothing yet.
///
/// # Errors
/// Where a seed file is wrong, the settings of the engine cannot be used, or the database fails.
pub async fn search_engine(
    settings: &Search,
    store: &Store,
) -> anyhow::Result<Arc<dyn SearchIndex>> {
    let (schema, mut synonyms) = (schema()?, Synonyms::of_groups(seeds::synonyms()?));
    needs::vocabulary().teach(&mut synonyms);
    let origin = origin(store).await?;
    Ok(match settings.engine {
        Engine::Embedded => {
            let engine = Embedded::new(schema, synonyms)?;
            match settings.snapshot.as_str() {
                "" => Arc::new(engine),
                path => Arc::new(engine.kept_in(path.into(), origin)),
            }
        }
        Engine::Meilisearch => {
            let connection = Connection {
                url: settings.url.reveal().to_owned(),
                index: settings.index.clone(),
                origin,
                admin_key: key(settings.admin_key.as_ref()),
                search_key: key(settings.search_key.as_ref()),
                timeout: Duration::from_secs(settings.timeout_seconds),
                patience: Duration::from_secs(settings.task_timeout_seconds),
            };
            Arc::new(Meilisearch::new(schema, synonyms, &connection)?)
        }
    })
}

/// A key; none where it is empty, such as of a variable that is set to nothing.
fn key(key: Option<&Secret>) -> Option<String> {
    key.map(Secret::reveal).filter(|key| !key.is_empty()).map(str::to_owned)
}

/// Says of what an index is made: of which database, known by its first event from every other,
/// such as one that was begun anew; and how.
async fn origin(store: &Store) -> anyhow::Result<String> {
    let version = version(&needs::labels()?)?;
    let first = events::after(store.read(), 0, 1).await?;
    let first = first.first().map(|event| format!("{} {}", event.id, event.at));
    Ok(format!("{version} {}", first.unwrap_or_default()))
}

/// Takes in the starter entries, once with success for each version of them and of the rules.
///
/// # Errors
/// Where the run cannot be carried out.
pub async fn take_in_starter_entries(harvester: &Harvester) -> anyhow::Result<()> {
    let digest = sha256_hex(seeds::SOFTWARE.as_bytes());
    let slot = format!("{}-{}", rules_version(), digest.get(..16).unwrap_or(&digest));
    let now = clock::now();
    if sources::get(harvester.store.read(), STARTER).await?.removed_at.is_some() {
        return Ok(());
    }
    // A start that was killed in the middle is made good by the next one.
    runs::abort_orphans(&harvester.store, now).await?;
    let tx = harvester.store.write().await?;
    runs::free_slot(&tx, STARTER, &slot).await?;
    let queued = runs::queue(&tx, STARTER, Some(&slot), None, now, now).await?;
    tx.commit().await.map_err(StoreError::from)?;
    if let Some(id) = queued {
        harvester.run(id, &Unwatched).await?;
    }
    Ok(())
}

/// Puts the sources of the seeds into the database.
///
/// # Errors
/// Where the seed file is wrong or the database fails.
pub async fn load_sources(store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
    let seeds = seeds::sources()?;
    let tx = store.write().await?;
    for seed in seeds {
        sources::put(&tx, source_of(seed, now)).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// The source that a seed describes.
pub fn source_of(seed: SourceSeed, now: DateTime<Utc>) -> source::Model {
    source::Model {
        operator: seed.operator.unwrap_or_else(|| seed.name.clone()),
        id: seed.id,
        name: seed.name,
        country: seed.country,
        body: seed.body,
        connector: seed.connector,
        url: seed.url.map(|url| url.as_str().to_owned()),
        schedule: seed.schedule,
        data_licence: seed.data_licence,
        attribution: seed.attribution,
        contact: seed.contact.map(|url| url.as_str().to_owned()),
        priority: i32::from(seed.priority),
        options: Value::Object(seed.options).to_string(),
        enabled: seed.enabled,
        disabled_reason: seed.disabled_reason,
        enabled_by_operator: false,
        url_by_operator: false,
        removed_at: None,
        hold_reason: None,
        validators: None,
        last_complete_at: None,
        added_at: now,
    }
}
