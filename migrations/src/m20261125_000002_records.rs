//! What sources say: records, their keys, and persons' data kept apart.

use sea_orm_migration::prelude::*;

use crate::column::{id, id_null, text, text_null, time, time_null};
use crate::{index, primary, unique};

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
                    .table("record")
                    .col(id("id").primary_key())
                    .col(text("source_id"))
                    .col(text("external_id"))
                    .col(text("state"))
                    .col(text("digest"))
                    .col(text("rules_version"))
                    .col(text("raw"))
                    .col(text("content"))
                    .col(text("actor"))
                    .col(time("first_seen"))
                    .col(time("changed_at"))
                    .col(time_null("missing_since"))
                    .col(time_null("withdrawn_at"))
                    .col(text_null("withdrawal"))
                    .col(id_null("software_id"))
                    .col(text_null("join_reason"))
                    .foreign_key(
                        ForeignKey::create().from("record", "source_id").to("source", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(unique("record_identity", "record", &["source_id", "external_id"]))
            .await?;
        manager.create_index(index("record_by_software", "record", &["software_id"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("record_key")
                    .col(id("record_id"))
                    .col(text("source_id"))
                    .col(text("kind"))
                    .col(text("value"))
                    .primary_key(&mut primary(&["record_id", "kind", "value"]))
                    .foreign_key(
                        ForeignKey::create().from("record_key", "record_id").to("record", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "record_key_holders",
                "record_key",
                &["kind", "value", "source_id"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("personal")
                    .col(id("record_id"))
                    .col(ColumnDef::new("position").integer().not_null())
                    .col(text("path"))
                    .col(text("value"))
                    .primary_key(&mut primary(&["record_id", "position"]))
                    .foreign_key(
                        ForeignKey::create().from("personal", "record_id").to("record", "id"),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["personal", "record_key", "record"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
