//! Lists of repositories in any JSON document: a JSONPath says where the rows are, the source's
//! options say what of a row is what, and each repository's publiccode.yml is fetched at its forge.

mod options;

use std::ops::ControlFlow;

use async_trait::async_trait;
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::forge::files::{self, Manner, Row, Without, composed};
use super::forge::{authority, paging};
use crate::catalogue::urls::WebUrl;
use crate::formats::json::{SplitError, Whole, stream, tree, whole};
use crate::formats::recognise::looks_like;
use crate::formats::{Code, Finding, ItemFormat, repository};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Answer, Ask, Entry, Listing, ListingError};
use crate::harvest::options::{self as all_options, Options, OptionsError};
use crate::outbound::FetchError;
use options::{Field, ListOptions, Publiccode, Rows, is_yes};

/// Largest document whose rows stand in one list. That of France has some twenty thousand rows in
/// twenty megabytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Rows of one list.
const MOST_ROWS: usize = 200_000;
/// Bytes of memory that its rows may take.
const HEAVIEST: usize = 128 * 1024 * 1024;
/// Largest document that is read as a whole: as a tree it takes many times its size.
const MOST_BYTES_OF_A_TREE: u64 = 16 * 1024 * 1024;
/// Bytes of the list by which it is told what it looks like, where it is not what it should be.
const BEGINNING: usize = 64 * 1024;
/// Hosts without a known forge that are named.
const MOST_HOSTS: usize = 100;
/// Entries that are handed over together.
const BATCH: usize = 200;

/// See the module.
pub struct JsonList;

#[async_trait]
impl Connector for JsonList {
    fn name(&self) -> &'static str {
        "json-list"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &repository::Repository
    }

    fn lists_code(&self) -> bool {
        true
    }

    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        all_options::read::<ListOptions>(options).map(drop)
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let options: ListOptions = listing.options()?;
        let url = listing.url.clone().ok_or_else(|| ListingError::Address(String::new()))?;
        let Some(bytes) = document(listing, &options, &url).await? else {
            listing.nothing_changed();
            return Ok(());
        };
        let read = tokio::task::spawn_blocking(move || {
            let rows = rows(&bytes, &url, &options).and_then(|rows| rows.with_addresses(&options));
            let beginning = bytes.get(..BEGINNING).unwrap_or(&bytes);
            match rows {
                Ok(rows) => Ok((rows, options)),
                Err(error) => Err(error.naming(looks_like(beginning))),
            }
        });
        let (mut rows, options) = read.await.map_err(|_| ListingError::Stopped)??;
        if let Some(lost) = rows.lost.take() {
            listing.lacks(lost);
        }
        files::tell_forks(listing, rows.forks);
        match options.publiccode {
            Publiccode::Fetch => fetch(listing, rows.taken, &options).await,
            Publiccode::Inline | Publiccode::None => {
                let mut entries = rows.taken.into_iter().map(ListRow::entry).peekable();
                while entries.peek().is_some() {
                    listing.emit(entries.by_ref().take(BATCH).collect()).await?;
                }
                Ok(())
            }
        }
    }
}

/// The rows that are wanted, and how many are forks and not.
#[derive(Debug, Default)]
struct Read {
    taken: Vec<ListRow>,
    /// What the rows take in memory, in bytes.
    weight: usize,
    forks: u64,
    /// Why some rows could not be read.
    lost: Option<ListingError>,
}

/// What is kept of a row.
#[derive(Debug)]
struct ListRow {
    listed: Value,
    /// The row as a publiccode.yml, where it is one.
    inline: Option<String>,
    /// Whether its repository may have a publiccode.yml.
    may_have_file: bool,
}

impl ListRow {
    fn entry(self) -> Entry {
        Entry::Raw(composed(self.listed, self.inline))
    }
}

/// The bytes of the list; `None` where they are those of the last complete listing. Where files at
/// forges are wanted too, the list says nothing about them, so it is read in any case.
async fn document(
    listing: &Listing,
    options: &ListOptions,
    url: &Url,
) -> Result<Option<Vec<u8>>, ListingError> {
    let is_all = options.publiccode != Publiccode::Fetch;
    let written = Value::Object(listing.context.options.clone());
    let ask = Ask {
        url: url.clone(),
        expected: "JSON",
        accept: "application/json",
        max_bytes: match options.path {
            Rows::Query(_) => MOST_BYTES_OF_A_TREE,
            Rows::Root | Rows::Under(_) => MOST_BYTES,
        },
        since: is_all.then(|| files::mark(&written)),
    };
    match listing.fetch(&ask).await? {
        Answer::Body(body) => Ok(Some(body.bytes)),
        Answer::NotModified => Ok(None),
        Answer::Absent => {
            let (url, status) = (url.to_string(), StatusCode::NOT_FOUND);
            Err(FetchError::Status { url, status }.into())
        }
    }
}

