//! Listings in JSON pages that name their next page in a `Link` header, as GitLab, GitHub, Forgejo
//! and the Dutch API rules have them.

use std::collections::HashSet;
use std::ops::ControlFlow;

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};
use serde_json::Value;
use url::Url;

use crate::formats::json::{SplitError, Streamed, stream};
use crate::formats::{Code, Finding};
use crate::harvest::listing::{Answer, Ask, Listing, ListingError};
use crate::outbound::FetchError;

/// Largest page. A hundred projects with all that GitHub says about them are half a megabyte.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of memory that all rows of a listing may take.
const HEAVIEST: usize = 96 * 1024 * 1024;
/// Pages of one listing.
const MOST_PAGES: u32 = 1_000;
/// By what servers declare the number of entries.
const DECLARED: [&str; 3] = ["x-total", "x-total-count", "total-count"];

/// What is kept of a row until all pages are read.
pub trait Kept {
    /// What it takes in memory, in bytes.
    fn weight(&self) -> usize;
}

/// All rows of a listing that begins at `first`, each as `compose` reads it, with its identity.
/// A page is a list, or an object with a list under `key`. A row that cannot be read is lost
/// alone: the others go on, and the listing is not complete.
///
/// # Errors
/// [`ListingError`] where the pages cannot be read to the end, repeat themselves, lead to another
/// server, hold fewer rows than declared, or more than fit into memory.
pub async fn all_rows<T: Kept>(
    listing: &Listing,
    first: Url,
    key: Option<&str>,
    compose: impl Fn(Value) -> Option<(String, T)>,
) -> Result<Vec<T>, ListingError> {
    let mut rows = Vec::new();
    let (mut weight, mut lost) = (0, 0);
    let mut ids = HashSet::new();
    let mut seen = HashSet::from([first.to_string()]);
    let mut next = Some(first);
    while let Some(url) = next {
        let (page, headers) = page(listing, &url).await?;
        let (mut is_empty, before) = (true, ids.len());
        let mut is_page = true;
        let read = rows_of(&page, key, &mut |row| {
            is_empty = false;
            let Some((id, row)) = compose(row) else {
                is_page = false;
                return ControlFlow::Break(());
            };
            weight += row.weight() + id.len();
            if ids.insert(id) {
                rows.push(row);
            }
            if weight > HEAVIEST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match read {
            _ if !is_page => return Err(not_a_page(&url)),
            _ if weight > HEAVIEST => return Err(too_much()),
            Ok(()) => {}
            Err(SplitError::Elements { number, first, message }) => {
                lost += number;
                let error = SplitError::Elements { number, first, message };
                listing.lacks(ListingError::Split { document: url.to_string(), error });
            }
            Err(error) => return Err(ListingError::Split { document: url.to_string(), error }),
        }
        next = next_page(&headers, &url)?;
        let Some(following) = &next else {
            let read = ids.len() as u64 + lost;
            if let Some(declared) = declared(&headers).filter(|declared| read < *declared) {
                return Err(ListingError::Count { declared, read });
            }
            break;
        };
        // A page of which every row was there before is of a pager that goes round in circles.
        let stands_still = !is_empty && ids.len() == before;
        if stands_still || !seen.insert(following.to_string()) {
            return Err(ListingError::Repeats(following.to_string()));
        }
        if seen.len() > MOST_PAGES as usize {
            return Err(ListingError::TooManyDocuments(MOST_PAGES));
        }
    }
    Ok(rows)
}

/// Hands over the rows of a page that can be read.
fn rows_of(
    page: &[u8],
    key: Option<&str>,
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<(), SplitError> {
    let mut document = page;
    let streamed = stream(&mut document, key.as_slice(), &[], emit)?;
    if streamed.root_is_object && streamed.key.is_none() {
        return Err(no_list());
    }
    all_read(streamed)
}

/// Rows that are too large are not taken either.
///
/// # Errors
/// [`SplitError::Elements`] where there are any.
pub fn all_read(streamed: Streamed) -> Result<(), SplitError> {
    let number = streamed.too_large.len() as u64;
    match streamed.too_large.into_iter().next() {
        None => Ok(()),
        Some(first) => Err(SplitError::Elements { number, first: 0, message: first.message }),
    }
}

/// An address with parameters, in place of any of the same name.
pub fn with_parameters(url: &Url, parameters: &[(&str, &str)]) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !parameters.iter().any(|(ours, _)| key == ours))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(parameters);
    url
}

async fn page(listing: &Listing, url: &Url) -> Result<(Vec<u8>, HeaderMap), ListingError> {
    let ask = Ask {
        url: url.clone(),
        expected: "JSON",
        accept: "application/json",
        max_bytes: MOST_BYTES,
        since: None,
    };
    match listing.fetch(&ask).await? {
        Answer::Body(body) => Ok((body.bytes, *body.headers)),
        // Without a condition nobody says that nothing has changed.
        Answer::Absent | Answer::NotModified => {
            let (url, status) = (url.to_string(), StatusCode::NOT_FOUND);
            Err(FetchError::Status { url, status }.into())
        }
    }
}

fn no_list() -> SplitError {
    SplitError::Shape {
        found: "no list".to_owned(),
        expected: "a page with a list of repositories".to_owned(),
    }
}

fn not_a_page(url: &Url) -> ListingError {
    ListingError::Split { document: url.to_string(), error: no_list() }
}

fn too_much() -> ListingError {
    let message = format!("the rows of all pages take more than {HEAVIEST} bytes of memory");
    ListingError::Unusable(Finding::new(Code::ListingTooLarge, "", message))
}

/// The next page, on the same server.
fn next_page(headers: &HeaderMap, current: &Url) -> Result<Option<Url>, ListingError> {
    let links = headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok());
    let Some(link) = links.flat_map(links_of).find(|link| link.is_next).map(|link| link.target)
    else {
        return Ok(None);
    };
    let next = current.join(&link).map_err(|_| ListingError::Address(link.clone()))?;
    if next.origin() == current.origin() {
        return Ok(Some(next));
    }
    Err(ListingError::Unusable(Finding::new(
        Code::ListingLeadsElsewhere,
        "",
        format!("{current} names {next} as its next page: expected one on the same server"),
    )))
}

