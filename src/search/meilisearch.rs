//! The search engine that lives in a server of its own, Meilisearch: for catalogues that outgrow
//! the memory of a replica, or that other applications search too.
//!
//! Four indexes: `<name>`, which answers, and `<name>_state`, whose one document says of which
//! version it is and up to which event it was written; and while a rebuild runs, the same two
//! with `_next`. A rebuild swaps both pairs in one step of the server, and a change writes the
//! state last: what the state says is never ahead of what can be found.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use meilisearch_sdk::client::Client;
use meilisearch_sdk::documents::DocumentsQuery;
use meilisearch_sdk::errors::{Error, ErrorCode};
use meilisearch_sdk::indexes::Index;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;

use self::document::Fields;
use self::http::Http;
use super::{Answer, Cursor, Document, Query, Schema, SearchError, SearchIndex, Synonyms};

mod ask;
mod document;
mod http;
mod marks;
mod settings;
mod tasks;
mod write;

/// Where the server is and how to talk to it.
#[derive(Clone)]
pub struct Connection {
    /// Its address, without a slash at the end.
    pub url: String,
    /// The name of the index; the others begin with it.
    pub index: String,
    /// Names what documents are made of, such as a database: an index that was built of another one
    /// is of no use.
    pub origin: String,
    /// A key that may write. `None` for a server without keys.
    pub admin_key: Option<String>,
    /// A key that may only search.
    pub search_key: Option<String>,
    /// Longest time for one answer.
    pub timeout: Duration,
    /// Longest time for the server to carry out one task.
    pub patience: Duration,
}

/// The engine. It knows nothing of what the server holds until it asks.
#[derive(Debug)]
pub struct Meilisearch {
    schema: Schema,
    fields: Fields,
    synonyms: Synonyms,
    /// What an index must be built for to be of use.
    version: String,
    name: String,
    patience: Duration,
    /// Asked with the key that may write.
    admin: Server,
    /// Asked with the key that may only search.
    searcher: Server,
    /// Held while something is written: changes take their turn.
    writing: Mutex<()>,
}

/// The server, asked with one key.
#[derive(Debug)]
struct Server {
    url: String,
    http: Http,
    client: Client<Http>,
}

/// The document of the state index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    id: String,
    version: String,
    cursor: i64,
    /// See [`Cursor::mark`].
    mark: String,
    /// How many documents the index held after the write.
    documents: u64,
    /// Tells this write from every other.
    write: Uuid,
}

/// Most letters of a reason that the server gives.
const LONGEST_REASON: usize = 500;
/// The id of the state's document.
const STATE: &str = "state";

impl Meilisearch {
    /// An engine that speaks to a server. It is not asked anything yet.
    ///
    /// # Errors
    /// [`SearchError::Unavailable`] where no client can be made, such as for a key that no HTTP
    /// header can carry.
    pub fn new(
        schema: Schema,
        synonyms: Synonyms,
        connection: &Connection,
    ) -> Result<Self, SearchError> {
        let fields = Fields::of(&schema);
        let version = settings::version(&fields, &synonyms, &connection.origin)?;
        let server = |key: Option<&str>| Server::new(connection, key).map_err(unavailable);
        Ok(Self {
            version,
            fields,
            schema,
            synonyms,
            name: connection.index.clone(),
            patience: connection.patience,
            admin: server(connection.admin_key.as_deref())?,
            searcher: server(connection.search_key.as_deref())?,
            writing: Mutex::new(()),
        })
    }

    /// Removes all indexes from the server.
    ///
    /// # Errors
    /// [`SearchError::Unavailable`] where the server fails.
    pub async fn remove(&self) -> Result<(), SearchError> {
        let _writing = self.writing.lock().await;
        for index in [self.index(), self.state_index(), self.next(), self.next_state()] {
            self.drop_index(&index).await?;
        }
        Ok(())
    }

    fn index(&self) -> String {
        self.name.clone()
    }

