//! A search engine that is elsewhere, as people see it who wait for a page: one that does not answer
//! soon does not answer, and after that nobody waits for it until somebody has tried again. Without
//! this, those who search would take the places of all others.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use uuid::Uuid;

use super::{Answer, Cursor, Document, Documents, Query, Schema, SearchError, SearchIndex};

/// Longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// For so long nobody tries after an answer that did not come.
const REST: Duration = Duration::from_secs(2);

/// The engine. What is written to it takes the time that it takes.
pub struct Hurried {
    engine: Arc<dyn SearchIndex>,
    patience: Duration,
    rest: Duration,
    /// Until when nobody tries.
    rests_until: Mutex<Option<Instant>>,
}

impl Hurried {
    /// Of an engine.
    pub fn new(engine: Arc<dyn SearchIndex>) -> Self {
        Self { engine, patience: PATIENCE, rest: REST, rests_until: Mutex::default() }
    }

    async fn soon<T>(
        &self,
        answer: impl Future<Output = Result<T, SearchError>>,
    ) -> Result<T, SearchError> {
        let late = || SearchError::Unavailable("it has not answered in time".to_owned());
        let rests_until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        if rests_until.is_some_and(|until| Instant::now() < until) {
            return Err(late());
        }
        match tokio::time::timeout(self.patience, answer).await {
            Ok(answer) => answer,
            Err(_) => {
                let until = Instant::now() + self.rest;
                *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
                Err(late())
            }
        }
    }
}

#[async_trait]
impl SearchIndex for Hurried {
    fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    async fn cursor(&self) -> Result<Cursor, SearchError> {
        self.soon(self.engine.cursor()).await
    }

    async fn restore(&self) -> Result<bool, SearchError> {
        self.engine.restore().await
    }

    async fn rebuild(&self, documents: Documents<'_>, cursor: Cursor) -> Result<(), SearchError> {
        self.engine.rebuild(documents, cursor).await
    }

    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<(), SearchError> {
        self.engine.apply(put, removed, cursor).await
    }

    async fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        self.soon(self.engine.search(query)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::search::Synonyms;
    use crate::search::embedded::Embedded;

    #[tokio::test]
    async fn after_an_answer_that_did_not_come_nobody_waits_for_a_while() {
        let schema = Schema::new(&["name"], &[]).expect("a schema");
        let engine = Embedded::new(schema, Synonyms::default()).expect("an engine");
        let (patience, rest) = (Duration::from_millis(20), Duration::from_millis(60));
        let hurried = Hurried { patience, rest, ..Hurried::new(Arc::new(engine)) };
        let asked = AtomicUsize::new(0);
        let never = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<Result<(), SearchError>>().await
        };
        for _ in 0..5 {
            assert!(matches!(hurried.soon(never()).await, Err(SearchError::Unavailable(_))));
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        tokio::time::sleep(rest).await;
        assert_eq!(hurried.cursor().await.expect("it answers again"), Cursor::default());
    }
}
