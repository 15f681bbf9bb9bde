//! Operators: their tokens and sessions, the log of what they did, and what they may decide about
//! a source. Also how far a run is, and how many records were active after it.

use sea_orm_migration::prelude::*;

use crate::column::{count, id, id_null, text, text_null, time, time_null};
use crate::{index, unique};

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
                    .table("token")
                    .col(id("id").primary_key())
                    .col(text("hash"))
                    .col(text("name"))
                    .col(text("scope"))
                    .col(time("created_at"))
                    .col(time("expires_at"))
                    .col(time_null("revoked_at"))
                    .col(ColumnDef::new("last_used_on").date().null())
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("token_hash", "token", &["hash"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(text("hash").primary_key())
                    .col(id("token_id"))
                    .col(time("created_at"))
                    .col(time("last_used_at"))
                    .foreign_key(ForeignKey::create().from("session", "token_id").to("token", "id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("session_by_token", "session", &["token_id"])).await?;
        // Without foreign keys: a log outlives what it tells about.
        manager
            .create_table(
                Table::create()
                    .table("audit")
                    .col(id("id").primary_key())
                    .col(time("at"))
                    .col(text("actor"))
                    .col(id_null("token_id"))
                    .col(text("act"))
                    .col(text_null("source_id"))
                    .col(id_null("run_id"))
                    .col(text_null("detail"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("audit_by_source", "audit", &["source_id", "id"])).await?;
        for (table, column) in [
            ("source", text_null("hold_reason")),
            ("run", count("applied")),
            ("run", ColumnDef::new("entries").big_integer().null().take()),
        ] {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("run", "entries"), ("run", "applied"), ("source", "hold_reason")] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        for table in ["audit", "session", "token"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
