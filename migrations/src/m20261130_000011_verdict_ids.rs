//! Verdicts have an id, by which they are listed and undone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::column::id_null;
use crate::unique;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("verdict").add_column(id_null("id")).to_owned())
            .await?;
        let random = match manager.get_database_backend() {
            DbBackend::Sqlite => "randomblob(16)",
            _ => "gen_random_uuid()",
        };
        let fill = Query::update().table("verdict").value("id", Expr::cust(random)).to_owned();
        manager.execute(fill).await?;
        manager.create_index(unique("verdict_by_id", "verdict", &["id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("verdict_by_id").table("verdict").to_owned()).await?;
        manager.alter_table(Table::alter().table("verdict").drop_column("id").to_owned()).await
    }
}
