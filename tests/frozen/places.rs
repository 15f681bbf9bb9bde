//! Databases that are copied for each case.

use super::*;

/// A database that is copied for each case.
pub(super) enum Template {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

/// A copy of it.
pub(super) struct Place {
    pub(super) url: String,
    _folder: Option<TempDir>,
}

impl Template {
    /// An empty database on a server.
    pub(super) async fn postgres(server: String) -> Self {
        let name = format!("fedcat_test_{}", unlike_others());
        execute(&server, &format!("CREATE DATABASE {name}")).await;
        Self::Postgres { server, name }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}/fedcat.db", folder.path().display()),
            Self::Postgres { server, name } => beside(server, name),
        }
    }

    pub(super) async fn open(&self) -> Store {
        open(&self.url()).await
    }

    /// Two sources that speak of the same, of which one has been harvested, and what every start
    /// brings in. No other source is asked.
    pub(super) async fn fill(&self) -> Fixture {
        let store = self.open().await;
        store.migrate().await.expect("migrations");
        let fixture = fresh(&store).await;
        let url = format!("{}/other.json", fixture.url);
        put_source(&store, source("fr-other", "catalogi", &url, &fixture.host)).await;
        fixture.set("/other.json", Reply::json(catalogue(1..=100)));
        let time = at("2026-01-01T00:00:00Z");
        harvester(&store).harvest("fr-other", None, time, &Unwatched).await.expect("harvested");
        fedcat::setup::load_sources(&store, clock::now()).await.expect("seeds");
        fedcat::setup::take_in_starter_entries(&harvester(&store)).await.expect("entries");
        let tx = store.write().await.expect("a transaction");
        for one in sources::all(&tx).await.expect("sources") {
            if one.id != "fr-test" {
                let reason = Some("a test".to_owned());
                sources::set_enabled(&tx, &one.id, false, reason).await.expect("disabled");
            }
        }
        source::Entity::update_many()
            .col_expr(source::Column::Schedule, Expr::value(None::<String>))
            .filter(source::Column::Id.eq("fr-test"))
            .exec(&tx)
            .await
            .expect("no schedule");
        tx.commit().await.expect("committed");
        store.close().await.expect("closed");
        fixture
    }

    pub(super) async fn copy(&self) -> Place {
        match self {
            Self::Sqlite(folder) => {
                let copy = tempfile::tempdir().expect("a folder");
                let (from, to) = (folder.path().join("fedcat.db"), copy.path().join("fedcat.db"));
                std::fs::copy(from, &to).expect("copied");
                Place { url: format!("sqlite://{}", to.display()), _folder: Some(copy) }
            }
            Self::Postgres { server, name } => {
                let copy = format!("{name}_{}", unlike_others());
                execute(server, &format!("CREATE DATABASE {copy} TEMPLATE {name}")).await;
                Place { url: beside(server, &copy), _folder: None }
            }
        }
    }

    pub(super) async fn drop_all(&self) {
        let Self::Postgres { server, name } = self else { return };
        let admin = Database::connect(server).await.expect("PostgreSQL answers");
        let query = format!("SELECT datname FROM pg_database WHERE datname LIKE '{name}%'");
        let statement = Statement::from_string(DbBackend::Postgres, query.as_str());
        for row in admin.query_all_raw(statement).await.expect("databases") {
            let one: String = row.try_get("", "datname").expect("a name");
            execute(server, &format!("DROP DATABASE {one} WITH (FORCE)")).await;
        }
    }
}

/// A part of a name; PostgreSQL takes no long ones.
fn unlike_others() -> String {
    Uuid::now_v7().simple().to_string().split_off(12)
}

fn beside(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

async fn execute(server: &str, statement: &str) {
    let admin = Database::connect(server).await.expect("PostgreSQL answers");
    admin.execute_unprepared(statement).await.expect("carried out");
    admin.close().await.expect("closed");
}
