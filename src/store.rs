//! Everything that is kept: entities and queries. The only module that knows SQL, and the same
//! code on SQLite and PostgreSQL.
//!
//! SQLite has one writing connection and a pool of reading ones. Every write transaction begins
//! with [`Store::write`], which takes the write lock at once: a transaction that reads first and
//! writes later fails with "database is locked" under load. Whoever reads what belongs together in
//! more than one query takes a [`Store::snapshot`]. Nothing but queries happens inside a
//! transaction.

pub mod audit;
mod bulk;
pub mod candidates;
pub mod catalogue;
pub mod circuits;
#[expect(clippy::disallowed_methods, reason = "the macro writes transactions that nobody calls")]
pub mod entity;
mod error;
pub mod events;
pub mod filters;
pub mod findings;
mod ids;
pub mod leases;
mod opening;
pub mod organisations;
pub mod packed;
pub mod pulse;
pub mod records;
pub mod runs;
pub mod sessions;
pub mod software;
pub mod sources;
pub mod tally;
pub mod tokens;
pub mod users;
pub mod verdicts;

use sea_orm::sea_query::{Asterisk, Query, SelectStatement, UnionType};
use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

pub use error::StoreError;

/// Bind variables that one statement may hold: SQLite allows 32,766.
pub(crate) const MAX_BINDS: usize = 32_000;

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Store {
    /// The connection for reading, one query at a time.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a write transaction. Rolls back when dropped without a commit.
    ///
    /// # Errors
    /// [`StoreError::Db`] where the write lock is not to be had in time.
    #[expect(clippy::disallowed_methods, reason = "the one place where writing begins")]
    pub async fn write(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// The database as it is now, for several queries that see none of what is written meanwhile.
    /// It holds one of the connections for reading: nothing but queries may be waited for until it
    /// is dropped, and it is ended by that.
    ///
    /// # Errors
    /// [`StoreError::Db`] where no connection is to be had in time.
    #[expect(clippy::disallowed_methods, reason = "the one place where reading begins")]
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        // SQLite shows one state of the database throughout a transaction in any case.
        let options = match self.is_sqlite() {
            true => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..TransactionOptions::default()
            },
            false => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        Ok(self.reader.begin_with_options(options).await?)
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Sqlite
    }

    /// Ends all connections.
    ///
    /// # Errors
    /// [`StoreError::Db`] where the database does not take leave.
    pub async fn close(self) -> Result<(), StoreError> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }
}

/// Cuts `items` so that one statement with `binds` variables for each stays within the limit.
pub(crate) fn chunks<T>(items: &[T], binds: usize) -> std::slice::Chunks<'_, T> {
    items.chunks((MAX_BINDS / binds.max(1)).max(1))
}

/// Selects that a statement may hold: SQLite allows 500.
pub(crate) const MAX_SELECTS: usize = 200;

/// One query for the rows of several selects, of which each has an order and a limit of its own:
/// the last few rows of each group, such as of each source, are read off an index. `None` where
/// there is no select.
pub(crate) fn union_all(selects: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    // As a table of its own, since SQLite knows no order inside a union.
    let whole = |select| Query::select().column(Asterisk).from_subquery(select, "one").to_owned();
    let mut selects = selects.map(whole);
    let mut first = selects.next()?;
    selects.for_each(|select| {
        first.union(UnionType::All, select);
    });
    Some(first)
}
