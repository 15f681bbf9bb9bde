//! The database of a measurement, which is gone after it.

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use uuid::Uuid;

/// The variable that names a PostgreSQL server on which databases may be created.
const POSTGRES: &str = "FEDCAT_TEST_POSTGRES";

/// A new database.
pub struct Scratch {
    pub url: String,
    /// Of SQLite.
    _folder: Option<TempDir>,
    /// Of PostgreSQL: the server, and the name.
    server: Option<(String, String)>,
}

impl Scratch {
    /// On the PostgreSQL server that the environment names, else a file.
    pub async fn create() -> Self {
        let Ok(server) = std::env::var(POSTGRES) else {
            let folder = tempfile::tempdir().expect("a folder");
            let url = format!("sqlite://{}", folder.path().join("bench.db").display());
            return Self { url, _folder: Some(folder), server: None };
        };
        let name = format!("fedcat_bench_{}", Uuid::now_v7().simple());
        run(&server, &format!("CREATE DATABASE {name}")).await;
        let (base, _) = server.rsplit_once('/').expect("an address with a database");
        Self { url: format!("{base}/{name}"), _folder: None, server: Some((server, name)) }
    }

    /// "SQLite" or "PostgreSQL".
    pub fn name(&self) -> &'static str {
        if self.server.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// Does at once what PostgreSQL does by itself within minutes.
    pub async fn settle(&self) {
        if self.server.is_some() {
            run(&self.url, "VACUUM (ANALYZE)").await;
        }
    }

    /// Removes it.
    pub async fn remove(self) {
        if let Some((server, name)) = &self.server {
            run(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn run(server: &str, statement: &str) {
    let connection = Database::connect(server).await.expect("PostgreSQL answers");
    connection.execute_unprepared(statement).await.expect("done");
    connection.close().await.expect("closed");
}
