//! What a complete listing holds under another id than before: between reading and deciding, when
//! it is known what vanished and what is new.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::apply::{LISTED, staged_after};
use super::{HarvestError, Harvester};
use crate::catalogue::keys::keys_of;
use crate::clock;
use crate::formats::{Finding, ItemNames};
use crate::harvest::renaming::{Comparison, Tag};
use crate::harvest::staging::{Stage, Staged, item_of};
use crate::store::catalogue::{Change, Statement};
use crate::store::entity::{run, source, staged};
use crate::store::leases::Lease;
use crate::store::packed::unpack_json;
use crate::store::records::{self, Described, Holding, State, read_json};
use crate::store::runs::{self, ItemStatus};
use crate::store::{StoreError, findings};

/// Records renamed in one transaction of the staging.
const RENAMED: usize = 500;

/// What names an item of a format, where its listing has no ids.
type Namer = Option<fn(&Value) -> Option<ItemNames>>;

/// What is known of a source's records that the listing holds.
#[derive(Default)]
struct Listed {
    /// Those that the last complete listing held, or that a person decided about.
    settled: HashSet<String>,
    /// When the others were first seen, in an incomplete one.
    fresh: HashMap<String, DateTime<Utc>>,
}

impl Harvester {
    /// Stages that records are renamed, in place of an addition, and of an absence that would be
    /// staged else.
    pub(super) async fn stage_renames(
        &self,
        row: &run::Model,
        source: &source::Model,
        lease: &Lease,
        stage: &mut Stage,
    ) -> Result<(), HarvestError> {
        let vanished = self.vanished(&row.source_id, stage).await?;
        if vanished.is_empty() {
            return Ok(());
        }
        let namer = Self::connector(source)?.format().names();
        let listed = self.listed(source, stage).await?;
        let mut compared = Comparison::default();
        let mut first_seen: HashMap<String, DateTime<Utc>> = HashMap::new();
        for ids in vanished.chunks(RENAMED) {
            for one in records::holding(self.store.read(), &row.source_id, ids).await? {
                compared.vanished(&one.external_id, &tags_of(&one, namer)?);
                first_seen.insert(one.external_id, one.first_seen);
            }
        }
        self.compare(row, &listed, namer, &mut compared).await?;
        let mut renamed = compared.renamed();
        // Of two that incomplete listings brought, only the later one can be the new one.
        renamed.retain(|(old, new)| {
            listed.fresh.get(new).is_none_or(|at| first_seen.get(old) < Some(at))
        });
        for some in renamed.chunks(RENAMED) {
            self.stage_some(row, lease, stage, some).await?;
        }
        Ok(())
    }

    /// The records that are not in the listing.
    async fn vanished(&self, source: &str, stage: &Stage) -> Result<Vec<String>, StoreError> {
        let states = [State::Active, State::Missing];
        let mut vanished = Vec::new();
        let mut after = String::new();
        loop {
            let page = records::listed(self.store.read(), source, &states, &after, LISTED).await?;
            let Some((last, _, _)) = page.last() else { return Ok(vanished) };
            after.clone_from(last);
            let ids = page.into_iter().map(|(id, _, _)| id);
            vanished.extend(ids.filter(|id| !stage.has_seen(id)));
        }
    }

    /// The records that are in the listing.
    async fn listed(&self, source: &source::Model, stage: &Stage) -> Result<Listed, StoreError> {
        let db = self.store.read();
        let decided = records::decided(db, &source.id).await?;
        let mut listed = Listed::default();
        for (id, at) in records::first_seen(db, &source.id).await? {
            if !stage.has_seen(&id) {
                continue;
            }
            let was_listed = source.last_complete_at.is_some_and(|complete| at <= complete);
            // What a person said of a record must go on to hold.
            if was_listed || decided.contains(&id) {
                listed.settled.insert(id);
            } else {
                listed.fresh.insert(id, at);
            }
        }
        Ok(listed)
    }

    /// Tells what is new, then all that is in the listing or was known before it.
    async fn compare(
        &self,
        row: &run::Model,
        listed: &Listed,
        namer: Namer,
        compared: &mut Comparison,
    ) -> Result<(), StoreError> {
        let mut restated: HashSet<String> = HashSet::new();
        self.each_staged(row, |id, staged| {
            restated.insert(id.to_owned());
            if let Some(tags) = tags_of_change(id, staged, namer)?
                && !listed.settled.contains(id)
            {
                compared.new_item(id, &tags);
            }
            Ok(())
        })
        .await?;
        let stays: Vec<String> =
            listed.fresh.keys().filter(|id| !restated.contains(*id)).cloned().collect();
        for ids in stays.chunks(RENAMED) {
            for one in records::holding(self.store.read(), &row.source_id, ids).await? {
                compared.new_item(&one.external_id, &tags_of(&one, namer)?);
            }
        }
        if !compared.has_new() {
            return Ok(());
        }
        let mut changed: HashSet<String> = HashSet::new();
        self.each_staged(row, |id, staged| {
            if staged.change.is_some() {
                changed.insert(id.to_owned());
            }
            if let Some(tags) = tags_of_change(id, staged, namer)? {
                compared.after(id, &tags);
            }
            Ok(())
        })
        .await?;
        let known: Vec<String> =
            listed.settled.iter().chain(listed.fresh.keys()).cloned().collect();
        for ids in known.chunks(RENAMED) {
            for one in records::holding(self.store.read(), &row.source_id, ids).await? {
                let tags = tags_of(&one, namer)?;
                if listed.settled.contains(&one.external_id) {
                    compared.before(&one.external_id, &tags);
                }
                if !changed.contains(&one.external_id) {
                    compared.after(&one.external_id, &tags);
                }
            }
        }
        Ok(())
    }

