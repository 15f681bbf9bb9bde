//! Everything that is kept: entities and queries. The only module that knows SQL, and the same
//! code on SQLite and PostgreSQL.
//!
//! SQLite has one writing connection and a pool of reading ones. Every write transaction begins
//! with [`Store::write`], which takes the write lock at once: a transaction that reads first and
//! writes later fails with "database is locked" under load. Nothing but queries happens inside a
//! transaction.

pub mod audit;
pub mod catalogue;
pub mod circuits;
pub mod console;
#[expect(clippy::disallowed_methods, reason = "the macro writes transactions that nobody calls")]
pub mod entity;
pub mod events;
pub mod findings;
mod ids;
pub mod leases;
mod opening;
pub mod organisations;
pub mod records;
pub mod runs;
pub mod sessions;
pub mod sources;
pub mod tokens;
pub mod views;

use std::path::PathBuf;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use thiserror::Error;

/// Bind variables that one statement may hold: SQLite allows 32,766.
pub(crate) const MAX_BINDS: usize = 32_000;

/// A failure of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused or is gone.
    #[error("the database failed: {0}")]
    Db(#[from] DbErr),
    /// A stored JSON text is not what this version expects.
    #[error("stored {what} of {id} cannot be read: {error}")]
    Corrupt { what: &'static str, id: String, error: serde_json::Error },
    /// Another process writes for this source now.
    #[error("the lease on source {source_id} was lost: another run has taken over")]
    LeaseLost { source_id: String },
    /// Nothing has this id.
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    /// The thing is in a state in which this cannot be done.
    #[error("{what} {id} is {state}: {expected}")]
    WrongState { what: &'static str, id: String, state: String, expected: &'static str },
    /// The folder for the database cannot be made.
    #[error("cannot create the folder {}: {error}", path.display())]
    Folder { path: PathBuf, error: std::io::Error },
    /// There is no database, and whoever only reads makes none.
    #[error(
        "there is no database at {}: `fedcat serve`, `fedcat harvest` and `fedcat migrate` make one",
        path.display()
    )]
    Absent { path: PathBuf },
    /// What was written last stands in a log that cannot be read where nothing can be written.
    #[error(
        "{} holds what was written last, and cannot be read here ({error}): open the database once \
         where it can be written, such as with `fedcat sources list`, or copy it whole",
        log.display()
    )]
    Log { log: PathBuf, error: DbErr },
    /// The database is older than this binary.
    #[error("{pending} migrations are pending: run `fedcat migrate` first")]
    Pending { pending: usize },
}

impl StoreError {
    /// Whether the database can be read and not be written: it may only be read, or its disk is
    /// full.
    pub fn is_unwritable(&self) -> bool {
        // SQLite says IOERR where a file cannot grow, else FULL.
        self.is_read_only() || self.has_code(&[10, 13], "53100")
    }

    /// Whether the database may only be read: its file, its folder or its server is read-only.
    pub fn is_read_only(&self) -> bool {
        self.has_code(&[8, 14], "25006")
    }

    /// Whether the database failed with one of these codes of SQLite, or this one of PostgreSQL.
    fn has_code(&self, of_sqlite: &[u32], of_postgres: &str) -> bool {
        let Self::Db(DbErr::Exec(cause) | DbErr::Query(cause) | DbErr::Conn(cause)) = self else {
            return false;
        };
        let RuntimeErr::SqlxError(cause) = cause else { return false };
        let code = cause.as_database_error().and_then(|error| error.code()).unwrap_or_default();
        // Codes of PostgreSQL have five characters. The low byte of one of SQLite is its kind.
        let kind = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xFF);
        code == of_postgres || kind.is_some_and(|kind| of_sqlite.contains(&kind))
    }
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Store {
    /// The connection for reading.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a write transaction. Rolls back when dropped without a commit.
    ///
    /// # Errors
    /// [`StoreError::Db`] where the write lock is not to be had in time.
    #[expect(clippy::disallowed_methods, reason = "the one place where transactions begin")]
    pub async fn write(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
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