struct Link {
    target: String,
    is_next: bool,
}

/// The links of a `Link` header (RFC 8288); a relation may stand in single quotes or in none.
fn links_of(header: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let end = after.find('<').unwrap_or(after.len());
        let (parameters, following) = after.split_at(end);
        let is_next = parameters.split(';').any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else { return false };
            let value = value.trim().trim_end_matches(',').trim().trim_matches(['"', '\'']);
            name.trim().eq_ignore_ascii_case("rel")
                && value.split_whitespace().any(|relation| relation.eq_ignore_ascii_case("next"))
        });
        links.push(Link { target: target.trim().to_owned(), is_next });
        rest = following;
    }
    links
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    DECLARED.iter().find_map(|name| headers.get(*name)?.to_str().ok()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn the_next_page_is_found_however_it_is_written() {
        let check = |link: &str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::LINK, HeaderValue::from_str(link).expect("a value"));
            let current = Url::parse("https://example.org/api/x?page=1").expect("an address");
            let next = next_page(&headers, &current).map(|next| next.map(String::from));
            assert_eq!(next.unwrap_or(Some("refused".to_owned())).as_deref(), expected, "{link}");
        };
        let second = Some("https://example.org/api/x?page=2");
        check(r#"<https://example.org/api/x?page=2>; rel="next""#, second);
        check(
            r#"<https://example.org/api/x?page=1>; rel="first", <https://example.org/api/x?page=2>; rel="next", <https://example.org/api/x?page=9>; rel="last""#,
            second,
        );
        check(
            "<https://example.org/api/x?page=0>; rel='prev', <https://example.org/api/x?page=2>; rel='next'",
            second,
        );
        check("</api/x?page=2>; title=x; REL=Next", second);
        check(r#"<?page=2>;rel="last next""#, second);
        check(
            r#"<https://example.org/x?a=1,2;b>; rel=next"#,
            Some("https://example.org/x?a=1,2;b"),
        );
        check(r#"<https://other.example.org/api/x?page=2>; rel="next""#, Some("refused"));
        check(r#"<http://example.org/api/x?page=2>; rel="next""#, Some("refused"));
        check(r#"<https://example.org/api/x?page=1>; rel="prev""#, None);
        check(r#"<https://example.org/api/x?page=2"#, None);
        check("", None);
    }

    #[test]
    fn what_is_no_page_is_told_apart_and_one_row_spoils_no_other() {
        let check = |page: &str, key: Option<&str>, rows: usize, expected: Option<&str>| {
            let mut read = 0;
            let result = rows_of(page.as_bytes(), key, &mut |_| {
                read += 1;
                ControlFlow::Continue(())
            });
            let error = result.err().map(|error| {
                ListingError::Split { document: "x".to_owned(), error }.code().as_str()
            });
            assert_eq!((read, error), (rows, expected), "{page}");
        };
        check("\u{FEFF}[]", None, 0, None);
        check("[{}, {}]", None, 2, None);
        check(r#"{"data": [{}], "ok": true}"#, Some("data"), 1, None);
        check("[{}]", Some("data"), 1, None);
        check(" <!DOCTYPE html>", None, 0, Some("listing-html"));
        check("[1,", None, 1, Some("listing-truncated"));
        check("oops", None, 0, Some("listing-not-of-the-format"));
        check(r#"{"message": "no"}"#, None, 0, Some("listing-not-of-the-format"));
        check(r#"[{}, {"name": "\ud83d"}, {}]"#, None, 2, Some("listing-entries-unreadable"));
        let heavy = format!("[{{}}, [{}], {{}}]", vec!["[]"; 200_000].join(","));
        check(&heavy, None, 2, Some("listing-entries-unreadable"));
    }
}
