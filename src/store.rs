//! Everything that is kept: entities and queries. The only module that knows SQL, and the same
//! code on SQLite and PostgreSQL.
//!
//! SQLite has one writing connection and a pool of reading ones. Every write transaction begins
//! with [`Store::write`], which takes the write lock at once: a transaction that reads first and
//! writes later fails with "database is locked" under load. Whoever reads what belongs together in
//! more than one query takes a [`Store::snapshot`]. Nothing but queries happens inside a
//! transaction.

pub mod audit;
pub mod candidates;
pub mod catalogue;
pub mod circuits;
pub mod console;
#[expect(clippy::disallowed_methods, reason = "the macro writes transactions that nobody calls")]
pub mod entity;
pub mod events;
pub mod findings;
pub mod leases;
pub mod named;
pub mod organisations;
pub mod pulse;
pub mod records;
pub mod runs;
pub mod sessions;
pub mod sources;
pub mod tally;
pub mod tokens;
pub mod verdicts;
pub mod views;

use std::path::{Path, PathBuf};
use std::time::Duration;

use migrations::Migrator;
use sea_orm::sea_query::{Asterisk, Query, SelectStatement, UnionType};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, RuntimeErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait, sqlx,
};
use sea_orm_migration::MigratorTrait;
use thiserror::Error;
use uuid::Uuid;

/// Bind variables that one statement may hold: SQLite allows 32,766.
pub(crate) const MAX_BINDS: usize = 32_000;

/// Pages that SQLite keeps in memory for a connection; a negative number counts kibibytes. The
/// writer changes indexes all over a large database.
const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-8192";
/// Pages of the write-ahead log after which they are written to the database: of many writes to
/// one page the last is enough.
const CHECKPOINT: &str = "8000";

/// The number of the lock that is held while the schema changes: the letters "fedcat".
const MIGRATING: i64 = 0x6665_6463_6174;
/// PostgreSQL ends a transaction in which nothing has happened for so long, and gives back what it
/// locked: that of a process that stands still would hold up all others. Shorter than a lease.
const IDLE_TRANSACTION: &str = "60s";

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
    Folder { path: PathBuf, error: std::io::Error },
    /// The database is older than this binary.
    #[error("{pending} migrations are pending: run `fedcat migrate` first")]
    Pending { pending: usize },
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
    /// Opens the database at `url` (`sqlite://path` or `postgres://…`). A SQLite file and its
    /// folder are created where they are missing.
    ///
    /// # Errors
    /// [`StoreError`] where the folder cannot be made or the database does not answer.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = sqlite_path(url) {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|error| StoreError::Folder { path: folder.to_owned(), error })?;
            }
            let writer = connect_sqlite(url, 1, WRITER_CACHE).await?;
            let reader = connect_sqlite(url, 8, READER_CACHE).await?;
            return Ok(Self { reader, writer });
        }
        let mut options = ConnectOptions::new(url.to_owned());
        options
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(30))
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(|options| {
                options.options([("idle_in_transaction_session_timeout", IDLE_TRANSACTION)])
            });
        let both = Database::connect(options).await?;
        Ok(Self { reader: both.clone(), writer: both })
    }

    /// Applies all pending migrations, all or none. Of several processes that start at once, one
    /// does so, and the others wait for it.
    ///
    /// # Errors
    /// [`StoreError::Db`] where a migration fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let tx = self.write().await?;
        if !self.is_sqlite() {
            // SQLite has one writer anyway.
            let lock = format!("SELECT pg_advisory_xact_lock({MIGRATING})");
            tx.execute_unprepared(&lock).await?;
        }
        Migrator::up(&tx, None).await?;
        Ok(tx.commit().await?)
    }

    /// Refuses a database that is older than this binary.
    ///
    /// # Errors
    /// [`StoreError::Pending`] with the number of migrations that are missing.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        match Migrator::get_pending_migrations(&self.writer).await?.len() {
            0 => Ok(()),
            pending => Err(StoreError::Pending { pending }),
        }
    }

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

fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?;
    Some(Path::new(path.split('?').next()?).to_owned())
}

async fn connect_sqlite(
    url: &str,
    connections: u32,
    cache: &'static str,
) -> Result<DatabaseConnection, DbErr> {
    let mut options =
        ConnectOptions::new(format!("{}?mode=rwc", url.split('?').next().unwrap_or(url)));
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .foreign_keys(true)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
                .pragma("cache_size", cache)
                .pragma("wal_autocheckpoint", CHECKPOINT)
                .pragma("temp_store", "MEMORY")
                .busy_timeout(Duration::from_secs(10))
        });
    Database::connect(options).await
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
