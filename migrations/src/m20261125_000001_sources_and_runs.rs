//! Sources, their runs, the lease that keeps two runs of one source apart, and what a run found
//! and staged.

use sea_orm_migration::prelude::*;

use crate::column::{count, flag, id, id_null, text, text_null, time, time_null};
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
                    .table("source")
                    .col(text("id").primary_key())
                    .col(text("name"))
                    .col(text_null("country"))
                    .col(text_null("body"))
                    .col(text("operator"))
                    .col(text("connector"))
                    .col(text_null("url"))
                    .col(text_null("schedule"))
                    .col(text_null("data_licence"))
                    .col(text_null("attribution"))
                    .col(text_null("contact"))
                    .col(ColumnDef::new("priority").integer().not_null())
                    .col(text("options"))
                    .col(flag("enabled"))
                    .col(text_null("disabled_reason"))
                    .col(flag("enabled_by_operator"))
                    .col(text_null("validators"))
                    .col(time_null("last_complete_at"))
                    .col(time("added_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("run")
                    .col(id("id").primary_key())
                    .col(text("source_id"))
                    .col(text_null("slot"))
                    .col(text("state"))
                    .col(text_null("input"))
                    .col(time("at"))
                    .col(time("queued_at"))
                    .col(time_null("started_at"))
                    .col(time_null("ended_at"))
                    .col(flag("complete"))
                    .col(flag("not_modified"))
                    .col(count("items_read"))
                    .col(count("added"))
                    .col(count("updated"))
                    .col(count("unchanged"))
                    .col(count("skipped"))
                    .col(count("failed"))
                    .col(count("missing"))
                    .col(count("withdrawn"))
                    .col(count("findings"))
                    .col(text_null("reason"))
                    .col(text_null("validators"))
                    .foreign_key(ForeignKey::create().from("run", "source_id").to("source", "id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("run_slot", "run", &["source_id", "slot"])).await?;
        manager.create_index(index("run_by_source", "run", &["source_id", "queued_at"])).await?;
        manager.create_index(index("run_by_state", "run", &["state", "queued_at"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("lease")
                    .col(text("source_id").primary_key())
                    .col(id_null("run_id"))
                    .col(text("holder"))
                    .col(ColumnDef::new("epoch").big_integer().not_null())
                    .col(time("until"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("run_item")
                    .col(id("run_id"))
                    .col(text("external_id"))
                    .col(text("status"))
                    .col(text("reasons"))
                    .col(text_null("staged"))
                    .primary_key(&mut primary(&["run_id", "external_id"]))
                    .foreign_key(ForeignKey::create().from("run_item", "run_id").to("run", "id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("finding")
                    .col(id("id").primary_key())
                    .col(text("source_id"))
                    .col(text("external_id"))
                    .col(text("code"))
                    .col(text("severity"))
                    .col(text("path"))
                    .col(text("message"))
                    .col(ColumnDef::new("line").integer().null())
                    .col(ColumnDef::new("column").integer().null())
                    .col(time("first_seen"))
                    .col(time("last_seen"))
                    .col(time_null("closed_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(unique(
                "finding_identity",
                "finding",
                &["source_id", "external_id", "code", "path"],
            ))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["finding", "run_item", "lease", "run", "source"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
