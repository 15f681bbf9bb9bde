//! Records that their source lists under another id than before: the row, and with it the record's
//! id and its software, stays; the external id changes.
//!
//! Where the new id was known already, because an incomplete listing brought it before it was
//! certain that the old one is gone, the younger record gives way: it takes the old external id
//! into its tombstone, and its software redirects to that of the older one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::change::{Batch, Change, Raw, Statement};
use crate::formats::Withdrawal;
use crate::store::StoreError;
use crate::store::entity::record;
use crate::store::packed::raw_of;
use crate::store::records::{self, Outline, read_digest, read_json};

/// What is renamed in a batch.
#[derive(Default)]
pub(super) struct Renames {
    /// The former external ids, by the new ones.
    from: HashMap<String, String>,
    /// What younger records said, by external id.
    said: HashMap<String, Statement>,
    /// The younger records, with the former external ids, and the records that replace them.
    replaced: Vec<(Outline, Uuid)>,
}

/// The external ids that a change is about.
pub(super) fn ids((external_id, change): &(String, Change)) -> Vec<String> {
    match change {
        Change::Rename { from, .. } => vec![external_id.clone(), from.clone()],
        _ => vec![external_id.clone()],
    }
}

/// Why a record gave way.
pub(super) fn withdrawal(at: DateTime<Utc>) -> Withdrawal {
    let reason = Some("listed under another id".to_owned());
    Withdrawal { reason, on: Some(at.date_naive()), last_version: None }
}

impl Renames {
    /// Files the records that are renamed under their new ids in `before`.
    pub async fn prepare(
        tx: &DatabaseTransaction,
        batch: &Batch<'_>,
        before: &mut HashMap<String, Outline>,
    ) -> Result<Self, StoreError> {
        let mut renames = Self::default();
        for (external_id, change) in &batch.changes {
            let Change::Rename { from, statement } = change else { continue };
            let Some(renamed) = before.remove(from) else { continue };
            if let Some(younger) = before.remove(external_id) {
                if statement.is_none() {
                    let said = said(tx, younger.id).await?;
                    renames.said.insert(external_id.clone(), said);
                }
                let younger = Outline { external_id: from.clone(), ..younger };
                renames.replaced.push((younger, renamed.id));
            }
            renames.from.insert(external_id.clone(), from.clone());
            before.insert(external_id.clone(), renamed);
        }
        Ok(renames)
    }

    /// The external id that a record had.
    pub fn from(&self, external_id: &str) -> Option<&str> {
        self.from.get(external_id).map(String::as_str)
    }

    /// What the source says, where a change lists it; else the change.
    pub fn statement(&mut self, external_id: &str, change: Change) -> Result<Statement, Change> {
        match change {
            Change::Put(statement) | Change::Rename { statement: Some(statement), .. } => {
                Ok(*statement)
            }
            Change::Rename { statement: None, .. } => self.said.remove(external_id).ok_or(change),
            _ => Err(change),
        }
    }

    /// The records that give way.
    pub fn replaced_rows(&self) -> impl Iterator<Item = &Outline> {
        self.replaced.iter().map(|(row, _)| row)
    }

    /// The software of the records that give way, each with the record that replaces its own.
    pub fn replaced(&self) -> Vec<(Uuid, Uuid)> {
        self.replaced.iter().filter_map(|(row, by)| Some((row.software_id?, *by))).collect()
    }

    /// Takes their external ids from the records that give way, so that others can have them.
    pub async fn make_room(&self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        for row in self.replaced_rows() {
            record::Entity::update_many()
                .col_expr(record::Column::ExternalId, Expr::value(format!("replaced:{}", row.id)))
                .filter(record::Column::Id.eq(row.id))
                .exec(tx)
                .await?;
        }
        Ok(())
    }
}

/// What a record says, as a statement.
async fn said(tx: &DatabaseTransaction, id: Uuid) -> Result<Statement, StoreError> {
    let gone = || StoreError::NotFound { what: "record", id: id.to_string() };
    let row = records::whole(tx, &[id]).await?.remove(&id).ok_or_else(gone)?;
    let raw = read_json("raw item", &row.external_id, &raw_of(&row)?)?;
    Ok(Statement {
        digest: read_digest("digest", &row.external_id, &row.digest)?,
        raw: Raw::of(&raw),
        content: read_json("content", &row.external_id, &row.content)?,
        personal: records::personal_of(tx, row.id).await?,
        rules_version: row.rules_version,
        fingerprint: row.fingerprint,
    })
}
