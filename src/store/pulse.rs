//! Whether the database answers. It is asked all the time on a connection of its own, so that a
//! server that is frozen or unreachable is noticed by everybody at once, also by those whose
//! question is on its way: TCP alone would let them wait for minutes.

use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::StoreError;
use super::opening::sqlite_path;

/// Between one question and the next.
const BEAT: Duration = Duration::from_millis(500);
/// A database that does not answer by then is away.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is known of it. Cheap to clone. The usual one is that of a database that is never away.
#[derive(Debug, Clone)]
pub struct Pulse(watch::Receiver<bool>);

impl Pulse {
    /// Watches the database at `url` until `stop`. SQLite is a file, which is never away.
    ///
    /// # Errors
    /// [`StoreError::Db`] where the address cannot be read.
    pub async fn watch(url: &str, stop: CancellationToken) -> Result<Self, StoreError> {
        if sqlite_path(url).is_some() {
            return Ok(Self::default());
        }
        let mut options = ConnectOptions::new(url.to_owned());
        options.max_connections(1).connect_lazy(true).acquire_timeout(PATIENCE).sqlx_logging(false);
        let database = Database::connect(options).await?;
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                () = beat(&database, &tell) => {}
                () = stop.cancelled() => {}
            }
        });
        Ok(Self(told))
    }

    /// Whether it does not answer now.
    pub fn is_away(&self) -> bool {
        *self.0.borrow()
    }

    /// Comes when it does not answer, at once where that is so already.
    pub async fn away(&self) {
        let mut told = self.0.clone();
        if told.wait_for(|is_away| *is_away).await.is_err() {
            // Nobody watches any longer.
            std::future::pending::<()>().await;
        }
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self(watch::channel(false).1)
    }
}

async fn beat(database: &DatabaseConnection, tell: &watch::Sender<bool>) {
    let mut beats = tokio::time::interval(BEAT);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let answer = tokio::time::timeout(PATIENCE, database.execute_unprepared("SELECT 1")).await;
        let is_away = !matches!(answer, Ok(Ok(_)));
        if tell.send_replace(is_away) != is_away {
            match is_away {
                true => warn!("the database does not answer: requests that need it are refused"),
                false => info!("the database answers again"),
            }
        }
    }
}