/// The rows of a document.
fn rows(bytes: &[u8], url: &Url, options: &ListOptions) -> Result<Read, ListingError> {
    let unusable = |error| ListingError::Split { document: url.to_string(), error };
    let mut read = Read::default();
    let mut take = |row: Value| {
        read.add(row, options);
        if read.is_too_much() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let keys: &[&str] = match &options.path {
        Rows::Root => &[],
        Rows::Under(key) => &[key],
        Rows::Query(path) => {
            let mut document = bytes;
            let Whole { value, unreadable } = whole(&mut document).map_err(unusable)?;
            let found = path.query(&value).all();
            if found.is_empty() {
                let message = format!("{path} finds nothing in the list: expected its rows there");
                let finding = Finding::new(Code::ListingPathFindsNothing, "", message);
                return Err(ListingError::Unusable(finding));
            }
            // Null stands for what could not be read.
            let found = found.into_iter().filter(|row| unreadable.is_none() || !row.is_null());
            let _ = found.cloned().try_for_each(take);
            read.lost = unreadable.map(|unreadable| unusable(unreadable.into()));
            return read.bounded();
        }
    };
    let mut document = bytes;
    let streamed = match stream(&mut document, keys, &[], &mut take) {
        Ok(streamed) => streamed,
        Err(error @ SplitError::Elements { .. }) => {
            read.lost = Some(unusable(error));
            return read.bounded();
        }
        Err(error) => return Err(unusable(error)),
    };
    if streamed.root_is_object && streamed.key.is_none() {
        let expected = match keys {
            [key, ..] => format!("a list under {key}"),
            [] => "a list".to_owned(),
        };
        let error = SplitError::Shape { found: "an object without it".to_owned(), expected };
        return Err(unusable(error));
    }
    read.lost = paging::all_read(streamed).err().map(unusable);
    read.bounded()
}

impl Read {
    /// The rows, if one of them has what the options call its address: a list of which none has
    /// one is a list of something else.
    fn with_addresses(self, options: &ListOptions) -> Result<Self, ListingError> {
        let has_address = |row: &ListRow| {
            row.inline.is_some()
                || row.listed.get(Field::Url.key()).is_some_and(|url| !url.is_null())
        };
        let says_where = options.fields.contains_key(&Field::Url);
        if !says_where || self.taken.is_empty() || self.taken.iter().any(has_address) {
            return Ok(self);
        }
        let message = "no entry of the list has an address: expected one where the option \
                       fields.url says that it stands";
        Err(ListingError::Unusable(Finding::new(Code::ListingNotOfTheFormat, "", message)))
    }

    /// The rows, if they are not too many.
    fn bounded(self) -> Result<Self, ListingError> {
        if !self.is_too_much() {
            return Ok(self);
        }
        let message = format!(
            "the list has more than {MOST_ROWS} rows, or they take more than {HEAVIEST} bytes of \
             memory"
        );
        Err(ListingError::Unusable(Finding::new(Code::ListingTooLarge, "", message)))
    }

    fn is_too_much(&self) -> bool {
        self.taken.len() > MOST_ROWS || self.weight > HEAVIEST
    }

    fn add(&mut self, row: Value, options: &ListOptions) {
        let mut listed = options.read(&row);
        if is_yes(listed.remove(Field::Fork.key())) && !options.forks {
            self.forks += 1;
            return;
        }
        let has_file = listed.remove(Field::HasPubliccode.key());
        let is_told = options.fields.contains_key(&Field::HasPubliccode);
        let is_inline = options.publiccode == Publiccode::Inline && row.is_object();
        let inline = is_inline.then(|| row.to_string());
        // Of a row that is something else, the format says so.
        let is_row = row.is_object() || row.is_string();
        let listed = if is_row { Value::Object(listed) } else { row };
        let may_have_file = !is_told || is_yes(has_file);
        self.weight += tree::weight(&listed) + inline.as_ref().map_or(0, String::len);
        self.taken.push(ListRow { listed, inline, may_have_file });
    }
}

async fn fetch(
    listing: &mut Listing,
    rows: Vec<ListRow>,
    options: &ListOptions,
) -> Result<(), ListingError> {
    let mut unknown = Vec::new();
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|row| {
            let url = row.listed.get("url").and_then(Value::as_str);
            let url = url.and_then(|text| WebUrl::read(text, "").ok()).map(|(url, _)| url);
            let files = match url.filter(|_| row.may_have_file) {
                None => Vec::new(),
                Some(url) => options.forges.files(&url).unwrap_or_else(|| {
                    unknown.extend(Url::parse(url.as_str()).ok().as_ref().and_then(authority));
                    Vec::new()
                }),
            };
            let mark = files::mark(&row.listed);
            Row { listed: row.listed, files, mark }
        })
        .collect();
    tell_unknown(listing, unknown);
    let rows = files::distinct(listing, rows);
    files::read(listing, rows, Manner::publiccode(Without::Listed, "")).await
}

