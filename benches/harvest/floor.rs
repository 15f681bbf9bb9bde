//! The floor: the rows that a harvest leaves, inserted by plain statements into an empty database
//! of the same schema, with nothing decided or derived.

use std::path::Path;
use std::time::{Duration, Instant};

use fedcat::store::Store;
use sea_orm::sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow};
use sea_orm::sqlx::{
    self, AssertSqlSafe, Column, Connection, Row, SqliteConnection, TypeInfo, ValueRef,
};

/// Rows of one statement, each of which is one transaction.
const ROWS: usize = 500;

/// The tables that hold anything of entries, referenced ones first.
const TABLES: [&str; 11] = [
    "source",
    "run",
    "run_item",
    "record",
    "record_key",
    "personal",
    "software",
    "software_filter",
    "shared",
    "event",
    "finding",
];

/// Inserts all rows of one database into a new one; returns the time of the inserting alone.
pub async fn measure(full: &Path, empty: &Path) -> Duration {
    let store = Store::open(&format!("sqlite://{}", empty.display())).await.expect("a database");
    store.migrate().await.expect("migrated");
    store.close().await.expect("closed");
    let mut from = open(full).await;
    let mut into = open(empty).await;
    let mut time = Duration::ZERO;
    for table in TABLES {
        let mut last = 0;
        loop {
            let page = format!(
                "SELECT rowid AS \"_row\", * FROM \"{table}\" WHERE rowid > {last} ORDER BY rowid LIMIT {ROWS}"
            );
            let rows = sqlx::query(AssertSqlSafe(page)).fetch_all(&mut from).await.expect("rows");
            let Some(end) = rows.last() else { break };
            last = end.get::<i64, _>("_row");
            let (sql, values) = insert(table, &rows);
            let begun = Instant::now();
            sqlx::query("BEGIN IMMEDIATE").execute(&mut into).await.expect("begun");
            let query = sqlx::query_with(AssertSqlSafe(sql), values);
            query.execute(&mut into).await.expect("inserted");
            sqlx::query("COMMIT").execute(&mut into).await.expect("committed");
            time += begun.elapsed();
        }
    }
    time
}

/// A connection as the store has for writing.
async fn open(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .pragma("journal_mode", "WAL")
        .pragma("synchronous", "NORMAL")
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "8000")
        .pragma("temp_store", "MEMORY");
    SqliteConnection::connect_with(&options).await.expect("a connection")
}

fn insert(table: &str, rows: &[SqliteRow]) -> (String, SqliteArguments) {
    let columns = rows.first().expect("a row").columns();
    let names: Vec<&str> = columns.iter().skip(1).map(|column| column.name()).collect();
    let places = format!("({})", vec!["?"; names.len()].join(","));
    let sql = format!(
        "INSERT OR REPLACE INTO \"{table}\" (\"{}\") VALUES {}",
        names.join("\", \""),
        vec![places; rows.len()].join(",")
    );
    let mut values = SqliteArguments::default();
    for row in rows {
        for place in 1..=names.len() {
            bind(&mut values, row, place);
        }
    }
    (sql, values)
}

fn bind(values: &mut SqliteArguments, row: &SqliteRow, place: usize) {
    use sqlx::Arguments;
    let value = row.try_get_raw(place).expect("a value");
    let kind = value.type_info().name().to_owned();
    let bound = match kind.as_str() {
        _ if value.is_null() => values.add(None::<i64>),
        "TEXT" => values.add(row.get_unchecked::<String, _>(place)),
        "BLOB" => values.add(row.get_unchecked::<Vec<u8>, _>(place)),
        _ => values.add(row.get_unchecked::<i64, _>(place)),
    };
    bound.expect("bound");
}
