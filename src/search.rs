//! Full-text search with facets. This module knows documents, attributes and facets, not what
//! they are about; [`crate::publish::index`] makes documents of software entries.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::catalogue::text::fold;

mod documents;
/// The engine that lives in this process.
pub mod embedded;
mod function_words;
mod highlight;
/// An engine that is elsewhere, for whoever waits.
pub mod hurried;
/// The engine that lives in a server of its own.
pub mod meilisearch;
/// What was typed, as a question to the index.
pub mod question;
mod synonyms;

pub use documents::Documents;
pub use highlight::{Highlighter, Piece};
pub use synonyms::Synonyms;

/// The greatest popularity that counts.
pub const MAX_POPULARITY: u32 = 8_388_607;

/// Most values of a facet that an answer counts, besides the chosen ones.
pub const MAX_VALUES: usize = 100;

/// What an index is built for. Fixed for the life of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    attributes: Vec<String>,
    facets: Vec<String>,
}

impl Schema {
    /// Most searchable attributes.
    pub const MAX_ATTRIBUTES: usize = 8;
    /// Most facets.
    pub const MAX_FACETS: usize = 32;

    /// `attributes` names the searchable ones, most important first.
    ///
    /// # Errors
    /// [`SearchError::Schema`] where there are too many.
    pub fn new(attributes: &[&str], facets: &[&str]) -> Result<Self, SearchError> {
        if attributes.len() > Self::MAX_ATTRIBUTES || facets.len() > Self::MAX_FACETS {
            return Err(SearchError::Schema { attributes: attributes.len(), facets: facets.len() });
        }
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Ok(Self { attributes: owned(attributes), facets: owned(facets) })
    }

    /// Names of the searchable attributes, most important first.
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// Names of the facets.
    pub fn facets(&self) -> &[String] {
        &self.facets
    }

    /// The number of a facet.
    ///
    /// # Errors
    /// [`SearchError::UnknownFacet`] where there is none of that name.
    pub fn facet(&self, name: &str) -> Result<usize, SearchError> {
        self.facets.iter().position(|known| known == name).ok_or_else(|| {
            SearchError::UnknownFacet { name: name.to_owned(), known: self.facets.join(", ") }
        })
    }

    /// The number of a searchable attribute.
    ///
    /// # Errors
    /// [`SearchError::UnknownAttribute`] where there is none of that name.
    pub fn attribute(&self, name: &str) -> Result<usize, SearchError> {
        self.attributes.iter().position(|known| known == name).ok_or_else(|| {
            SearchError::UnknownAttribute {
                name: name.to_owned(),
                known: self.attributes.join(", "),
            }
        })
    }

    /// Whether a document fits.
    ///
    /// # Errors
    /// [`SearchError::Document`] where it has another number of attributes or facets.
    pub fn check(&self, document: &Document) -> Result<(), SearchError> {
        if document.texts.len() == self.attributes.len()
            && document.facets.len() == self.facets.len()
        {
            return Ok(());
        }
        Err(SearchError::Document {
            id: document.id,
            attributes: document.texts.len(),
            expected_attributes: self.attributes.len(),
            facets: document.facets.len(),
            expected_facets: self.facets.len(),
        })
    }
}

/// One document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Its id.
    pub id: Uuid,
    /// For each attribute of the schema, its texts. Each text is matched as a whole of its own:
    /// words of two texts are never neighbours.
    pub texts: Vec<Vec<String>>,
    /// For each facet of the schema, its values.
    pub facets: Vec<Vec<String>>,
    /// The key for sorting by name: see [`fold::sort_key`].
    pub name: String,
    /// Whether it comes after all others whose words match as well and stand as near to each other,
    /// wherever they stand; but for one whose name is what was typed.
    pub is_secondary: bool,
    /// Evidence of use: the last rule of the ranking, more is better. Counts up to
    /// [`MAX_POPULARITY`].
    pub popularity: u32,
    /// Seconds since 1970 of the last sign of life of the software; 0 where none is known.
    pub fresh: i64,
    /// Seconds since 1970 of its first appearance here.
    pub added: i64,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// What was typed; the first [`Query::MAX_LETTERS`] letters and [`Query::MAX_WORDS`] words
    /// count. The last word counts as the beginning of a word unless a space or another sign
    /// follows. An empty text finds everything, a text of nothing but signs finds nothing.
    pub text: String,
    /// Whether some documents or one attribute count more than usual.
    pub focus: Focus,
    /// Whether spellings further away are forgiven too: for a second try where nothing was found.
    pub lenient: bool,
    /// Chosen values by facet: several values of one facet widen, several facets narrow. Values
    /// that fold alike are one.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Facets to count. A facet's counts ignore its own choice.
    pub count: Vec<String>,
    /// The order of the hits.
    pub sort: Sort,
    /// Hits to leave out at the beginning.
    pub offset: usize,
    /// Most hits to return.
    pub limit: usize,
}

impl Query {
    /// Most letters of a text that are read.
    pub const MAX_LETTERS: usize = 200;
    /// Most words of a text that are searched.
    pub const MAX_WORDS: usize = 10;
    /// Less than this many documents with all words, and those with fewer words are found too.
    pub const ENOUGH: usize = 20;

    /// The folded words that count, and whether the last one may be the beginning of a word.
    pub fn words(&self) -> (Vec<String>, bool) {
        let text: String = self.text.chars().take(Self::MAX_LETTERS).collect();
        let (mut words, mut open) = (Vec::new(), false);
        for (word, range) in fold::words(&text).take(Self::MAX_WORDS) {
            words.push(word.into_owned());
            open = range.end == text.len();
        }
        (words, open)
    }

