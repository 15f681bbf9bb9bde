//! What lists of entries and records are filtered by has an index. The rows of `software_filter`
//! are made of the entries when the database is opened after this step.

use sea_orm_migration::prelude::*;

use crate::column::{id, text};
use crate::{index, primary};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Each with its name, its table and its columns.
const INDEXES: &[(&str, &str, &[&str])] = &[
    ("software_filter_of", "software_filter", &["software_id"]),
    ("software_changed", "software", &["state", "changed_at", "id"]),
    ("record_software_of_source", "record", &["source_id", "software_id", "state"]),
    ("record_of_source", "record", &["source_id", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("software_filter")
                    .col(text("kind"))
                    .col(text("value"))
                    .col(id("software_id"))
                    .primary_key(&mut primary(&["kind", "value", "software_id"]))
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in INDEXES {
            manager.create_index(index(name, table, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES {
            manager.drop_index(Index::drop().name(*name).table(*table).to_owned()).await?;
        }
        manager.drop_table(Table::drop().table("software_filter").to_owned()).await?;
        let version = Query::delete()
            .from_table("counter")
            .and_where(Expr::col("name").eq("filters"))
            .to_owned();
        manager.execute(version).await
    }
}