/// A finding for each host at which no forge is known, or that is one, but at which an address is
/// no repository.
fn tell_unknown(listing: &mut Listing, mut hosts: Vec<String>) {
    hosts.sort_unstable();
    hosts.dedup();
    for host in hosts.into_iter().take(MOST_HOSTS) {
        let message = format!(
            "No publiccode.yml is asked for at {host}: no forge is known there, or an address \
             names no repository. The option forges says what runs at a host."
        );
        listing.tell(Finding::new(Code::ForgeUnknown, host, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_found_in_documents_of_any_shape() {
        let check = |options: Value, document: &str, expected: Result<usize, &str>| {
            let options: ListOptions = serde_json::from_value(options).expect("options");
            let url = Url::parse("https://example.org/list.json").expect("an address");
            let read = rows(document.as_bytes(), &url, &options);
            let found = read.map(|read| read.taken.len()).map_err(|error| error.code().as_str());
            assert_eq!(found, expected, "{document}");
        };
        check(json!({}), r#"["https://example.org/a", {"url": "https://example.org/b"}]"#, Ok(2));
        check(json!({}), "[]", Ok(0));
        check(json!({}), r#"{"projects": []}"#, Err("listing-not-of-the-format"));
        check(json!({}), "<!DOCTYPE html>", Err("listing-html"));
        check(json!({}), r#"["https://example.org/a","#, Err("listing-truncated"));
        let under = json!({"path": "$.projects[*]"});
        check(under.clone(), r#"{"updated": [1], "projects": [{}, {}]}"#, Ok(2));
        check(under.clone(), r#"{"projects": {"a": {}, "b": {}}}"#, Ok(2));
        check(under, r#"{"items": [{}]}"#, Err("listing-not-of-the-format"));
        let query = json!({"path": "$[?@.catalog == true].repo"});
        check(query.clone(), r#"[{"catalog": true, "repo": "x"}, {"repo": "y"}]"#, Ok(1));
        check(query.clone(), r#"[{"repo": "y"}]"#, Err("listing-path-finds-nothing"));
        check(query, "<html>", Err("listing-html"));
    }

    #[test]
    fn forks_are_left_out_unless_they_are_wanted() {
        let check = |forks: bool, expected: (usize, u64)| {
            let options = json!({"forks": forks, "fields": {"fork": "fork"}});
            let options: ListOptions = serde_json::from_value(options).expect("options");
            let mut read = Read::default();
            for row in [json!({"url": "a"}), json!({"url": "b", "fork": true})] {
                read.add(row, &options);
            }
            assert_eq!((read.taken.len(), read.forks), expected);
        };
        check(false, (1, 1));
        check(true, (2, 0));
    }

    #[test]
    fn nothing_but_the_named_parts_of_a_row_is_kept() {
        let options = json!({"fields": {"name": "name", "has_publiccode": "file"}});
        let options: ListOptions = serde_json::from_value(options).expect("options");
        let mut read = Read::default();
        read.add(json!({"url": "a", "name": "A", "mail": "a@example.org", "file": ""}), &options);
        read.add(json!(7), &options);
        let kept: Vec<(Value, bool)> =
            read.taken.into_iter().map(|row| (row.listed, row.may_have_file)).collect();
        assert_eq!(kept, [(json!({"url": "a", "name": "A"}), false), (json!(7), false)]);
    }
}