    /// Hands over all that the run has staged until now.
    async fn each_staged(
        &self,
        row: &run::Model,
        mut tell: impl FnMut(&str, &Staged) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let batch = staged_after(self.store.clone(), row.id, after).await?;
            batch.staged.iter().try_for_each(|(id, staged)| tell(id, staged))?;
            let Some(last) = batch.last else { return Ok(()) };
            after = last;
        }
    }

    async fn stage_some(
        &self,
        row: &run::Model,
        lease: &Lease,
        stage: &mut Stage,
        renamed: &[(String, String)],
    ) -> Result<(), StoreError> {
        let mut known = Known::of(self.store.read(), row, renamed).await?;
        let mut items = Vec::with_capacity(renamed.len());
        for (from, to) in renamed {
            let (counted, statement, findings) = known.take(to)?;
            stage.renamed(from, counted);
            if let (Some(described), Some(statement)) = (known.described.get(from), &statement) {
                stage.lose(*described, &statement.content);
            }
            let change = Some(Change::Rename { from: from.clone(), statement });
            let item = item_of(to.clone(), ItemStatus::Renamed, change, findings)?;
            items.push(runs::Item { renamed_from: Some(from.clone()), ..item });
        }
        let tx = self.store.write().await?;
        runs::check(&tx, lease, clock::now()).await?;
        runs::restage(&tx, row.id, &items).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What is known of records that are renamed together.
struct Known {
    /// Whether the stored versions of active records have a name and an understood licence, by the
    /// old ids; input of the deletion guard.
    described: HashMap<String, Described>,
    /// What is staged, by the new ids, with the status with which it was counted.
    staged: HashMap<String, (ItemStatus, staged::Model)>,
    /// The open findings, by the new ids.
    open: HashMap<String, Vec<Finding>>,
}

/// What became of an item: the status with which it was counted, what its source says where that
/// is new, and its findings.
type Become = (ItemStatus, Option<Box<Statement>>, Vec<Finding>);

impl Known {
    async fn of(
        db: &impl ConnectionTrait,
        row: &run::Model,
        renamed: &[(String, String)],
    ) -> Result<Self, StoreError> {
        let (old, new): (Vec<String>, Vec<String>) = renamed.iter().cloned().unzip();
        let mut described = records::described(db, &row.source_id, &old).await?;
        for (id, before) in records::known(db, &row.source_id, &old).await? {
            if before.state != State::Active {
                described.remove(&id);
            }
        }
        let staged = runs::staged_among(db, row.id, &new).await?;
        let mut open: HashMap<String, Vec<Finding>> = HashMap::new();
        for found in findings::open_among(db, &row.source_id, &new).await? {
            open.entry(found.external_id.clone()).or_default().push(found.try_into()?);
        }
        Ok(Self { described, staged, open })
    }

    /// What became of an item until now: the status with which it was counted, what its source
    /// says where that is new, and its findings.
    fn take(&mut self, id: &str) -> Result<Become, StoreError> {
        let Some((status, item)) = self.staged.remove(id) else {
            return Ok((ItemStatus::Unchanged, None, self.open.remove(id).unwrap_or_default()));
        };
        let staged: Staged = unpack_json("staged change", id, &item.change)?;
        let statement = match staged.change {
            Some(Change::Put(statement)) => Some(statement),
            _ => None,
        };
        Ok((status, statement, staged.findings))
    }
}

/// What names a record: the keys that join, and what its format knows it by.
fn tags_of(record: &Holding, namer: Namer) -> Result<BTreeSet<Tag>, StoreError> {
    let mut tags: BTreeSet<Tag> =
        record.keys.iter().filter(|key| key.kind.joins()).map(ToString::to_string).collect();
    if let Some(namer) = namer {
        let raw = read_json("raw item", &record.external_id, &record.raw)?;
        tags.extend(named(namer(&raw)));
    }
    Ok(tags)
}

/// What names an item that is staged, where it is listed.
fn tags_of_change(
    id: &str,
    staged: &Staged,
    namer: Namer,
) -> Result<Option<BTreeSet<Tag>>, StoreError> {
    let Some(Change::Put(statement)) = &staged.change else { return Ok(None) };
    let keys = keys_of(&statement.content);
    let mut tags: BTreeSet<Tag> =
        keys.iter().filter(|key| key.kind.joins()).map(ToString::to_string).collect();
    if let Some(namer) = namer {
        let raw = read_json("raw item", id, statement.raw.as_str())?;
        tags.extend(named(namer(&raw)));
    }
    Ok(Some(tags))
}

fn named(names: Option<ItemNames>) -> impl Iterator<Item = Tag> {
    let names = names.unwrap_or_default();
    names.ids.into_iter().chain(names.others).map(|name| format!("named {name}"))
}
