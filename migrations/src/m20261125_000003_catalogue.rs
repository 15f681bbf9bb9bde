//! What follows from the records: software entries, verdicts and candidates, the event log.

use sea_orm_migration::prelude::*;

use crate::column::{flag, id, id_null, text, text_null, time, time_null};
use crate::{index, primary};

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
                    .table("software")
                    .col(id("id").primary_key())
                    .col(text("state"))
                    .col(id_null("merged_into"))
                    .col(text("slug"))
                    .col(text("content"))
                    .col(text("provenance"))
                    .col(text("licence"))
                    .col(text("digest"))
                    .col(time("created_at"))
                    .col(time("changed_at"))
                    .col(time_null("next_change_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("software_due", "software", &["next_change_at"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("verdict")
                    .col(id("record_a"))
                    .col(id("record_b"))
                    .col(flag("same"))
                    .col(text("decided_by"))
                    .col(time("decided_at"))
                    .col(text("reason"))
                    .primary_key(&mut primary(&["record_a", "record_b"]))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("verdict_by_b", "verdict", &["record_b"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("candidate")
                    .col(id("record_a"))
                    .col(id("record_b"))
                    .col(text("reason"))
                    .col(time("since"))
                    .primary_key(&mut primary(&["record_a", "record_b", "reason"]))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("candidate_by_b", "candidate", &["record_b"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("event")
                    .col(ColumnDef::new("seq").big_integer().not_null().primary_key())
                    .col(time("at"))
                    .col(text("kind"))
                    .col(text("entity"))
                    .col(id("entity_id"))
                    .col(text("actor"))
                    .col(text_null("before"))
                    .col(text_null("after"))
                    .col(id_null("target_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("event_by_entity", "event", &["entity_id", "seq"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("counter")
                    .col(text("name").primary_key())
                    .col(ColumnDef::new("value").big_integer().not_null())
                    .to_owned(),
            )
            .await?;
        for name in ["event", "search-generation"] {
            let insert = Query::insert()
                .into_table("counter")
                .columns(["name", "value"])
                .values_panic([name.into(), 0i64.into()])
                .to_owned();
            manager.execute(insert).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["counter", "event", "candidate", "verdict", "software"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
