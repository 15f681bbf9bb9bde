//! What can go wrong with the store.

use std::io;
use std::path::PathBuf;

use sea_orm::{DbErr, RuntimeErr, sqlx};
use thiserror::Error;
use tokio::task::JoinError;
use uuid::Uuid;

use super::entity::{UnknownWord, unknown_word};

/// A failure of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused or is gone.
    #[error("the database failed: {0}")]
    Db(#[source] DbErr),
    /// A column holds a word that this version does not know.
    #[error(transparent)]
    UnknownWord(UnknownWord),
    /// What a row holds is not what this version expects.
    #[error(
        "stored {what} of {id} cannot be read: {problem}; it was changed by hand, or by a newer \
         Fedcat, which must read it"
    )]
    Corrupt { what: &'static str, id: String, problem: String },
    /// A value cannot be written as the JSON text to store.
    #[error("{what} cannot be written as JSON: {error}")]
    NotJson { what: &'static str, error: serde_json::Error },
    /// A text cannot be packed.
    #[error("{what} cannot be packed: {error}")]
    NotPacked { what: &'static str, error: io::Error },
    /// Work beside the database ended before its time, because the process ends.
    #[error("work was stopped: {0}")]
    Stopped(#[from] JoinError),
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

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        unknown_word(&error).map_or(Self::Db(error), Self::UnknownWord)
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
