//! Sources that failed, and when they are asked again.

use sea_orm_migration::prelude::*;

use crate::column::{text, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("circuit")
                    .col(text("source_id").primary_key())
                    .col(ColumnDef::new("failures").integer().not_null())
                    .col(time("not_before"))
                    .foreign_key(
                        ForeignKey::create().from("circuit", "source_id").to("source", "id"),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("circuit").to_owned()).await
    }
}
