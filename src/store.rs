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
pub mod console;
#[expect(clippy::disallowed_methods, reason = "the macro writes transactions that nobody calls")]
pub mod entity;
pub mod events;
pub mod filters;
pub mod findings;
mod ids;
pub mod leases;
pub mod named;
mod opening;
pub mod organisations;
pub mod packed;
pub mod pulse;
pub mod records;
pub mod runs;
pub mod sessions;
pub mod sources;
pub mod tally;
pub mod tokens;
pub mod verdicts;
pub mod views;

use std::io;
use std::path::PathBuf;

use sea_orm::sea_query::{Asterisk, Query, SelectStatement, UnionType};
use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    RuntimeErr, SqliteTransactionMode, TransactionOptions, TransactionTrait, sqlx,
};
use thiserror::Error;
use tokio::task::JoinError;
use uuid::Uuid;

use crate::digest::NotADigest;

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
    /// A stored text cannot be unpacked.
    #[error("stored {what} of {id} cannot be unpacked: {error}")]
    Packed { what: &'static str, id: String, error: io::Error },
    /// A stored digest is none.
    #[error("stored {what} of {id} cannot be read: {error}")]
    Digest { what: &'static str, id: String, error: NotADigest },
    /// The merging of entries ended before its time, because the process ends.
    #[error("the merging of entries was stopped: {0}")]
    Merging(#[from] JoinError),
    /// Another process writes for this source now.
    #[error(
        "the lease on {source_id} was lost: the run stood still for too long and was given up, or \
         another has taken over"
    )]
    LeaseLost { source_id: String },
    /// A run would end as if all were applied, and it is not.
    #[error(
        "run {run} has applied {applied} of {staged} staged changes: it cannot succeed; the next \
         run reads the source anew"
    )]
    Unapplied { run: Uuid, staged: u64, applied: u64 },
    /// Nothing has this id.
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    /// The thing is in a state in which this cannot be done.
    #[error("{what} {id} is {state}: {expected}")]
    WrongState { what: &'static str, id: String, state: String, expected: &'static str },
    /// The folder for the database cannot be made.
    #[error("cannot create the folder {}: {error}", path.display())]
    Folder { path: PathBuf, error: io::Error },
    /// The server does not answer.
    #[error(
        "the database at {address} cannot be reached: {problem}; check that PostgreSQL runs there, \
         and database.url"
    )]
    Unreachable { address: String, problem: String },
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

impl StoreError {
    /// Whether the database is not there: nothing is wrong with what was asked.
    pub fn is_away(&self) -> bool {
        let Self::Db(error) = self else { return false };
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => breaks_off(cause),
            _ => false,
        }
    }
}

/// Whether a connection ended in the middle, or is told to end: PostgreSQL says so with a code of
/// class 57P when it stops, has crashed or is not ready yet.
fn breaks_off(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(said) => said.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
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

/// The rows of several selects, each with an order and a limit of its own, in one: so the last few
/// of each group are read off an index, however many there are. None of no select.
pub(crate) fn each(selects: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    // As a table of its own, since SQLite knows no order inside a union.
    let whole = |select| Query::select().column(Asterisk).from_subquery(select, "one").to_owned();
    let mut selects = selects.map(whole);
    let mut first = selects.next()?;
    selects.for_each(|select| {
        first.union(UnionType::All, select);
    });
    Some(first)
}
