//! Matches changed records together with their neighbourhood, and gives each cluster its software.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    Statement, Value,
};
use uuid::Uuid;

use super::assigned::{Assigned, Link, Moved};
use super::neighbourhood::{Neighbourhood, Surroundings, records_of_software, rows};
use super::successors;
use crate::catalogue::matching::{self, Clustering};
use crate::store::entity::{candidate, software};
use crate::store::records::State;
use crate::store::{StoreError, bulk, chunks};

/// Matches the changed records anew and writes the links, reasons and candidates.
pub(super) async fn run(
    tx: &DatabaseTransaction,
    around: Surroundings,
    changed: &[Uuid],
    at: DateTime<Utc>,
) -> Result<Assigned, StoreError> {
    let mut neighbourhood = Neighbourhood::explore(tx, &around, changed).await?;
    let mut clustering = matching::cluster(
        &neighbourhood.matchables,
        &neighbourhood.verdicts,
        &neighbourhood.crowded,
    );
    clustering.candidates.extend(successors::candidates(&neighbourhood, &clustering));
    let is_stored = |id: &&Uuid| !neighbourhood.fresh.contains(*id);
    let ids: Vec<Uuid> = neighbourhood.rows.keys().filter(is_stored).copied().collect();
    write_candidates(tx, &ids, &clustering, at).await?;
    let mut assigned = assign(tx, &mut neighbourhood, &clustering, &around.replaced).await?;
    assigned.overruled = overruled(&neighbourhood, &clustering);
    assigned.affected.extend(around.software);
    Ok(assigned)
}

/// The decisions that two records are the same which the clusters do not follow.
fn overruled(around: &Neighbourhood, clustering: &Clustering) -> Vec<(Uuid, Uuid)> {
    let mut cluster_of: HashMap<Uuid, usize> = HashMap::new();
    for (position, cluster) in clustering.clusters.iter().enumerate() {
        cluster_of.extend(cluster.members.iter().map(|member| (*member, position)));
    }
    let places = |a: &Uuid, b: &Uuid| Some((*cluster_of.get(a)?, *cluster_of.get(b)?));
    around
        .verdicts
        .iter()
        .filter(|verdict| verdict.same)
        .filter(|verdict| places(&verdict.a, &verdict.b).is_some_and(|(a, b)| a != b))
        .map(|verdict| (verdict.a, verdict.b))
        .collect()
}

/// Replaces the candidates among the explored records.
async fn write_candidates(
    tx: &DatabaseTransaction,
    explored: &[Uuid],
    clustering: &Clustering,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut since: HashMap<(Uuid, Uuid, String), DateTime<Utc>> = HashMap::new();
    for chunk in chunks(explored, 2) {
        let touching = Condition::any()
            .add(candidate::Column::RecordA.is_in(chunk.to_vec()))
            .add(candidate::Column::RecordB.is_in(chunk.to_vec()));
        let old = candidate::Entity::find().filter(touching.clone()).all(tx).await?;
        since.extend(
            old.into_iter().map(|row| ((row.record_a, row.record_b, row.reason), row.since)),
        );
        candidate::Entity::delete_many().filter(touching).exec(tx).await?;
    }
    let rows: Vec<candidate::ActiveModel> = clustering
        .candidates
        .iter()
        .map(|found| {
            let (a, b) = if found.a < found.b { (found.a, found.b) } else { (found.b, found.a) };
            let key = (a, b, found.reason.clone());
            let since = since.get(&key).copied().unwrap_or(at);
            candidate::Model { record_a: a, record_b: b, reason: key.2, since }.into()
        })
        .collect();
    bulk::insert(tx, rows).await
}