    fn state_index(&self) -> String {
        format!("{}_state", self.name)
    }

    fn next(&self) -> String {
        format!("{}_next", self.name)
    }

    fn next_state(&self) -> String {
        format!("{}_next_state", self.name)
    }

    fn admin(&self, index: &str) -> Index<Http> {
        self.admin.client.index(index)
    }

    fn state(&self, cursor: Cursor) -> State {
        State {
            id: STATE.to_owned(),
            version: self.version.clone(),
            cursor: cursor.seq,
            mark: cursor.mark,
            documents: 0,
            write: Uuid::now_v7(),
        }
    }

    /// The state of the index that answers; `None` where there is none, or of a form that this
    /// version does not know.
    async fn read_state(&self) -> Result<Option<State>, SearchError> {
        match self.admin(&self.state_index()).get_document::<Value>(STATE).await {
            Ok(state) => Ok(serde_json::from_value(state).ok()),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// How many documents an index holds; `None` where it is not there.
    async fn count(&self, index: &str) -> Result<Option<u64>, SearchError> {
        let index = self.admin(index);
        match DocumentsQuery::new(&index).with_limit(0).execute::<Value>().await {
            Ok(page) => Ok(Some(u64::from(page.total))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    fn check(&self, documents: &[Document]) -> Result<(), SearchError> {
        documents.iter().try_for_each(|document| self.schema.check(document))
    }
}

impl Server {
    fn new(connection: &Connection, key: Option<&str>) -> Result<Self, Error> {
        let url = connection.url.trim_end_matches('/').to_owned();
        let http = Http::new(key, connection.timeout)?;
        let client = Client::new_with_client(url.as_str(), None::<String>, http.clone());
        Ok(Self { url, http, client })
    }
}

#[async_trait]
impl SearchIndex for Meilisearch {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn is_shared(&self) -> bool {
        true
    }

    /// Before the beginning also where what the server holds was built by another version, or has
    /// lost many of its documents, or all: somebody may have removed the index and not its state.
    async fn cursor(&self) -> Result<Cursor, SearchError> {
        let state = self.read_state().await?.filter(|state| state.version == self.version);
        let Some(state) = state else { return Ok(Cursor::default()) };
        let is_there = match self.count(&self.index()).await? {
            Some(0) => state.documents == 0,
            Some(count) => count >= state.documents / 2,
            None => false,
        };
        Ok(if is_there {
            Cursor { seq: state.cursor, mark: state.mark }
        } else {
            Cursor::default()
        })
    }

    async fn rebuild(&self, documents: Vec<Document>, cursor: Cursor) -> Result<(), SearchError> {
        self.check(&documents)?;
        let _writing = self.writing.lock().await;
        self.write_anew(&documents, self.state(cursor)).await
    }

    /// The change becomes visible in steps of a thousand documents, removals first.
    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<(), SearchError> {
        self.check(&put)?;
        let _writing = self.writing.lock().await;
        self.write_change(&put, &removed, self.state(cursor)).await
    }

    async fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        ask::answer(self, query).await
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, index, timeout, patience, .. } = self;
        write!(f, "Connection {{ {url} {index} {timeout:?} {patience:?} }}")
    }
}

/// Whether nothing of the name is there.
fn is_absent(error: &Error) -> bool {
    matches!(error, Error::Meilisearch(problem) if matches!(
        problem.error_code,
        ErrorCode::IndexNotFound | ErrorCode::DocumentNotFound
    ))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err calls")]
fn unavailable(error: Error) -> SearchError {
    if is_absent(&error) {
        return SearchError::Unavailable("the index has not been built yet".to_owned());
    }
    failed(&format!("Meilisearch: {error}"))
}

/// What goes wrong in the words of the server, of which a line of log takes only so many.
fn failed(words: &str) -> SearchError {
    SearchError::Unavailable(words.chars().take(LONGEST_REASON).collect())
}
