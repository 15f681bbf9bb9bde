//! Which software several sources list, and which sources those are.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::store::entity::shared;
use crate::store::tally::Difference;
use crate::store::{StoreError, bulk, chunks};

/// Brings the rows of software whose records may have changed in step with the sources that list
/// them now, and tells the difference to the totals.
pub(super) async fn update(
    tx: &DatabaseTransaction,
    ids: &[Uuid],
    mut listed: BTreeMap<Uuid, BTreeSet<String>>,
    totals: &mut Difference,
) -> Result<(), StoreError> {
    listed.retain(|_, sources| sources.len() > 1);
    let mut gone = before(tx, ids).await?;
    // What is the same before and after stays as it is.
    listed.retain(|id, sources| match gone.get(id) {
        Some(before) if before == sources => {
            gone.remove(id);
            false
        }
        _ => true,
    });
    gone.values().for_each(|sources| totals.shared(sources, -1));
    listed.values().for_each(|sources| totals.shared(sources, 1));
    let old: Vec<Uuid> = gone.into_keys().collect();
    for chunk in chunks(&old, 1) {
        shared::Entity::delete_many()
            .filter(shared::Column::SoftwareId.is_in(chunk.iter().copied()))
            .exec(tx)
            .await?;
    }
    let rows = listed
        .into_iter()
        .flat_map(|(id, sources)| sources.into_iter().map(move |source| (id, source)))
        .map(|(software_id, source_id)| {
            shared::Model { software_id, source_id }.into_active_model()
        });
    bulk::insert::<shared::ActiveModel>(tx, rows.collect()).await
}

async fn before(
    tx: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, BTreeSet<String>>, StoreError> {
    let mut all: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for chunk in chunks(ids, 1) {
        let rows = shared::Entity::find()
            .filter(shared::Column::SoftwareId.is_in(chunk.iter().copied()))
            .all(tx)
            .await?;
        for row in rows {
            all.entry(row.software_id).or_default().insert(row.source_id);
        }
    }
    Ok(all)
}
