//! Records whose id at their source changes: how many a run renamed, and from which id to which.

use sea_orm_migration::prelude::*;

use crate::column::{count, text_null};

/// The columns that hold ids from before and after a change.
const IDS: [(&str, &str); 3] =
    [("run_item", "renamed_from"), ("event", "renamed_from"), ("event", "renamed_to")];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("run").add_column(count("renamed")).to_owned())
            .await?;
        for (table, column) in IDS {
            manager
                .alter_table(Table::alter().table(table).add_column(text_null(column)).to_owned())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in IDS {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("run").drop_column("renamed").to_owned()).await
    }
}
