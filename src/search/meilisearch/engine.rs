//! The engine as it stands between requests: where the server is, the names of its indexes, and what
//! it says of their state.

use std::fmt;
use std::time::Duration;

use meilisearch_sdk::client::Client;
use meilisearch_sdk::documents::DocumentsQuery;
use meilisearch_sdk::errors::{Error, ErrorCode};
use meilisearch_sdk::indexes::Index;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::document::Fields;
use super::http::Http;
use super::settings;
use crate::search::{Cursor, Document, Schema, SearchError, Synonyms};

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
    pub(super) schema: Schema,
    pub(super) fields: Fields,
    pub(super) synonyms: Synonyms,
    /// What an index must be built for to be of use.
    pub(super) version: String,
    name: String,
    pub(super) patience: Duration,
    /// Asked with the key that may write.
    pub(super) admin: Server,
    /// Asked with the key that may only search.
    pub(super) searcher: Server,
    /// Held while something is written: changes take their turn.
    pub(super) writing: Mutex<()>,
}

/// The server, asked with one key.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) url: String,
    pub(super) http: Http,
    pub(super) client: Client<Http>,
}

/// The document of the state index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) cursor: i64,
    /// See [`Cursor::mark`].
    pub(super) mark: String,
    /// How many documents the index held after the write.
    pub(super) documents: u64,
    /// Tells this write from every other.
    pub(super) write: Uuid,
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

    pub(super) fn index(&self) -> String {
        self.name.clone()
    }

    pub(super) fn state_index(&self) -> String {
        format!("{}_state", self.name)
    }

    pub(super) fn next(&self) -> String {
        format!("{}_next", self.name)
    }

    pub(super) fn next_state(&self) -> String {
        format!("{}_next_state", self.name)
    }

    pub(super) fn admin(&self, index: &str) -> Index<Http> {
        self.admin.client.index(index)
    }

    pub(super) fn state(&self, cursor: Cursor) -> State {
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
    pub(super) async fn read_state(&self) -> Result<Option<State>, SearchError> {
        match self.admin(&self.state_index()).get_document::<Value>(STATE).await {
            Ok(state) => Ok(serde_json::from_value(state).ok()),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// How many documents an index holds; `None` where it is not there.
    pub(super) async fn count(&self, index: &str) -> Result<Option<u64>, SearchError> {
        let index = self.admin(index);
        match DocumentsQuery::new(&index).with_limit(0).execute::<Value>().await {
            Ok(page) => Ok(Some(u64::from(page.total))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    pub(super) fn check(&self, documents: &[Document]) -> Result<(), SearchError> {
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
pub(super) fn unavailable(error: Error) -> SearchError {
    if is_absent(&error) {
        return SearchError::Unavailable("the index has not been built yet".to_owned());
    }
    failed(&format!("Meilisearch: {error}"))
}

/// What goes wrong in the words of the server, of which a line of log takes only so many.
pub(super) fn failed(words: &str) -> SearchError {
    SearchError::Unavailable(words.chars().take(LONGEST_REASON).collect())
}
