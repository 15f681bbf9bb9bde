//! Real databases for tests: a SQLite file in a temporary folder, and a fresh PostgreSQL database
//! where `FEDCAT_TEST_POSTGRES` names a server, such as `postgres://user@127.0.0.1:5433/postgres`.

use std::future::Future;

use fedcat::store::Store;

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use uuid::Uuid;

use super::skipped::skipped;

/// The variable that names a PostgreSQL server on which databases may be created.
const POSTGRES: &str = "FEDCAT_TEST_POSTGRES";

/// A SQLite store with its folder, which must outlive it.
pub async fn sqlite() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("fedcat.db").display());
    let store = Store::open(&url).await.expect("SQLite opens");
    store.migrate().await.expect("migrations apply");
    (store, folder)
}

/// Runs a test on every database that there is.
pub async fn on_each<F, T>(test: F)
where
    F: Fn(Store) -> T,
    T: Future<Output = ()>,
{
    let (store, _folder) = sqlite().await;
    test(store).await;
    let Ok(server) = std::env::var(POSTGRES) else {
        skipped(&format!(
            "PostgreSQL; set {POSTGRES}=postgres://user@host:port/postgres to run there too"
        ));
        return;
    };
    let name = format!("fedcat_test_{}", Uuid::now_v7().simple());
    let admin = Database::connect(&server).await.expect("PostgreSQL answers");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("created");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let store = Store::open(&format!("{base}/{name}")).await.expect("PostgreSQL opens");
    store.migrate().await.expect("migrations apply");
    test(store.clone()).await;
    store.close().await.expect("closed");
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("dropped");
}
