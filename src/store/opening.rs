//! Opening a database: to write, which makes it where it is missing, or only to read.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use migrations::Migrator;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, RuntimeErr};
use sea_orm_migration::MigratorTrait;

use super::{Store, StoreError, filters};

/// Pages that SQLite keeps in memory for a connection; a negative number counts kibibytes. The
/// writer changes indexes all over a large database.
const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-8192";
/// Pages of the write-ahead log after which they are written to the database: of many writes to
/// one page the last is enough.
const CHECKPOINT: &str = "8000";
/// Connections of SQLite that read.
const READERS: u32 = 8;

/// The number of the lock that is held while the schema changes: the letters "fedcat".
const MIGRATING: i64 = 0x6665_6463_6174;
/// How long PostgreSQL may take for the first connection.
const FIRST_ANSWER: Duration = Duration::from_secs(4);
/// PostgreSQL ends a transaction in which nothing has happened for so long, and gives back what it
/// locked: that of a process that stands still would hold up all others. Shorter than a lease.
const IDLE_TRANSACTION: &str = "60s";

/// What there is beside a database of SQLite while it is only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// Other processes, which may write: all share a helper file that SQLite makes.
    Anybody,
    /// No other process, and a log of what was written last: SQLite then needs no helper file.
    Nobody,
    /// Neither: nobody changes the database.
    Nothing,
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
            let reader = connect_sqlite(url, READERS, READER_CACHE).await?;
            return Ok(Self { reader, writer });
        }
        answers(url).await?;
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
        tx.commit().await?;
        filters::complete(self).await
    }

    /// Opens a database that is there, and writes nothing to it: it may be on a full disk or in a
    /// read-only folder, and another process may hold its write lock. Where SQLite cannot even have
    /// its helper files beside a database, that is read as one which nobody changes.
    ///
    /// # Errors
    /// [`StoreError`] where there is no database, it does not answer, or it is older than this
    /// binary.
    pub async fn open_to_read(url: &str) -> Result<Self, StoreError> {
        let Some(path) = sqlite_path(url) else {
            let store = Self::open(url).await?;
            store.check_schema().await?;
            return Ok(store);
        };
        if !path.exists() {
            return Err(StoreError::Absent { path });
        }
        let error = match Self::reading(url, Beside::Anybody).await {
            Err(StoreError::Db(error)) => error,
            opened => return opened,
        };
        let log = beside(&path, "-wal");
        if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            let alone = Self::reading(url, Beside::Nobody).await;
            return alone.map_err(|_| StoreError::Log { log, error });
        }
        Self::reading(url, Beside::Nothing).await
    }

    /// An empty database in memory, which is gone with this value: for who wants to try something
    /// where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be made.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new("sqlite::memory:");
        // Each connection would have a database of its own.
        options.max_connections(1).sqlx_logging(false);
        let both = Database::connect(options).await?;
        let store = Self { reader: both.clone(), writer: both };
        store.migrate().await?;
        Ok(store)
    }

    async fn reading(url: &str, beside: Beside) -> Result<Self, StoreError> {
        let is_alone = beside == Beside::Nobody;
        // A lock for oneself is only to be had on a file that may be written.
        let mode = if is_alone { "rw" } else { "ro" };
        let mut options = ConnectOptions::new(format!("{}?mode={mode}", without_parameters(url)));
        options
            .max_connections(if is_alone { 1 } else { READERS })
            .acquire_timeout(Duration::from_secs(30))
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |options| {
                let options = match beside {
                    Beside::Anybody => options,
                    Beside::Nobody => options.pragma("locking_mode", "EXCLUSIVE"),
                    Beside::Nothing => options.immutable(true),
                };
                options
                    .pragma("query_only", "ON")
                    .pragma("cache_size", READER_CACHE)
                    .pragma("temp_store", "MEMORY")
                    .busy_timeout(Duration::from_secs(10))
            });
        let both = Database::connect(options).await?;
        let store = Self { reader: both.clone(), writer: both };
        store.check_schema().await?;
        Ok(store)
    }

    /// Refuses a database that is older than this binary. Only looks.
    ///
    /// # Errors
    /// [`StoreError::Pending`] with the number of migrations that are missing.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        match Migrator::get_pending_migrations_read_only(&self.reader).await?.len() {
            0 => Ok(()),
            pending => Err(StoreError::Pending { pending }),
        }
    }
}

/// Asks a PostgreSQL once, before there is a pool: a pool asks again and again until its patience
/// for a free connection is over, and forgets why.
async fn answers(url: &str) -> Result<(), StoreError> {
    let refused = |error| StoreError::Db(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))));
    let options = PgConnectOptions::from_str(url).map_err(refused)?;
    let problem =
        match tokio::time::timeout(FIRST_ANSWER, PgConnection::connect_with(&options)).await {
            Ok(Ok(connection)) => {
                // Whether the server hears the farewell is nothing to wait for.
                let _ = tokio::time::timeout(FIRST_ANSWER, connection.close()).await;
                return Ok(());
            }
            Ok(Err(sqlx::Error::Io(error))) => error.to_string(),
            Ok(Err(error)) => return Err(refused(error)),
            Err(_) => format!("no answer within {} seconds", FIRST_ANSWER.as_secs()),
        };
    let address = format!("{}:{}", options.get_host(), options.get_port());
    Err(StoreError::Unreachable { address, problem })
}

fn without_parameters(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

pub(super) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?;
    Some(Path::new(path.split('?').next()?).to_owned())
}

async fn connect_sqlite(
    url: &str,
    connections: u32,
    cache: &'static str,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(format!("{}?mode=rwc", without_parameters(url)));
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
