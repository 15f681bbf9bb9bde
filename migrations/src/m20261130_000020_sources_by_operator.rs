//! What an operator decides about a source beside whether it is harvested: another address, and
//! that it is removed.

use sea_orm_migration::prelude::*;

use crate::column::{flag, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [flag("url_by_operator"), time_null("removed_at")] {
            let statement = Table::alter().table("source").add_column(column).to_owned();
            manager.alter_table(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["url_by_operator", "removed_at"] {
            let statement = Table::alter().table("source").drop_column(column).to_owned();
            manager.alter_table(statement).await?;
        }
        Ok(())
    }
}
