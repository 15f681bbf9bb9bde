//! What a run has staged is counted beside what it has applied; and each event bears the mark of
//! the transaction that wrote it, by which a log that was restored is known from the one before.

use sea_orm_migration::prelude::*;

use crate::column::{count, id_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("run").add_column(count("staged")).to_owned())
            .await?;
        // Held runs wait with what they staged; of ended ones all was applied.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE run SET staged = applied + (SELECT COUNT(*) FROM run_item
                 WHERE run_item.run_id = run.id AND run_item.staged IS NOT NULL)",
            )
            .await?;
        manager
            .alter_table(Table::alter().table("event").add_column(id_null("mark")).to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("event").drop_column("mark").to_owned()).await?;
        manager.alter_table(Table::alter().table("run").drop_column("staged").to_owned()).await
    }
}
