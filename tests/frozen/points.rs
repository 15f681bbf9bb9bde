//! Freezing a process where its run is at a point.

use super::*;

/// Freezes the process when its run is at the point, and returns the run as it was then; `None`
/// where it has ended before that.
pub(super) async fn stopped_at(store: &Store, victim: &Running, case: Case) -> Option<run::Model> {
    if store.is_sqlite() {
        return stopped_between(store, victim, case).await;
    }
    until("the point", async || {
        // While this transaction holds the lease's row, the run writes nothing. It may be waiting
        // for it, and then holds it itself while it stands still.
        let tx = store.write().await.ok()?;
        lease::Entity::update_many()
            .col_expr(lease::Column::SourceId, Expr::col(lease::Column::SourceId))
            .filter(lease::Column::SourceId.eq("fr-test"))
            .exec(&tx)
            .await
            .ok()?;
        let row = last_run(&tx).await.filter(|row| row.at == at(case.time));
        let hit = row.clone().filter(|row| is_at(row, case.point)).inspect(|_| victim.stop());
        tx.rollback().await.ok()?;
        found(row, hit)
    })
    .await
}

/// The same where a process that stands still in the middle of writing holds up all others, and
/// goes on afterwards as if nothing had been: it is stopped again and again until it is between
/// two transactions.
pub(super) async fn stopped_between(
    store: &Store,
    victim: &Running,
    case: Case,
) -> Option<run::Model> {
    let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA database_list");
    let path = store.read().query_one_raw(asked).await.expect("asked");
    let path: String = path.expect("a database").try_get("", "file").expect("a path");
    let mut options = ConnectOptions::new(format!("sqlite://{path}"));
    options.max_connections(1).map_sqlx_sqlite_opts(|options| options.busy_timeout(Duration::ZERO));
    let probe = Database::connect(options).await.expect("the database opens");
    let hit = until("the point", async || {
        let row = last_run(&probe).await.filter(|row| row.at == at(case.time));
        if !row.as_ref().is_some_and(|row| is_before(row, case.point)) {
            return found(row, None);
        }
        victim.stop();
        std::thread::sleep(Duration::from_micros(300));
        if probe.execute_unprepared("BEGIN IMMEDIATE").await.is_ok() {
            let hit = last_run(&probe).await.filter(|row| is_at(row, case.point));
            probe.execute_unprepared("ROLLBACK").await.expect("rolled back");
            if hit.is_some() {
                return Some(hit);
            }
        }
        victim.go_on();
        None
    })
    .await;
    probe.close().await.expect("closed");
    hit
}

/// What was hit; or nothing for good, where the run has ended.
pub(super) fn found(
    row: Option<run::Model>,
    hit: Option<run::Model>,
) -> Option<Option<run::Model>> {
    let has_ended = row.is_some_and(|row| row.ended_at.is_some());
    if hit.is_none() && has_ended { Some(None) } else { hit.map(Some) }
}

/// Whether the point may come next.
pub(super) fn is_before(row: &run::Model, point: Point) -> bool {
    row.state.as_str() == "running"
        && match point {
            Point::Downloading => row.items_read == 0,
            Point::Staging => row.applied == 0,
            Point::Applying => row.staged > 0 && row.applied < row.staged,
            Point::Finishing => row.applied > 0,
        }
}

pub(super) fn is_at(row: &run::Model, point: Point) -> bool {
    row.state.as_str() == "running"
        && match point {
            Point::Downloading => row.items_read == 0 && row.staged == 0,
            Point::Staging => row.staged > 0 && row.applied == 0,
            Point::Applying => row.applied > 0 && row.applied < row.staged,
            Point::Finishing => row.applied > 0 && row.applied == row.staged,
        }
}