    /// The words that were typed with signs, such as `C++`.
    pub fn signed(&self) -> Vec<fold::Spelling> {
        let text: String = self.text.chars().take(Self::MAX_LETTERS).collect();
        let words: Vec<_> = fold::words(&text).take(Self::MAX_WORDS).collect();
        fold::signed(&text, &words)
    }

    /// Whether something was typed that holds no word, such as an emoji.
    pub fn is_wordless(&self) -> bool {
        !self.text.trim().is_empty() && fold::words(&self.text).next().is_none()
    }
}

/// Whether some documents or one attribute count more than usual.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Focus {
    /// All documents count alike, and all attributes as the schema ranks them.
    #[default]
    Everywhere,
    /// Of documents that match as many words, those that have this value of this facet come first.
    First {
        /// The name of the facet.
        facet: String,
        /// The value, in any spelling that folds alike.
        value: String,
    },
    /// Words are searched in this attribute only.
    Only(String),
}

/// The order of hits. Where two are alike, the smaller id comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Best match first; without words, most evidence of use first.
    #[default]
    Relevance,
    /// By [`Document::name`].
    Name,
    /// Most evidence of use first.
    Use,
    /// Last sign of life first; unknown last.
    Freshness,
    /// Newest in this catalogue first.
    Newest,
}

/// Orders the counts of a facet as an [`Answer`] holds them. `counts` are in the order of the
/// values, each value once, the chosen ones among them.
fn most_frequent(
    mut counts: Vec<(String, u64)>,
    is_chosen: impl Fn(&str) -> bool,
) -> Vec<(String, u64)> {
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let ranked = counts.into_iter().enumerate();
    let kept = ranked.filter(|(rank, (value, _))| *rank < MAX_VALUES || is_chosen(value));
    kept.map(|(_, counted)| counted).collect()
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The hits of this page, best first.
    pub hits: Vec<Hit>,
    /// How many documents match, on all pages. An engine that works with estimates may say more
    /// or less.
    pub total: u64,
    /// How many of them have the value that [`Focus::First`] names; else 0.
    pub in_focus: u64,
    /// For each counted facet: value and number of matching documents, most frequent first, then
    /// by value; the first [`MAX_VALUES`], and the chosen values even with 0.
    pub facets: BTreeMap<String, Vec<(String, u64)>>,
    /// How words of the query are recognised in a text: see [`Highlighter`].
    pub highlighter: Highlighter,
}

impl Answer {
    /// The answer to a query that finds nothing.
    fn nothing(query: &Query) -> Self {
        let counted = query.count.iter().map(|facet| {
            let mut chosen: Vec<(String, u64)> = query
                .filters
                .get(facet)
                .into_iter()
                .flatten()
                .map(|one| (one.clone(), 0))
                .collect();
            chosen.sort();
            chosen.dedup();
            (facet.clone(), chosen)
        });
        Self { facets: counted.collect(), ..Self::default() }
    }
}

/// One found document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The document's id.
    pub id: Uuid,
}

/// Why a search did not answer.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The filter or the counted facet does not exist.
    #[error("there is no facet named {name}; facets are {known}")]
    UnknownFacet { name: String, known: String },
    /// There is no attribute of the name that a query puts in focus.
    #[error("there is no attribute named {name}; attributes are {known}")]
    UnknownAttribute { name: String, known: String },
    /// The schema is too large.
    #[error(
        "a schema of {attributes} attributes and {facets} facets, expected at most {} and {}",
        Schema::MAX_ATTRIBUTES,
        Schema::MAX_FACETS
    )]
    Schema { attributes: usize, facets: usize },
    /// A document does not fit the schema.
    #[error(
        "document {id} has {attributes} attributes and {facets} facets, \
         expected {expected_attributes} and {expected_facets}"
    )]
    Document {
        id: Uuid,
        attributes: usize,
        expected_attributes: usize,
        facets: usize,
        expected_facets: usize,
    },
    /// The documents to index cannot be read.
    #[error("the documents to index cannot be read: {0}")]
    Documents(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The engine cannot be reached or has failed.
    #[error("the search engine does not answer: {0}")]
    Unavailable(String),
}

/// How far an index has come in the log that it follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Number of the last event that the answers contain; 0 before the first.
    pub seq: i64,
    /// Names that event, and no other that ever bore its number: a log that was restored from a
    /// backup goes on with other events. Empty before the first build.
    pub mark: String,
}

/// An index that can be searched while it is written. Followers of the event log keep it up to
/// date: each write names the last event that it contains.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// The schema that documents must fit.
    fn schema(&self) -> &Schema;

    /// Whether the index lives outside this process: then it outlives the process, may be away,
    /// and other processes may write to it too.
    fn is_shared(&self) -> bool {
        false
    }

    /// How far the answers have come. It is kept with the index and read from there: where the
    /// index is lost, so is its cursor.
    async fn cursor(&self) -> Result<Cursor, SearchError>;

    /// Takes up what an earlier process has left, where there is any that can be used; says whether
    /// there was.
    async fn restore(&self) -> Result<bool, SearchError> {
        Ok(false)
    }

    /// Builds a new index of `documents` beside the old one, which answers until the new one is
    /// ready, and swaps them.
    async fn rebuild(&self, documents: Documents<'_>, cursor: Cursor) -> Result<(), SearchError>;

    /// Removes documents, then puts others in place of those with the same ids. Readers see all
    /// of the change or nothing of it.
    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<(), SearchError>;

    /// Answers a question.
    async fn search(&self, query: &Query) -> Result<Answer, SearchError>;
}
