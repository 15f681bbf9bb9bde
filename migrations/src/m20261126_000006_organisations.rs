//! Organisations, and the identifiers by which each is known.

use sea_orm_migration::prelude::*;

use crate::column::{id, text, time, time_null};
use crate::index;

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
                    .table("organisation")
                    .col(id("id").primary_key())
                    .col(text("directory"))
                    .col(text("name"))
                    .col(text("content"))
                    .col(text("digest"))
                    .col(time("added_at"))
                    .col(time("changed_at"))
                    .col(time_null("missing_since"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("organisation_directory", "organisation", &["directory"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation_identifier")
                    .col(text("identifier").primary_key())
                    .col(id("organisation_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("organisation_identifier", "organisation_id")
                            .to("organisation", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        let columns = ["organisation_id"];
        manager
            .create_index(index("organisation_identifier_of", "organisation_identifier", &columns))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["organisation_identifier", "organisation"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