/// Gives every cluster its software and writes the links that changed.
///
/// Ids never move: a software stays with its oldest record; where several meet in one cluster the
/// oldest survives and the others redirect to it.
async fn assign(
    tx: &DatabaseTransaction,
    around: &mut Neighbourhood,
    clustering: &Clustering,
    replaced: &[(Uuid, Uuid)],
) -> Result<Assigned, StoreError> {
    let ages = software_ages(tx, around).await?;
    let mut claims = claims(around, clustering, replaced);
    let mut result = Assigned::default();
    let mut survivor_of: HashMap<Uuid, Uuid> = HashMap::new();
    let mut links: Vec<Link> = Vec::new();
    for (position, cluster) in clustering.clusters.iter().enumerate() {
        let mut claimed: Vec<Uuid> = claims.remove(&position).unwrap_or_default();
        claimed.sort_by_key(|id| (ages.get(id).copied(), *id));
        let survivor = match claimed.split_first() {
            Some((oldest, others)) => {
                for other in others {
                    survivor_of.insert(*other, *oldest);
                    result.merged.push((*other, *oldest));
                }
                *oldest
            }
            None => {
                let new = Uuid::now_v7();
                result.created.insert(new);
                new
            }
        };
        for member in &cluster.members {
            let left = around.rows.get(member).and_then(|row| row.software_id);
            if let Some(left) = left
                && left != survivor
                && !claimed.contains(&left)
                && !result.split.contains(&(left, survivor))
            {
                result.split.push((left, survivor));
            }
            let reason = cluster.reasons.get(member).cloned();
            links.push(Link { record: *member, software: survivor, reason });
        }
    }
    // A withdrawn record keeps its software, or goes where that was merged into.
    let merged: BTreeSet<Uuid> = survivor_of.keys().copied().collect();
    let left_behind = records_of_software(tx, &merged).await?;
    around.rows.extend(rows(tx, &left_behind).await?);
    for row in around.rows.values() {
        if let Some(survivor) = row.software_id.and_then(|id| survivor_of.get(&id))
            && row.state == State::Withdrawn
        {
            links.push(Link { record: row.id, software: *survivor, reason: None });
        }
    }
    write_links(tx, around, links, &mut result).await?;
    Ok(result)
}

/// For each cluster: the software whose ids it keeps. A software stays with its oldest record that
/// is not withdrawn; one that is left without any goes where the record is that replaced its own.
fn claims(
    around: &Neighbourhood,
    clustering: &Clustering,
    replaced: &[(Uuid, Uuid)],
) -> HashMap<usize, Vec<Uuid>> {
    let mut cluster_of: HashMap<Uuid, usize> = HashMap::new();
    for (position, cluster) in clustering.clusters.iter().enumerate() {
        cluster_of.extend(cluster.members.iter().map(|member| (*member, position)));
    }
    let mut oldest: BTreeMap<Uuid, (DateTime<Utc>, Uuid)> = BTreeMap::new();
    for row in around.rows.values().filter(|row| cluster_of.contains_key(&row.id)) {
        if let Some(software) = row.software_id {
            let age = (row.first_seen, row.id);
            let entry = oldest.entry(software).or_insert(age);
            *entry = age.min(*entry);
        }
    }
    let mut records: BTreeMap<Uuid, Uuid> =
        oldest.into_iter().map(|(software, (_, record))| (software, record)).collect();
    for (software, by) in replaced {
        records.entry(*software).or_insert(*by);
    }
    let mut claims: HashMap<usize, Vec<Uuid>> = HashMap::new();
    for (software, record) in records {
        if let Some(position) = cluster_of.get(&record) {
            claims.entry(*position).or_default().push(software);
        }
    }
    claims
}

async fn software_ages(
    tx: &DatabaseTransaction,
    around: &Neighbourhood,
) -> Result<HashMap<Uuid, DateTime<Utc>>, StoreError> {
    let ids: BTreeSet<Uuid> = around.rows.values().filter_map(|row| row.software_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut all = HashMap::new();
    for chunk in chunks(&ids, 1) {
        let rows: Vec<(Uuid, DateTime<Utc>)> = software::Entity::find()
            .select_only()
            .columns([software::Column::Id, software::Column::CreatedAt])
            .filter(software::Column::Id.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(tx)
            .await?;
        all.extend(rows);
    }
    Ok(all)
}

async fn write_links(
    tx: &DatabaseTransaction,
    around: &Neighbourhood,
    links: Vec<Link>,
    result: &mut Assigned,
) -> Result<(), StoreError> {
    let mut changed: Vec<Link> = Vec::new();
    for link in links {
        let Some(row) = around.rows.get(&link.record) else { continue };
        result.affected.insert(link.software);
        result.affected.extend(row.software_id);
        if row.software_id != Some(link.software) {
            let Link { record, software: to, .. } = link;
            result.moved.push(Moved { record, from: row.software_id, to });
        }
        if around.fresh.contains(&link.record) {
            result.fresh.push(link);
        } else if row.software_id != Some(link.software) || row.join_reason != link.reason {
            changed.push(link);
        }
    }
    let backend = tx.get_database_backend();
    for chunk in chunks(&changed, 3) {
        // Both databases call the columns of a list of values so.
        let sql = format!(
            r#"UPDATE "record" SET "software_id" = "link"."column2", "join_reason" = "link"."column3"
               FROM (VALUES {}) AS "link" WHERE "record"."id" = "link"."column1""#,
            bulk::tuples(backend, chunk.len(), 3)
        );
        let values = chunk.iter().flat_map(|link| -> [Value; 3] {
            [link.record.into(), link.software.into(), link.reason.clone().into()]
        });
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}
