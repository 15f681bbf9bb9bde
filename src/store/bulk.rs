//! Many rows in one statement, and few different statements, so that the database prepares each of
//! them once.

use std::fmt::Write as _;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityName, EntityTrait,
    IdenStatic, Iterable, PrimaryKeyToColumn, Statement, Value,
};

use super::{MAX_BINDS, StoreError};

/// How many rows a statement has, the most first: there are no other statements to prepare.
const LENGTHS: [usize; 5] = [256, 64, 16, 4, 1];

type ColumnOf<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;
type KeyOf<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::PrimaryKey;

/// Inserts rows, of which every column is set.
pub(crate) async fn insert<A>(tx: &DatabaseTransaction, rows: Vec<A>) -> Result<(), StoreError>
where
    A: ActiveModelTrait,
{
    write(tx, rows, "").await
}

/// Inserts rows, of which every column is set, in place of those with the same primary key.
pub(crate) async fn upsert<A>(tx: &DatabaseTransaction, rows: Vec<A>) -> Result<(), StoreError>
where
    A: ActiveModelTrait,
{
    let keys: Vec<&str> = KeyOf::<A>::iter().map(|key| key.into_column().as_str()).collect();
    let columns = ColumnOf::<A>::iter().map(|column| column.as_str());
    let rest: Vec<String> = columns
        .filter(|column| !keys.contains(column))
        .map(|column| format!(r#""{column}" = "excluded"."{column}""#))
        .collect();
    let keys = keys.join(r#"", ""#);
    let conflict = format!(r#" ON CONFLICT ("{keys}") DO UPDATE SET {}"#, rest.join(", "));
    write(tx, rows, &conflict).await
}

async fn write<A>(
    tx: &DatabaseTransaction,
    rows: Vec<A>,
    on_conflict: &str,
) -> Result<(), StoreError>
where
    A: ActiveModelTrait,
{
    let columns: Vec<ColumnOf<A>> = ColumnOf::<A>::iter().collect();
    let names: Vec<&str> = columns.iter().map(|column| column.as_str()).collect();
    let table = <A::Entity as Default>::default().table_name();
    let insert = format!(r#"INSERT INTO "{table}" ("{}") VALUES "#, names.join(r#"", ""#));
    let backend = tx.get_database_backend();
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    for length in LENGTHS.into_iter().filter(|length| length * columns.len() <= MAX_BINDS) {
        while left >= length {
            let mut values: Vec<Value> = Vec::with_capacity(length * columns.len());
            for mut row in rows.by_ref().take(length) {
                values.extend(columns.iter().filter_map(|column| row.take(*column).into_value()));
            }
            let sql = format!("{insert}{}{on_conflict}", tuples(backend, length, columns.len()));
            tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
            left -= length;
        }
    }
    Ok(())
}

/// The places of values: `(?, ?), (?, ?)`.
pub(super) fn tuples(backend: DbBackend, rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 3);
    let mut number = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                text.push(',');
            }
            number += 1;
            match backend {
                // Writing to a text cannot fail.
                DbBackend::Postgres => drop(write!(text, "${number}")),
                _ => text.push('?'),
            }
        }
        text.push(')');
    }
    text
}
