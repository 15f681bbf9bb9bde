//! Raw items and the statements of entries are stored packed; those that are there stay as they
//! are until they change. What a run staged stands in a table of its own and goes when it is
//! applied. Records are found by the digest of their item.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Value};
use uuid::Uuid;

use crate::column::{id, text, text_null};
use crate::{index, primary};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What the compression of every packed text begins from.
const WORDS: &[u8] = include_bytes!("../../src/store/packed/words-1.txt");
/// Rows unpacked at a time.
const BATCH: u64 = 200;

/// A table with an id, its packed column, and the column of the plain text.
const PACKED: [(&str, &str, &str); 2] =
    [("record", "raw_packed", "raw"), ("software", "provenance_packed", "provenance")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, packed, _) in PACKED {
            let column = ColumnDef::new(packed).blob().null().take();
            let added = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        let fingerprint = ColumnDef::new("fingerprint").big_integer().null().take();
        let added = Table::alter().table("record").add_column(fingerprint).to_owned();
        manager.alter_table(added).await?;
        manager.create_index(index("record_by_digest", "record", &["digest"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("staged")
                    .col(id("run_id"))
                    .col(text("external_id"))
                    .col(ColumnDef::new("change").blob().not_null())
                    .primary_key(&mut primary(&["run_id", "external_id"]))
                    .foreign_key(ForeignKey::create().from("staged", "run_id").to("run", "id"))
                    .to_owned(),
            )
            .await?;
        // What waits for a decision stays as it is written; it begins with a brace.
        let bytes = match manager.get_database_backend() {
            DbBackend::Postgres => "convert_to(staged, 'UTF8')",
            _ => "CAST(staged AS BLOB)",
        };
        let moved = format!(
            "INSERT INTO staged (run_id, external_id, change) \
             SELECT run_id, external_id, {bytes} FROM run_item WHERE staged IS NOT NULL"
        );
        manager.get_connection().execute_unprepared(&moved).await?;
        manager.alter_table(Table::alter().table("run_item").drop_column("staged").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let staged = text_null("staged");
        manager.alter_table(Table::alter().table("run_item").add_column(staged).to_owned()).await?;
        unstage_all(manager).await?;
        manager.drop_table(Table::drop().table("staged").to_owned()).await?;
        let by_digest = Index::drop().name("record_by_digest").table("record").to_owned();
        manager.drop_index(by_digest).await?;
        for (table, packed, plain) in PACKED {
            unpack_all(manager, table, packed, plain).await?;
            manager.alter_table(Table::alter().table(table).drop_column(packed).to_owned()).await?;
        }
        manager
            .alter_table(Table::alter().table("record").drop_column("fingerprint").to_owned())
            .await
    }
}

/// Writes packed texts as plain ones.
async fn unpack_all(
    manager: &SchemaManager<'_>,
    table: &'static str,
    packed: &'static str,
    plain: &'static str,
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let some = Query::select()
        .columns(["id", packed])
        .from(table)
        .and_where(Expr::col(packed).is_not_null())
        .limit(BATCH)
        .to_owned();
    loop {
        let rows = db.query_all(&some).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let text = unpack(row.try_get("", packed)?)?;
            let update = Query::update()
                .table(table)
                .value(plain, text)
                .value(packed, Expr::value(Value::Bytes(None)))
                .and_where(Expr::col("id").eq(row.try_get::<Uuid>("", "id")?))
                .to_owned();
            db.execute(&update).await?;
        }
    }
}

/// Puts what is staged back to the items of its run.
async fn unstage_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let some = Query::select()
        .columns(["run_id", "external_id", "change"])
        .from("staged")
        .limit(BATCH)
        .to_owned();
    loop {
        let rows = db.query_all(&some).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let (run, item): (Uuid, String) =
                (row.try_get("", "run_id")?, row.try_get("", "external_id")?);
            let is_it = || Expr::col("run_id").eq(run).and(Expr::col("external_id").eq(&item));
            let update = Query::update()
                .table("run_item")
                .value("staged", unpack(row.try_get("", "change")?)?)
                .and_where(is_it())
                .to_owned();
            db.execute(&update).await?;
            let delete = Query::delete().from_table("staged").and_where(is_it()).to_owned();
            db.execute(&delete).await?;
        }
    }
}

/// The text of a packed form, which is a byte that says 1, the length in four, and what zstd made
/// of it; or of JSON that was never packed.
fn unpack(packed: Vec<u8>) -> Result<String, DbErr> {
    let custom = |error: std::io::Error| DbErr::Custom(error.to_string());
    let bytes = match packed.split_first_chunk() {
        _ if packed.starts_with(b"{") => packed,
        Some(([1, a, b, c, d], body)) => {
            let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            let decompressor = zstd::bulk::Decompressor::with_dictionary(WORDS);
            decompressor.and_then(|mut one| one.decompress(body, length)).map_err(custom)?
        }
        _ => return Err(DbErr::Custom("a packed text is damaged".to_owned())),
    };
    String::from_utf8(bytes).map_err(|error| DbErr::Custom(error.to_string()))
}
