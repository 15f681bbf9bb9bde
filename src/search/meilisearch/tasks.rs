//! Waiting for what the server was told to do. It queues every write and answers at once; whether
//! the write was carried out is asked for later.

use std::time::Duration;

use meilisearch_sdk::errors::Error;
use meilisearch_sdk::request::{HttpClient, Method};
use meilisearch_sdk::task_info::TaskInfo;
use serde::Deserialize;

use super::engine::{Meilisearch, failed, unavailable};
use crate::search::SearchError;

/// The first pause before a task is asked about again; each one doubles up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LAST_PAUSE: Duration = Duration::from_millis(500);

/// As much of a task as decides. The SDK's own type does not know cancelled tasks.
#[derive(Deserialize)]
struct Task {
    status: Status,
    error: Option<Problem>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Status {
    Enqueued,
    Processing,
    Succeeded,
    Failed,
    Canceled,
}

#[derive(Deserialize)]
struct Problem {
    message: String,
    code: String,
}

impl Meilisearch {
    /// Waits until the task has succeeded.
    pub(super) async fn done(&self, queued: Result<TaskInfo, Error>) -> Result<(), SearchError> {
        self.ended(queued).await?.outcome(None)
    }

    /// Waits until the task has succeeded, or has failed because there was nothing to do.
    pub(super) async fn done_or(
        &self,
        queued: Result<TaskInfo, Error>,
        nothing_to_do: &str,
    ) -> Result<(), SearchError> {
        self.ended(queued).await?.outcome(Some(nothing_to_do))
    }

    async fn ended(&self, queued: Result<TaskInfo, Error>) -> Result<Task, SearchError> {
        let uid = queued.map_err(unavailable)?.task_uid;
        self.in_time(&format!("task {uid}"), self.poll(uid)).await
    }

    /// Waits for the end of some work of the server, but not for ever.
    pub(super) async fn in_time<T>(
        &self,
        what: &str,
        work: impl Future<Output = Result<T, SearchError>>,
    ) -> Result<T, SearchError> {
        tokio::time::timeout(self.patience, work).await.unwrap_or_else(|_| {
            let seconds = self.patience.as_secs();
            Err(SearchError::Unavailable(format!(
                "Meilisearch has not carried out {what} within {seconds} seconds"
            )))
        })
    }

    async fn poll(&self, uid: u32) -> Result<Task, SearchError> {
        let url = format!("{}/tasks/{uid}", self.admin.url);
        let mut pause = FIRST_PAUSE;
        loop {
            let task: Task = self
                .admin
                .http
                .request::<(), (), Task>(&url, Method::Get { query: () }, 200)
                .await
                .map_err(unavailable)?;
            if !matches!(task.status, Status::Enqueued | Status::Processing) {
                return Ok(task);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }
}

impl Task {
    /// `harmless` is the code of a failure that is none.
    fn outcome(self, harmless: Option<&str>) -> Result<(), SearchError> {
        match (self.status, self.error) {
            (Status::Succeeded, _) => Ok(()),
            (_, Some(problem)) if Some(problem.code.as_str()) == harmless => Ok(()),
            (_, Some(Problem { message, code })) => {
                Err(failed(&format!("a task of Meilisearch failed: {message} ({code})")))
            }
            (_, None) => {
                Err(failed("a task of Meilisearch was cancelled before it was carried out"))
            }
        }
    }
}
