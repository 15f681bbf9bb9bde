//! Totals that are kept with what they count, the software that several sources list, and indexes
//! that give the first rows of every list without a look at the others.

use sea_orm_migration::prelude::*;

use crate::column::{count, id, text};
use crate::{index, primary};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What the totals are of a database that is in use, the same on every database.
const COUNTED: [&str; 6] = [
    "INSERT INTO shared (software_id, source_id)
     SELECT DISTINCT software_id, source_id FROM record
     WHERE state <> 'withdrawn' AND software_id IN
     (SELECT software_id FROM record WHERE state <> 'withdrawn' AND software_id IS NOT NULL
      GROUP BY software_id HAVING COUNT(DISTINCT source_id) > 1)",
    "INSERT INTO tally (what, source_id, part, count)
     SELECT 'software', '', state, COUNT(*) FROM software GROUP BY state",
    "INSERT INTO tally (what, source_id, part, count)
     SELECT 'record', source_id, state, COUNT(*) FROM record GROUP BY source_id, state",
    "INSERT INTO tally (what, source_id, part, count)
     SELECT 'finding', source_id, code, COUNT(*) FROM finding WHERE closed_at IS NULL
     GROUP BY source_id, code",
    "INSERT INTO tally (what, source_id, part, count)
     SELECT 'several', '', '', COUNT(DISTINCT software_id) FROM shared",
    "INSERT INTO tally (what, source_id, part, count)
     SELECT 'shared', a.source_id, b.source_id, COUNT(*) FROM shared a
     JOIN shared b ON b.software_id = a.software_id AND b.source_id <> a.source_id
     GROUP BY a.source_id, b.source_id",
];

/// Indexes that new ones make superfluous: each with its table and its column beside the first.
const SUPERFLUOUS: [(&str, &str, &[&str]); 2] = [
    ("record_by_software", "record", &["software_id"]),
    ("run_by_source", "run", &["source_id", "queued_at"]),
];

fn indexes() -> Vec<IndexCreateStatement> {
    let open = || Expr::col("closed_at").is_null();
    let closed = || Expr::col("closed_at").is_not_null();
    let some = |name, columns: &[&'static str], which: Expr| {
        index(name, "finding", columns).and_where(which).to_owned()
    };
    vec![
        index("record_by_source", "record", &["source_id", "state", "software_id"]),
        index("record_of_software", "record", &["software_id", "state", "source_id"]),
        index("software_by_state", "software", &["state", "id"]),
        index("shared_by_source", "shared", &["source_id", "software_id"]),
        index("run_of_source", "run", &["source_id", "id", "at", "entries"]),
        some("finding_open", &["id"], open()),
        some("finding_open_by_source", &["source_id", "id"], open()),
        some("finding_open_by_code", &["code", "id"], open()),
        some("finding_open_of_code", &["source_id", "code", "id"], open()),
        some("finding_closed", &["id"], closed()),
        some("finding_closed_by_source", &["source_id", "id"], closed()),
        latest("finding_last_opened", "finding", &["source_id"], "first_seen", "id")
            .and_where(open())
            .to_owned(),
        latest("finding_last_closed", "finding", &["source_id"], "closed_at", "id")
            .and_where(closed())
            .to_owned(),
        gone("record_missing", "missing_since"),
        gone("record_withdrawn", "withdrawn_at"),
    ]
}

/// The records of a source in a state since a time, which few have.
fn gone(name: &'static str, since: &'static str) -> IndexCreateStatement {
    latest(name, "record", &["source_id", "state"], since, "external_id")
        .and_where(Expr::col(since).is_not_null())
        .to_owned()
}

/// An index that gives the latest of each group first.
fn latest(
    name: &'static str,
    table: &'static str,
    group: &[&'static str],
    time: &'static str,
    then: &'static str,
) -> IndexCreateStatement {
    index(name, table, group).col((time, IndexOrder::Desc)).col(then).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("shared")
                    .col(id("software_id"))
                    .col(text("source_id"))
                    .primary_key(&mut primary(&["software_id", "source_id"]))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("tally")
                    .col(text("what"))
                    .col(text("source_id"))
                    .col(text("part"))
                    .col(count("count"))
                    .primary_key(&mut primary(&["what", "source_id", "part"]))
                    .to_owned(),
            )
            .await?;
        for statement in indexes() {
            manager.create_index(statement).await?;
        }
        for (name, table, _) in SUPERFLUOUS {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        for statement in COUNTED {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, columns) in SUPERFLUOUS {
            manager.create_index(index(name, table, columns)).await?;
        }
        for statement in indexes() {
            if let Some(name) = statement.get_index_spec().get_name() {
                manager.drop_index(Index::drop().name(name).to_owned()).await?;
            }
        }
        for table in ["tally", "shared"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
