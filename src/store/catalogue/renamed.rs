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

use super::{Batch, Change, Statement};
use crate::formats::Withdrawal;
use crate::store::StoreError;
use crate::store::entity::record;
use crate::store::records::{self, read_json};

/// What is renamed in a batch.
#[derive(Default)]
pub(super) struct Renames {
    /// The former external ids, by the new ones.
    from: HashMap<String, String>,
    /// What younger records said, by external id.
    said: HashMap<String, Statement>,
    /// The younger records, with the former external ids, and the records that replace them.
    replaced: Vec<(record::Model, Uuid)>,
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
        before: &mut HashMap<String, record::Model>,
    ) -> Result<Self, StoreError> {
        let mut renames = Self::default();
        for (external_id, change) in &batch.changes {
            let Change::Rename { from, statement } = change else { continue };
            let Some(renamed) = before.remove(from) else { continue };
            if let Some(younger) = before.remove(external_id) {
                if statement.is_none() {
                    let said = said(tx, &younger).await?;
                    renames.said.insert(external_id.clone(), said);
                }
                let younger = record::Model { external_id: from.clone(), ..younger };
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

    /// What the source says, where a change lists it.
    pub fn statement<'a>(&'a self, external_id: &str, change: &'a Change) -> Option<&'a Statement> {
        match change {
            Change::Put(statement) | Change::Rename { statement: Some(statement), .. } => {
                Some(statement)
            }
            Change::Rename { statement: None, .. } => self.said.get(external_id),
            _ => None,
        }
    }

    /// The records that give way.
    pub fn replaced_rows(&self) -> impl Iterator<Item = &record::Model> {
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
async fn said(tx: &DatabaseTransaction, row: &record::Model) -> Result<Statement, StoreError> {
    Ok(Statement {
        digest: row.digest.clone(),
        rules_version: row.rules_version.clone(),
        raw: read_json("raw item", &row.external_id, &row.raw)?,
        content: read_json("content", &row.external_id, &row.content)?,
        personal: records::personal_of(tx, row.id).await?,
    })
}
